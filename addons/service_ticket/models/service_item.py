from odoo import fields, models


class ServiceItem(models.Model):
    """What we do for a customer, as the file says it (R170)."""

    _name = "service.item"
    _description = "Service Item"
    _inherit = ["service.archivable"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
