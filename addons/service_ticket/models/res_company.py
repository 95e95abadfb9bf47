from datetime import timedelta

from odoo import fields, models

from ..engine import repeats


class ResCompany(models.Model):
    _inherit = "res.company"

    service_repeat_days = fields.Integer(
        "Repeat Within (Days)",
        default=30,
        help="The same fault on the same unit within so many days is a repeat. 0: never.",
    )
    service_strike_limit = fields.Integer(
        "Failed Repairs Until Replacement",
        default=3,
        help="After so many failed repairs of the same quality problem the unit is to "
        "be replaced. 0: never.",
    )
    service_held_days = fields.Integer(
        "A Repair Has Held After (Days)",
        default=180,
        help="A fault that comes back later starts a new count of failed repairs. "
        "0: it never does.",
    )

    _service_days_bounded = models.Constraint(
        "CHECK (service_repeat_days BETWEEN 0 AND 36500"
        " AND service_held_days BETWEEN 0 AND 36500 AND service_strike_limit >= 0)",
        "Days and counts of repeats lie between 0 and a hundred years.",
    )

    def _describe_strikes(self, count):
        """Say how many repairs failed, of how many that are too many."""
        if self.service_strike_limit:
            return self.env._(
                "%(count)s of %(limit)s", count=count, limit=self.service_strike_limit
            )
        return str(count)

    def _judge_faults(self, cases):
        """Ask the engine about one unit's faults, with this company's settings."""
        held = self.service_held_days
        return (
            repeats.find_repeats(cases, timedelta(days=self.service_repeat_days)),
            *repeats.count_failed_repairs(
                cases, timedelta(days=held) if held else None
            ),
        )
