from odoo import api, fields, models

LINE_KINDS = [
    ("part", "Part"),
    ("labour", "Labour"),
    ("travel", "Travel"),
    ("diagnosis", "Diagnosis"),
    ("software", "Software"),
    ("unit", "Whole unit"),
]


class ProductTemplate(models.Model):
    _inherit = "product.template"

    service_line_kind = fields.Selection(
        LINE_KINDS,
        "Kind of Line",
        compute="_compute_service_line_kind",
        store=True,
        readonly=False,
        precompute=True,
        help="What this is on a service order; the warranty terms speak by kind.",
    )
    service_coverage_id = fields.Many2one(
        "service.coverage",
        "Warranty Terms",
        check_company=True,
        index="btree_not_null",
        help="What a unit of this product is entitled to once it is delivered. "
        "Empty: the terms of its category.",
    )

    @api.depends("type")
    def _compute_service_line_kind(self):
        """Propose goods or service; what was chosen and still fits stays."""
        for template in self:
            is_service = template.type == "service"
            goods = ("part", "unit")
            kind = template.service_line_kind
            if not kind or (kind in goods) == is_service:
                template.service_line_kind = "labour" if is_service else "part"

    def _get_service_coverage(self):
        """Return the warranty terms of this product, else of its category.

        What we did not supply has none (R64).
        """
        self.ensure_one()
        if self.service_other_make:
            return self.env["service.coverage"]
        return self.service_coverage_id or self.categ_id._get_service_coverage()
