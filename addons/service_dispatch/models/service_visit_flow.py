"""How a visit moves: one table, one method, the buttons, and what nobody writes."""

from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from odoo.addons.service_ticket.models.guard import drop_defaults

from .service_visit import OPEN_STATES

_TRANSITIONS = {
    "planned": {"confirmed", "en_route", "failed", "cancelled"},
    "confirmed": {"planned", "en_route", "failed", "cancelled"},
    "en_route": {"on_site", "failed"},
    "on_site": {"done", "failed"},
    "done": set(),
    "failed": set(),
    "cancelled": set(),
}

_WHEN_AND_WHO = {"start", "end", "duration", "engineer_id"}

# What only the state machine and the job sheet write: a crafted call of ``write``
# must not sign, arrive or finish.
_GUARDED = {
    "state",
    "fail_reason_id",
    "fail_note",
    "confirmed_at",
    "set_out_at",
    "arrived_at",
    "diagnosed_at",
    "agreed_at",
    "worked_at",
    "done_at",
    "customer_signature",
    "signed_by",
    "signed_on",
    "signature_refusal",
    "rating_id",
}


class ServiceVisit(models.Model):
    _inherit = "service.visit"

    # --------------------------------------------------------------- constraints

    @api.constrains("engineer_id", "start", "end", "state")
    def _check_overlap(self):
        """The same rule as the database's, in words that name the other visit."""
        visits = self.filtered(lambda v: v.state in OPEN_STATES)
        if not visits:
            return
        domain = [
            ("engineer_id", "in", visits.engineer_id.ids),
            ("state", "in", OPEN_STATES),
            ("start", "<", max(visits.mapped("end"))),
            ("end", ">", min(visits.mapped("start"))),
        ]
        by_engineer = self.search(domain).grouped("engineer_id")
        for visit in visits:
            for other in by_engineer.get(visit.engineer_id, self.browse()):
                if other == visit or other.end <= visit.start:
                    continue
                if other.start < visit.end:
                    raise ValidationError(visit._get_overlap_text(other))

    def _get_overlap_text(self, other):
        return self.env._(
            "%(engineer)s already has a visit from %(start)s to %(end)s (%(ticket)s). "
            "Choose another time or another engineer.",
            engineer=self.engineer_id.name,
            start=other._format_moment(other.start),
            end=other._format_time(other.end),
            ticket=other.ticket_id.name,
        )

    # ---------------------------------------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if _GUARDED.intersection(vals) and not self.env.su:
                raise UserError(
                    self.env._("A visit begins as planned: only the job sheet goes on.")
                )
        visits = self.with_context(drop_defaults(self.env.context, _GUARDED))
        with self._overlap_in_words():
            visits = super(ServiceVisit, visits).create(vals_list).with_env(self.env)
        visits._refuse_over()
        # sudo: who plans may see less of the ticket than both sides have confirmed
        visits.ticket_id.sudo()._refuse_unconfirmed_visit()
        visits._create_steps()
        self.env["service.callback"]._drop_for_new_visit(visits.ticket_id)
        visits.ticket_id._touch()
        return visits

    def write(self, vals):
        self.check_access("write")
        self._check_write_allowed(vals)
        if _WHEN_AND_WHO.isdisjoint(vals):
            return super().write(vals)
        self._check_movable()
        with self._overlap_in_words():
            result = super().write(vals)
        if not {"start", "engineer_id"}.isdisjoint(vals):
            self._after_move()
        return result

    @contextmanager
    def _overlap_in_words(self):
        """Lets ``_check_overlap``, which can name the other visit, speak before the
        database does; what another transaction planned meanwhile fails after it."""
        self.flush_model(["engineer_id", "start", "end", "state"])
        constraint = SQL.identifier("service_visit_engineer_once")
        self.env.cr.execute(SQL("SET CONSTRAINTS %s DEFERRED", constraint))
        yield
        self.flush_model(["engineer_id", "start", "end", "state"])
        self.env.cr.execute(SQL("SET CONSTRAINTS %s IMMEDIATE", constraint))

    def copy(self, default=None):
        self.check_access("read")
        raise UserError(
            self.env._("A visit cannot be copied. Plan a new one from the ticket.")
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_started(self):
        if any(visit.state not in ("planned", "confirmed") for visit in self):
            raise UserError(
                self.env._("Only a planned visit can be deleted. Cancel it instead.")
            )

    def _check_write_allowed(self, vals):
        """Engineers change their visits through the job sheet alone, and nobody
        writes by hand what the job sheet records."""
        if self.env.su:
            return
        fields_set = set(vals)
        dispatcher = "service_ticket.group_service_dispatcher"
        if fields_set & (_GUARDED | {"ticket_id"}) or not self.env.user.has_group(
            dispatcher
        ):
            raise UserError(
                self.env._(
                    "This is recorded by the job sheet: open it and go on there."
                )
            )

    def _refuse_over(self):
        for ticket in self.filtered(lambda v: v.state in OPEN_STATES).ticket_id:
            if ticket.state not in ("new", "open", "waiting"):
                raise UserError(
                    self.env._(
                        "%s is over: open it again before planning a visit.",
                        ticket.name,
                    )
                )

    def _check_movable(self):
        for visit in self:
            if visit.state not in ("planned", "confirmed"):
                raise UserError(
                    self.env._(
                        "The visit of ticket %(ticket)s is %(state)s and cannot be "
                        "moved. Plan another visit instead.",
                        ticket=visit.ticket_id.name,
                        state=visit._get_state_label().lower(),
                    )
                )

    def _create_steps(self):
        """Copies the template's checks, in the words of who ticks them off."""
        vals_list = []
        for visit in self.filtered(lambda v: v.template_id and not v.step_ids):
            vals_list += [
                {**vals, "visit_id": visit.id}
                for vals in visit._get_engineer_template()._prepare_step_vals()
            ]
        # sudo: who may plan the visit may have its list of checks
        self.env["service.visit.step"].sudo().create(vals_list)

    def _get_engineer_template(self):
        """The template in the engineer's language, not in that of who plans."""
        # sudo: dispatchers read no users; only the language is taken
        lang = self.engineer_id.sudo().user_id.lang or self.env.lang
        return self.template_id.with_context(lang=lang)

    # ------------------------------------------------------------- state machine

    def _set_state(self, state, **vals):
        """The only way to another state. ``vals`` are stored along with it."""
        for visit in self:
            if state not in _TRANSITIONS[visit.state]:
                raise UserError(visit._get_refusal(state))
        # sudo: the state is guarded against direct writes; callers check access
        self.sudo().write({"state": state, **vals})
        self.ticket_id._touch()

    def _get_open_text(self):
        return self.env._(
            "The visit of %(engineer)s on %(start)s is still open: "
            "finish it on the job sheet or cancel it.",
            engineer=self.engineer_id.name,
            start=self._format_moment(self.start),
        )

    def _get_state_label(self, state=None):
        selection = dict(self._fields["state"]._description_selection(self.env))
        return selection[state or self.state]

    def _get_refusal(self, state):
        """Why the visit cannot go there, and what to do instead."""
        ends = {
            "done": self.env._("It is done. Plan another visit from the ticket."),
            "failed": self.env._("It has failed. Plan another visit from the ticket."),
            "cancelled": self.env._("It is cancelled. Plan a new one from the ticket."),
            "planned": self.env._("Call the customer or set out first."),
            "confirmed": self.env._("Set out first."),
            "en_route": self.env._("Arrive at the customer first."),
            "on_site": self.env._("Finish the visit, or end it with a reason."),
        }
        return self.env._(
            "The visit of ticket %(ticket)s cannot become “%(state)s” now. %(advice)s",
            ticket=self.ticket_id.name,
            state=self._get_state_label(state),
            advice=ends[self.state],
        )

    # ------------------------------------------------------------------- actions

    def action_confirm(self):
        """The dispatcher has the customer's word."""
        self.check_access("write")
        self._set_state("confirmed", confirmed_at=fields.Datetime.now())
        return True

    def action_cancel(self):
        """Asks for the reason, then cancels (see the wizard)."""
        self.check_access("write")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "service_dispatch.service_visit_cancel_action"
            ),
            "context": {"default_visit_ids": self.ids},
        }

    def action_reschedule(self):
        """Other free slots for this visit."""
        self.ensure_one()
        self.check_access("write")
        self._check_movable()
        return self.ticket_id._get_plan_action(visit=self)

    def action_open_job_sheet(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.client"]._for_xml_id(
            "service_dispatch.service_visit_job_sheet_action"
        )
        return {**action, "context": {"active_id": self.id, "active_model": self._name}}

    def action_print(self):
        """The service report of one or many visits."""
        self.check_access("read")
        report = self.env.ref("service_dispatch.service_visit_report_action")
        return report.report_action(self)
