from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    service_satisfaction_target = fields.Float(
        related="company_id.service_satisfaction_target", readonly=False
    )
    service_asks_rating = fields.Boolean(
        related="company_id.service_asks_rating", readonly=False
    )
    service_callback_claim_minutes = fields.Integer(
        related="company_id.service_callback_claim_minutes", readonly=False
    )
    service_callback_grace_minutes = fields.Integer(
        related="company_id.service_callback_grace_minutes", readonly=False
    )
