"""The log of a ticket, and replaying it for the clocks."""

from collections import defaultdict
from datetime import timedelta

import pytz

from odoo import api, fields, models
from odoo.fields import Domain

from ..engine import clock, ticket_log
from .service_milestone import RUNNING

_HORIZONS = (45, 400, 1500)  # days of working time to look ahead, then further
_RANK = ("overdue", "running", "paused", "late", "met", "void")


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    # --- The log -------------------------------------------------------------------

    def _log_event(self, name, at=None, note=None):
        """Record that the promise `name` (a clock) was met, once per ticket.

        :param at: datetime, naive UTC; now when empty.
        """
        log = self._get_log()
        self.env["service.transition"].sudo().create(
            [
                {
                    "ticket_id": ticket.id,
                    "at": at or fields.Datetime.now(),
                    "clock": name,
                    "note": note,
                    "user_id": self.env.uid,
                }
                for ticket in self
                if not ticket_log.is_met(log[ticket.id], name)
            ]
        )
        self._replay_clocks()

    def _get_log(self):
        """Return {ticket id: [transition]} in the order of the log, in one query.

        What another system did before a ticket was opened again here is left out.
        """
        log = defaultdict(list)
        for line in (
            self.env["service.transition"]
            .sudo()
            .search(Domain("ticket_id", "in", self.ids), order="at, id")
        ):
            since = line.ticket_id.promised_from
            if not since or line.at >= since:
                log[line.ticket_id.id].append(line)
        return log

    # --- Replaying it --------------------------------------------------------------

    def _replay_clocks(self, log=None):
        """Store for every milestone what the log replays to (A5).

        :param log: {ticket id: lines}; read where it is not given
        """
        log = self._get_log() if log is None else log
        self._owe_reports(log)
        milestones = self.sudo().milestone_ids
        _due_steps, broken = milestones._replay(log)
        self._store_next_due()
        broken._tell_broken()
        milestones._wake_sweep(milestones.mapped("next_alert"))

    def _owe_reports(self, log):
        """A report is owed from the moment that the work on site has ended (R16)."""
        owing = self.filtered(
            lambda ticket: (
                ticket_log.find_start(log[ticket.id], "report", None)
                and "report" not in ticket.sudo().milestone_ids.mapped("clock")
            )
        )
        if owing:
            targets = {
                ticket: {k: t for k, t in by_clock.items() if k == "report"}
                for ticket, by_clock in owing._get_targets().items()
            }
            owing._create_milestones(owing._prepare_missing(targets, log=log))

    def _store_next_due(self):
        """Keep the nearest promise on the ticket, where lists look."""
        self._store_next(
            {
                ticket: [
                    (m.status, m.due, m.remaining_hours)
                    for m in ticket.sudo().milestone_ids
                ]
                for ticket in self
            }
        )

    def _store_next(self, clocks):
        """Store the nearest clock of each ticket, in one write for equal values.

        :param clocks: {ticket: [(status, due, hours left)]}
        """
        by_vals = defaultdict(list)
        for ticket in self:
            vals = self._prepare_next_vals(clocks.get(ticket, ()))
            if any(ticket[name] != value for name, value in vals.items()):
                by_vals[tuple(vals.items())].append(ticket.id)
        for vals, ids in by_vals.items():
            self.browse(ids).sudo().write(dict(vals))

    @api.model
    def _prepare_next_vals(self, clocks):
        statuses = {status for status, _due, _left in clocks}
        return {
            "next_due": min(
                (due for status, due, _left in clocks if status in RUNNING),
                default=False,
            ),
            "clock_status": next((s for s in _RANK if s in statuses), "none"),
            "remaining_hours": min(
                (left for status, _due, left in clocks if status == "paused"),
                default=0.0,
            ),
        }

    # --- Working time --------------------------------------------------------------

    @api.model
    def _get_hours_by_company(self, wanted):
        """Return {company: {calendar: WorkingTime}}.

        :param wanted: quadruples (company, calendar, datetime, seconds)
        """
        by_company = defaultdict(list)
        for company, *triple in wanted:
            by_company[company].append(triple)
        return {
            company: self._get_hours(triples, company)
            for company, triples in by_company.items()
        }

    def _get_hours(self, wanted, company=None):
        """Return {calendar: WorkingTime}; the empty calendar is round the clock.

        :param wanted: triples (resource.calendar, datetime, seconds): each calendar's
            intervals are fetched once, from the earliest of its datetimes on, until
            the longest of its durations has room.
        :param company: whose days off count in a calendar that companies share
        """
        earliest, longest = {}, {}
        for calendar, moment, seconds in wanted:
            if calendar:
                earliest[calendar] = min(earliest.get(calendar, moment), moment)
                longest[calendar] = max(longest.get(calendar, 0), seconds)
        result = {self.env["resource.calendar"]: clock.RoundTheClock()}
        for calendar, moment in earliest.items():
            result[calendar] = self._get_calendar_hours(
                calendar.sudo(), moment, longest[calendar], company or self.company_id
            )
        return result

    @api.model
    def _get_calendar_hours(self, calendar, moment, enough, companies):
        """Working intervals of one calendar, in UTC, until there is enough of them."""
        start = pytz.utc.localize(moment)
        now = max(moment, fields.Datetime.now())
        leaves = [
            ("time_type", "=", "leave"),
            ("company_id", "in", [False, *companies.ids]),
        ]
        for days in _HORIZONS:
            until = now + timedelta(days=days)
            end = pytz.utc.localize(until)
            found = calendar._work_intervals_batch(start, end, domain=leaves)[False]
            hours = clock.WorkingIntervals(
                (
                    begin.astimezone(pytz.utc).replace(tzinfo=None),
                    stop.astimezone(pytz.utc).replace(tzinfo=None),
                )
                for begin, stop, _meta in found
            )
            if hours.elapsed(now, until) >= enough:
                break
        return hours
