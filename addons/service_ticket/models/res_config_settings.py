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
    service_file_days = fields.Integer(
        related="company_id.service_file_days", readonly=False
    )
    service_file_target = fields.Integer(
        related="company_id.service_file_target", readonly=False
    )
    service_contact_ahead_days = fields.Integer(
        related="company_id.service_contact_ahead_days", readonly=False
    )
    service_training_errors = fields.Integer(
        related="company_id.service_training_errors", readonly=False
    )
    service_training_days = fields.Integer(
        related="company_id.service_training_days", readonly=False
    )
    service_mail_keep_days = fields.Integer(
        default=400, config_parameter="service_ticket.mail_keep_days"
    )
    service_mails_per_sender = fields.Integer(
        default=20, config_parameter="service_ticket.mails_per_sender"
    )
    service_answers_per_sender = fields.Integer(
        default=5, config_parameter="service_ticket.answers_per_sender"
    )
    service_api_keep_days = fields.Integer(
        default=30, config_parameter="service_ticket.api_keep_days"
    )
