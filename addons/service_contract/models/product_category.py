from odoo import fields, models


class ProductCategory(models.Model):
    _inherit = "product.category"

    service_coverage_id = fields.Many2one(
        "service.coverage",
        "Warranty Terms",
        help="For products of this category, and of those below, without own terms.",
    )

    service_repair_coverage_id = fields.Many2one(
        "service.coverage",
        "Repair Warranty",
        help="For parts of this category, and of those below, without their own.",
    )

    def _get_repair_coverage(self):
        """Return the repair warranty of this category, or of the nearest one above."""
        category = self
        while category and not category.service_repair_coverage_id:
            category = category.parent_id
        return category.service_repair_coverage_id

    def _get_service_coverage(self):
        """Return the terms of this category, or of the nearest one above."""
        category = self
        while category and not category.service_coverage_id:
            category = category.parent_id
        return category.service_coverage_id
