from odoo import fields, models

from .service_sla_policy import CLOCKS

STATES = [
    ("new", "New"),
    ("open", "In progress"),
    ("waiting", "Waiting"),
    ("resolved", "Resolved"),
    ("closed", "Closed"),
    ("cancelled", "Cancelled"),
]
# Somebody still works on it, or will.
OPEN_STATES = ("new", "open", "waiting")


class ServiceTransition(models.Model):
    """One line of a ticket's log: a change of state, or a promise that was met.

    The clocks replay this log; nothing in it is ever changed.
    """

    _name = "service.transition"
    _description = "Ticket Log"
    _order = "at, id"

    ticket_id = fields.Many2one(
        "service.ticket", required=True, ondelete="cascade", index=True
    )
    at = fields.Datetime(required=True, default=fields.Datetime.now)
    clock = fields.Selection(
        CLOCKS, "Promise Met", help="Set where the line says that a promise was met."
    )
    from_state = fields.Selection(STATES, "From")
    to_state = fields.Selection(STATES, "To")
    reason_id = fields.Many2one("service.waiting.reason", "Waiting For")
    pauses_clock = fields.Boolean("Clocks Stand Still")
    note = fields.Char()
    user_id = fields.Many2one("res.users", "By", default=lambda self: self.env.user)
    company_id = fields.Many2one(related="ticket_id.company_id", store=True, index=True)
