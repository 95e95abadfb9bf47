from odoo import fields, models


class ProductCategory(models.Model):
    _inherit = "product.category"

    fault_group_ids = fields.Many2many(
        "service.fault.group",
        "product_category_fault_group_rel",
        "category_id",
        "group_id",
        string="Kinds of Equipment",
        help="Which fault codes are offered for these products. Empty: as for the "
        "category above.",
    )

    def _get_fault_groups(self):
        """Return the kinds of equipment of these categories, else of those above."""
        found = self.env["service.fault.group"]
        for category in self:
            while category and not category.fault_group_ids:
                category = category.parent_id
            found |= category.fault_group_ids
        return found
