from odoo import fields, models


class ServiceWaitingReason(models.Model):
    """Why a ticket waits, and whether the clocks stand still meanwhile."""

    _name = "service.waiting.reason"
    _description = "Waiting Reason"
    _inherit = ["service.archivable"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    pauses_clock = fields.Boolean(
        "Pauses the Clocks",
        help="Ticked where the customer keeps us waiting; what we owe never pauses.",
    )
    ends_with_mail = fields.Boolean(
        "Ends When the Customer Writes",
        help="Ticked where we wait for the customer: a reply, by mail or in the portal, goes "
        "on with the ticket.",
    )
