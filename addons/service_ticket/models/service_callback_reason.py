from odoo import fields, models


class ServiceCallbackReason(models.Model):
    """Why a customer could not be called back: closed as not reached, and said why."""

    _name = "service.callback.reason"
    _description = "Reason for Not Calling Back"
    _inherit = ["service.archivable"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    writes = fields.Boolean(
        "Write to the Customer",
        default=True,
        help="The customer gets a mail instead of the call, where there is an address.",
    )
