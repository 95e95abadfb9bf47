from odoo import api, fields, models
from odoo.exceptions import UserError

from .guard import drop_defaults
from .service_callback_attempt import WAYS
from .service_callback_rule import CALLERS, OUTCOMES

_DEFAULT_HOURS = 8.0  # where no rule is left for an outcome: coverage stays 100 %
_TRANSITIONS = {
    "owed": ("done", "missed", "cancelled"),
    "done": (),
    "missed": (),
    "cancelled": (),
}
STARS = [(str(stars), str(stars)) for stars in range(6)]
# What only the buttons write: whose call it was, and what came of it.
_RECORDED = {
    "state",
    "outcome",
    "attempts",
    "done_at",
    "user_id",
    "owed_at",
    "first_due",
    "rule_id",
    "is_check",
    "claimed_by_id",
    "claimed_at",
    "escalated_at",
    "reason_id",
    "rating_id",
    "wants_to_buy",
    "sales_user_id",
    "handed_over_at",
}


class ServiceCallback(models.Model):
    """A call that is owed to a customer, and what came of it (R85, R117, R149)."""

    _name = "service.callback"
    _description = "Callback"
    _inherit = ["mail.thread"]
    _order = "due, id"
    _check_company_auto = True

    ticket_id = fields.Many2one(
        "service.ticket", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="ticket_id.company_id", store=True, index=True)
    team_id = fields.Many2one(
        related="ticket_id.team_id", store=True, index="btree_not_null"
    )
    partner_id = fields.Many2one(
        related="ticket_id.partner_id", store=True, index="btree_not_null"
    )
    customer_id = fields.Many2one(
        "res.partner",
        "Customer's Company",
        related="ticket_id.partner_id.commercial_partner_id",
        store=True,
    )
    contact_name = fields.Char(related="ticket_id.contact_name")
    contact_phone = fields.Char(related="ticket_id.contact_phone")
    contact_email = fields.Char(related="ticket_id.contact_email")
    unit_id = fields.Many2one(related="ticket_id.unit_id")
    engineer_id = fields.Many2one(related="ticket_id.user_id", string="Job Done By")
    kind = fields.Selection(related="ticket_id.kind")
    work_done = fields.Text(related="ticket_id.work_done")
    description = fields.Text(related="ticket_id.description")
    last_ticket_ids = fields.Many2many(related="ticket_id.last_ticket_ids")

    # Why and when
    job_outcome = fields.Selection(OUTCOMES, "Job")
    script = fields.Text(compute="_compute_script", compute_sudo=True)
    rule_id = fields.Many2one("service.callback.rule", "Rule", readonly=True)
    is_check = fields.Boolean(
        "Check Call",
        readonly=True,
        help="Made to check a rating, beside the call that every job has.",
    )
    caller = fields.Selection(CALLERS, "To Be Called By", default="desk", required=True)
    owed_at = fields.Datetime(
        "Owed Since", readonly=True, default=fields.Datetime.now, copy=False
    )
    due = fields.Datetime(required=True)
    first_due = fields.Datetime(
        "First Due", readonly=True, help="Before tries that reached nobody moved it."
    )
    call_from = fields.Datetime(
        "Not Before", help="Until then the customer is left in peace."
    )
    is_overdue = fields.Boolean(compute="_compute_is_overdue")
    escalated_at = fields.Datetime("Leader Told On", readonly=True)

    # Whose call it is right now
    claimed_by_id = fields.Many2one("res.users", "On the Phone", readonly=True)
    claimed_at = fields.Datetime("On the Phone Since", readonly=True)

    # What came of it
    state = fields.Selection(
        [
            ("owed", "Owed"),
            ("done", "Done"),
            ("missed", "Not reached"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="owed",
        tracking=True,
    )
    outcome = fields.Selection(
        [("satisfied", "Satisfied"), ("unsatisfied", "Not satisfied")],
        readonly=True,
        tracking=True,
    )
    attempts = fields.Integer("Not Reached", readonly=True)
    attempt_ids = fields.One2many("service.callback.attempt", "callback_id", "Tries")
    reason_id = fields.Many2one(
        "service.callback.reason", "Why Not Reached", readonly=True
    )
    way = fields.Selection(WAYS, "Way", default="phone", required=True)
    note = fields.Text("What the Customer Said")
    done_at = fields.Datetime(readonly=True)
    user_id = fields.Many2one("res.users", "Called By", readonly=True)

    _one_owed = models.UniqueIndex(
        "(ticket_id) WHERE state = 'owed'",
        "A callback for this ticket is owed already.",
    )
    # The call list is counted in it, the table is left alone.
    _owed_due = models.Index(
        "(due, id) INCLUDE (company_id, team_id, ticket_id, caller, call_from)"
        " WHERE state = 'owed'"
    )
    # Few among the calls that were made.
    _missed_due = models.Index("(due, id) WHERE state = 'missed'")
    _unsatisfied_due = models.Index("(due, id) WHERE outcome = 'unsatisfied'")
    _checks_due = models.Index("(due, id) WHERE is_check IS TRUE")
    _one_claim = models.UniqueIndex(
        "(company_id, customer_id) WHERE claimed_by_id IS NOT NULL",
        "Somebody else is calling this customer right now. Take the next call.",
    )

    @api.depends("ticket_id.display_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for call in self:
            call.display_name = self.env._("Callback %s", call.ticket_id.display_name)

    @api.depends("rule_id", "job_outcome")
    @api.depends_context("lang")
    def _compute_script(self):
        rules = self.env["service.callback.rule"].search([])
        for call in self:
            rule = call.rule_id.sudo() or rules._match(call.ticket_id)
            call.script = rule.script

    @api.depends("due", "state")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for call in self:
            call.is_overdue = call.state == "owed" and call.due and call.due < now

    # --- CRUD ----------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_recorded(vals, _RECORDED)
        quiet = self.with_context(drop_defaults(self.env.context, _RECORDED))
        calls = super(ServiceCallback, quiet).create(
            [
                {"call_from": vals.get("due"), **vals, "first_due": vals.get("due")}
                for vals in vals_list
            ]
        )
        calls.ticket_id._store_callback_state()
        return calls.with_env(self.env)

    def write(self, vals):
        self._refuse_recorded(vals, _RECORDED | {"ticket_id"})
        if not self.env.su and self.filtered(lambda call: call.state != "owed"):
            raise UserError(
                self.env._("This call was made: what was said stays as it is.")
            )
        result = super().write(vals)
        if "state" in vals:
            self.ticket_id._store_callback_state()
        return result

    def _refuse_recorded(self, vals, names):
        if names & vals.keys() and not self.env.su:
            raise UserError(
                self.env._("A callback is made by its buttons, not written by hand.")
            )

    # --- Owing ---------------------------------------------------------------------

    @api.model
    def _owe(self, tickets, **given):
        """Owe one callback for each ticket, due by the rule that fits it best.

        :param given: more values of the callbacks, e.g. ``is_check`` and ``note``;
            ``job_outcome`` decides about the rule instead of the ticket's outcome
        """
        calls = self.sudo()
        owed = calls.search(
            [("ticket_id", "in", tickets.ids), ("state", "=", "owed")]
        ).ticket_id
        tickets = (tickets - owed).sudo()
        rules = self.env["service.callback.rule"].sudo().search([])
        outcome = given.get("job_outcome")
        rule_of = {ticket: rules._match(ticket, outcome) for ticket in tickets}
        hours = self._count_hours(rule_of.items())
        vals_list = [
            {**self._prepare_owed_vals(ticket, rule, hours), **given}
            for ticket, rule in rule_of.items()
        ]
        return calls.create(vals_list).with_env(self.env)

    @api.model
    def _prepare_owed_vals(self, ticket, rule, hours):
        """Return the values of the call that a ticket owes by this rule."""
        due = hours(ticket, rule, rule.hours or _DEFAULT_HOURS)
        return {
            "ticket_id": ticket.id,
            "job_outcome": ticket.outcome,
            "rule_id": rule.id,
            "caller": rule.caller or "desk",
            "due": due,
            "call_from": due if rule.not_earlier else fields.Datetime.now(),
        }

    @api.model
    def _count_hours(self, pairs):
        """Return a function (ticket, rule, hours) → that many hours from now.

        :param pairs: (ticket, rule) for all that it will be asked for
        """
        pairs = list(pairs)
        now = fields.Datetime.now()
        rules = self.env["service.callback.rule"].union(*(rule for _t, rule in pairs))
        longest = max(
            [_DEFAULT_HOURS, *rules.mapped("hours"), *rules.mapped("retry_hours")]
        )
        tickets = self.env["service.ticket"]
        by_company = tickets._get_hours_by_company(
            (
                ticket.company_id,
                ticket.team_id.calendar_id,
                now,
                round(longest * 3600),
            )
            for ticket, _rule in pairs
        )
        calendars = self.env["resource.calendar"]

        def advance(ticket, rule, amount):
            calendar = ticket.team_id.calendar_id if rule.working_hours else calendars
            hours = by_company[ticket.company_id]
            seconds = round(amount * 3600)
            return hours[calendar].advance(now, seconds) or hours[calendars].advance(
                now, seconds
            )

        return advance
