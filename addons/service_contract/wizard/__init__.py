from . import (
    service_consent,
    service_cover_override,
    service_entitlement_change,
    service_order_add,
)
