"""Nobody waits unseen: overdue calls are told once, holes in the coverage repaired."""

import logging
from datetime import timedelta

from odoo import api, fields, models

from .batch import do_each, try_lock

_logger = logging.getLogger(__name__)
_BATCH = 200
_LOOK_BACK = timedelta(days=31)


class ServiceCallback(models.Model):
    _inherit = "service.callback"

    _overdue = models.Index("(due) WHERE state = 'owed' AND escalated_at IS NULL")

    @api.model
    def _cron_escalate(self):
        """Tell leaders of overdue calls, in bounded batches."""
        done, more = self._escalate_overdue()
        self.env["ir.cron"]._commit_progress(done, remaining=more)

    @api.model
    def _escalate_overdue(self):
        """Tell them, once a call; return how many, and how many are left."""
        done = more = 0
        for company in self.env["res.company"].search([]):
            now = fields.Datetime.now()
            grace = timedelta(minutes=company.service_callback_grace_minutes)
            domain = [
                ("state", "=", "owed"),
                ("escalated_at", "=", False),
                ("due", "<", now - grace),
                ("company_id", "=", company.id),
            ]
            calls = self.search(domain, limit=_BATCH)
            calls = try_lock(calls).filtered_domain(domain)
            calls._escalate()
            done += len(calls)
            more += self.search_count(domain, limit=_BATCH)
        return done, more

    def _escalate(self):
        """Tell the leaders; one that fails keeps no other from it."""
        do_each(self, lambda calls: calls._tell_leaders())
        self.escalated_at = fields.Datetime.now()

    def _tell_leaders(self):
        kind = self.env.ref("service_ticket.activity_type_callback_overdue")
        model_id = self.env["ir.model"]._get_id("service.ticket")
        vals_list = []
        for call in self:
            user = call._get_leader()
            texts = call.with_context(lang=user.lang)
            today = fields.Date.context_today(call.with_context(tz=user.tz))
            vals_list.append(
                {
                    "activity_type_id": kind.id,
                    "automated": True,
                    "res_model_id": model_id,
                    "res_id": call.ticket_id.id,
                    "user_id": user.id,
                    "summary": texts.env._(
                        "%s has not been called back",
                        call.partner_id.display_name or call.contact_name or "",
                    ),
                    "date_deadline": today,
                }
            )
        # Many at once: the activity is enough, its mail and note are left out.
        self.env["mail.activity"].with_context(
            mail_activity_quick_update=True, mail_notrack=True
        ).sudo().create(vals_list)

    def _get_leader(self):
        """Return who answers for the team: its leader, else a manager."""
        steps = self.env["service.escalation.step"].sudo()
        leader = steps._keep_able(self.team_id.leader_id, self.company_id)
        roles = steps._get_roles(self.company_id)
        everybody = leader | roles["managers"] | roles["dispatchers"]
        return everybody[:1] or self.env.ref("base.user_admin")

    def _drop(self):
        """Nobody has to make these calls any more."""
        self.sudo().write(
            {"state": "cancelled", "claimed_by_id": False, "claimed_at": False}
        )
        self._settle_escalation()

    def _settle_escalation(self):
        """The call was made or planned anew: nobody has to look after it any more."""
        told = self.sudo().filtered("escalated_at")
        if told:
            kind = self.env.ref("service_ticket.activity_type_callback_overdue")
            told.ticket_id.activity_ids.filtered(
                lambda activity: activity.activity_type_id == kind
            ).unlink()

    # --- Coverage ------------------------------------------------------------------------

    @api.model
    def _cron_check_coverage(self):
        """Look for finished jobs without a call, in bounded batches."""
        done, more = self._check_coverage()
        self.env["ir.cron"]._commit_progress(done, remaining=more)

    @api.model
    def _check_coverage(self):
        """Owe a call wherever a finished job has none; by design there is no such job.

        Return how many tickets were looked at, and how many are left.
        """
        since = fields.Datetime.now() - _LOOK_BACK
        domain = [
            ("state", "in", ("resolved", "closed")),
            ("callback_state", "=", False),
            ("is_history", "=", False),
            "|",
            ("resolved_at", "=", False),
            ("resolved_at", ">=", since),
        ]
        tickets = self.env["service.ticket"].search(domain, limit=_BATCH)
        tickets = try_lock(tickets).filtered_domain(domain)
        tickets._store_callback_state()
        holes = tickets.filtered(lambda ticket: not ticket.callback_state)
        if holes:
            _logger.info("Callbacks were missing: %s", ", ".join(holes.mapped("name")))
            self._owe(holes)
        return len(tickets), tickets.search_count(domain, limit=_BATCH)

    @api.model
    def _get_coverage(self, domain=()):
        """Return {owed, done, missed, none} finished jobs, and the share called or tried.

        :param domain: more conditions on the tickets, e.g. a team or a month
        """
        tickets = self.env["service.ticket"]
        counts = dict(
            tickets._read_group(
                [
                    ("state", "in", ("resolved", "closed")),
                    ("is_history", "=", False),
                    *domain,
                ],
                ["callback_state"],
                ["__count"],
            )
        )
        result = {name: counts.get(name, 0) for name in ("owed", "done", "missed")}
        result["none"] = counts.get(False, 0)
        jobs = sum(result.values())
        result["jobs"] = jobs
        result["covered"] = 100.0 * (jobs - result["none"]) / jobs if jobs else 100.0
        called = result["done"] + result["missed"]
        result["reached"] = 100.0 * result["done"] / called if called else 100.0
        return result
