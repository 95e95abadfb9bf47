"""What the log says of a promise, and when somebody has to be told."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine import clock, ticket_log
from .service_milestone import RUNNING, UNSETTLED

_AT_ONCE = 500  # promises that are replayed while somebody waits; more are queued


class ServiceMilestone(models.Model):
    _inherit = "service.milestone"

    def _get_seconds(self):
        """Return the promised time in whole seconds."""
        return round(self.hours * 3600)

    def _get_promise(self, lines, hours):
        """Return the promise as the engine takes it.

        :param lines: the ticket's log
        :param hours: {calendar: WorkingTime}, the empty calendar round the clock
        """
        opened = self.ticket_id._get_promised_from()
        start = ticket_log.find_start(lines, self.clock, opened)
        counted = self.hours_of and (self.hours_of == "always" or self.calendar_id)
        return clock.Promise(
            started=start or opened,
            seconds=self._get_seconds(),
            # A4: no hours, no promise
            hours=hours[self.calendar_id] if start and counted else None,
            log=ticket_log.translate(lines, self.clock),
        )

    def _get_promises(self, log=None):
        """Return {milestone: Promise} with one fetch of each calendar's hours.

        :param log: {ticket id: lines}; read where it is not given
        """
        log = self.ticket_id._get_log() if log is None else log
        hours = self.env["service.ticket"]._get_hours_by_company(
            (
                m.company_id,
                m.calendar_id,
                m.ticket_id._get_promised_from(),
                m._get_seconds(),
            )
            for m in self
        )
        return {
            m: m._get_promise(log.get(m.ticket_id.id, ()), hours[m.company_id])
            for m in self
        }

    # --- Replaying -----------------------------------------------------------------

    def _replay(self, log=None, sweep=False):
        """Store for every promise what the log replays to (A5).

        :param log: {ticket id: lines}; read where it is not given
        :param sweep: take the escalation steps that are due; else the sweep is woken
        """
        now = fields.Datetime.now()
        fired = self._get_fired()
        due_steps, again, broken, settled = [], [], self.browse(), self.browse()
        for milestone, promise in self._get_promises(log).items():
            steps = milestone.ticket_id._get_steps(milestone.clock)
            aim = round(milestone.internal_hours * 3600)
            reading, moments = self._read_promise(promise, aim, steps, now)
            taken = fired.get(milestone.id, {})
            again += self._find_changed(moments, taken, reading, now)
            ahead = {s: at for s, at in moments.items() if s not in taken and at}
            if sweep and reading.status in RUNNING and not reading.standing:
                ready = [step for step, at in ahead.items() if at < now]
                due_steps += [(milestone, step, ahead.pop(step)) for step in ready]
            if taken and milestone.status in UNSETTLED:
                settled += milestone
            was_broken = milestone.status in ("overdue", "late")
            if reading.status in ("overdue", "late") and not was_broken:
                broken += milestone
            milestone._store(reading, aim, ahead.values())
        settled._calm()
        if again:
            self.env["service.alert"].sudo().browse(again).superseded = True
        return due_steps, broken

    @api.model
    def _read_promise(self, promise, aim, steps, now):
        """Return what the clock shows, and {step id: when it is to be taken, or None}.

        :param aim: seconds of our own stricter aim, 0 without one: warnings count on it
        """
        seconds = aim or promise.seconds
        warnings = [step for step in steps if step.share < 100]
        marks = [round(seconds * step.share / 100) for step in warnings]
        reading = clock.read(promise, now, [seconds, *marks])
        moments = dict(zip((w.id for w in warnings), reading.marks[1:], strict=True))
        for step in steps:
            if step.share == 100:
                after = timedelta(minutes=step.minutes)
                moments[step.id] = reading.due and reading.due + after
        return reading, moments

    def _store(self, reading, internal, alerts):
        """Write a reading of the engine, only where it differs."""
        vals = self._prepare_reading_vals(reading, internal, alerts)
        if any(self[name] != value for name, value in vals.items()):
            self.write(vals)

    @api.model
    def _prepare_reading_vals(self, reading, internal, alerts):
        """Return what is stored of a reading.

        :param internal: seconds of the own aim, 0 without one
        :param alerts: moments at which somebody is to be told
        """
        alerts = [moment for moment in alerts if moment]
        if reading.status == "running":
            alerts.append(reading.due)
        running = reading.status in RUNNING and not reading.standing
        return {
            "status": reading.status,
            "due": reading.due or False,
            "internal_due": (internal and reading.marks[0]) or False,
            "met_at": reading.met_at or False,
            "paused_hours": reading.paused_seconds / 3600,
            "remaining_hours": (reading.remaining or 0) / 3600,
            "next_alert": min(alerts, default=False) if running else False,
        }

    def _calm(self):
        """Who was told need not act any more where nothing of a ticket is broken now."""
        settled = self.filtered(lambda milestone: milestone.status not in UNSETTLED)
        calm = settled.ticket_id.filtered(
            lambda ticket: "overdue" not in ticket.milestone_ids.mapped("status")
        )
        if calm:
            calm.activity_unlink(["service_ticket.activity_type_promise"])

    # --- Steps that were taken -------------------------------------------------------

    def _get_fired(self):
        """Return {milestone id: {step id: alert}} of the steps that count as taken."""
        result = {}
        if self.ids:
            alerts = self.env["service.alert"].sudo()
            domain = [("milestone_id", "in", self.ids), ("superseded", "=", False)]
            for alert in alerts.search(domain):
                steps = result.setdefault(alert.milestone_id.id, {})
                steps[alert.step_id.id] = alert.id
        return result

    @api.model
    def _find_changed(self, moments, taken, reading, now):
        """Return ids of alerts whose moment lies ahead now: the promise changed.

        A pause never does that: what had been used up before it stays used up.
        """
        if reading.status not in ("running", "paused", "overdue"):
            return []
        return [
            taken.pop(step)
            for step in list(taken)
            if step in moments and not (moments[step] and moments[step] < now)
        ]

    def _adopt(self, target):
        """Follow another target of the ticket's policy; the same one stays as it was.

        Whose hours count may change (another team, another site) all the same.
        """
        ticket = self.ticket_id
        if self.target_id != target:
            vals = target._prepare_milestone_vals(ticket)
        else:
            calendar = ticket._get_clock_calendar(self.hours_of, self.calendar_id)
            vals = {"calendar_id": calendar.id}
        current = {
            name: self._fields[name].convert_to_write(self[name], self) for name in vals
        }
        if current != vals:
            self.write(vals)

    # --- When something else changed -------------------------------------------------

    @api.model
    def _look_again(self, domain):
        """Replay the unsettled promises of a domain: hours or rules were changed.

        A few at once; many by the sweep, which commits in batches.
        """
        domain = [("status", "in", UNSETTLED), *domain]
        found = self.sudo().search(domain, limit=_AT_ONCE + 1)
        if len(found) <= _AT_ONCE:
            found.ticket_id._replay_clocks()
            return
        self.flush_model(["next_alert"])
        marked = self.env.execute_query(
            SQL(
                "UPDATE service_milestone SET next_alert = %s"
                " WHERE id IN %s RETURNING ticket_id",
                fields.Datetime.now(),
                self.sudo()._search(domain).subselect(),
            )
        )
        self.invalidate_model(["next_alert"])
        self.env["service.ticket"]._follow_in_background(len(set(marked)))
