from . import service_consent, service_order_add
