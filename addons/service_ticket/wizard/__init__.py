from . import (
    service_breach_record,
    service_callback_decision,
    service_customer_correct,
    service_duty_copy,
    service_mail_decision,
    service_promise_record,
    service_promise_statement,
    service_ticket_handover,
    service_ticket_merge,
    service_ticket_wait,
    service_unit_change,
    service_unit_replace,
)
