from . import service_ticket_wait
