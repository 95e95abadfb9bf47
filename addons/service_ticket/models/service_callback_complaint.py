"""A customer who is not satisfied: the callback becomes a complaint with a click."""

from odoo import fields, models
from odoo.exceptions import UserError


class ServiceCallback(models.Model):
    _inherit = "service.callback"

    complaint_ids = fields.One2many(
        "service.ticket", "complaint_callback_id", "Made a Complaint"
    )

    def action_complain(self):
        """Make what the customer said a complaint, once, and open it."""
        self.ensure_one()
        self.check_access("write")
        if self.state == "owed" and self.note:
            self._unsatisfied()
        if self.outcome != "unsatisfied":
            raise UserError(
                self.env._("Only who is not satisfied has something to complain about.")
            )
        complaint = self.complaint_ids
        if not complaint:
            vals = self._prepare_complaint_vals()
            complaint = self.env["service.ticket"].create(vals)
            complaint.sudo().complaint_callback_id = self
        return complaint.action_open_form()

    def _prepare_complaint_vals(self):
        """Return what the complaint begins with: the job, and the customer's words."""
        self.ensure_one()
        job = self.ticket_id
        return {
            **job._prepare_complaint_vals(),
            "channel": "phone",
            "subject": self.env._("Not satisfied: %s", job.subject or job.name),
            "description": self.note,
        }

    def _finish(self, outcome, way=None):
        """A complaint is confirmed by the person named for it, nobody else (R164)."""
        for call in self.filtered(lambda c: c.ticket_id.kind == "complaint"):
            named = call.ticket_id.sudo().complaint_confirm_user_id
            if named and self.env.user != named and not self.env.su:
                raise UserError(
                    self.env._(
                        "%(person)s calls this customer. Name somebody else on the "
                        "complaint, if you do it instead.",
                        person=named.name,
                    )
                )
        return super()._finish(outcome, way)

    def _try_claim(self):
        """The next call is never one that somebody else is named for."""
        named = self.sudo().ticket_id.complaint_confirm_user_id
        if self.sudo().ticket_id.kind == "complaint" and named - self.env.user:
            return False
        return super()._try_claim()
