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

    service_repair_coverage_id = fields.Many2one(
        "service.coverage",
        "Repair Warranty",
        check_company=True,
        index="btree_not_null",
        help="What a unit is entitled to once this part was fitted. Empty: the repair "
        "warranty of its category, else that of the company.",
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

    def _get_repair_coverage(self, company):
        """Return the terms that a fitted part carries in this company, if any (R138)."""
        self.ensure_one()
        found = self.service_repair_coverage_id or self.categ_id._get_repair_coverage()
        found = found or company.service_repair_coverage_id
        foreign = found.company_id and found.company_id != company
        return found.browse() if foreign else found
