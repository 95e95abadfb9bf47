from odoo import fields, models


class ServiceSeverityCriterion(models.Model):
    """One answer of the caller that makes a fault as bad as this (R5-R7)."""

    _name = "service.severity.criterion"
    _description = "Severity Criterion"
    _order = "sequence, id"

    name = fields.Char(
        "What the Caller Says",
        required=True,
        translate=True,
        help="Ticked on the intake screen; the worst that is ticked decides.",
    )
    sequence = fields.Integer(default=10)
    severity_id = fields.Many2one(
        "service.severity", "Then It Is", required=True, index=True, ondelete="cascade"
    )
    active = fields.Boolean(default=True)

    def _get_severity(self):
        """Return the worst severity among these answers; empty for none."""
        return self.severity_id.sorted("level")[:1]
