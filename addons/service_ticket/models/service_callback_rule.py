from odoo import fields, models

OUTCOMES = [
    ("fixed", "Fixed"),
    ("advised", "Solved by advice"),
    ("untested", "Fixed, no time to test"),
    ("doubtful", "Fixed, not certain"),
    ("no_fault", "No fault found"),
    ("answered", "Complaint answered"),
]


class ServiceCallbackRule(models.Model):
    """How soon a customer is called back after a job (R85, R117, R125)."""

    _name = "service.callback.rule"
    _description = "Callback Rule"
    _order = "outcome, id"
    _rec_name = "outcome"

    outcome = fields.Selection(OUTCOMES, required=True)
    hours = fields.Float(required=True, help="Time after the job, in hours.")
    working_hours = fields.Boolean(
        "Within Working Hours", help="Count only the working hours of the team."
    )
    active = fields.Boolean(default=True)
    script = fields.Text(translate=True, help="What to ask, shown to the caller.")

    _hours_positive = models.Constraint(
        "CHECK (hours > 0)", "A callback is due some time after the job."
    )
    _one_per_outcome = models.UniqueIndex(
        "(outcome) WHERE active", "There is already a rule for this outcome."
    )
