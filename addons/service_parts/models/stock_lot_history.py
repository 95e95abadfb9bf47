from odoo import models


class StockLot(models.Model):
    _inherit = "stock.lot"

    def _collect_history(self):
        """Parts that were fitted belong to what happened to the unit."""
        parts = self.env["service.part.usage"].search(
            [("unit_id", "=", self.id), ("state", "=", "fitted")]
        )
        return super()._collect_history() + [
            self._event(
                part.date,
                self.env._("Part fitted"),
                " · ".join(
                    filter(None, (part.product_id.display_name, part.serial_in))
                ),
                part.ticket_id.name,
            )
            for part in parts
        ]
