from odoo import fields, models


class ServiceOrderAdd(models.TransientModel):
    """One product for the ticket's order, for people without sales rights."""

    _name = "service.order.add"
    _description = "Add to the Order"
    _inherit = ["service.dialog"]

    ticket_id = fields.Many2one("service.ticket", required=True, ondelete="cascade")
    product_id = fields.Many2one(
        "product.product", required=True, domain="[('sale_ok', '=', True)]"
    )
    quantity = fields.Float(default=1.0, required=True, digits="Product Unit")

    def action_add(self):
        """Put it on the order; the judge decides at once who pays."""
        self.ensure_one()
        self.ticket_id._set_order_line(self.product_id, self.quantity)
        return {"type": "ir.actions.act_window_close"}
