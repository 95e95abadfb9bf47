from odoo import api, fields, models


class ServiceSlaDefinition(models.Model):
    """When a fault has a severity, in the words of one policy (R8)."""

    _name = "service.sla.definition"
    _description = "Severity Definition"
    _order = "policy_id, severity_id"

    policy_id = fields.Many2one(
        "service.sla.policy", required=True, ondelete="cascade", index=True
    )
    severity_id = fields.Many2one(
        "service.severity", required=True, ondelete="cascade", index=True
    )
    definition = fields.Text(required=True, translate=True)

    _one_per_severity = models.UniqueIndex(
        "(policy_id, severity_id)", "This policy already defines this severity."
    )

    @api.depends("severity_id.name")
    def _compute_display_name(self):
        for definition in self:
            definition.display_name = definition.severity_id.name
