from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    service_senior_limit = fields.Integer(
        related="company_id.service_senior_limit", readonly=False
    )
    service_doa_days = fields.Integer(
        related="company_id.service_doa_days", readonly=False
    )
    service_repair_coverage_id = fields.Many2one(
        related="company_id.service_repair_coverage_id", readonly=False
    )
