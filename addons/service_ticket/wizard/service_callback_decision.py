from odoo import fields, models
from odoo.exceptions import UserError


class ServiceCallbackDecision(models.TransientModel):
    """A call is put off, as the customer asked, or given up with a reason."""

    _name = "service.callback.decision"
    _description = "Call Later or Give Up"
    _inherit = ["service.dialog"]

    callback_id = fields.Many2one("service.callback", required=True)
    decision = fields.Selection(
        [("later", "Call later, as the customer asks"), ("missed", "Give up")],
        required=True,
        default="later",
    )
    at = fields.Datetime("Call Again At")
    reason_id = fields.Many2one("service.callback.reason", "Why Not Reached")
    writes = fields.Boolean(related="reason_id.writes")
    note = fields.Char()

    def action_decide(self):
        """Plan the call anew, or close it as not reached."""
        self.ensure_one()
        call = self.callback_id
        call.check_access("write")
        call._require_owed()
        call._refuse_claimed()
        if self.decision == "later":
            if not self.at or self.at <= fields.Datetime.now():
                raise UserError(self.env._("Choose a time that is still to come."))
            note = self.note or self.env._("Asks us to call later.")
            call._log_attempts(True, note=note)
            call._plan_try(self.at)
        else:
            if not self.reason_id:
                raise UserError(self.env._("Say why the customer is not called back."))
            call._log_attempts(False, note=self.note)
            call.sudo().attempts += 1
            call._miss(self.reason_id)
        return call._go_on()
