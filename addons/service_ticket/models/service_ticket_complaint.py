"""A complaint: what it is about, whose it is, and what was decided (R74, R161, R166)."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .service_complaint_reason import GROUPS

_ANSWER_HOURS = 16.0  # where no reason says how soon


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    # What it is about
    complaint_reason_id = fields.Many2one(
        "service.complaint.reason",
        "Reason",
        index="btree_not_null",
        tracking=True,
        ondelete="restrict",
    )
    complaint_group = fields.Selection(
        GROUPS, "Kind of Complaint", compute="_compute_complaint_group", store=True
    )
    complaint_recorder_id = fields.Many2one(
        "res.users", "Recorded By", readonly=True, copy=False
    )
    complaint_ticket_id = fields.Many2one(
        "service.ticket",
        "About Ticket",
        check_company=True,
        index="btree_not_null",
        domain="[('kind', '!=', 'complaint'), ('company_id', '=', company_id)]",
        help="The job that the customer complains about.",
    )
    complaint_user_id = fields.Many2one(
        "res.users",
        "About Person",
        domain="[('share', '=', False)]",
        check_company=True,
        index="btree_not_null",
        help="Who is complained about. This person does not read the complaint.",
    )
    complaint_callback_id = fields.Many2one(
        "service.callback", "Said in Callback", readonly=True, copy=False
    )
    complaint_ids = fields.One2many(
        "service.ticket", "complaint_ticket_id", "Complaints"
    )
    complaint_notice_ids = fields.One2many(
        "service.complaint.notice", "ticket_id", "Notices to Departments"
    )
    corrective_action_ids = fields.One2many(
        "service.corrective.action",
        "ticket_id",
        "Corrective Actions",
        groups="service_ticket.group_service_agent",
    )
    complaint_count = fields.Integer(
        "Complaints About It", compute="_compute_complaint_count"
    )

    # What we answer
    complaint_answer_due = fields.Datetime(
        "Answer Promised By",
        compute="_compute_complaint_answer_due",
        store=True,
        copy=False,
    )
    complaint_answer = fields.Text(
        "Our Answer", copy=False, help="The customer reads it once it is given."
    )
    complaint_answer_way = fields.Selection(
        [
            ("phone", "By phone"),
            ("email", "By e-mail"),
            ("letter", "By letter"),
            ("visit", "In person"),
            ("portal", "In the portal"),
        ],
        "Given How",
        copy=False,
    )
    complaint_answered_at = fields.Datetime(
        "Answer Given On", readonly=True, copy=False
    )
    complaint_answered_uid = fields.Many2one(
        "res.users", "Answered By", readonly=True, copy=False
    )
    complaint_late = fields.Boolean(
        "Answered Late",
        readonly=True,
        copy=False,
        help="The answer came after the time that was promised for it.",
    )
    complaint_due_told = fields.Boolean(readonly=True, copy=False)

    # What we decided
    complaint_justified = fields.Selection(
        [("yes", "Justified"), ("partly", "Partly justified"), ("no", "Not justified")],
        "Decision",
        copy=False,
        tracking=True,
    )
    complaint_root_cause_id = fields.Many2one(
        "service.root.cause",
        "Root Cause",
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        help="Why it went wrong. Never shown to the customer.",
    )
    complaint_root_note = fields.Text(
        "Root Cause in Full", copy=False, help="Never shown to the customer."
    )
    complaint_redress = fields.Text(
        "Redress",
        copy=False,
        help="What the customer gets for it: a repair free of charge, an apology, a "
        "compensation.",
    )
    complaint_redress_amount = fields.Monetary(
        "Worth", copy=False, currency_field="complaint_currency_id"
    )
    complaint_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Currency of Redress"
    )
    complaint_may_decide = fields.Boolean(compute="_compute_complaint_may_decide")

    # Is the customer satisfied?
    complaint_confirm_user_id = fields.Many2one(
        "res.users",
        "Confirms With Customer",
        domain="[('share', '=', False)]",
        check_company=True,
        help="Calls the customer after the fix, to hear whether all is well.",
    )
    complaint_unconfirmed = fields.Char(
        "Closed Unconfirmed Because",
        copy=False,
        help="Where the customer could not be asked: a manager says why.",
    )

    _complaints = models.Index("(company_id, opened_at) WHERE kind = 'complaint'")
    _complaint_answer_due = models.Index(
        "(complaint_answer_due) WHERE kind = 'complaint' "
        "AND complaint_answered_at IS NULL AND state IN ('new', 'open', 'waiting')"
    )
    _one_complaint_per_callback = models.UniqueIndex(
        "(complaint_callback_id) WHERE complaint_callback_id IS NOT NULL",
        "This callback was made a complaint already.",
    )
    _one_new_from_portal = models.UniqueIndex(
        "(complaint_ticket_id) WHERE complaint_ticket_id IS NOT NULL "
        "AND channel = 'portal' AND state = 'new'",
        "We have your complaint already, and look into it.",
    )

    # --- Computes ------------------------------------------------------------------

    @api.depends("complaint_reason_id", "kind")
    def _compute_complaint_group(self):
        for ticket in self:
            ticket.complaint_group = ticket.kind == "complaint" and (
                ticket.complaint_reason_id.group or "other"
            )

    @api.depends("kind", "complaint_reason_id", "opened_at", "team_id")
    def _compute_complaint_answer_due(self):
        """What is promised stays when a reason is edited; waiting moves no answer."""
        complaints = self.filtered(
            lambda t: t.kind == "complaint" and not t.is_history and t.opened_at
        )
        (self - complaints).complaint_answer_due = False
        asked = {ticket: ticket._get_answer_promise() for ticket in complaints}
        for company, own in complaints.grouped("company_id").items():
            hours = own._get_hours([asked[ticket] for ticket in own], company)
            always = hours[self.env["resource.calendar"]]
            for ticket in own:
                calendar, moment, seconds = asked[ticket]
                due = hours[calendar].advance(moment, seconds)
                ticket.complaint_answer_due = due or always.advance(moment, seconds)

    def _get_answer_promise(self):
        """Return (calendar, since when, seconds) for the answer."""
        reason = self.complaint_reason_id
        calendar = self.env["resource.calendar"]
        if not reason or reason.working_hours:
            calendar = self.team_id.calendar_id
        seconds = round((reason.answer_hours or _ANSWER_HOURS) * 3600)
        return calendar, self.opened_at, seconds

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_complaint_count(self):
        counts = dict(
            self._read_group(
                [("complaint_ticket_id", "in", self.ids)],
                ["complaint_ticket_id"],
                ["__count"],
            )
        )
        for ticket in self:
            ticket.complaint_count = counts.get(ticket._origin, 0)

    @api.depends_context("uid")
    def _compute_complaint_may_decide(self):
        self.complaint_may_decide = self._may_decide()

    @api.model
    def _may_decide(self):
        return self.env.su or self.env.user.has_group(
            "service_ticket.group_service_manager"
        )

    @api.onchange("complaint_ticket_id")
    def _onchange_complaint_ticket_id(self):
        """The job says whose complaint it is, and about which unit."""
        job = self.complaint_ticket_id
        for name in ("unit_id", "partner_id", "site_id", "team_id"):
            self[name] = self[name] or job[name]

    @api.onchange("complaint_reason_id")
    def _onchange_complaint_reason_id(self):
        if self.kind == "complaint" and not self.subject:
            self.subject = self.complaint_reason_id.name

    @api.constrains("complaint_user_id", "user_id", "complaint_confirm_user_id")
    def _check_complaint_person(self):
        for ticket in self.filtered("complaint_user_id"):
            person = ticket.complaint_user_id
            if person in (ticket.user_id | ticket.complaint_confirm_user_id):
                raise ValidationError(
                    self.env._(
                        "%(ticket)s is about %(person)s: somebody else looks into it "
                        "and calls the customer.",
                        ticket=ticket.name,
                        person=person.name,
                    )
                )
