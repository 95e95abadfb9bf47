from odoo import fields, models


class ServiceVisitFailReason(models.Model):
    """Why a visit did not do its job, and what happens next."""

    _name = "service.visit.fail.reason"
    _description = "Visit Failure Reason"
    _inherit = ["service.archivable"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    next_step = fields.Selection(
        [
            ("replan", "Plan a new visit"),
            ("part", "Get the part, then plan a new visit"),
            ("workshop", "Repair in the workshop"),
            ("call", "Call the customer"),
            ("alert", "Alert the dispatcher at once"),
        ],
        required=True,
        default="replan",
        help="What the dispatcher is asked to do when a visit ends with this reason.",
    )
    advice = fields.Char(
        translate=True,
        help="What the engineer does before leaving, shown on the phone.",
    )
