from markupsafe import Markup

from odoo import models
from odoo.exceptions import LockError, UserError


class ServiceVisit(models.Model):
    """Planning: who goes when, and who is told."""

    _inherit = "service.visit"

    def _plan(self, ticket, engineer, start, template, duration=None):
        """A new visit, with everything that follows from it.

        The engineer's row is locked, so that of two dispatchers at the same moment
        the second gets an answer at once; what one of them committed between our
        snapshot and the lock is refused by the exclusion constraint.
        """
        self._lock_engineer(engineer)
        visit = self.create(
            self._prepare_plan_vals(ticket, engineer, start, template, duration)
        )
        visit._hand_over_ticket()
        visit._log_on_ticket(self.env._("Visit planned"))
        visit._queue_customer_mail("service_dispatch.mail_template_visit_planned")
        return visit

    def _prepare_plan_vals(self, ticket, engineer, start, template, duration):
        return {
            "ticket_id": ticket.id,
            "engineer_id": engineer.id,
            "start": start,
            "duration": duration or template.duration or 1.0,
            "template_id": template.id,
        }

    def _lock_engineer(self, engineer):
        try:
            # sudo: a dispatcher has no rights on employees, he only takes the lock
            engineer.sudo().lock_for_update(allow_referencing=True)
        except LockError:
            raise UserError(
                self.env._(
                    "A colleague is planning a visit of %s at this very moment. "
                    "Look at the free slots again.",
                    engineer.name,
                )
            ) from None

    def _reschedule(self, engineer, start, duration=None):
        """Moves the visit; ``write`` tells everybody."""
        self.ensure_one()
        self._lock_engineer(engineer)
        vals = {"engineer_id": engineer.id, "start": start}
        if duration:
            vals["duration"] = duration
        self.write(vals)

    def _after_move(self):
        """What the customer confirmed no longer holds: he is told the new time."""
        confirmed = self.filtered(lambda v: v.state == "confirmed")
        if confirmed:
            confirmed._set_state("planned", confirmed_at=False)
        for visit in self:
            visit._hand_over_ticket()
            visit._log_on_ticket(self.env._("Visit moved"))
            visit._queue_customer_mail("service_dispatch.mail_template_visit_moved")

    def _cancel(self, reason):
        self._set_state("cancelled", fail_note=reason)
        for visit in self:
            visit._log_on_ticket(self.env._("Visit cancelled: %s", reason))
            visit._queue_customer_mail("service_dispatch.mail_template_visit_cancelled")

    def _hand_over_ticket(self):
        """The ticket goes to the engineer and is being worked on."""
        ticket = self.ticket_id
        if ticket.state == "new":
            ticket.action_open()
        vals = {}
        if self.user_id and ticket.user_id != self.user_id:
            vals["user_id"] = self.user_id.id
        if ticket.support_mode != "onsite":
            vals["support_mode"] = "onsite"
        if vals:
            ticket.write(vals)

    def _log_on_ticket(self, title):
        """A line in the ticket's chatter, for colleagues only."""
        self.ensure_one()
        body = Markup("%s<br/>%s") % (
            title,
            self.env._(
                "%(engineer)s, %(start)s – %(end)s (%(zone)s)",
                engineer=self.engineer_id.name,
                start=self._format_moment(self.start, tz=self._get_tz()),
                end=self._format_time(self.end, tz=self._get_tz()),
                zone=self._get_tz(),
            ),
        )
        # sudo: an engineer tells about his visit on a ticket that he only reads
        self.ticket_id.sudo().message_post(
            body=body, author_id=self.env.user.partner_id.id
        )

    def _queue_customer_mail(self, xmlid):
        """Mail to the customer, sent by the mail queue: a rolled-back or repeated
        transaction sends nothing."""
        self.ensure_one()
        template = self.env.ref(xmlid, raise_if_not_found=False)
        if not template or not self.ticket_id._get_customer_email():
            return
        # sudo: rendering reads what a dispatcher may not, e.g. the employee
        template.sudo().send_mail(self.id, force_send=False)
