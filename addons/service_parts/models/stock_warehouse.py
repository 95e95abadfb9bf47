from odoo import fields, models


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    service_defective_id = fields.Many2one(
        "stock.location",
        "Defective Parts Location",
        check_company=True,
        copy=False,
        help="Where parts go that were taken out of customers' units.",
    )

    def _get_locations_values(self, vals, code=False):
        values = super()._get_locations_values(vals, code=code)
        code = (vals.get("code") or code or "").replace(" ", "").upper()
        company_id = vals.get("company_id") or self.env.company.id
        values["service_defective_id"] = {
            "name": self.env._("Defective parts"),
            "active": True,
            "usage": "internal",
            "service_role": "defective",
            "barcode": self._valid_barcode(code + "DEFECTIVE", company_id),
        }
        return values
