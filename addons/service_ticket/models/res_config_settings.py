from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    service_repeat_days = fields.Integer(
        related="company_id.service_repeat_days", readonly=False
    )
    service_strike_limit = fields.Integer(
        related="company_id.service_strike_limit", readonly=False
    )
    service_held_days = fields.Integer(
        related="company_id.service_held_days", readonly=False
    )
