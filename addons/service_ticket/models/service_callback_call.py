"""Making the call: whose it is, what came of it, and the next one."""

from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_datetime, format_time, mute_logger

_TRIES = 3  # where no rule is left
_LOOK_AHEAD = 20  # calls that are tried one after the other for the next one


class ServiceCallback(models.Model):
    _inherit = "service.callback"

    busy = fields.Char(compute="_compute_busy")

    # --- Whose call it is --------------------------------------------------------------

    @api.depends("claimed_by_id", "claimed_at", "customer_id", "state")
    @api.depends_context("uid", "lang", "tz")
    def _compute_busy(self):
        for call in self:  # shown on the form only
            claim = call.state == "owed" and call._get_claims()[:1]
            call.busy = claim._describe_claim(self.env) if claim else False

    def _describe_claim(self, env):
        """Say who calls this customer, and since when."""
        self.ensure_one()
        return env._(
            "%(who)s has been calling %(customer)s since %(time)s. Take the next call.",
            who=self.claimed_by_id.name,
            customer=self.partner_id.display_name or self.contact_name or "",
            time=format_time(env, self.claimed_at, time_format="short"),
        )

    def _get_claims(self):
        """Return the calls that somebody else makes to these customers right now."""
        self.ensure_one()
        since = fields.Datetime.now() - timedelta(
            minutes=self.sudo().company_id.service_callback_claim_minutes
        )
        domain = [
            # Not empty: the few claims are in an index.
            ("claimed_by_id", "not in", [self.env.uid, False]),
            ("claimed_at", ">", since),
            ("company_id", "=", self.sudo().company_id.id),
        ]
        customer = self.sudo().customer_id
        domain.append(
            ("customer_id", "=", customer.id) if customer else ("id", "in", self.ids)
        )
        return self.sudo().search(domain)

    def _refuse_claimed(self):
        """Two people never call one customer at once."""
        for call in self:
            for claim in call._get_claims()[:1]:
                raise UserError(claim._describe_claim(self.env))

    def _claim(self):
        """Make this the user's call; what the user had before is given back."""
        self.ensure_one()
        self._refuse_claimed()
        call = self.sudo()
        mine = Domain("claimed_by_id", "=", self.env.uid)
        if call.customer_id:  # of others only what has run out is left
            mine |= Domain("company_id", "=", call.company_id.id) & Domain(
                "customer_id", "=", call.customer_id.id
            )
        old = call.search(Domain("claimed_by_id", "!=", False) & mine)
        (old - call).write({"claimed_by_id": False, "claimed_at": False})
        self.env.flush_all()
        call.write({"claimed_by_id": self.env.uid, "claimed_at": fields.Datetime.now()})
        self.env.flush_all()

    def action_call(self):
        """Take the call: for some minutes nobody else calls this customer."""
        self.ensure_one()
        self.check_access("write")
        self._require_owed()
        self._claim()

    def action_release(self):
        """Give the call back: somebody else may make it."""
        self.check_access("write")
        mine = self.sudo().filtered(lambda call: call.claimed_by_id == self.env.user)
        mine.write({"claimed_by_id": False, "claimed_at": False})

    def action_next_call(self):
        """Open the call that is due next and take it; own teams come first."""
        self.browse().check_access("write")
        domain = [("state", "=", "owed"), ("call_from", "<=", fields.Datetime.now())]
        if self.env.user.has_group("service_ticket.group_service_agent"):
            domain.append(("caller", "=", "desk"))
        teams = self.env["service.team"].search([("member_ids", "in", self.env.uid)])
        for first in ([("team_id", "in", teams.ids)] if teams else [], []):
            for call in self.search([*domain, *first], limit=_LOOK_AHEAD):
                if call._try_claim():
                    return call._open_call()
        return self._say_nothing_due()

    def _try_claim(self):
        """Claim the call unless somebody else was faster."""
        if self._get_claims() or not self.sudo().try_lock_for_update():
            return False
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                self._claim()
        except psycopg2.errors.UniqueViolation:
            self.env.invalidate_all()
            return False
        return True

    def _open_call(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Callback"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [[False, "form"]],
            "target": "main",
            "context": {"service_callback_flow": True},
        }

    def _say_nothing_due(self):
        coming = self.search([("state", "=", "owed")], limit=1)
        message = self.env._("Every customer who is owed a call has been called.")
        if coming:
            message = self.env._(
                "The next one is due on %s.",
                format_datetime(self.env, coming.due, dt_format="short"),
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "title": self.env._("No call is to be made now"),
                "message": message,
                "next": self.env["ir.actions.act_window"]._for_xml_id(
                    "service_ticket.service_callback_action"
                ),
            },
        }

    def _go_on(self):
        """After a call made in the flow comes the next one."""
        if self.env.context.get("service_callback_flow"):
            return self.action_next_call()
        return None

    # --- What came of it ---------------------------------------------------------------

    def _require_owed(self):
        for call in self:
            if call.state != "owed":
                raise UserError(self.env._("%s was made already.", call.display_name))

    def _log_attempts(self, reached, way=None, note=None):
        self.env["service.callback.attempt"].sudo().create(
            [
                {
                    "callback_id": call.id,
                    "way": way or call.way,
                    "phone": call.contact_phone if call.way == "phone" else False,
                    "reached": reached,
                    "note": note,
                    "user_id": self.env.uid,
                }
                for call in self
            ]
        )

    def _end(self, state, **vals):
        self.sudo().write(
            {
                "state": state,
                "done_at": fields.Datetime.now(),
                "user_id": self.env.uid,
                "claimed_by_id": False,
                "claimed_at": False,
                **vals,
            }
        )
        self._settle_escalation()

    def _finish(self, outcome, way=None):
        """The customer was reached and said so."""
        self.check_access("write")
        self._require_owed()
        if way != "portal":
            self._refuse_claimed()
        self._log_attempts(True, way)
        self._end("done", outcome=outcome, way=way or self[:1].way)
        self._store_ratings(way)
        labels = dict(self._fields["outcome"]._description_selection(self.env))
        for call in self:
            call.ticket_id.message_post(
                body=self.env._(
                    "Customer called back: %(outcome)s. %(note)s",
                    outcome=labels[outcome],
                    note=call.note or "",
                )
            )

    def action_satisfied(self):
        """The customer is satisfied: the ticket closes (R28)."""
        self._satisfied()
        return self._go_on()

    def _satisfied(self, way=None):
        self._finish("satisfied", way)
        self._close_tickets()

    def _close_tickets(self):
        resolved = self.ticket_id.filtered(lambda ticket: ticket.state == "resolved")
        closable = resolved.filtered(lambda t: not t._get_close_obstacles())
        closable.action_close()
        return closable

    def action_unsatisfied(self):
        """Not satisfied: the ticket is open again, and somebody is to act (R123)."""
        self._unsatisfied()
        return self._go_on()

    def _unsatisfied(self, way=None):
        for call in self:
            if not call.note:
                raise UserError(
                    self.env._("Write down what the customer is not satisfied with.")
                )
        self._finish("unsatisfied", way)
        self.ticket_id.filtered(
            lambda ticket: ticket.state in ("resolved", "closed")
        ).action_reopen()
        self._plan_next_steps()

    def action_unreachable(self):
        """Nobody answered: the next try is planned; after the last one we write."""
        self.check_access("write")
        self._require_owed()
        self._refuse_claimed()
        self._log_attempts(False)
        hours = self._count_hours(
            (call.ticket_id, call.rule_id.sudo()) for call in self
        )
        for call in self:
            rule = call.rule_id.sudo()
            tries = call.attempts + 1
            call.sudo().attempts = tries
            call.ticket_id.message_post(
                body=self.env._("Callback: nobody answered (%s).", tries)
            )
            if tries >= (rule.max_tries or _TRIES):
                call._miss(self.env.ref("service_ticket.callback_reason_no_answer"))
            else:
                due = hours(call.ticket_id, rule, rule.retry_hours or 1)
                call._plan_try(due)
        return self._go_on()

    def _plan_try(self, due):
        """Call again then; until then the customer is left in peace."""
        self.sudo().write(
            {
                "due": due,
                "call_from": due,
                "claimed_by_id": False,
                "claimed_at": False,
            }
        )
        self._settle_escalation()

    def _miss(self, reason):
        """Close the call as not reached; the customer is written to instead."""
        self.ensure_one()
        self._end("missed", reason_id=reason.id)
        ticket = self.ticket_id
        ticket.message_post(
            body=self.env._("The customer was not called back: %s", reason.name)
        )
        written = reason.writes and self._write_to_customer()
        if self._close_tickets() and written:
            ticket.sudo().closing_mail = "withheld"  # one mail is enough
