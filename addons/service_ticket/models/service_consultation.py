"""A stubborn fault is looked at together, and somebody decides (R48, R113)."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .guard import drop_defaults

_TRANSITIONS = {
    "open": ("decided", "cancelled"),
    "decided": (),
    "cancelled": (),
}
# What only the buttons write.
_RECORDED = {"state", "decided_by_id", "decided_at"}
# What only those may change who lead the question; the others contribute.
_LED = {"question", "invited_ids", "due", "decision"}


class ServiceConsultation(models.Model):
    """One question about one ticket, put to colleagues, with what they say."""

    _name = "service.consultation"
    _description = "Joint Consultation"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "state desc, id desc"
    _check_company_auto = True
    _rec_name = "question"

    ticket_id = fields.Many2one(
        "service.ticket",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
    )
    company_id = fields.Many2one(related="ticket_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="ticket_id.partner_id")
    unit_id = fields.Many2one(related="ticket_id.unit_id")
    question = fields.Text(required=True, tracking=True)
    invited_ids = fields.Many2many(
        "res.users",
        string="Invited",
        domain=lambda self: self._get_invited_domain(),
        help="They may read the ticket until the consultation is over.",
    )
    due = fields.Date("Answer Needed By")
    line_ids = fields.One2many(
        "service.consultation.line", "consultation_id", "Contributions"
    )
    decision = fields.Text(tracking=True, help="What is done now, and why.")
    state = fields.Selection(
        [("open", "Open"), ("decided", "Decided"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
        copy=False,
        default="open",
        index=True,
        tracking=True,
    )
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    decided_at = fields.Datetime(readonly=True, copy=False)
    my_turn = fields.Boolean(compute="_compute_my_turn")

    @api.model
    def _get_invited_domain(self):
        groups = self._get_colleague_groups()
        return [("share", "=", False), ("all_group_ids", "in", groups.ids)]

    @api.model
    def _get_colleague_groups(self):
        return self.env.ref("service_ticket.group_service_engineer") | self.env.ref(
            "service_ticket.group_service_agent"
        )

    @api.depends("question", "ticket_id.name")
    def _compute_display_name(self):
        for consultation in self:
            question = (consultation.question or "").split("\n")[0][:60]
            name = consultation.ticket_id.sudo().name
            consultation.display_name = f"{name or ''} {question}".strip()

    @api.depends("state", "invited_ids", "line_ids.user_id")
    @api.depends_context("uid")
    def _compute_my_turn(self):
        for consultation in self:
            consultation.my_turn = (
                consultation.state == "open"
                and self.env.user in consultation.invited_ids
                and self.env.user not in consultation.line_ids.user_id
            )

    @api.constrains("invited_ids", "ticket_id")
    def _check_invited(self):
        groups = self._get_colleague_groups()
        for consultation in self:
            company = consultation.sudo().company_id
            for user in consultation.invited_ids.sudo():
                if not user.all_group_ids & groups or company not in user.company_ids:
                    raise ValidationError(
                        self.env._(
                            "%(user)s does not work in the service of %(company)s: "
                            "invite somebody who does.",
                            user=user.name,
                            company=company.name,
                        )
                    )

    # --- CRUD --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_recorded(vals, _RECORDED)
        clean = self.with_context(drop_defaults(self.env.context, _RECORDED))
        consultations = (
            super(ServiceConsultation, clean).create(vals_list).with_env(self.env)
        )
        consultations.ticket_id.check_access("write")
        consultations._invite()
        return consultations

    def write(self, vals):
        self._refuse_recorded(vals, _RECORDED | {"ticket_id"})
        if not self.env.su and vals.keys() & _LED:
            self._check_lead()
        result = super().write(vals)
        if "invited_ids" in vals:
            self._invite()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()  # as in _invite
        return result

    def _check_lead(self):
        """Only who asked, the ticket's engineer and the desk lead an open question."""
        desk = self.env.user.has_group("service_ticket.group_service_agent")
        for consultation in self:
            if consultation.state != "open":
                raise UserError(
                    self.env._("This consultation is over: ask for another.")
                )
            leads = consultation.create_uid | consultation.sudo().ticket_id.user_id
            if not desk and self.env.user not in leads:
                raise UserError(
                    self.env._(
                        "You are asked for your opinion: add it below. %s leads this "
                        "consultation.",
                        consultation.create_uid.name,
                    )
                )

    def _refuse_recorded(self, vals, names):
        if names & vals.keys() and not self.env.su:
            raise UserError(
                self.env._("A consultation is decided by its buttons, not by hand.")
            )

    # --- Who is asked ---------------------------------------------------------------------

    def _invite(self):
        """Give each invited colleague something to do, once, and sight of the ticket."""
        for consultation in self.filtered(lambda c: c.state == "open"):
            invitations = consultation._get_invitations()
            asked = invitations.user_id
            done = consultation.line_ids.user_id
            for user in consultation.invited_ids - asked - done:
                consultation.sudo().activity_schedule(
                    "service_ticket.activity_consultation",
                    user_id=user.id,
                    date_deadline=consultation.due or fields.Date.context_today(self),
                    note=consultation.question,
                )
            invitations.filtered(
                lambda a, c=consultation: a.user_id not in c.invited_ids
            ).unlink()
        # The rule for invited colleagues names their tickets; it is kept in a cache.
        self.env.registry.clear_cache()

    def _get_invitations(self):
        """Return what the invited have to do; what people planned otherwise stays."""
        kind = self.env.ref("service_ticket.activity_consultation")
        return self.sudo().activity_ids.filtered(lambda a: a.activity_type_id == kind)

    def _end(self, state, **vals):
        for consultation in self:
            if state not in _TRANSITIONS[consultation.state]:
                raise UserError(
                    self.env._("This consultation is over: ask for another.")
                )
        self.sudo().write({"state": state, **vals})
        self._get_invitations().unlink()
        self.env.registry.clear_cache()

    # --- Buttons ------------------------------------------------------------------------

    def action_decide(self):
        """Close the question with what is done now."""
        self.check_access("write")
        self._check_lead()
        for consultation in self:
            if not (consultation.decision or "").strip():
                raise UserError(self.env._("Write down the decision first."))
        self._end(
            "decided", decided_by_id=self.env.uid, decided_at=fields.Datetime.now()
        )
        for consultation in self:
            consultation.ticket_id.sudo().message_post(
                body=self.env._(
                    "Joint consultation decided: %s", consultation.decision
                ),
                author_id=self.env.user.partner_id.id,
            )

    def action_cancel(self):
        """The question has answered itself."""
        self.check_access("write")
        self._check_lead()
        self._end("cancelled")


