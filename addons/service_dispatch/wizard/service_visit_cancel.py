from odoo import fields, models


class ServiceVisitCancel(models.TransientModel):
    """Cancelling needs a reason; the customer is told."""

    _name = "service.visit.cancel"
    _description = "Cancel Visits"
    _inherit = ["service.dialog"]

    visit_ids = fields.Many2many("service.visit", string="Visits", required=True)
    reason = fields.Char(required=True)

    def action_cancel_visits(self):
        self.ensure_one()
        self.visit_ids.check_access("write")
        self.visit_ids._cancel(self.reason)
        return {"type": "ir.actions.act_window_close"}
