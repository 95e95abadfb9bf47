from odoo import api, fields, models


class StockLot(models.Model):
    _inherit = "stock.lot"

    entitlement_ids = fields.One2many(
        "service.entitlement", "unit_id", "Entitlements", copy=False
    )
    covered_until = fields.Date(
        compute="_compute_covered_until",
        compute_sudo=True,
        help="The last day on which an entitlement of this unit runs.",
    )

    @api.depends(
        "entitlement_ids.date_start",
        "entitlement_ids.date_end",
        "entitlement_ids.void_on",
    )
    def _compute_covered_until(self):
        for unit in self:
            running = unit.entitlement_ids.filtered(lambda e: e.state == "running")
            unit.covered_until = max(running.mapped("date_end"), default=False)

    def write(self, vals):
        result = super().write(vals)
        if {"commissioned_on", "purchased_on"} & vals.keys():
            self.sudo().entitlement_ids._redate()
        return result

    def _on_registered(self):
        super()._on_registered()
        # sudo: whoever takes the receipt gives what the product promises, no more
        self.env["service.entitlement"].sudo()._grant_from_proof(self.sudo())

    def _on_delivered(self, picking):
        super()._on_delivered(picking)
        self.env["service.entitlement"]._grant_from_delivery(self, picking)

    def _on_returned(self, picking):
        super()._on_returned(picking)
        # Goods that are taken back lower what was delivered (“Update quantities on
        # SO/PO”, as Odoo's returns propose); a unit taken in for repair does not.
        taken_back = picking.move_ids.filtered("to_refund").lot_ids
        (self & taken_back).entitlement_ids._void_by_return(picking)
