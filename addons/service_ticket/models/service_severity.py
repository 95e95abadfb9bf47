from odoo import fields, models


class ServiceSeverity(models.Model):
    """How bad a fault is, with its written definition (R5-R8)."""

    _name = "service.severity"
    _description = "Severity"
    _order = "level, id"

    name = fields.Char(required=True, translate=True)
    level = fields.Integer(
        required=True, default=3, help="1 is the worst; lists are sorted by it."
    )
    definition = fields.Text(
        translate=True, help="When a fault has this severity, in words for the desk."
    )
    letter = fields.Char(
        "Service Level",
        size=4,
        help="What agreements call this severity, e.g. A, B or C.",
    )
    color = fields.Integer()
    active = fields.Boolean(default=True)

    _level_positive = models.Constraint(
        "CHECK (level > 0)", "The level of a severity starts at 1."
    )
