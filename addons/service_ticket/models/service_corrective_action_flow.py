"""The buttons of a corrective action, and who is told of what is overdue."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .batch import do_each, try_lock

_TRANSITIONS = {
    "open": ("done", "cancelled"),
    "done": ("worked", "failed", "open"),
    "worked": (),
    "failed": (),
    "cancelled": ("open",),
}
_BATCH = 200


class ServiceCorrectiveAction(models.Model):
    _inherit = "service.corrective.action"

    # --- Buttons ---------------------------------------------------------------------

    def _set_state(self, state, **vals):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for action in self:
            if state not in _TRANSITIONS[action.state]:
                raise UserError(
                    self.env._(
                        "“%(name)s” is “%(state)s”: this step is not possible now.",
                        name=action.name,
                        state=labels[action.state],
                    )
                )
        self.sudo().write({"state": state, "told_overdue": False, **vals})
        self._get_plans().unlink()

    def action_done(self):
        """It is done, and something shows it; its check falls due."""
        self.check_access("write")
        for action in self:
            if not (action.evidence or "").strip():
                raise UserError(self.env._("Write down what shows that it was done."))
            if not action.checker_id:
                raise UserError(
                    self.env._("Name somebody who checks whether it worked.")
                )
        today = fields.Date.context_today(self)
        for action in self:
            check_due = today + timedelta(days=action.check_days)
            action._set_state(
                "done",
                done_at=fields.Datetime.now(),
                done_uid=self.env.uid,
                check_due=check_due,
            )
            action._plan(
                action.checker_id, check_due, self.env._("Check whether it worked: %s")
            )

    def action_reopen(self):
        """It is not done after all, or has to be done in spite of all."""
        self.check_access("write")
        self._set_state("open", done_at=False, done_uid=False, check_due=False)

    def action_cancel(self):
        """It need not be done."""
        self.check_access("write")
        self._set_state("cancelled")

    def action_worked(self):
        """It has not happened again."""
        self._check_effect("worked")

    def action_failed(self):
        """It did not help: another action takes its place."""
        self._check_effect("failed")
        followers = self.sudo().create([action._prepare_next_vals() for action in self])
        for action, follower in zip(self, followers, strict=True):
            follower.sudo().previous_id = action
        if len(self) != 1:
            return None
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": followers.id,
            "views": [[False, "form"]],
        }

    def _check_effect(self, state):
        """Record what the check showed; the owner's own word does not count."""
        self.check_access("write")
        today = fields.Date.context_today(self)
        for action in self:
            if self.env.user in (action.user_id | action.done_uid):
                raise UserError(
                    self.env._(
                        "You did it yourself: somebody else checks whether it worked."
                    )
                )
            if action.check_due and action.check_due > today:
                raise UserError(
                    self.env._("It is too early to know: check it after %s.")
                    % action.check_due
                )
            if not (action.check_note or "").strip():
                raise UserError(self.env._("Write down what the check showed."))
        self._set_state(
            state, checked_at=fields.Datetime.now(), checked_uid=self.env.uid
        )

    def _prepare_next_vals(self):
        """Return what the action begins with that takes the place of a failed one."""
        self.ensure_one()
        action = self.sudo()
        return {
            "name": action.name,
            "kind": action.kind,
            "company_id": action.company_id.id,
            "team_id": action.team_id.id,
            "ticket_id": action.ticket_id.id,
            "meeting_id": action.meeting_id.id,
            "root_cause_id": action.root_cause_id.id,
            "cause": action.cause,
            "task": self.env._(
                "Did not work: %(task)s\n%(note)s",
                task=action.task,
                note=action.check_note,
            ),
            "user_id": action.user_id.id,
            "checker_id": action.checker_id.id,
            "check_days": action.check_days,
            "due": fields.Date.context_today(self) + timedelta(days=14),
        }

    # --- Telling people --------------------------------------------------------------

    def _get_plans(self):
        kind = self.env.ref("service_ticket.activity_type_corrective")
        return self.sudo().activity_ids.filtered(lambda a: a.activity_type_id == kind)

    def _plan(self, user, day, summary):
        """Give somebody something to do about this action; `summary` takes its name."""
        self.ensure_one()
        self.sudo().activity_schedule(
            "service_ticket.activity_type_corrective",
            user_id=user.id,
            date_deadline=day,
            summary=summary % self.name,
        )

    @api.model
    def _cron_tell_overdue(self):
        """Tell owner (or checker) and leader once that an action is overdue."""
        domain = [*self._get_overdue_domain(), ("told_overdue", "!=", True)]
        actions = self.search(domain, limit=_BATCH, order="next_step, id")
        actions = try_lock(actions).filtered_domain(domain)
        do_each(actions, lambda late: late._tell_overdue())
        actions.with_context(mail_notrack=True).told_overdue = True
        remaining = self.search_count(domain, limit=_BATCH)
        self.env["ir.cron"]._commit_progress(len(actions), remaining=remaining)

    def _tell_overdue(self):
        steps = self.env["service.escalation.step"].sudo()
        for action in self:
            person = action.user_id if action.state == "open" else action.checker_id
            people = person | action.team_id.leader_id
            for user in steps._keep_able(people, action.company_id):
                mine = action.with_context(lang=user.lang, tz=user.tz)
                mine._plan(
                    user, fields.Date.context_today(mine), mine.env._("Overdue: %s")
                )
