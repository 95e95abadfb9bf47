from odoo import api, fields, models
from odoo.exceptions import AccessError


class ServiceCoverOverride(models.TransientModel):
    """A manager decides otherwise than the judge, and answers for it."""

    _name = "service.cover.override"
    _description = "Decide by Hand"
    _inherit = ["service.dialog"]

    ticket_id = fields.Many2one("service.ticket", required=True, ondelete="cascade")
    product_id = fields.Many2one(
        "product.product",
        "Only For",
        domain="[('id', 'in', product_ids)]",
        help="Empty: every line of the order.",
    )
    product_ids = fields.Many2many("product.product", compute="_compute_product_ids")
    share = fields.Float("Covered (%)", digits="Discount", default=100)
    reason = fields.Char(help="For us: why the rules don't fit here.")
    note = fields.Char(
        "Told to the Customer", help="Printed under the line in place of the reason."
    )
    back = fields.Boolean(
        "Back to the Rules", help="What was decided by hand counts no longer."
    )

    @api.depends("ticket_id")
    def _compute_product_ids(self):
        self.ticket_id.check_access("read")
        for decision in self:
            lines = decision.ticket_id.sudo().order_id.order_line
            decision.product_ids = lines.product_id

    def action_decide(self):
        """Let it count, and write it down."""
        self.ensure_one()
        if not self.env.user.has_group("service_ticket.group_service_manager"):
            raise AccessError(self.env._("Only a manager decides by hand who pays."))
        self.ticket_id._override_cover(
            self.product_id, self.share, self.reason, self.note, self.back
        )
        return {"type": "ir.actions.act_window_close"}
