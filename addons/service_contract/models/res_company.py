from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    service_senior_limit = fields.Integer(
        "Failed Repairs Until a Senior Is Asked",
        default=2,
        help="After so many failed repairs of the same quality problem somebody senior "
        "is asked for. 0: never.",
    )
    service_doa_days = fields.Integer(
        "Found at Unboxing Within (Days)",
        default=7,
        help="What is reported so soon after the delivery was wrong from the start: the "
        "customer chooses repair, exchange or a new unit.",
    )
    service_repair_coverage_id = fields.Many2one(
        "service.coverage",
        "Repair Warranty",
        help="What a fitted part carries where neither the part nor its category says "
        "otherwise.",
    )

    _service_claims_bounded = models.Constraint(
        "CHECK (service_senior_limit >= 0 AND service_doa_days BETWEEN 0 AND 3650)",
        "Days and counts lie between 0 and ten years.",
    )
