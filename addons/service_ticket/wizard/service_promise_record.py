from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.service_transition import OPEN_STATES

# What a person may record; the others follow from what the ticket's buttons do.
_BY_HAND = [
    ("first_response", "First response"),
    ("on_site", "On site"),
    ("spare_on_site", "Spare on site"),
    ("restoration", "Restoration"),
    ("report", "Report"),
]


class ServicePromiseRecord(models.TransientModel):
    """Say that a promise was met, when, and how."""

    _name = "service.promise.record"
    _description = "Promise Met"
    _inherit = ["service.dialog"]

    ticket_id = fields.Many2one("service.ticket", required=True)
    clock = fields.Selection(_BY_HAND, "Promise", required=True)
    at = fields.Datetime("When", required=True, default=fields.Datetime.now)
    note = fields.Char("How", help="E.g. on a loaner; it stands in the log.")

    @api.constrains("at")
    def _check_at(self):
        for record in self:
            opened = record.ticket_id.opened_at.replace(microsecond=0)
            if not opened <= record.at <= fields.Datetime.now():
                raise UserError(
                    self.env._(
                        "That lies before the request or in the future. Say when it "
                        "really was."
                    )
                )

    def action_record(self):
        """Write it into the ticket's log: the clock stops at that moment."""
        self.ensure_one()
        ticket = self.ticket_id
        ticket.check_access("write")
        if self.clock != "report":
            ticket._require_state(*OPEN_STATES)
        ticket._log_event(self.clock, self.at, self.note)