class ServiceConsultationLine(models.Model):
    """What one colleague said."""

    _name = "service.consultation.line"
    _description = "Contribution to a Consultation"
    _order = "id"

    consultation_id = fields.Many2one(
        "service.consultation", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="consultation_id.company_id", store=True, index=True
    )
    user_id = fields.Many2one(
        "res.users", "By", readonly=True, default=lambda self: self.env.user
    )
    at = fields.Datetime("On", readonly=True, default=fields.Datetime.now)
    text = fields.Text("What You Think, and Why", required=True)

    @api.model_create_multi
    def create(self, vals_list):
        """Record who says what and when; that is all that was asked of them."""
        if not self.env.su:
            for vals in vals_list:
                vals.pop("user_id", None)
                vals.pop("at", None)
        own = self.with_context(drop_defaults(self.env.context, {"user_id", "at"}))
        lines = super(ServiceConsultationLine, own).create(vals_list)
        for consultation in lines.consultation_id.sudo():
            if consultation.state != "open":
                raise UserError(
                    self.env._("This consultation is over: ask for another.")
                )
            said_by = lines.filtered(
                lambda line, c=consultation: line.consultation_id == c
            ).user_id
            consultation._get_invitations().filtered(
                lambda activity, users=said_by: activity.user_id in users
            ).action_feedback()
        return lines.with_env(self.env)
