from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_duration

from .service_sla_policy import CLOCKS
from .service_ticket import KINDS

HOURS_OF = [
    ("always", "Around the clock"),
    ("calendar", "Fixed hours"),
    ("team", "The team's hours"),
    ("site", "The site's hours"),
]


class ServiceSlaTarget(models.Model):
    """One promise of a policy: for a severity and a clock, a duration and its hours."""

    _name = "service.sla.target"
    _description = "Service Level Target"
    _order = "policy_id, severity_id, kind, clock, id"

    policy_id = fields.Many2one(
        "service.sla.policy", required=True, ondelete="cascade", index=True
    )
    severity_id = fields.Many2one(
        "service.severity",
        index="btree_not_null",
        help="Empty: for every severity without a target of its own.",
    )
    kind = fields.Selection(
        KINDS, "Request", help="Empty: for every kind without a target of its own."
    )
    clock = fields.Selection(CLOCKS, required=True)
    hours = fields.Float(
        "Promised", required=True, help="The promised time, in hours and minutes."
    )
    internal_hours = fields.Float(
        "Own Aim",
        help="What we want to keep ourselves, in hours and minutes: warnings count on "
        "it. Empty: the promised time.",
    )
    hours_of = fields.Selection(
        HOURS_OF,
        "Counts",
        required=True,
        default="always",
        help="Whose hours count. Where those are not known or have no opening time, "
        "nothing is promised.",
    )
    calendar_id = fields.Many2one(
        "resource.calendar", "Fixed Hours", help="The hours that count."
    )

    _hours_positive = models.Constraint(
        "CHECK (hours > 0)", "A promised time is longer than nothing."
    )
    _hours_bounded = models.Constraint(
        "CHECK (hours <= 87600)", "A promised time is not longer than ten years."
    )
    _internal_stricter = models.Constraint(
        "CHECK (internal_hours >= 0 AND COALESCE(internal_hours, 0) < hours)",
        "The own aim is shorter than what is promised.",
    )
    _one_per_clock = models.UniqueIndex(
        "(policy_id, clock, COALESCE(severity_id, 0), COALESCE(kind, ''))",
        "This policy already has a target for this severity and clock.",
    )

    @api.constrains("hours_of", "calendar_id")
    def _check_calendar(self):
        for target in self:
            if target.hours_of == "calendar" and not target.calendar_id:
                raise ValidationError(
                    self.env._(
                        "%s: choose the fixed hours that count.", target.display_name
                    )
                )

    def _prepare_milestone_vals(self, ticket):
        """Return what a milestone keeps of this promise to the ticket's customer."""
        calendar = ticket._get_clock_calendar(self.hours_of, self.calendar_id)
        return {
            "target_id": self.id,
            "hours": self.hours,
            "internal_hours": self.internal_hours,
            "hours_of": self.hours_of,
            "calendar_id": calendar.id,
        }

    @api.depends("clock", "hours")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["clock"]._description_selection(self.env))
        for target in self:
            duration = format_duration(target.hours)
            target.display_name = f"{labels.get(target.clock)} {duration}"
