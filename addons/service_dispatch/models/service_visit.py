from contextlib import contextmanager
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, format_datetime, format_time

OPEN_STATES = ("planned", "confirmed", "en_route", "on_site")

_TRANSITIONS = {
    "planned": {"confirmed", "en_route", "failed", "cancelled"},
    "confirmed": {"planned", "en_route", "failed", "cancelled"},
    "en_route": {"on_site", "failed"},
    "on_site": {"done", "failed"},
    "done": set(),
    "failed": set(),
    "cancelled": set(),
}

_WHEN_AND_WHO = {"start", "end", "duration", "engineer_id"}

# What only the state machine and the job sheet write: a crafted call of ``write``
# must not sign, arrive or finish.
_GUARDED = {
    "state",
    "fail_reason_id",
    "fail_note",
    "confirmed_at",
    "set_out_at",
    "arrived_at",
    "diagnosed_at",
    "agreed_at",
    "worked_at",
    "done_at",
    "customer_signature",
    "signed_by",
    "signed_on",
    "signature_refusal",
    "rating_id",
}


class ServiceVisit(models.Model):
    """One trip of one engineer to one place: planned, under way, done or failed."""

    _name = "service.visit"
    _description = "Service Visit"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "start desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    # what and who
    ticket_id = fields.Many2one(
        "service.ticket",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="ticket_id.company_id", store=True, index=True, precompute=True
    )
    engineer_id = fields.Many2one(
        "hr.employee",
        required=True,
        index=True,
        tracking=True,
        ondelete="restrict",
        check_company=True,
        domain=[("is_service_engineer", "=", True)],
    )
    user_id = fields.Many2one(
        related="engineer_id.user_id",
        string="Engineer's User",
        store=True,
        index="btree_not_null",
        precompute=True,
    )
    template_id = fields.Many2one(
        "service.visit.template", string="Job Sheet", check_company=True
    )
    step_ids = fields.One2many("service.visit.step", "visit_id", string="Steps")

    # when
    start = fields.Datetime(required=True, tracking=True)
    duration = fields.Float(default=1.0, required=True, help="Planned, in hours.")
    end = fields.Datetime(
        compute="_compute_end", inverse="_inverse_end", store=True, precompute=True
    )
    confirmed_at = fields.Datetime(readonly=True, copy=False)
    set_out_at = fields.Datetime(readonly=True, copy=False)
    arrived_at = fields.Datetime(readonly=True, copy=False)
    diagnosed_at = fields.Datetime(readonly=True, copy=False)
    agreed_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="Diagnosis and price were gone through with the customer.",
    )
    worked_at = fields.Datetime(readonly=True, copy=False, string="Work Ended At")
    done_at = fields.Datetime(readonly=True, copy=False)

    # how it went
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("confirmed", "Confirmed"),
            ("en_route", "En Route"),
            ("on_site", "On Site"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("cancelled", "Cancelled"),
        ],
        default="planned",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    fail_reason_id = fields.Many2one(
        "service.visit.fail.reason", readonly=True, copy=False, ondelete="restrict"
    )
    next_step = fields.Selection(related="fail_reason_id.next_step")
    fail_note = fields.Text(readonly=True, copy=False)
    note = fields.Text(help="For the engineer: where to park, whom to ask for.")
    customer_signature = fields.Image(
        readonly=True, copy=False, attachment=True, max_width=1024, max_height=1024
    )
    signed_by = fields.Char(readonly=True, copy=False)
    signed_on = fields.Datetime(readonly=True, copy=False)
    signature_refusal = fields.Char(
        readonly=True, copy=False, help="Why the customer did not sign."
    )
    rating_id = fields.Many2one(
        "rating.rating",
        string="Customer's Rating",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    rating_value = fields.Float(related="rating_id.rating", string="Rating")

    # what lists, kanban and calendar show
    partner_id = fields.Many2one(related="ticket_id.partner_id", string="Customer")
    unit_id = fields.Many2one(related="ticket_id.unit_id")
    product_id = fields.Many2one(related="ticket_id.product_id")
    symptom_id = fields.Many2one(related="ticket_id.symptom_id")
    severity_id = fields.Many2one(related="ticket_id.severity_id")
    address = fields.Char(compute="_compute_card")
    fault = fields.Char(compute="_compute_card")
    unit_label = fields.Char(compute="_compute_card", string="Unit and Serial")
    day_label = fields.Char(compute="_compute_when", string="Day")
    time_label = fields.Char(compute="_compute_when", string="Time")
    city = fields.Char(related="ticket_id.site_id.city")
    color = fields.Integer(related="severity_id.color")

    # One engineer is in one place. As a constraint of the database, because two
    # dispatchers in two transactions do not see each other's rows. A range of one
    # number stands for the engineer, so that no extension is needed.
    _engineer_once = models.Constraint(
        "EXCLUDE USING gist (int4range(engineer_id, engineer_id, '[]') WITH &&, "
        "tsrange(\"start\", \"end\") WITH &&) "
        "WHERE (state IN ('planned', 'confirmed', 'en_route', 'on_site')) "
        "DEFERRABLE INITIALLY IMMEDIATE",
        "Somebody has just planned another visit of this engineer at this time. "
        "Choose another slot.",
    )
    _duration_positive = models.Constraint(
        "CHECK (duration > 0)", "A visit takes longer than nothing."
    )
    _engineer_day = models.Index("(user_id, start)")

    # ------------------------------------------------------------------ computes

    @api.depends("start", "duration")
    def _compute_end(self):
        for visit in self:
            if visit.start:
                minutes = max(1, round(visit.duration * 60))
                visit.end = visit.start + timedelta(minutes=minutes)
            else:
                visit.end = False

    def _inverse_end(self):
        for visit in self:
            if visit.start and visit.end:
                seconds = (visit.end - visit.start).total_seconds()
                visit.duration = seconds / 3600

    @api.depends("ticket_id.name", "engineer_id.name")
    def _compute_display_name(self):
        for visit in self:
            parts = (visit.ticket_id.name, visit.engineer_id.name)
            visit.display_name = " · ".join(part for part in parts if part)

    @api.depends("ticket_id")
    def _compute_card(self):
        """What the phone's card says in a line each."""
        for visit in self:
            ticket = visit.ticket_id
            site = ticket.site_id or ticket.partner_id
            street = ", ".join(part for part in (site.street, site.street2) if part)
            town = " ".join(part for part in (site.zip, site.city) if part)
            visit.address = ", ".join(part for part in (street, town) if part)
            visit.fault = ticket.symptom_id.name or ticket.subject
            unit = (ticket.product_id.name, ticket.unit_id.name)
            visit.unit_label = " · ".join(part for part in unit if part)

    @api.depends("start", "end")
    @api.depends_context("tz", "lang")
    def _compute_when(self):
        today = fields.Date.context_today(self)
        names = {
            today: self.env._("Today"),
            today + timedelta(days=1): self.env._("Tomorrow"),
            today - timedelta(days=1): self.env._("Yesterday"),
        }
        for visit in self:
            if not visit.start:
                visit.day_label = visit.time_label = False
                continue
            day = fields.Datetime.context_timestamp(visit, visit.start).date()
            visit.day_label = names.get(day) or visit._format_day(visit.start)
            visit.time_label = (
                f"{visit._format_time(visit.start)} – {visit._format_time(visit.end)}"
            )

    # --------------------------------------------------------------- constraints

    @api.constrains("engineer_id", "start", "end", "state")
    def _check_overlap(self):
        """The same rule as the database's, in words that name the other visit."""
        visits = self.filtered(lambda v: v.state in OPEN_STATES)
        if not visits:
            return
        domain = [
            ("engineer_id", "in", visits.engineer_id.ids),
            ("state", "in", OPEN_STATES),
            ("start", "<", max(visits.mapped("end"))),
            ("end", ">", min(visits.mapped("start"))),
        ]
        by_engineer = self.search(domain).grouped("engineer_id")
        for visit in visits:
            for other in by_engineer.get(visit.engineer_id, self.browse()):
                if other == visit or other.end <= visit.start:
                    continue
                if other.start < visit.end:
                    raise ValidationError(visit._get_overlap_text(other))

    def _get_overlap_text(self, other):
        return self.env._(
            "%(engineer)s already has a visit from %(start)s to %(end)s (%(ticket)s). "
            "Choose another time or another engineer.",
            engineer=self.engineer_id.name,
            start=other._format_moment(other.start),
            end=other._format_time(other.end),
            ticket=other.ticket_id.name,
        )

    # ---------------------------------------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if _GUARDED.intersection(vals) and not self.env.su:
                raise UserError(
                    self.env._("A visit begins as planned: only the job sheet goes on.")
                )
        with self._overlap_in_words():
            visits = super().create(vals_list)
        visits._create_steps()
        return visits

    def write(self, vals):
        self.check_access("write")
        self._check_write_allowed(vals)
        if _WHEN_AND_WHO.isdisjoint(vals):
            return super().write(vals)
        self._check_movable()
        with self._overlap_in_words():
            result = super().write(vals)
        if not {"start", "engineer_id"}.isdisjoint(vals):
            self._after_move()
        return result

    @contextmanager
    def _overlap_in_words(self):
        """Lets ``_check_overlap``, which can name the other visit, speak before the
        database does; what another transaction planned meanwhile fails after it."""
        self.flush_model(["engineer_id", "start", "end", "state"])
        constraint = SQL.identifier("service_visit_engineer_once")
        self.env.cr.execute(SQL("SET CONSTRAINTS %s DEFERRED", constraint))
        yield
        self.flush_model(["engineer_id", "start", "end", "state"])
        self.env.cr.execute(SQL("SET CONSTRAINTS %s IMMEDIATE", constraint))

    def copy(self, default=None):
        raise UserError(
            self.env._("A visit cannot be copied. Plan a new one from the ticket.")
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_started(self):
        if any(visit.state not in ("planned", "confirmed") for visit in self):
            raise UserError(
                self.env._("Only a planned visit can be deleted. Cancel it instead.")
            )

    def _check_write_allowed(self, vals):
        """Engineers change their visits through the job sheet alone, and nobody
        writes by hand what the job sheet records."""
        if self.env.su:
            return
        fields_set = set(vals)
        dispatcher = "service_ticket.group_service_dispatcher"
        if fields_set & _GUARDED or not self.env.user.has_group(dispatcher):
            raise UserError(
                self.env._("This is recorded by the job sheet: open it and go on there.")
            )

    def _check_movable(self):
        for visit in self:
            if visit.state not in ("planned", "confirmed"):
                raise UserError(
                    self.env._(
                        "The visit of ticket %(ticket)s is %(state)s and cannot be "
                        "moved. Plan another visit instead.",
                        ticket=visit.ticket_id.name,
                        state=visit._get_state_label().lower(),
                    )
                )

    def _create_steps(self):
        """Copies the template's checks to visits that bring none."""
        vals_list = []
        for visit in self.filtered(lambda v: v.template_id and not v.step_ids):
            vals_list += [
                {**vals, "visit_id": visit.id}
                for vals in visit.template_id._prepare_step_vals()
            ]
        # sudo: who may plan the visit may have its list of checks
        self.env["service.visit.step"].sudo().create(vals_list)

    # ------------------------------------------------------------- state machine

    def _set_state(self, state, **vals):
        """The only way to another state. ``vals`` are stored along with it."""
        for visit in self:
            if state not in _TRANSITIONS[visit.state]:
                raise UserError(visit._get_refusal(state))
        # sudo: the state is guarded against direct writes; callers check access
        self.sudo().write({"state": state, **vals})

    def _get_state_label(self, state=None):
        selection = dict(self._fields["state"]._description_selection(self.env))
        return selection[state or self.state]

    def _get_refusal(self, state):
        """Why the visit cannot go there, and what to do instead."""
        ends = {
            "done": self.env._("It is done. Plan another visit from the ticket."),
            "failed": self.env._("It has failed. Plan another visit from the ticket."),
            "cancelled": self.env._("It is cancelled. Plan a new one from the ticket."),
            "planned": self.env._("Call the customer or set out first."),
            "confirmed": self.env._("Set out first."),
            "en_route": self.env._("Arrive at the customer first."),
            "on_site": self.env._("Finish the visit, or end it with a reason."),
        }
        return self.env._(
            "The visit of ticket %(ticket)s cannot become “%(state)s” now. %(advice)s",
            ticket=self.ticket_id.name,
            state=self._get_state_label(state),
            advice=ends[self.state],
        )

    # ------------------------------------------------------------------- actions

    def action_confirm(self):
        """The dispatcher has the customer's word."""
        self.check_access("write")
        self._set_state("confirmed", confirmed_at=fields.Datetime.now())
        return True

    def action_cancel(self):
        """Asks for the reason, then cancels (see the wizard)."""
        self.check_access("write")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "service_dispatch.service_visit_cancel_action"
            ),
            "context": {"default_visit_ids": self.ids},
        }

    def action_reschedule(self):
        """Other free slots for this visit."""
        self.ensure_one()
        self.check_access("write")
        self._check_movable()
        return self.ticket_id._get_plan_action(visit=self)

    def action_open_job_sheet(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.client"]._for_xml_id(
            "service_dispatch.service_visit_job_sheet_action"
        )
        return {**action, "context": {"active_id": self.id, "active_model": self._name}}

    def action_print(self):
        """The service report of one or many visits."""
        self.check_access("read")
        report = self.env.ref("service_dispatch.service_visit_report_action")
        return report.report_action(self)

    # --------------------------------------------------------------------- words

    def _get_tz(self):
        """The customer's time zone: documents and mails speak in his hours."""
        self.ensure_one()
        ticket = self.ticket_id
        partners = (ticket.site_id, ticket.partner_id, self.company_id.partner_id)
        zones = [partner.tz for partner in partners] + [self.engineer_id.tz]
        return next((zone for zone in zones if zone), "UTC")

    def _format_day(self, moment, dt_format="EEE d MMM", tz=None):
        return format_datetime(
            self.env, moment, tz=tz or self.env.tz.zone, dt_format=dt_format
        )

    def _format_time(self, moment, tz=None):
        """The time of day as the reader's language writes it."""
        return format_time(
            self.env, moment, tz=tz or self.env.tz.zone, time_format="short"
        )

    def _format_moment(self, moment, tz=None):
        return f"{self._format_day(moment, tz=tz)}, {self._format_time(moment, tz)}"
