from odoo import api, fields, models


class ServicePartFit(models.TransientModel):
    """What went into the unit, and what came out."""

    _name = "service.part.fit"
    _description = "Fit a Part"
    _inherit = ["service.dialog"]

    ticket_id = fields.Many2one("service.ticket", required=True, ondelete="cascade")
    # An engineer may not read stock moves; whose move it is, the ticket checks.
    move_id = fields.Integer(required=True)
    product_id = fields.Many2one("product.product", "Part", required=True)
    tracking = fields.Selection(related="product_id.tracking")
    on_board_ids = fields.Many2many(
        "stock.lot", compute="_compute_on_board_ids", compute_sudo=True
    )
    lot_id = fields.Many2one(
        "stock.lot", "Serial In", domain="[('id', 'in', on_board_ids)]"
    )
    removed_serial = fields.Char("Serial Out")

    @api.depends("move_id")
    def _compute_on_board_ids(self):
        for fit in self:
            move = self.env["stock.move"].browse(fit.move_id).exists()
            lots = self.env["stock.lot"]
            # not in sudo: whose ticket it is decides who looks into the van
            own = fit.ticket_id.sudo(False).has_access("write")
            if own and move.repair_id.ticket_id == fit.ticket_id:
                quants = move._get_van_quants(lots)
                lots = quants.filtered(lambda quant: quant.quantity > 0).lot_id
            fit.on_board_ids = lots

    def action_fit(self):
        """Book it out of the van, now."""
        self.ensure_one()
        self.ticket_id._fit_part(
            self.env["stock.move"].browse(self.move_id),
            self.lot_id,
            removed_serial=self.removed_serial,
        )
        return {"type": "ir.actions.act_window_close"}
