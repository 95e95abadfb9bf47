from . import service_ticket_merge, service_ticket_wait
