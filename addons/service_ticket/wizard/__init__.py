from . import (
    service_promise_record,
    service_ticket_merge,
    service_ticket_wait,
)
