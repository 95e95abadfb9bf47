from odoo import fields, models
from odoo.exceptions import UserError


class ServiceBreachRecord(models.TransientModel):
    """Say why promises were broken: the true reason, for the quality meeting."""

    _name = "service.breach.record"
    _description = "Reason for Broken Promises"
    _inherit = ["service.dialog"]

    milestone_ids = fields.Many2many("service.milestone", string="Promises")
    reason_id = fields.Many2one("service.breach.reason", "True Reason", required=True)

    def action_record(self):
        """Keep the reason with each promise and in the thread of its ticket."""
        self.ensure_one()
        broken = self.milestone_ids.filtered(lambda m: m.status in ("overdue", "late"))
        if not broken:
            raise UserError(self.env._("None of these promises was broken."))
        tickets = broken.ticket_id
        tickets.check_access("write")
        broken.sudo().breach_reason_id = self.reason_id
        bodies = {
            ticket.id: self.env._(
                "Promise broken because: %(reason)s", reason=self.reason_id.name
            )
            for ticket in tickets
        }
        tickets._message_log_batch(bodies=bodies)
        return {"type": "ir.actions.act_window_close"}
