"""Who answers the hotline of a team now, and which hours nobody covers."""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.tools import format_datetime

from ..engine import roster

_SHOWN = 6  # gaps in words; the roster shows the rest
_LONGEST = 62


class ServiceTeam(models.Model):
    _inherit = "service.team"

    has_roster = fields.Boolean(
        "Duty Roster",
        help="Somebody answers the hotline outside of the working hours, too. What comes "
        "in then is assigned to who is on duty. Branches without a roster of their own "
        "use that of the centre above.",
    )
    roster_days = fields.Integer(
        "Days Ahead",
        default=14,
        help="So many days ahead the roster is checked for hours that nobody covers.",
    )
    duty_ids = fields.One2many("service.duty", "team_id", "Duties")
    on_duty = fields.Char("On Duty Now", compute="_compute_on_duty")
    roster_gaps = fields.Text("Nobody on Duty", compute="_compute_roster_gaps")
    roster_gap_count = fields.Integer(
        "Gaps in the Roster", compute="_compute_roster_gaps"
    )

    _roster_days_fit = models.Constraint(
        f"CHECK (roster_days BETWEEN 1 AND {_LONGEST})",
        "Look between a day and two months ahead.",
    )

    def _get_roster_team(self):
        """Return whose roster holds: the own, else that of the nearest one above."""
        team = self.sudo()
        while team and not team.has_roster:
            team = team.parent_id
        return team.with_env(self.env)

    def _get_zone(self):
        """Return the time zone in which the team lives."""
        team = self.sudo()
        name = team.calendar_id.tz or team.company_id.partner_id.tz or self.env.user.tz
        return ZoneInfo(name or "UTC")

    def _compute_on_duty(self):
        duties = self.env["service.duty"]._get_now(self)
        for team in self:
            team.on_duty = ", ".join(
                " ".join(filter(None, (duty.user_id.name, duty.phone)))
                for duty in duties[team]
            )

    @api.depends("has_roster", "roster_days", "duty_ids.start", "duty_ids.stop")
    @api.depends_context("lang")
    def _compute_roster_gaps(self):
        for team in self:
            gaps = team._find_roster_gaps() if team.has_roster else []
            lines = [team._say_gap(*gap) for gap in gaps[:_SHOWN]]
            if len(gaps) > _SHOWN:
                lines.append(self.env._("… and %s more", len(gaps) - _SHOWN))
            team.roster_gaps = "\n".join(lines)
            team.roster_gap_count = len(gaps)

    def _say_gap(self, start, stop):
        zone = str(self._get_zone())
        start, stop = (
            format_datetime(self.env, moment, tz=zone, dt_format="EEE d MMM HH:mm")
            for moment in (start, stop)
        )
        return f"{start} – {stop}"

    def _find_roster_gaps(self):
        """Return the spans, in UTC, that neither working hours nor a duty covers."""
        self.ensure_one()
        begin = fields.Datetime.now().replace(second=0)
        end = begin + timedelta(days=self.roster_days)
        duties = self.env["service.duty"].search(
            [
                ("team_id", "=", self._origin.id),
                ("start", "<", end),
                ("stop", ">", begin),
            ]
        )
        covered = [(duty.start, duty.stop) for duty in duties]
        return roster.find_gaps(covered + self._get_worked(begin, end), begin, end)

    def _get_worked(self, begin, end):
        """Return the spans between two moments, in UTC, in which the team works."""
        calendar = self.sudo().calendar_id
        if not calendar:
            return []
        begin, end = (at.replace(tzinfo=timezone.utc) for at in (begin, end))
        worked = calendar._work_intervals_batch(begin, end)[False]
        return [(_to_utc(start), _to_utc(stop)) for start, stop, _what in worked]

    def _is_at_work(self, at):
        """Say whether the team works at a moment; without hours, it always does."""
        self.ensure_one()
        if not self.sudo().calendar_id:
            return True
        return bool(self._get_worked(at, at + timedelta(minutes=1)))

    def action_view_roster(self):
        """Open the calendar of the team's duties."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_ticket.service_duty_action"
        )
        team = self._get_roster_team() or self
        return action | {
            "domain": [("team_id", "=", team.id)],
            "context": {"default_team_id": team.id},
        }


def _to_utc(moment: datetime) -> datetime:
    """A calendar ends its day a microsecond before midnight; here it ends at midnight."""
    moment = moment.astimezone(timezone.utc).replace(tzinfo=None)
    if moment.microsecond:
        moment = moment.replace(microsecond=0) + timedelta(seconds=1)
    return moment
