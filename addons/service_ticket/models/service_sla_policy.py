from odoo import api, fields, models
from odoo.tools import format_duration

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

    def _get_targets(self, severity):
        """Return {clock: target} for one severity; its own targets come first."""
        self.ensure_one()
        targets = self.target_ids.filtered(
            lambda target: not target.severity_id or target.severity_id == severity
        ).sorted(lambda target: bool(target.severity_id))
        return {target.clock: target for target in targets}


class ServiceSlaTarget(models.Model):
    """One promise of a policy: for a severity and a clock, a duration and its hours."""

    _name = "service.sla.target"
    _description = "Service Level Target"
    _order = "policy_id, severity_id, clock, id"

    policy_id = fields.Many2one(
        "service.sla.policy", required=True, ondelete="cascade", index=True
    )
    severity_id = fields.Many2one(
        "service.severity",
        index="btree_not_null",
        help="Empty: for every severity without a target of its own.",
    )
    clock = fields.Selection(CLOCKS, required=True)
    hours = fields.Float(required=True, help="The promised time, in hours.")
    calendar_id = fields.Many2one(
        "resource.calendar",
        "Counts During",
        help="Empty: around the clock, every day of the year.",
    )

    _hours_positive = models.Constraint(
        "CHECK (hours > 0)", "A promised time is longer than nothing."
    )
    _one_per_clock = models.UniqueIndex(
        "(policy_id, clock, COALESCE(severity_id, 0))",
        "This policy already has a target for this severity and clock.",
    )

    def _get_seconds(self):
        """Return the promised time in whole seconds."""
        return round(self.hours * 3600)

    def _prepare_milestone_vals(self):
        """Return what a milestone keeps of this promise."""
        return {
            "target_id": self.id,
            "hours": self.hours,
            "calendar_id": self.calendar_id.id,
        }

    @api.depends("clock", "hours")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["clock"]._description_selection(self.env))
        for target in self:
            duration = format_duration(target.hours)
            target.display_name = f"{labels.get(target.clock)} {duration}"
