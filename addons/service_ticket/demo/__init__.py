from . import (
    service_demo,
    service_demo_branch,
    service_demo_complaint,
    service_demo_customer,
    service_history_demo,
)
