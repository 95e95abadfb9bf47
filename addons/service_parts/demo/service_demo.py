from odoo import api, models


class ServiceDemo(models.AbstractModel):
    _inherit = "service.demo"

    @api.model
    def _use_part(self, ticket_id, product_id, fitted=False):
        """Let the engineer plan a part out of the own van, and fit it."""
        ticket = self.env["service.ticket"].browse(ticket_id)
        ticket = ticket.with_user(ticket.user_id).with_context(tracking_disable=True)
        product = self.env["product.product"].browse(product_id)
        move = ticket._plan_part(product, 1, ticket.user_id)
        if fitted:
            ticket._fit_part(move, removed_product=product)
