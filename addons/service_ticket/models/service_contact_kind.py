from odoo import api, fields, models

METHODS = [
    ("phone", "Phone"),
    ("visit", "Visit"),
    ("message", "E-mail or message"),
    ("event", "Event"),
]


class ServiceContactKind(models.Model):
    """Why we get in touch with customers without being asked (R56, R144, R172)."""

    _name = "service.contact.kind"
    _description = "Kind of Contact"
    _inherit = ["service.cached", "service.archivable"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    owed_by = fields.Selection(
        [
            ("cycle", "Its cycles"),
            ("service", "The customer's next service date"),
            ("training", "Recurring errors of operators"),
            ("hand", "Nothing: by hand and by campaigns"),
        ],
        required=True,
        default="cycle",
        help="What makes a contact of this kind owed.",
    )
    method = fields.Selection(METHODS, required=True, default="phone")
    days_before = fields.Integer(
        "Days Before", help="So long before the service date the customer is asked."
    )
    script = fields.Text(translate=True, help="What to ask and to say.")
    cycle_ids = fields.One2many("service.contact.cycle", "kind_id", "Cycles")

    _days_before_positive = models.Constraint(
        "CHECK (days_before BETWEEN 0 AND 365)",
        "Customers are asked up to a year before.",
    )

    @api.model
    def _get_by(self, owed_by):
        """Return the active kinds that are owed by this."""
        return self.search([("owed_by", "=", owed_by)])

    @api.model_create_multi
    def create(self, vals_list):
        kinds = super().create(vals_list)
        self.env["service.walk"]._begin("contacts")
        return kinds

    def write(self, vals):
        result = super().write(vals)
        if {"active", "owed_by", "days_before"} & vals.keys():
            self.env["service.walk"]._begin("contacts")
        return result
