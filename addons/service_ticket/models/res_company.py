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

    service_file_days = fields.Integer(
        "Customer File Complete Within (Days)",
        default=2,
        help="So many days after the first contact nothing is missing in the file.",
    )
    service_file_target = fields.Integer(
        "Target for Complete Files (%)",
        default=85,
        help="The share of facts that customer files are to hold.",
    )
    service_contact_ahead_days = fields.Integer(
        "Contacts Planned Ahead (Days)",
        default=30,
        help="What falls due within so many days is on the list of contacts owed.",
    )

    service_training_errors = fields.Integer(
        "Operator Errors Until a Training Is Suggested",
        default=3,
        help="So many errors of operators on one unit: the customer is offered a "
        "training. 0: never.",
    )
    service_training_days = fields.Integer("Errors Within (Days)", default=180)

    _service_files_bounded = models.Constraint(
        "CHECK (service_file_days BETWEEN 0 AND 3650"
        " AND service_contact_ahead_days BETWEEN 0 AND 365"
        " AND service_file_target BETWEEN 0 AND 100"
        " AND service_training_errors >= 0"
        " AND service_training_days BETWEEN 0 AND 3650)",
        "Days lie between 0 and ten years, planning ahead within one year, a target "
        "between 0 and 100 %.",
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
