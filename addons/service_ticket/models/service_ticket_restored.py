"""Service works again, perhaps on a loaner: that ends restoration, not resolution."""

from odoo import api, fields, models

from ..engine import ticket_log
from .service_transition import OPEN_STATES


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    restored_at = fields.Datetime(
        "Works Again Since", compute="_compute_restored", compute_sudo=True
    )
    restored_note = fields.Char(compute="_compute_restored", compute_sudo=True)

    @api.depends("transition_ids")
    def _compute_restored(self):
        """From the log: the last time that it worked again, unless reopened since."""
        log = self._get_log()
        for ticket in self:
            lines = log[ticket._origin.id]
            restored = [line for line in lines if line.clock == "restoration"]
            met = restored and ticket_log.is_met(lines, "restoration")
            ticket.restored_at = restored[-1].at if met else False
            ticket.restored_note = restored[-1].note if met else False

    def action_restored(self):
        """Service works again: ask how, and stop the clock of restoration."""
        self.check_access("write")
        self._require_state(*OPEN_STATES)
        return self._ask_what_was_met("restoration")

    def _ask_what_was_met(self, name):
        """Open the dialog that records that the promise `name` was met."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_ticket.service_promise_record_action"
        )
        return action | {
            "context": {"default_ticket_id": self.id, "default_clock": name}
        }
