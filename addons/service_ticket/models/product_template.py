from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    service_other_make = fields.Boolean(
        "Stands for Other Makes",
        help="Units of this product were not supplied by us; each says its make and "
        "model. Have one by category, so that the right fault codes are offered.",
    )
