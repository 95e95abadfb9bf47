"""Each week the next meeting is there, with its agenda."""

import logging
from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.fields import Command

_BATCH = 50
_logger = logging.getLogger(__name__)


class ServiceQualityMeeting(models.Model):
    _inherit = "service.quality.meeting"

    # --- Every week ------------------------------------------------------------------

    @api.model
    def _cron_prepare(self):
        """Make what is ahead, and count what is planned anew."""
        self._prepare_next()
        count = self._recount_ahead()
        self.env["ir.cron"]._commit_progress(count)

    @api.model
    def _prepare_next(self):
        """Make the next meeting of each team that has one."""
        teams = self.env["service.team"].search([("quality_weekday", "!=", False)])
        days = {team: self._get_next_day(team) for team in teams}
        starts = {team: self._get_monday_before(day) for team, day in days.items()}
        domain = [("team_id", "in", teams.ids)]
        if starts:
            domain.append(("date_from", ">=", min(starts.values())))
        known = {
            (meeting.team_id, meeting.date_from) for meeting in self.search(domain)
        }
        for team, day in days.items():
            if (team, starts[team]) not in known:
                self._try(self._make_next, team, day)

    @api.model
    def _recount_ahead(self):
        """Count what is planned for these weeks; older ones are counted by hand."""
        since = fields.Date.context_today(self) - timedelta(days=14)
        domain = [("state", "=", "planned"), ("date_to", ">=", since)]
        meetings = self.search(domain, limit=_BATCH)
        for meeting in meetings:
            self._try(meeting._make_agenda)
        return len(meetings)

    @api.model
    def _try(self, method, *args):
        """One meeting that can't be made stops no other."""
        try:
            with self.env.cr.savepoint():
                method(*args)
        except Exception:  # noqa: BLE001  whatever it is, the others get theirs
            _logger.warning("A quality meeting could not be prepared", exc_info=True)

    @api.model
    def _get_monday_before(self, day):
        """Return the Monday of the week before this day's week."""
        return day - timedelta(days=day.weekday() + 7)

    @api.model
    def _get_next_day(self, team):
        """Return the day of the team's next meeting: within the coming seven days."""
        today = datetime.now(pytz.timezone(team.calendar_id.tz or "UTC")).date()
        ahead = (int(team.quality_weekday) - today.weekday()) % 7
        return today + timedelta(days=ahead or 7)

    @api.model
    def _make_next(self, team, day):
        """Make the meeting of a team and give its chair something to prepare."""
        zone = pytz.timezone(team.calendar_id.tz or "UTC")
        begin = datetime.combine(day, time()) + timedelta(hours=team.quality_hour)
        meeting = self.create(
            {
                "company_id": team.company_id.id,
                "team_id": team.id,
                "date_from": self._get_monday_before(day),
                "planned_at": zone.localize(begin)
                .astimezone(pytz.utc)
                .replace(tzinfo=None),
                "chair_id": team.leader_id.id,
                "attendee_ids": [
                    Command.set((team.leader_id | team.member_ids).ids),
                ],
            }
        )
        if team.leader_id:
            meeting.activity_schedule(
                "service_ticket.activity_type_meeting",
                user_id=team.leader_id.id,
                date_deadline=day,
            )
        return meeting
