from odoo import models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _action_done(self):
        """A serial that leaves for a customer becomes that customer's unit."""
        result = super()._action_done()
        lots_sudo = self.env["stock.lot"].sudo()
        for picking in self.filtered(lambda p: p.state == "done"):
            lines = picking.move_ids.move_line_ids.filtered(
                lambda line: line.lot_id and line.product_id.tracking == "serial"
            )
            went = lines.filtered(
                lambda line: line.location_dest_id.usage == "customer"
                and line.location_id.usage != "customer"
            )
            came = lines.filtered(
                lambda line: line.location_id.usage == "customer"
                and line.location_dest_id.usage != "customer"
            )
            if went and picking.partner_id:
                lots_sudo.browse(went.lot_id.ids)._on_delivered(picking)
            if came:
                lots_sudo.browse(came.lot_id.ids)._on_returned(picking)
        return result
