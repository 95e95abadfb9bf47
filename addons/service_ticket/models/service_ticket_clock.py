"""Promised times of a ticket: what is promised, and what the log says of it."""

from collections import defaultdict
from datetime import timedelta

import pytz

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_datetime

from ..engine import clock

_HORIZONS = (45, 400, 1500)  # days of working time to look ahead, then further
_REOPENED = ("restoration", "resolution", "report")


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    policy_id = fields.Many2one(
        "service.sla.policy", "Promised Times", readonly=True, copy=False
    )
    milestone_ids = fields.One2many("service.milestone", "ticket_id", "Promises")
    next_due = fields.Datetime("Next Promise", readonly=True, copy=False)
    clock_status = fields.Selection(
        [
            ("none", "No promise"),
            ("running", "In time"),
            ("paused", "Paused"),
            ("overdue", "Overdue"),
            ("met", "Kept"),
            ("late", "Broken"),
            ("void", "Not needed"),
        ],
        "Promise",
        readonly=True,
        copy=False,
        default="none",
        index=True,
    )
    response_due = fields.Datetime(
        "Promised Response", compute="_compute_promises", help="First response due."
    )
    on_site_due = fields.Datetime(
        "Promised on Site", compute="_compute_promises", help="Engineer on site due."
    )
    promise_summary = fields.Char("We Promise", compute="_compute_promises")

    # --- What is promised ------------------------------------------------------------

    def _get_policies(self):
        """Return {ticket: policy}: the customer's, the team's, the company's first."""
        policies = self.env["service.sla.policy"].search([])
        chosen = {}
        for ticket in self:
            company = ticket.company_id
            # sudo: a customer of two companies may have the policy of the other one
            own = ticket.partner_id.commercial_partner_id.sudo().service_policy_id
            candidates = own.with_env(self.env) + ticket.team_id.policy_id + policies
            chosen[ticket] = candidates.filtered(
                lambda p, c=company: p.sudo().company_id in (c, c.browse())
            )[:1]
        return chosen

    @api.depends("milestone_ids.due", "severity_id", "partner_id", "team_id")
    def _compute_promises(self):
        """From the stored milestones; before the ticket is saved, what they would be."""
        unsaved = self.filtered(lambda ticket: not ticket._origin)
        preview = unsaved._preview_promises()
        for ticket in self:
            if ticket in unsaved:
                due = preview[ticket]
            else:
                due = {m.clock: m.due for m in ticket.milestone_ids}
            ticket.response_due = due.get("first_response", False)
            ticket.on_site_due = due.get("on_site", False)
            ticket.promise_summary = ticket._summarise_promises(due)

    def _preview_promises(self):
        targets = {
            ticket: policy._get_targets(ticket.severity_id) if policy else {}
            for ticket, policy in self._get_policies().items()
        }
        now = fields.Datetime.now()
        hours = self._get_hours(
            (t.calendar_id, now, t._get_seconds())
            for by_clock in targets.values()
            for t in by_clock.values()
        )
        return {
            ticket: {
                name: hours[target.calendar_id].advance(now, target._get_seconds())
                for name, target in by_clock.items()
            }
            for ticket, by_clock in targets.items()
        }

    def _summarise_promises(self, due):
        if not due:
            return self.env._("Nothing is promised for this severity.")
        labels = dict(
            self.env["service.milestone"]
            ._fields["clock"]
            ._description_selection(self.env)
        )
        return "   ·   ".join(
            f"{labels[name]} {format_datetime(self.env, moment, dt_format='short')}"
            for name, moment in due.items()
            if moment
        )

    # --- The log -----------------------------------------------------------------------

    def _log_event(self, name, at=None):
        """Record that the promise `name` (a clock) was met, once per ticket.

        :param at: datetime, naive UTC; now when empty.
        """
        met = {
            ticket
            for (ticket,) in self.env["service.transition"]
            .sudo()
            ._read_group(
                [("ticket_id", "in", self.ids), ("clock", "=", name)], ["ticket_id"]
            )
        }
        again = name in _REOPENED
        self.env["service.transition"].sudo().create(
            [
                {
                    "ticket_id": ticket.id,
                    "at": at or fields.Datetime.now(),
                    "clock": name,
                    "user_id": self.env.uid,
                }
                for ticket in self
                if again or ticket not in met
            ]
        )
        self._replay_clocks()

    def _get_log(self):
        """Return {ticket id: [transition]} in the order of the log, in one query."""
        log = defaultdict(list)
        for line in (
            self.env["service.transition"]
            .sudo()
            .search(Domain("ticket_id", "in", self.ids), order="ticket_id, at, id")
        ):
            log[line.ticket_id.id].append(line)
        return log

    @staticmethod
    def _as_clock_log(lines, name):
        """Translate a ticket's log into what the clock `name` needs to know."""
        entries = []
        for line in lines:
            if line.clock:
                event = "met" if line.clock == name else None
            elif line.to_state in ("resolved", "closed", "cancelled"):
                event = "stop"
            elif line.from_state in ("resolved", "closed", "cancelled"):
                event = "reopen" if name in _REOPENED else "resume"
            else:
                event = "pause" if line.pauses_clock else "resume"
            if event:
                entries.append(clock.LogEntry(line.at, event))
        return entries

    # --- Replaying it ------------------------------------------------------------------

    def _start_clocks(self):
        """Give the tickets the milestones that their policy and severity ask for.

        A changed severity, team or customer changes the promises; the log, and with
        it every pause, stays.
        """
        wanted, stale, missing = {}, self.env["service.milestone"], []
        policies = self._get_policies()
        by_policy = defaultdict(self.browse)
        for ticket, policy in policies.items():
            by_policy[policy] |= ticket
            wanted[ticket] = policy._get_targets(ticket.severity_id) if policy else {}
        for policy, tickets in by_policy.items():
            moved = tickets.filtered(lambda t, p=policy: t.policy_id != p)
            moved.sudo().policy_id = policy
        for ticket in self:
            kept = {m.clock: m for m in ticket.sudo().milestone_ids}
            for name, target in wanted[ticket].items():
                if name not in kept:
                    promise = target._prepare_milestone_vals()
                    missing.append({"ticket_id": ticket.id, "clock": name, **promise})
                elif kept[name].target_id != target:
                    kept[name].write(target._prepare_milestone_vals())
            stale |= ticket.env["service.milestone"].union(
                *(m for name, m in kept.items() if name not in wanted[ticket])
            )
        stale.sudo().unlink()
        self.env["service.milestone"].sudo().create(missing)
        self._replay_clocks()

    def _replay_clocks(self):
        """Store for every milestone what the log replays to (A5)."""
        milestones = self.sudo().milestone_ids
        log, now = self._get_log(), fields.Datetime.now()
        hours = self._get_hours(
            (m.calendar_id, m.ticket_id.opened_at, m._get_seconds()) for m in milestones
        )
        broken = milestones.browse()
        for milestone in milestones:
            kept = milestone.status not in ("overdue", "late")
            ticket = milestone.ticket_id
            reading = clock.read(
                clock.Promise(
                    started=ticket.opened_at,
                    seconds=milestone._get_seconds(),
                    hours=hours[milestone.calendar_id],
                    log=self._as_clock_log(log[ticket.id], milestone.clock),
                ),
                now,
            )
            milestone._store(reading)
            if kept and reading.status in ("overdue", "late"):
                broken += milestone
        self._store_next_due()
        broken._tell_broken()

    def _store_next_due(self):
        """Keep the nearest promise on the ticket, where lists look."""
        rank = ("overdue", "running", "paused", "late", "met", "void")
        for ticket in self:
            milestones = ticket.sudo().milestone_ids
            ahead = milestones.filtered(lambda m: m.status in ("running", "overdue"))
            statuses = set(milestones.mapped("status"))
            vals = {
                "next_due": min(ahead.mapped("due"), default=False),
                "clock_status": next((s for s in rank if s in statuses), "none"),
            }
            if any(ticket[name] != value for name, value in vals.items()):
                ticket.sudo().write(vals)

    def _get_hours(self, wanted):
        """Return {calendar: WorkingTime}; the empty calendar is round the clock.

        :param wanted: triples (resource.calendar, datetime, seconds): each calendar's
            intervals are fetched once, from the earliest of its datetimes on, until
            the longest of its durations has room.
        """
        earliest, longest = {}, {}
        for calendar, moment, seconds in wanted:
            if calendar:
                earliest[calendar] = min(earliest.get(calendar, moment), moment)
                longest[calendar] = max(longest.get(calendar, 0), seconds)
        result = {self.env["resource.calendar"]: clock.RoundTheClock()}
        for calendar, moment in earliest.items():
            result[calendar] = self._get_calendar_hours(
                calendar.sudo(), moment, longest[calendar]
            )
        return result

    @api.model
    def _get_calendar_hours(self, calendar, moment, enough):
        """Working intervals of one calendar, in UTC, until there is enough of them."""
        start = pytz.utc.localize(moment)
        now = max(moment, fields.Datetime.now())
        for days in _HORIZONS:
            until = now + timedelta(days=days)
            end = pytz.utc.localize(until)
            found = calendar._work_intervals_batch(start, end)[False]
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


class ServiceMilestone(models.Model):
    _inherit = "service.milestone"

    def _get_seconds(self):
        """Return the promised time in whole seconds."""
        return round(self.hours * 3600)

    def _store(self, reading):
        """Write a reading of the engine, only where it differs."""
        vals = {
            "status": reading.status,
            "due": reading.due or False,
            "met_at": reading.met_at or False,
            "paused_hours": reading.paused_seconds / 3600,
            "remaining_hours": (reading.remaining or 0) / 3600,
        }
        if any(self[name] != value for name, value in vals.items()):
            self.write(vals)
