"""Promises to be made anew for many tickets: marked at once, redone by the sweep."""

import contextlib
import logging

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .batch import BUSY, try_lock
from .service_milestone import UNSETTLED
from .service_transition import OPEN_STATES

_logger = logging.getLogger(__name__)
_AT_ONCE = 500  # tickets that are redone while somebody waits; more are marked
_BATCH = 200  # about half a second of the sweep
_WAITING = ("hours", "promise")


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    stale_clocks = fields.Selection(
        [
            ("hours", "Other hours count"),
            ("promise", "Something else is promised"),
            ("failed", "Could not be counted"),
        ],
        "To Be Counted Anew",
        readonly=True,
        copy=False,
        help="A change concerned so many tickets that they are counted anew in the "
        "background.",
    )

    _stale = models.Index("(id) WHERE stale_clocks IS NOT NULL")

    @api.model
    def _get_recorded_fields(self):
        return super()._get_recorded_fields() | {"stale_clocks"}

    # --- Marking -----------------------------------------------------------------------

    @api.model
    def _promise_anew(self, domain):
        """Somebody was given another policy: it holds for what is open, too."""
        self._redo("promise", Domain("state", "in", OPEN_STATES) & Domain(domain))

    @api.model
    def _count_anew(self, domain):
        """Other people's hours count for the unsettled promises of a domain."""
        domain = Domain("status", "in", UNSETTLED) & Domain(domain)
        self._redo("hours", Domain("milestone_ids", "any", domain))

    @api.model
    def _redo(self, work, domain):
        """Redo the clocks of a few tickets at once; mark many for the sweep."""
        tickets = self.sudo().search(domain, limit=_AT_ONCE + 1)
        if len(tickets) <= _AT_ONCE:
            tickets._do_anew(work)
            return
        self.flush_model(["stale_clocks"])
        # Not by `write`: one statement, whose locks are held as short as can be.
        marked = self.env.execute_query(
            SQL(
                "UPDATE service_ticket SET stale_clocks ="
                " CASE stale_clocks WHEN 'promise' THEN 'promise' ELSE %s END"
                " WHERE id IN %s RETURNING id",
                work,
                self.sudo()._search(domain).subselect(),
            )
        )
        self.invalidate_model(["stale_clocks"])
        self._follow_in_background(len(marked))

    @api.model
    def _follow_in_background(self, count):
        """Have the sweep begin at once, and tell who made the change what follows."""
        self.env.ref("service_ticket.ir_cron_mark_overdue").sudo()._trigger()
        self.env.user._bus_send(
            "simple_notification",
            {
                "type": "info",
                "sticky": True,
                "message": self.env._(
                    "%s tickets follow in the background: their promises are counted "
                    "anew within minutes.",
                    count,
                ),
            },
        )

    # --- Redoing -----------------------------------------------------------------------

    def _do_anew(self, work):
        if not self:
            return
        if work == "promise":
            self._start_clocks()
            return
        for milestone in self.sudo().milestone_ids:
            if milestone.status in UNSETTLED:
                milestone._adopt(milestone.target_id)
        self._replay_clocks()

    def _do_marked(self):
        """Redo what is marked; the mark goes first, as redoing replays."""
        by_work = self.sudo().grouped("stale_clocks")
        self.sudo().stale_clocks = False
        for work, tickets in by_work.items():
            tickets._do_anew("hours" if work == "hours" else "promise")

    def _start_clocks(self, fresh=False):
        if not fresh:
            self.sudo().filtered("stale_clocks").stale_clocks = False
        return super()._start_clocks(fresh=fresh)

    def _replay_clocks(self, log=None):
        """What is marked is redone first: nothing is said from old dates.

        What is past in another system has no clocks.
        """
        stale = self.sudo().filtered("stale_clocks")
        if stale:
            stale._do_marked()
        rest = (self - stale).filtered(lambda ticket: not ticket.is_history)
        if rest:
            super(ServiceTicket, rest)._replay_clocks(log)

    # --- By the sweep ------------------------------------------------------------------

    @api.model
    def _catch_up(self, batch=_BATCH):
        """Redo one batch of what is marked; return how many, and how many are left.

        Two workers share the work: each takes what the other has not locked.
        """
        domain = [("stale_clocks", "in", _WAITING)]
        found = self.search(domain, order="id")
        mine = try_lock(found, limit=batch).filtered_domain(domain)
        mine._try_anew()
        if found and not mine:  # another worker is at it
            self.env.ref("service_ticket.ir_cron_mark_overdue")._trigger()
            return 0, 0
        return len(mine), len(found) - len(mine)

    def _try_anew(self):
        """Redo the tickets; one that fails keeps no other from it."""
        try:
            with self.env.cr.savepoint():
                self.with_context(mail_notrack=True)._do_marked()
        except Exception as error:
            self.env.invalidate_all()
            if len(self) > 1:
                for ticket in self:
                    ticket._try_anew()
            elif not isinstance(error, BUSY):  # else the next sweep takes it
                _logger.exception("The clocks of ticket %s can't be redone", self.id)
                with contextlib.suppress(*BUSY), self.env.cr.savepoint():
                    self.stale_clocks = "failed"
