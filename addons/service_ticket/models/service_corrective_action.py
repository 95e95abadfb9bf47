"""What is done so that it does not happen again, and whether that worked (R163)."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .guard import drop_defaults

# What only the buttons write.
_RECORDED = {
    "state",
    "done_at",
    "done_uid",
    "check_due",
    "checked_at",
    "checked_uid",
    "previous_id",
    "told_overdue",
}
# What whoever does the work fills in; all else is for those who planned it.
_WORK = {"evidence", "check_note"}


class ServiceCorrectiveAction(models.Model):
    """One thing that is put right for good, by whom, until when, and its check."""

    _name = "service.corrective.action"
    _description = "Corrective Action"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "due, id"
    _check_company_auto = True

    name = fields.Char("What Is Wrong", required=True, tracking=True)
    kind = fields.Selection(
        [("corrective", "Corrective"), ("preventive", "Preventive")],
        required=True,
        default="corrective",
        help="Corrective: it has happened. Preventive: it could.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    team_id = fields.Many2one("service.team", check_company=True, index=True)
    ticket_id = fields.Many2one(
        "service.ticket",
        "Because Of",
        check_company=True,
        index="btree_not_null",
        groups="service_ticket.group_service_agent",
        help="The complaint or the repeated fault that it comes from.",
    )
    meeting_id = fields.Many2one(
        "service.quality.meeting",
        "Decided In",
        check_company=True,
        index="btree_not_null",
        groups="service_ticket.group_service_agent",
    )
    root_cause_id = fields.Many2one(
        "service.root.cause", index="btree_not_null", ondelete="restrict"
    )
    cause = fields.Text("Root Cause in Full", help="Why it could happen.")
    task = fields.Text("What Is to Be Done", required=True)
    user_id = fields.Many2one(
        "res.users",
        "Owner",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        check_company=True,
        index=True,
        tracking=True,
    )
    due = fields.Date(required=True, tracking=True)
    state = fields.Selection(
        [
            ("open", "To be done"),
            ("done", "To be checked"),
            ("worked", "Worked"),
            ("failed", "Did not work"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="open",
        index=True,
        tracking=True,
        group_expand=True,
    )

    # Done
    evidence = fields.Text(
        copy=False, help="What shows that it was done; attach papers and photos below."
    )
    done_at = fields.Datetime("Done On", readonly=True, copy=False)
    done_uid = fields.Many2one("res.users", "Done By", readonly=True, copy=False)

    # Did it work?
    check_days = fields.Integer(
        "Check After (Days)",
        default=30,
        required=True,
        help="So many days after it was done, somebody else looks whether it worked.",
    )
    checker_id = fields.Many2one(
        "res.users",
        "Checks It",
        domain="[('share', '=', False)]",
        check_company=True,
        index=True,
        tracking=True,
        help="Not the owner.",
    )
    check_due = fields.Date("Check Due", readonly=True, copy=False)
    check_note = fields.Text("What the Check Showed", copy=False)
    checked_at = fields.Datetime("Checked On", readonly=True, copy=False)
    checked_uid = fields.Many2one("res.users", "Checked By", readonly=True, copy=False)
    previous_id = fields.Many2one(
        "service.corrective.action",
        "Follows the Action",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
        help="The action that did not work.",
    )
    next_ids = fields.One2many(
        "service.corrective.action", "previous_id", "Followed By"
    )
    next_step = fields.Date(
        compute="_compute_next_step",
        store=True,
        help="Due while it is to be done, then the day of the check.",
    )
    is_overdue = fields.Boolean(
        compute="_compute_is_overdue", search="_search_is_overdue"
    )
    told_overdue = fields.Boolean(readonly=True, copy=False)

    _check_days_positive = models.Constraint(
        "CHECK (check_days BETWEEN 0 AND 730)", "Check it within two years."
    )
    _one_next = models.UniqueIndex(
        "(previous_id) WHERE previous_id IS NOT NULL",
        "Another action follows this one already.",
    )
    _to_do = models.Index("(next_step) WHERE state IN ('open', 'done')")

    # --- Computes --------------------------------------------------------------------

    @api.depends("state", "due", "check_due")
    def _compute_next_step(self):
        for action in self:
            days = {"open": action.due, "done": action.check_due}
            action.next_step = days.get(action.state, False)

    @api.model
    def _get_overdue_domain(self):
        today = fields.Date.context_today(self)
        return [("state", "in", ("open", "done")), ("next_step", "<", today)]

    @api.depends("next_step")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for action in self:
            action.is_overdue = bool(action.next_step and action.next_step < today)

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = fields.Domain(self._get_overdue_domain())
        return domain if True in value else ~domain

    @api.constrains("user_id", "checker_id")
    def _check_checker(self):
        for action in self:
            if action.checker_id and action.checker_id == action.user_id:
                raise ValidationError(
                    self.env._(
                        "%s owns this action: somebody else checks whether it worked.",
                        action.user_id.name,
                    )
                )

    # --- CRUD ------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_recorded(vals)
        clean = self.with_context(drop_defaults(self.env.context, _RECORDED))
        actions = super(ServiceCorrectiveAction, clean).create(vals_list)
        for action in actions.filtered(lambda one: one.user_id != self.env.user):
            action._plan(action.user_id, action.due, self.env._("Do it: %s"))
        return actions.with_env(self.env)

    def write(self, vals):
        self._refuse_recorded(vals)
        if not self.env.su and not self._may_plan() and vals.keys() - _WORK:
            self._refuse_planning(vals)
        if {"due", "check_days"} & vals.keys():
            vals = {**vals, "told_overdue": False}
        return super().write(vals)

    def _refuse_recorded(self, vals):
        if _RECORDED & vals.keys() and not self.env.su:
            raise UserError(
                self.env._("An action is done and checked by its buttons, not by hand.")
            )

    @api.model
    def _may_plan(self):
        return self.env.user.has_group("service_ticket.group_service_agent")

    def _refuse_planning(self, vals):
        """Engineers do and check; what is planned they don't change."""
        own = {name for name in vals if self._fields[name].column_type}
        if own - _WORK:
            raise UserError(
                self.env._("Say what was done; what is planned, others change.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_open(self):
        if self.filtered(lambda action: action.state not in ("open", "cancelled")):
            raise UserError(self.env._("What was done stays on record."))
