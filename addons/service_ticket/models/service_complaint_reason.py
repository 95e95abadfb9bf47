from odoo import api, fields, models

GROUPS = [
    ("delay", "Delay"),
    ("attitude", "Attitude and conduct"),
    ("soliciting", "Soliciting"),
    ("product", "Quality of the product"),
    ("repair", "Quality of the repair"),
    ("price", "Price and invoice"),
    ("parts", "Spare parts"),
    ("damage", "Damage and loss"),
    ("other", "Other"),
]


class ServiceComplaintReason(models.Model):
    """What a customer complains about, and how soon the answer is promised (R156)."""

    _name = "service.complaint.reason"
    _description = "Complaint Reason"
    _inherit = ["service.archivable"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    group = fields.Selection(GROUPS, required=True, default="other")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    answer_hours = fields.Float(
        "Answer Within",
        required=True,
        default=16.0,
        help="How soon the customer has our answer, in hours. Complaints that are "
        "there already keep what was promised.",
    )
    working_hours = fields.Boolean(
        "Within Working Hours",
        default=True,
        help="Count only the working hours of the team.",
    )
    in_portal = fields.Boolean(
        "Offered to Customers",
        default=True,
        help="Customers can choose this reason in the portal.",
    )

    _hours_positive = models.Constraint(
        "CHECK (answer_hours > 0 AND answer_hours <= 1000)",
        "An answer is promised within 1 to 1000 hours.",
    )

    @api.model
    def _find_for_portal(self):
        """Return the reasons that a customer may choose, in sudo."""
        return self.sudo().search([("in_portal", "=", True)])


class ServiceRootCause(models.Model):
    """Why something went wrong on our side: what is put right for good (R163)."""

    _name = "service.root.cause"
    _description = "Root Cause"
    _inherit = ["service.archivable"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
