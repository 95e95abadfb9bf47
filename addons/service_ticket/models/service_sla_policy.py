from odoo import api, fields, models, tools

CLOCKS = [
    ("first_response", "First response"),
    ("on_site", "On site"),
    ("spare_on_site", "Spare on site"),
    ("restoration", "Restoration"),
    ("resolution", "Resolution"),
    ("report", "Report"),
]


class ServiceSlaPolicy(models.Model):
    """A set of promised times, by severity and clock (R9)."""

    _name = "service.sla.policy"
    _description = "Service Level Policy"
    _inherit = ["service.cached", "service.archivable"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(
        default=10, help="The first policy applies where nothing else is chosen."
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", help="Empty: every company may use this policy."
    )
    target_ids = fields.One2many("service.sla.target", "policy_id", "Targets")
    definition_ids = fields.One2many(
        "service.sla.definition",
        "policy_id",
        "Severities",
        help="Where this policy defines a severity in other words than usual.",
    )
    step_ids = fields.One2many(
        "service.escalation.step", "policy_id", "Warnings and Escalation"
    )

    @api.model
    def _get_in_order(self):
        """Return every policy, the usual one first; cached, as each ticket asks."""
        return self.browse(self._get_ids_in_order())

    @api.model
    @tools.ormcache()
    def _get_ids_in_order(self):
        return tuple(self._find_active().ids)

    @api.model
    def _find_targets(self, asked):
        """Return {(policy, severity, kind): {clock: target}} for all that is asked."""
        return {
            (policy, severity, kind): policy._get_targets(severity, kind)
            for policy, severity, kind in asked
        }

    def _get_targets(self, severity, kind="fault"):
        """Return {clock: target} for one severity; the most specific target wins.

        A target for the severity goes before one for the kind of request.
        """
        if not self:
            return {}
        self.ensure_one()
        targets = self.target_ids.filtered(
            lambda target: (
                target.severity_id in (severity, severity.browse())
                and target.kind in (kind, False)
            )
        ).sorted(lambda target: (bool(target.severity_id), bool(target.kind)))
        return {target.clock: target for target in targets}

    def _get_definition(self, severity):
        """Return when a fault has this severity, in the words of this policy (R8)."""
        own = self.definition_ids.filtered(lambda d: d.severity_id == severity)
        return own.definition or severity.definition
