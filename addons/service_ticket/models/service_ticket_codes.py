from odoo import fields, models


class ServiceTicket(models.Model):
    """The ticket offers the fault codes that fit its product."""

    _inherit = "service.ticket"

    symptom_id = fields.Many2one(
        domain="[('kind', '=', 'symptom'), ('fits_product_id', '=', product_id)]"
    )
    cause_id = fields.Many2one(
        domain="[('kind', '=', 'cause'), ('fits_product_id', '=', product_id)]"
    )
    remedy_id = fields.Many2one(
        domain="[('kind', '=', 'remedy'), ('fits_product_id', '=', product_id)]"
    )
