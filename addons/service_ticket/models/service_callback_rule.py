from odoo import api, fields, models

OUTCOMES = [
    ("fixed", "Fixed"),
    ("advised", "Solved by advice"),
    ("untested", "Fixed, no time to test"),
    ("doubtful", "Fixed, not certain"),
    ("no_fault", "No fault found"),
    ("answered", "Complaint answered"),
]
CALLERS = [("desk", "Callback Desk"), ("engineer", "Engineer of the Job")]


class ServiceCallbackRule(models.Model):
    """How soon a customer is called back after a job, by whom, and what is asked.

    The rule with the most conditions that hold is taken (R85, R117, R125).
    """

    _name = "service.callback.rule"
    _description = "Callback Rule"
    _inherit = ["service.archivable"]
    _order = "sequence, id"
    _rec_name = "outcome"

    sequence = fields.Integer(default=10)
    outcome = fields.Selection(
        OUTCOMES, "Job Ended As", help="Empty: however the job ended."
    )
    kind = fields.Selection(
        lambda self: (
            self.env["service.ticket"]._fields["kind"]._description_selection(self.env)
        ),
        "Kind of Ticket",
        help="Empty: every kind.",
    )
    severity_id = fields.Many2one(
        "service.severity", help="Empty: every severity.", index="btree_not_null"
    )
    hours = fields.Float(required=True, help="Time after the job, in hours.")
    working_hours = fields.Boolean(
        "Within Working Hours", help="Count only the working hours of the team."
    )
    not_earlier = fields.Boolean(
        "Not Earlier",
        help="The unit has to run for so long: the call is made when the time is "
        "over, not before.",
    )
    caller = fields.Selection(
        CALLERS, "Called By", required=True, default="desk", help="The desk may always."
    )
    retry_hours = fields.Float(
        "Next Try After (Hours)",
        required=True,
        default=1,
        help="Where nobody answered, the next try is planned so many hours later.",
    )
    max_tries = fields.Integer(
        "Tries",
        required=True,
        default=3,
        help="After so many tries without an answer the customer gets a mail, and the "
        "callback counts as not reached.",
    )
    active = fields.Boolean(default=True)
    script = fields.Text(translate=True, help="What to ask, shown to the caller.")

    _hours_positive = models.Constraint(
        "CHECK (hours > 0 AND hours <= 8760)",
        "A callback is due some time after the job, within a year.",
    )
    _retry_positive = models.Constraint(
        "CHECK (retry_hours > 0 AND retry_hours <= 8760)",
        "The next try comes some time later, within a year.",
    )
    _tries_bounded = models.Constraint(
        "CHECK (max_tries BETWEEN 1 AND 20)", "Try between once and twenty times."
    )
    _one_per_outcome = models.UniqueIndex(
        "(coalesce(outcome, ''), coalesce(kind, ''), coalesce(severity_id, 0))"
        " WHERE active",
        "There is already a rule for this outcome, kind and severity.",
    )

    @api.depends("outcome", "kind", "severity_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = {
            name: dict(self._fields[name]._description_selection(self.env))
            for name in ("outcome", "kind")
        }
        for rule in self:
            said = [
                labels["outcome"].get(rule.outcome),
                labels["kind"].get(rule.kind),
                rule.severity_id.name,
            ]
            rule.display_name = ", ".join(filter(None, said)) or self.env._("Every job")

    def _match(self, ticket, outcome=None):
        """Return the rule for a ticket: of those that fit, the one that says most.

        :param outcome: how the job ended; the ticket's, where nothing is given
        """
        outcome = outcome or ticket.outcome
        fitting = self.filtered(
            lambda rule: rule.outcome in (False, outcome)
            and rule.kind in (False, ticket.kind)
            and rule.severity_id in (rule.severity_id.browse(), ticket.severity_id)
        )
        return fitting.sorted(
            lambda rule: -bool(rule.outcome) - bool(rule.kind) - bool(rule.severity_id)
        )[:1]
