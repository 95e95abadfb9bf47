from odoo import api, fields, models
from odoo.exceptions import UserError

from .guard import drop_defaults

_TRANSITIONS = {
    "given": ("worked", "failed", "rejected"),
    "worked": (),
    "failed": (),
    "rejected": (),
}
# What only the buttons write: whose advice it was, and what came of it.
_RECORDED = {"state", "user_id", "given_at", "answered_at"}


class ServiceAdvice(models.Model):
    """What a customer was advised to try, by whom and when, and what came of it (R13,
    R85). A customer may reject it and is visited all the same (R91)."""

    _name = "service.advice"
    _description = "Advice"
    _order = "given_at desc, id desc"

    ticket_id = fields.Many2one(
        "service.ticket", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="ticket_id.company_id", store=True, index=True)
    text = fields.Text("Advice", required=True)
    user_id = fields.Many2one(
        "res.users", "By", readonly=True, default=lambda self: self.env.user
    )
    given_at = fields.Datetime(
        "Given", readonly=True, required=True, default=fields.Datetime.now
    )
    state = fields.Selection(
        [
            ("given", "To be tried"),
            ("worked", "It helped"),
            ("failed", "Did not help"),
            ("rejected", "Customer rejects it"),
        ],
        "Result",
        required=True,
        readonly=True,
        default="given",
    )
    answered_at = fields.Datetime("Answered", readonly=True)

    @api.depends("text")
    def _compute_display_name(self):
        for advice in self:
            advice.display_name = (advice.text or "").split("\n")[0][:80]

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_recorded(vals, _RECORDED)
        given = self.with_context(drop_defaults(self.env.context, _RECORDED))
        advice = super(ServiceAdvice, given).create(vals_list).with_env(self.env)
        # Advice is an answer to the customer.
        advice.ticket_id.sudo()._log_event("first_response")
        return advice

    def write(self, vals):
        # What was said, was said: another advice is another line.
        self._refuse_recorded(vals, _RECORDED | {"ticket_id", "text"})
        return super().write(vals)

    def _refuse_recorded(self, vals, names):
        if names & vals.keys() and not self.env.su:
            raise UserError(
                self.env._(
                    "Advice stays as it was given. Add a line for new advice, and say "
                    "what came of it by the buttons."
                )
            )

    def _answer(self, state):
        self.check_access("write")
        for advice in self:
            if state not in _TRANSITIONS[advice.state]:
                raise UserError(
                    self.env._("What came of this advice is recorded already.")
                )
        self.sudo().write({"state": state, "answered_at": fields.Datetime.now()})
        self.ticket_id._touch()

    def action_worked(self):
        """It works again: the fault is solved by advice, and called back soon."""
        self._answer("worked")
        self.ticket_id.filtered(lambda ticket: not ticket.outcome).outcome = "advised"

    def action_failed(self):
        """It does not help: a visit or the workshop is next."""
        self._answer("failed")

    def action_rejected(self):
        """The customer does not want to try it: somebody comes anyway (R91)."""
        self._answer("rejected")
        for advice in self:
            advice.ticket_id._agree_to_visit()
