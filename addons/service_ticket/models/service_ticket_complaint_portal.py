"""What a customer sees of the own complaint, and complaining about a job (R74)."""

import psycopg2

from odoo import models
from odoo.exceptions import AccessError, UserError

from .service_transition import OPEN_STATES


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    def _get_portal_values(self):
        """Add the answer, once it was given, and what may be complained about."""
        values = super()._get_portal_values()
        ticket = self.sudo()
        reasons = self.env["service.complaint.reason"]
        open_complaint = ticket._find_open_complaint()
        may_complain = ticket.kind != "complaint" and self._is_own()
        values.update(
            complaint=ticket.kind == "complaint" and ticket._get_portal_complaint(),
            open_complaint=may_complain and open_complaint,
            complaint_reasons=reasons._find_for_portal()
            if may_complain and not open_complaint
            else (),
        )
        return values

    def _get_portal_complaint(self):
        """Return what the customer may know of the complaint, as plain values."""
        about = self.complaint_ticket_id
        answered = self.complaint_answered_at
        return {
            "reason": self.complaint_reason_id.name,
            "about": about.name,
            "about_url": about.access_url,
            "due": not answered and self._format_moment(self.complaint_answer_due),
            "answer": answered and self.complaint_answer,
            "day": answered and self._format_moment(answered),
            "redress": self.complaint_redress if answered else False,
        }

    def _get_portal_next_step(self):
        """A complaint is answered, not repaired."""
        if self.kind != "complaint" or self.state in ("closed", "cancelled"):
            return super()._get_portal_next_step()
        if self.state == "resolved":
            return self.env._("Please tell us whether the matter is settled for you.")
        if self.complaint_answered_at:
            return self.env._("You have our answer; we put right what went wrong.")
        due = self._format_moment(self.complaint_answer_due)
        if due:
            return self.env._("We look into your complaint and answer by %s.", due)
        return self.env._("We look into your complaint.")

    def _find_open_complaint(self):
        """Return the complaint about this job that is not answered for yet."""
        return self.complaint_ids.filtered(
            lambda complaint: complaint.state in (*OPEN_STATES, "resolved")
        )[:1]

    def _complain_from_portal(self, form, uploads):
        """Take down a customer's complaint about the own job; return it.

        :param form: reason (an id as text), description; more is ignored
        :param uploads: [(file name, bytes)]
        :raise AccessError: where the ticket is not the user's own.
        :raise UserError: where nothing is said, or there is such a complaint.
        """
        self.ensure_one()
        if not self._is_own():
            raise AccessError(self.env._("This ticket is not yours to complain about."))
        job = self.sudo()
        if job.kind == "complaint":
            raise UserError(self.env._("Please answer below: we read it."))
        if job._find_open_complaint():
            raise UserError(
                self.env._("We have your complaint already, and look into it.")
            )
        vals = self._prepare_portal_complaint_vals(job, form)
        author = self.env.user.partner_id
        try:
            with self.env.cr.savepoint():
                return self._report(vals, uploads, author=author).with_env(self.env)
        except psycopg2.errors.UniqueViolation as error:  # the other one of two clicks
            raise UserError(
                self.env._("We have your complaint already, and look into it.")
            ) from error

    def _prepare_portal_complaint_vals(self, job, form):
        user = self.env.user
        description = self._clean_text(form.get("description"))
        if not description:
            raise UserError(self.env._("Please say what you are not content with."))
        chosen = self._clean_text(form.get("reason"), 20)
        reasons = self.env["service.complaint.reason"]._find_for_portal()
        reason = reasons.filtered(lambda one: str(one.id) == chosen)
        return {
            **job._prepare_complaint_vals(),
            "channel": "portal",
            "contact_name": user.name,
            "contact_email": user.email,
            "contact_phone": user.phone or job.contact_phone,
            "complaint_reason_id": reason.id,
            "subject": reason.name or description.splitlines()[0][:80],
            "description": description,
        }
