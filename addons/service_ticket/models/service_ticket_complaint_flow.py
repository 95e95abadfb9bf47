"""How a complaint goes: told, answered, put right, confirmed with the customer."""

from odoo import api, fields, models

from .batch import do_each, try_lock
from .service_transition import OPEN_STATES

_BATCH = 200


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    # --- Recording -------------------------------------------------------------------

    def _on_complaint_recorded(self):
        """Note who took it down, tell the superior, prepare the notices (R161)."""
        if not self:
            return
        complaints = self.sudo()
        taken = complaints.filtered(lambda ticket: not ticket.complaint_recorder_id)
        taken.complaint_recorder_id = self.env.user
        if complaints.complaint_user_id:
            self._hide_from_person()
        self._tell_superiors()
        self.env["service.complaint.notice"].sudo()._prepare_for(complaints)

    def _hide_from_person(self):
        """Whoever is complained about neither finds nor follows the complaint."""
        for ticket in self.sudo().filtered("complaint_user_id"):
            ticket.message_unsubscribe(ticket.complaint_user_id.partner_id.ids)
        # The rule that hides it names the tickets; it is kept in a cache.
        self.env.registry.clear_cache()

    def _message_subscribe(self, partner_ids=None, *args, **kwargs):
        about = self.sudo().complaint_user_id.partner_id.ids if partner_ids else ()
        if about:
            partner_ids = [one for one in partner_ids if one not in about]
        return super()._message_subscribe(partner_ids, *args, **kwargs)

    def _get_superiors(self):
        """Return who is told of a complaint: the team's leader, else the managers."""
        self.ensure_one()
        steps = self.env["service.escalation.step"].sudo()
        leader = steps._keep_able(self.team_id.leader_id, self.company_id)
        managers = steps._get_roles(self.company_id)["managers"]
        return leader - self.complaint_user_id or managers - self.complaint_user_id

    def _tell_superiors(self):
        told = []
        for ticket in self.sudo():
            for user in ticket._get_superiors():
                said = ticket.with_context(lang=user.lang).env._(
                    "A customer complains: %s", ticket.subject or ""
                )
                told.append((ticket, user, said))
        self._plan_for(told)

    def _plan_for(self, told):
        """Give people something to do about complaints.

        :param told: triples (ticket, user, summary)
        """
        kind = self.env.ref("service_ticket.activity_type_complaint")
        self.env["mail.activity"].sudo().with_context(mail_notrack=True).create(
            [
                {
                    "activity_type_id": kind.id,
                    "automated": True,
                    "res_model_id": self.env["ir.model"]._get_id(self._name),
                    "res_id": ticket.id,
                    "user_id": user.id,
                    "summary": summary,
                    "date_deadline": fields.Date.context_today(
                        self.with_context(tz=user.tz)
                    ),
                }
                for ticket, user, summary in told
            ]
        )

    # --- Answering -------------------------------------------------------------------

    def action_complaint_answered(self):
        """The customer has our answer; by e-mail it is sent now."""
        self.check_access("write")
        for ticket in self:
            ticket._refuse_obstacles(ticket._get_answer_obstacles())
        self._log_event("first_response")
        now = fields.Datetime.now()
        for ticket in self:
            due = ticket.complaint_answer_due
            ticket.sudo().write(
                {
                    "complaint_answered_at": now,
                    "complaint_answered_uid": self.env.uid,
                    "complaint_late": bool(due and now > due),
                }
            )
            ticket._keep_answer()

    def _get_answer_obstacles(self):
        self.ensure_one()
        if self.kind != "complaint":
            return [self.env._("%s is not a complaint.", self.name)]
        obstacles = []
        if self.state not in OPEN_STATES:
            obstacles.append(self.env._("%s is done: reopen it first.", self.name))
        if self.complaint_answered_at:
            obstacles.append(self.env._("%s was answered already.", self.name))
        if not (self.complaint_answer or "").strip() or not self.complaint_answer_way:
            obstacles.append(
                self.env._("Write down the answer, and say how it is given.")
            )
        if self.complaint_answer_way == "email" and not (
            self.contact_email or self.partner_id.email
        ):
            obstacles.append(
                self.env._("There is no e-mail address: answer in another way.")
            )
        return obstacles

    def _keep_answer(self):
        """Each answer stays in the thread, also when a later one takes its place."""
        self.ensure_one()
        if self.complaint_answer_way == "email":
            template = self.env.ref("service_ticket.mail_template_complaint_answer")
            template.sudo().send_mail(self.id)
        ways = dict(
            self._fields["complaint_answer_way"]._description_selection(self.env)
        )
        self.message_post(
            body=self.env._(
                "Complaint answered (%(way)s): %(answer)s",
                way=ways[self.complaint_answer_way],
                answer=self.complaint_answer,
            ),
            subtype_xmlid="mail.mt_note",
        )

    # --- Ending ----------------------------------------------------------------------

    def action_resolve(self):
        """An answered complaint ends so, and its callback is the confirmation."""
        self.check_access("write")
        self.filtered(lambda t: t.kind == "complaint" and not t.outcome).write(
            {"outcome": "answered"}
        )
        return super().action_resolve()

    def _get_resolve_obstacles(self):
        obstacles = super()._get_resolve_obstacles()
        if self.kind == "complaint":
            obstacles += self._get_complaint_obstacles()
        return obstacles

    def _get_complaint_obstacles(self):
        """Return sentences that say what a complaint lacks before it is put right."""
        obstacles, name = [], self.name
        if not self.complaint_answered_at:
            obstacles.append(self.env._("%s: give the customer an answer first.", name))
        if not self.complaint_justified or not self.complaint_root_cause_id:
            obstacles.append(
                self.env._(
                    "%s: a manager decides first whether it is justified, and names the "
                    "root cause.",
                    name,
                )
            )
        if not self.complaint_confirm_user_id:
            obstacles.append(
                self.env._("%s: name who confirms with the customer first.", name)
            )
        waiting = self.sudo().complaint_notice_ids.filtered(
            lambda notice: notice.state == "sent"
        )
        if waiting:
            obstacles.append(
                self.env._(
                    "%(ticket)s: %(departments)s did not answer the notice yet.",
                    ticket=name,
                    departments=", ".join(waiting.department_id.mapped("name")),
                )
            )
        return obstacles

    def _get_close_obstacles(self):
        obstacles = super()._get_close_obstacles()
        if self.kind == "complaint" and not self.is_history and not obstacles:
            obstacles += self._get_confirm_obstacles()
        return obstacles

    def _get_confirm_obstacles(self):
        since = self.resolved_at
        calls = self.sudo().callback_ids.filtered(
            lambda call: call.outcome == "satisfied"
            and since
            and call.done_at >= since.replace(microsecond=0)
        )
        if calls or (self.complaint_unconfirmed or "").strip():
            return []
        return [
            self.env._(
                "%s: the customer has not said that all is well. Where nobody can be "
                "asked, a manager writes down why.",
                self.name,
            )
        ]

    def _set_state(self, state, reason=None, note=None):
        """What was not put right is answered anew."""
        again = self.filtered(
            lambda t: t.kind == "complaint" and t.state not in OPEN_STATES
        )
        result = super()._set_state(state, reason=reason, note=note)
        if state not in OPEN_STATES:
            self._end_plans()
        if state == "open":
            again.sudo().write(
                {
                    "complaint_answered_at": False,
                    "complaint_answered_uid": False,
                    "complaint_unconfirmed": False,
                }
            )
        return result

    def _end_plans(self):
        """What people were told to look into is over."""
        complaints = self.sudo().filtered(lambda ticket: ticket.kind == "complaint")
        if complaints:
            kind = self.env.ref("service_ticket.activity_type_complaint")
            plans = complaints.activity_ids
            plans.filtered(lambda plan: plan.activity_type_id == kind).unlink()

    def _get_merge_obstacles(self, target):
        """A complaint has its own answer; it is no second call about a fault."""
        reasons = super()._get_merge_obstacles(target)
        if (self.kind == "complaint") != (target.kind == "complaint"):
            reasons.append(
                self.env._(
                    "%(a)s and %(b)s: a complaint is merged into a complaint only.",
                    a=self.name,
                    b=target.name,
                )
            )
        return reasons

    # --- The clock of the answer -----------------------------------------------------

    @api.model
    def _cron_tell_unanswered(self):
        """Tell owner and superiors once that a complaint should be answered by now."""
        domain = [
            ("kind", "=", "complaint"),
            ("complaint_answered_at", "=", False),
            ("state", "in", OPEN_STATES),
            ("complaint_due_told", "!=", True),
            ("complaint_answer_due", "<", fields.Datetime.now()),
        ]
        tickets = self.search(domain, limit=_BATCH, order="complaint_answer_due")
        tickets = try_lock(tickets).filtered_domain(domain)
        do_each(tickets, lambda late: late._tell_unanswered())
        tickets.with_context(mail_notrack=True).complaint_due_told = True
        remaining = self.search_count(domain, limit=_BATCH)
        self.env["ir.cron"]._commit_progress(len(tickets), remaining=remaining)

    def _tell_unanswered(self):
        told = []
        for ticket in self:
            for user in ticket._get_superiors() | ticket.user_id:
                env = ticket.with_context(lang=user.lang).env
                said = env._("The answer to a complaint is overdue.")
                told.append((ticket, user, said))
        self._plan_for(told)
