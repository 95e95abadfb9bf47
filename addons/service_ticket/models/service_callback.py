from odoo import api, fields, models
from odoo.exceptions import UserError

from .guard import drop_defaults
from .service_callback_rule import OUTCOMES

_DEFAULT_HOURS = 8.0  # where no rule is left for an outcome: coverage stays 100 %
_TRANSITIONS = {"owed": ("done", "cancelled"), "done": (), "cancelled": ()}
# What only the buttons write: whose call it was, and what came of it.
_RECORDED = {"state", "outcome", "attempts", "done_at", "user_id"}


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
    team_id = fields.Many2one(related="ticket_id.team_id", store=True)
    partner_id = fields.Many2one(related="ticket_id.partner_id", store=True)
    contact_name = fields.Char(related="ticket_id.contact_name")
    contact_phone = fields.Char(related="ticket_id.contact_phone")
    unit_id = fields.Many2one(related="ticket_id.unit_id")
    work_done = fields.Text(related="ticket_id.work_done")
    job_outcome = fields.Selection(OUTCOMES, "Job")
    script = fields.Text(compute="_compute_script", compute_sudo=True)
    due = fields.Datetime(required=True)
    state = fields.Selection(
        [("owed", "Owed"), ("done", "Done"), ("cancelled", "Cancelled")],
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
    note = fields.Text("What the Customer Said")
    done_at = fields.Datetime(readonly=True)
    user_id = fields.Many2one("res.users", "Called By", readonly=True)

    _one_owed = models.UniqueIndex(
        "(ticket_id) WHERE state = 'owed'",
        "A callback for this ticket is owed already.",
    )
    _owed_due = models.Index("(due) WHERE state = 'owed'")

    @api.depends("ticket_id.display_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for call in self:
            call.display_name = self.env._("Callback %s", call.ticket_id.display_name)

    @api.depends("job_outcome")
    def _compute_script(self):
        rules = self.env["service.callback.rule"].search([])
        scripts = {rule.outcome: rule.script for rule in rules}
        for call in self:
            call.script = scripts.get(call.job_outcome)

    # --- CRUD ----------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_recorded(vals, _RECORDED)
        calls = self.with_context(drop_defaults(self.env.context, _RECORDED))
        return super(ServiceCallback, calls).create(vals_list).with_env(self.env)

    def write(self, vals):
        self._refuse_recorded(vals, _RECORDED | {"ticket_id"})
        return super().write(vals)

    def _refuse_recorded(self, vals, names):
        if names & vals.keys() and not self.env.su:
            raise UserError(
                self.env._("A callback is made by its buttons, not written by hand.")
            )

    # --- Owing ---------------------------------------------------------------------

    @api.model
    def _owe(self, tickets):
        """Owe one callback for each ticket, due by the rule of its outcome."""
        rules = self.env["service.callback.rule"].search([])
        owed = dict(
            self._read_group(
                [("ticket_id", "in", tickets.ids), ("state", "=", "owed")],
                ["ticket_id"],
                ["__count"],
            )
        )
        now = fields.Datetime.now()
        longest = round(max([_DEFAULT_HOURS, *rules.mapped("hours")]) * 3600)
        hours = tickets._get_hours(
            (ticket.team_id.calendar_id, now, longest) for ticket in tickets
        )
        always = hours[self.env["resource.calendar"]]
        vals_list = []
        for ticket in tickets.filtered(lambda t: t not in owed):
            rule = rules.filtered(lambda r, t=ticket: r.outcome == t.outcome)
            calendar = self.env["resource.calendar"]
            if rule.working_hours:
                calendar = ticket.team_id.calendar_id
            seconds = round((rule.hours or _DEFAULT_HOURS) * 3600)
            vals_list.append(
                {
                    "ticket_id": ticket.id,
                    "job_outcome": ticket.outcome,
                    "due": hours[calendar].advance(now, seconds)
                    or always.advance(now, seconds),
                }
            )
        return self.create(vals_list)

    # --- Calling --------------------------------------------------------------------

    def _finish(self, outcome):
        self.check_access("write")
        for call in self:
            if "done" not in _TRANSITIONS[call.state]:
                raise UserError(self.env._("%s was made already.", call.display_name))
        self.sudo().write(
            {
                "state": "done",
                "outcome": outcome,
                "done_at": fields.Datetime.now(),
                "user_id": self.env.uid,
            }
        )
        for call in self:
            call.ticket_id.message_post(
                body=self.env._(
                    "Customer called back: %(outcome)s. %(note)s",
                    outcome=dict(
                        self._fields["outcome"]._description_selection(self.env)
                    )[outcome],
                    note=call.note or "",
                )
            )

    def action_satisfied(self):
        """The customer is satisfied: the ticket closes (R28)."""
        self._finish("satisfied")
        resolved = self.ticket_id.filtered(lambda ticket: ticket.state == "resolved")
        closable = resolved.filtered(lambda t: not t._get_close_obstacles())
        closable.action_close()

    def action_unsatisfied(self):
        """The customer is not satisfied: the ticket is open again (R123)."""
        for call in self:
            if not call.note:
                raise UserError(
                    self.env._("Write down what the customer is not satisfied with.")
                )
        self._finish("unsatisfied")
        self.ticket_id.filtered(
            lambda ticket: ticket.state in ("resolved", "closed")
        ).action_reopen()

    def action_unreachable(self):
        """Nobody answered: try again in an hour; the attempt is counted."""
        self.check_access("write")
        now = fields.Datetime.now()
        for call in self:
            if call.state != "owed":
                raise UserError(self.env._("%s was made already.", call.display_name))
            call.sudo().write(
                {
                    "attempts": call.attempts + 1,
                    "due": fields.Datetime.add(max(now, call.due), hours=1),
                }
            )
            call.ticket_id.message_post(
                body=self.env._("Callback: nobody answered (%s).", call.attempts)
            )
