"""The weekly quality meeting: its agenda makes itself (R163)."""

from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .guard import drop_defaults

_TRANSITIONS = {
    "planned": ("held", "cancelled"),
    "held": (),
    "cancelled": ("planned",),
}
# What only the buttons write.
_RECORDED = {"state", "held_at", "held_uid", "line_ids"}


class ServiceQualityMeeting(models.Model):
    """One meeting of one team, or of the whole company, about one week."""

    _name = "service.quality.meeting"
    _description = "Quality Meeting"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_from desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    team_id = fields.Many2one(
        "service.team",
        check_company=True,
        index=True,
        help="Empty: all teams of the company.",
    )
    date_from = fields.Date(
        "First Day", required=True, default=lambda self: self._get_last_monday()
    )
    date_to = fields.Date(
        "Last Day",
        compute="_compute_date_to",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    planned_at = fields.Datetime("Meeting On", tracking=True)
    chair_id = fields.Many2one(
        "res.users",
        "Chair",
        domain="[('share', '=', False)]",
        check_company=True,
        default=lambda self: self.env.user,
    )
    attendee_ids = fields.Many2many(
        "res.users",
        "service_quality_meeting_attendee_rel",
        string="Attendees",
        domain="[('share', '=', False)]",
        check_company=True,
    )
    state = fields.Selection(
        [("planned", "Planned"), ("held", "Held"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
        copy=False,
        default="planned",
        index=True,
        tracking=True,
    )
    line_ids = fields.One2many(
        "service.quality.meeting.line", "meeting_id", "Agenda", readonly=True
    )
    decisions = fields.Text(help="What was decided; what is to be done is added below.")
    action_ids = fields.One2many(
        "service.corrective.action", "meeting_id", "Corrective Actions"
    )
    held_at = fields.Datetime("Held On", readonly=True, copy=False)
    held_uid = fields.Many2one("res.users", "Minutes By", readonly=True, copy=False)

    _one_a_week = models.UniqueIndex(
        "(company_id, COALESCE(team_id, 0), date_from) WHERE state != 'cancelled'",
        "There is a meeting about this week already.",
    )

    # --- Computes --------------------------------------------------------------------

    @api.model
    def _get_last_monday(self):
        today = fields.Date.context_today(self)
        return today - timedelta(days=today.weekday() + 7)

    @api.depends("date_from")
    def _compute_date_to(self):
        for meeting in self:
            start = meeting.date_from
            meeting.date_to = start and start + timedelta(days=6)

    @api.depends("date_from", "team_id.name", "company_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for meeting in self:
            year, week, _day = (meeting.date_from or fields.Date.today()).isocalendar()
            meeting.display_name = self.env._(
                "%(who)s, week %(week)s of %(year)s",
                who=meeting.team_id.name or meeting.company_id.name,
                week=week,
                year=year,
            )

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for meeting in self:
            if meeting.date_to < meeting.date_from:
                raise ValidationError(
                    self.env._("The last day comes before the first one.")
                )

    # --- CRUD ------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_recorded(vals)
        clean = self.with_context(drop_defaults(self.env.context, _RECORDED))
        meetings = super(ServiceQualityMeeting, clean).create(vals_list)
        meetings = meetings.with_env(self.env)
        meetings._make_agenda()
        return meetings

    def write(self, vals):
        self._refuse_recorded(vals)
        scope = {"team_id", "company_id", "date_from", "date_to"} & vals.keys()
        if scope and "held" in self.mapped("state"):
            raise UserError(self.env._("What a meeting was about stays on record."))
        result = super().write(vals)
        if scope:
            self._make_agenda()
        return result

    def _refuse_recorded(self, vals):
        if any(vals.get(name) for name in _RECORDED) and not self.env.su:
            raise UserError(
                self.env._("A meeting is led by its buttons; its agenda makes itself.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_not_held(self):
        if "held" in self.mapped("state"):
            raise UserError(self.env._("A meeting that was held stays on record."))

    # --- Agenda ----------------------------------------------------------------------

    def _make_agenda(self):
        """Count the week anew; what a meeting was held about stays as it was."""
        lines = self.env["service.quality.meeting.line"].sudo()
        planned = self.filtered(lambda meeting: meeting.state == "planned")
        planned.sudo().line_ids.unlink()
        lines.create(
            [vals for meeting in planned for vals in lines._prepare_lines(meeting)]
        )

    def _get_week(self):
        """Return (from, until) of the week in UTC, by the hours of the team."""
        self.ensure_one()
        zone = pytz.timezone(self._get_zone())
        return tuple(
            zone.localize(datetime.combine(day, time.min))
            .astimezone(pytz.utc)
            .replace(tzinfo=None)
            for day in (self.date_from, self.date_to + timedelta(days=1))
        )

    def _get_zone(self):
        team = self.team_id or self.env["service.team"]._get_of(self.company_id)[:1]
        return team.calendar_id.tz or self.company_id.partner_id.tz or "UTC"

    # --- Buttons ---------------------------------------------------------------------

    def _set_state(self, state, **vals):
        for meeting in self:
            if state not in _TRANSITIONS[meeting.state]:
                raise UserError(
                    self.env._(
                        "%s: this step is not possible now.", meeting.display_name
                    )
                )
        self.sudo().write({"state": state, **vals})

    def action_refresh(self):
        """Count the week anew."""
        self.check_access("write")
        self._make_agenda()

    def action_hold(self):
        """The meeting was held: its figures and decisions stay as they are."""
        self.check_access("write")
        for meeting in self:
            if not (meeting.decisions or "").strip():
                raise UserError(
                    self.env._("Write down what was decided, if only that all is well.")
                )
        self._make_agenda()
        self._set_state("held", held_at=fields.Datetime.now(), held_uid=self.env.uid)
        self.activity_unlink(["service_ticket.activity_type_meeting"])

    def action_cancel(self):
        """There is no meeting this time."""
        self.check_access("write")
        self._set_state("cancelled")
        self.activity_unlink(["service_ticket.activity_type_meeting"])

    def action_plan(self):
        """There is a meeting after all."""
        self.check_access("write")
        self._set_state("planned")
        self._make_agenda()
