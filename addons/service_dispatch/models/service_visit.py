from datetime import timedelta

from babel.dates import format_skeleton, get_timezone

from odoo import api, fields, models
from odoo.tools import babel_locale_parse, format_time, get_lang

OPEN_STATES = ("planned", "confirmed", "en_route", "on_site")


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
        'tsrange("start", "end") WITH &&) '
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

    @api.depends("ticket_id.name", "ticket_id.partner_id", "engineer_id.name")
    def _compute_display_name(self):
        for visit in self:
            ticket = visit.ticket_id
            parts = (ticket.name, ticket.partner_id.name, visit.engineer_id.name)
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

    # --------------------------------------------------------------------- words

    def _get_tz(self):
        """The customer's time zone: documents and mails speak in his hours."""
        self.ensure_one()
        ticket = self.ticket_id
        partners = (ticket.site_id, ticket.partner_id, self.company_id.partner_id)
        zones = [partner.tz for partner in partners] + [self.engineer_id.tz]
        return next((zone for zone in zones if zone), "UTC")

    def _format_day(self, moment, skeleton="MMMEd", tz=None):
        """The day in the order that the reader's language has for its parts."""
        return format_skeleton(
            skeleton,
            moment,
            tzinfo=get_timezone(tz or self.env.tz.zone),
            locale=babel_locale_parse(get_lang(self.env).code),
        )

    def _format_time(self, moment, tz=None):
        """The time of day as the reader's language writes it."""
        return format_time(
            self.env, moment, tz=tz or self.env.tz.zone, time_format="short"
        )

    def _format_moment(self, moment, tz=None):
        return f"{self._format_day(moment, tz=tz)}, {self._format_time(moment, tz)}"
