"""The sweep: what is due is marked, and people are told, each once (A6)."""

import contextlib
import logging
from datetime import timedelta

from odoo import api, fields, models

from .batch import BUSY, try_lock

_logger = logging.getLogger(__name__)
# The sweep runs this often; what is due in between wakes it.
_POLL = timedelta(minutes=5)
_LATER = timedelta(hours=1)


class ServiceMilestone(models.Model):
    _inherit = "service.milestone"

    @api.model
    def _cron_mark_overdue(self, batch=500):
        """Mark what broke and tell whom it concerns; the cost is by what is due."""
        redone, stale = self.env["service.ticket"]._catch_up()
        done, more = self._sweep(batch)
        self.env["ir.cron"]._commit_progress(redone + done, remaining=stale + more)

    @api.model
    def _sweep(self, batch=500):
        """Look at one batch of promises; return how many, and how many are left.

        Nothing due: one query.
        """
        self.flush_model(["next_alert"])
        now = fields.Datetime.now()
        ahead = self.search_fetch(
            [("next_alert", "<", now + _POLL)],
            ["next_alert", "ticket_id"],
            limit=batch + 1,
            order="next_alert",
        )
        due = ahead.filtered(lambda milestone: milestone.next_alert < now)
        if due:
            mine = due[:batch]._lock_with_tickets()
            if not mine:
                return 0, 0
            mine._get_due(now)._alert()
            ahead = ahead.exists()  # what is promised anew may be promised no more
        if len(due) > batch:
            return batch, self.search_count([("next_alert", "<", now)])
        self._wake_sweep(ahead.mapped("next_alert"))
        return len(due), 0

    @api.model
    def _wake_sweep(self, moments):
        """Have the sweep run when the nearest alert is due, if it would be late."""
        nearest = min((moment for moment in moments if moment), default=None)
        if nearest and nearest < fields.Datetime.now() + _POLL:
            cron = self.env.ref("service_ticket.ir_cron_mark_overdue")
            cron.sudo()._trigger(at=nearest + timedelta(seconds=1))

    def _lock_with_tickets(self):
        """Lock the promises; what another worker has is left to it.

        All sweeps lock the ticket first, so that none waits for another. The rows of
        the promises tell whether somebody changed them since this transaction began.
        """
        tickets = try_lock(self.ticket_id)
        mine = try_lock(self.filtered(lambda m: m.ticket_id in tickets))
        if len(mine) < len(self):
            self.env.ref("service_ticket.ir_cron_mark_overdue")._trigger()
        return mine

    def _get_due(self, now):
        return self.filtered(lambda m: m.next_alert and m.next_alert < now)

    def _alert(self):
        """Take the steps that are due; one that fails keeps no other from it."""
        try:
            with self.env.cr.savepoint():
                self._take_steps()
        except Exception as error:
            self.env.invalidate_all()
            if len(self) > 1:
                for milestone in self:
                    milestone._alert()
                return
            if isinstance(error, BUSY):
                return  # the next sweep takes it
            _logger.exception("Nobody could be told of promise %s", self.id)
            later = fields.Datetime.now() + _LATER
            with contextlib.suppress(*BUSY), self.env.cr.savepoint():
                self.write({"next_alert": later, "alert_error": str(error)[:200]})

    def _take_steps(self):
        stale = self.ticket_id.filtered("stale_clocks")
        if stale:  # nothing is told from old dates
            stale._do_marked()
            self = self.exists()._get_due(fields.Datetime.now())
        due_steps, broken = self._replay(sweep=True)
        self.ticket_id.with_context(mail_notrack=True)._store_next_due()
        self.filtered("alert_error").alert_error = False
        self.env["service.alert"]._take(due_steps, broken)

    def _tell_broken(self):
        """Say it once in each ticket's thread, whoever noticed it first."""
        if self:
            self.env["service.alert"]._tell(self)

    def _get_broken_lines(self):
        """Return what the note in a ticket's thread says of broken promises."""
        if not self:
            return []
        names = ", ".join(self.mapped("display_name"))
        return [self.env._("Promise broken: %s", names)]
