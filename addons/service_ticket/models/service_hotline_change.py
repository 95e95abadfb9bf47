from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .guard import drop_defaults

_TRANSITIONS = {
    "draft": ("notifying", "cancelled"),
    "notifying": ("done", "cancelled"),
    "done": ("notifying",),  # a mail came back
    "cancelled": ("draft",),
}
_DAYS = 3
_CHUNK = 1000
_TOLD = ("sent", "told")


class ServiceHotlineChange(models.Model):
    """A team gets another hotline number, and every customer concerned is told (R72)."""

    _name = "service.hotline.change"
    _description = "Change of the Hotline Number"
    _inherit = ["mail.thread", "mail.activity.mixin", "service.link.guard"]
    _order = "id desc"
    _check_company_auto = True

    team_id = fields.Many2one(
        "service.team", required=True, index=True, check_company=True, tracking=True
    )
    company_id = fields.Many2one(
        related="team_id.company_id", store=True, index=True, precompute=True
    )
    old_number = fields.Char(
        compute="_compute_old_number",
        precompute=True,  # what the team has now, not what it gets
        store=True,
        readonly=False,
        tracking=True,
    )
    new_number = fields.Char(required=True, tracking=True)
    effective_on = fields.Date(
        "Holds From", required=True, default=fields.Date.context_today, tracking=True
    )
    reason = fields.Char(translate=True, help="Stands in the mail to the customers.")
    days = fields.Integer(
        "Notify Within (Days)",
        default=_DAYS,
        required=True,
        help="From the moment when the mails are begun, everybody is told within so "
        "many days.",
    )
    state = fields.Selection(
        [
            ("draft", "Being prepared"),
            ("notifying", "Telling customers"),
            ("done", "Everybody is told"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        tracking=True,
    )
    announced_at = fields.Datetime("Begun", readonly=True, copy=False)
    deadline = fields.Datetime(
        "Everybody Told By", compute="_compute_deadline", store=True
    )
    in_effect = fields.Boolean(
        "Number Is in Use", readonly=True, copy=False, help="The team has it."
    )
    leader_told = fields.Boolean(readonly=True, copy=False)
    notice_ids = fields.One2many("service.hotline.notice", "change_id", "Customers")
    notice_count = fields.Integer("Customers Concerned", compute="_compute_progress")
    told_count = fields.Integer("Told", compute="_compute_progress")
    open_count = fields.Integer("Not Told Yet", compute="_compute_progress")
    failed_count = fields.Integer("To Phone or Write To", compute="_compute_progress")
    progress = fields.Float(compute="_compute_progress")
    is_late = fields.Boolean(compute="_compute_is_late")

    _days_fit = models.Constraint(
        "CHECK (days BETWEEN 1 AND 60)", "Tell customers within 1 to 60 days."
    )

    # --- Fields -------------------------------------------------------------------------

    @api.depends("team_id")
    def _compute_old_number(self):
        for change in self:
            change.old_number = change.team_id.hotline_shown or change.old_number

    @api.depends("team_id", "old_number", "new_number")
    def _compute_display_name(self):
        for change in self:
            numbers = f"{change.old_number or '–'} → {change.new_number or '…'}"
            change.display_name = f"{change.team_id.name or ''}: {numbers}"

    @api.depends("announced_at", "days")
    def _compute_deadline(self):
        for change in self:
            begun = change.announced_at
            change.deadline = begun and begun + timedelta(days=change.days)

    @api.depends("notice_ids.state")
    def _compute_progress(self):
        counts = {}
        for change, state, count in self.env["service.hotline.notice"]._read_group(
            [("change_id", "in", self.ids)], ["change_id", "state"], ["__count"]
        ):
            counts.setdefault(change.id, {})[state] = count
        for change in self:
            mine = counts.get(change._origin.id, {})
            change.notice_count = sum(mine.values())
            change.told_count = sum(mine.get(state, 0) for state in _TOLD)
            change.open_count = change.notice_count - change.told_count
            change.failed_count = mine.get("failed", 0)
            whole = change.notice_count or 1
            change.progress = 100.0 * change.told_count / whole

    @api.depends("deadline", "state")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for change in self:
            owed = change.state == "notifying" and change.deadline
            change.is_late = bool(owed) and owed < now

    # --- What only the system writes ------------------------------------------------------

    @api.model
    def _get_recorded_fields(self):
        return {"state", "announced_at", "in_effect", "leader_told"}

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_recorded(vals)
        own = drop_defaults(self.env.context, self._get_recorded_fields())
        return super(ServiceHotlineChange, self.with_context(own)).create(vals_list)

    def write(self, vals):
        self._refuse_recorded(vals)
        fixed = {"team_id", "new_number", "old_number"} & vals.keys()
        if fixed and not self.env.su and set(self.mapped("state")) - {"draft"}:
            raise UserError(
                self.env._("Customers are being told: make another change instead.")
            )
        return super().write(vals)

    def _refuse_recorded(self, vals):
        recorded = self._get_recorded_fields() & vals.keys()
        if recorded and not self.env.su:
            raise UserError(
                self.env._(
                    "“%s” is recorded by the system and not written by hand.",
                    self._fields[min(recorded)]._description_string(self.env),
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_prepared(self):
        if set(self.mapped("state")) - {"draft"}:
            raise UserError(
                self.env._(
                    "Who was told of a number stays on record. Cancel it instead."
                )
            )

    def _set_state(self, state, **vals):
        for change in self:
            if state not in _TRANSITIONS[change.state]:
                labels = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "%(change)s is “%(state)s”: this step is not possible now.",
                        change=change.display_name,
                        state=labels[change.state],
                    )
                )
        self.sudo().write({"state": state, **vals})

    # --- Who is concerned --------------------------------------------------------------

    def _get_teams(self):
        """Return the team and the branches below that show its number."""
        teams = level = self.team_id
        while level:
            level = level.child_ids.filtered(lambda team: not team.hotline)
            teams |= level
        return teams

    def _find_concerned(self):
        """Return {customer id: why}; layers above add theirs.

        A customer's first reason is kept: open work, own branch, units.
        """
        self.ensure_one()
        teams = self._get_teams()
        tickets = Domain("team_id", "in", teams.ids)
        tickets &= Domain("state", "in", ("new", "open", "waiting", "resolved"))
        found = self._collect("service.ticket", tickets, "partner_id", "ticket")
        own = self._collect_own(teams)
        units = self._collect(
            "stock.lot", self._get_unit_domain(teams), "end_customer_id", "unit"
        )
        return units | own | found

    def _collect(self, model, domain, name, why):
        """Return {customer id: why} of whom these records belong to."""
        domain = Domain(domain) & Domain(name, "!=", False)
        groups = self.env[model].sudo()._read_group(domain, [name])
        partners = self.env["res.partner"].union(*(group[0] for group in groups))
        return dict.fromkeys(partners.commercial_partner_id.ids, why)

    def _collect_own(self, teams):
        partners = self.env["res.partner"].search(
            [("service_team_id", "in", teams.ids)]
        )
        return dict.fromkeys(partners.commercial_partner_id.ids, "branch")

    def _get_unit_domain(self, teams):
        """Return the units at customers whose requests these teams would get."""
        every = self.env["service.team"].search(
            [("company_id", "=", self.company_id.id)]
        )
        domain = Domain.OR(team._get_unit_domain() for team in teams)
        if every[:1] in teams:  # what no rule finds is the first team's
            domain |= ~Domain.OR(team._get_unit_domain() for team in every - teams)
        mine = [False, *teams.ids]
        owner = "end_customer_id.commercial_partner_id.service_team_id"
        return (
            domain
            & Domain("company_id", "in", (False, self.company_id.id))
            & Domain("service_state", "=", "in_service")
            & Domain(owner, "in", mine)
        )

    # --- Buttons ----------------------------------------------------------------------

    def action_find_customers(self):
        """List who is concerned; what was listed before is looked up anew."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "draft":
            raise UserError(self.env._("The mails have been begun already."))
        notices = self.env["service.hotline.notice"].sudo()
        self.sudo().notice_ids.unlink()
        vals_list = [
            {"change_id": self.id, "partner_id": partner_id, "why": why}
            for partner_id, why in self._find_concerned().items()
        ]
        for start in range(0, len(vals_list), _CHUNK):
            notices.create(vals_list[start : start + _CHUNK])

    def action_notify(self):
        """Begin to tell the customers; the mails go out in the background."""
        self.check_access("write")
        for change in self:
            if not change.notice_ids:
                raise UserError(
                    self.env._("Find the customers first, and look at who is listed.")
                )
            change._set_state("notifying", announced_at=fields.Datetime.now())
        self.sudo()._take_effect()
        self.env.ref("service_ticket.ir_cron_hotline").sudo()._trigger()

    def action_cancel(self):
        """Stop: who has not been told is not told any more."""
        self.check_access("write")
        self._set_state("cancelled")

    def action_prepare_again(self):
        """Prepare what was cancelled anew."""
        self.check_access("write")
        if self.notice_ids.filtered(lambda notice: notice.state != "due"):
            raise UserError(
                self.env._("Some customers were told already: make another change.")
            )
        self._set_state("draft", announced_at=False)

    def action_view_notices(self):
        """Open who is concerned."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_ticket.service_hotline_notice_action"
        )
        return action | {"domain": [("change_id", "=", self.id)], "context": {}}

    # --- In the background ---------------------------------------------------------------

    def _take_effect(self):
        """Give the teams their numbers from the day on which they hold."""
        for change in self.filtered(lambda one: not one.in_effect):
            zone = str(change.team_id._get_zone())
            today = fields.Date.context_today(change.with_context(tz=zone))
            if change.effective_on <= today:
                change.team_id.hotline = change.new_number
                change.in_effect = True

    @api.model
    def _cron_notify(self):
        """Tell who is due, look what became of the mails, and say who is late."""
        due = self.search(
            [("in_effect", "=", False), ("state", "in", ("notifying", "done"))]
        )
        due._take_effect()
        notices = self.env["service.hotline.notice"]
        notices._settle()
        done = notices._queue_batch()
        self._finish()
        left = notices.search_count(notices._get_due_domain(), limit=_CHUNK)
        self.env["ir.cron"]._commit_progress(done, remaining=left)

    @api.model
    def _finish(self):
        """End what is done; the leader hears of what is late, once."""
        running = self.search([("state", "=", "notifying")])
        for change in running:
            if not change.open_count:
                change._set_state("done")
            elif change.is_late and not change.leader_told:
                change._tell_leader()

    def _tell_leader(self):
        self.leader_told = True
        users = self.env["service.escalation.step"]
        leader = users._keep_able(self.team_id.leader_id, self.company_id)
        for user in leader or users._get_roles(self.company_id)["managers"]:
            self.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.with_context(lang=user.lang).env._(
                    "%s customers do not know the new number yet", self.open_count
                ),
                user_id=user.id,
            )
