"""A trip in vain: the customer is called soon, to agree on another time (R93)."""

from odoo import api, fields, models

from odoo.addons.service_ticket.models.service_transition import OPEN_STATES


class ServiceCallback(models.Model):
    _inherit = "service.callback"

    job_outcome = fields.Selection(
        selection_add=[("vain", "Visit in vain")], ondelete={"vain": "set null"}
    )

    @api.model
    def _owe_for_vain_visit(self, visit):
        """Owe a call beside the one that follows the job; by its own rule."""
        ticket = visit.sudo().ticket_id
        if ticket.state in OPEN_STATES:
            said = (visit.fail_reason_id.name, visit.fail_note)
            note = ": ".join(filter(None, said))
            self._owe(ticket, is_check=True, job_outcome="vain", note=note)

    @api.model
    def _drop_for_new_visit(self, tickets):
        """Another time was agreed on: nobody has to call for it."""
        calls = tickets.sudo().callback_ids
        calls.filtered(
            lambda call: call.state == "owed" and call.job_outcome == "vain"
        )._drop()

    def _end(self, state, **vals):
        """Who agreed on a time has not said that the work is good."""
        vain = self.filtered(lambda call: call.job_outcome == "vain")
        if vals.get("outcome") == "satisfied":
            super(ServiceCallback, vain)._end(state, **{**vals, "outcome": False})
            self -= vain
        return super()._end(state, **vals)

    def _write_to_customer(self):
        """The card is in the letter box; no mail asks whether all works again."""
        return self.job_outcome != "vain" and super()._write_to_customer()
