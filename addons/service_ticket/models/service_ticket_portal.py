"""What a customer sees of a ticket, and what a customer may do with it."""

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_datetime

# Whatever is not here stays with us: a new field is hidden until it is listed.
_PORTAL_FIELDS = frozenset(
    {
        "id",
        "display_name",
        "name",
        "subject",
        "kind",
        "state",
        "company_id",
        "partner_id",
        "contact_name",
        "contact_phone",
        "contact_email",
        "site_id",
        "unit_id",
        "product_id",
        "symptom_id",
        "description",
        "wished_at",
        "opened_at",
        "resolved_at",
        "closed_at",
        "create_date",
        "write_date",
        "access_url",
        "access_token",
        "access_warning",
    }
)


class ServiceTicket(models.Model):
    _name = "service.ticket"
    _inherit = ["service.ticket", "portal.mixin"]
    _mail_post_access = "read"  # a customer writes to us about the own ticket

    def _compute_access_url(self):
        super()._compute_access_url()
        for ticket in self:
            ticket.access_url = f"/my/service-tickets/{ticket.id}"

    @api.model
    def _get_portal_fields(self):
        """Return the fields that a customer may read; layers above add theirs."""
        return _PORTAL_FIELDS

    @api.model
    def _has_field_access(self, field, operation):
        if not self.env.su and self.env.user.share:
            if operation != "read" or field.name not in self._get_portal_fields():
                return False
        return super()._has_field_access(field, operation)

    # --- Own tickets ----------------------------------------------------------------

    @api.model
    def _get_own_domain(self):
        customer = self.env.user.partner_id.commercial_partner_id
        return Domain("partner_id", "child_of", customer.id)

    @api.model
    def _get_portal_domain(self, search=""):
        """Return the user's own tickets, those with `search` in number, serial, text.

        What the record rules let through is looked up first, as the user; the serial
        is then compared in sudo, because customers don't read `stock.lot`.
        """
        if not self.has_access("read"):
            return Domain.FALSE
        domain = Domain("id", "in", self._search(self._get_own_domain()))
        search = self._clean_text(search, 100)
        if search:
            domain &= Domain.OR(
                Domain(name, "ilike", search)
                for name in ("name", "subject", "unit_id.name")
            )
        return domain

    @api.model
    def _find_for_portal(self, search="", **kwargs):
        """Return own tickets for a list, in sudo: the page shows some fields only."""
        return self.sudo().search(self._get_portal_domain(search), **kwargs)

    @api.model
    def _count_for_portal(self, search=""):
        return self.sudo().search_count(self._get_portal_domain(search))

    def _is_own(self):
        """Say whether the ticket is the user's: colleagues at the customer share."""
        return bool(
            self.has_access("read")
            and self.sudo().filtered_domain(self._get_own_domain())
        )

    # --- What the page says ------------------------------------------------------------

    def _get_portal_values(self):
        """Return what the page of a ticket shows; access was checked before."""
        self.ensure_one()
        ticket = self.sudo()
        return {
            "ticket": ticket,
            "next_step": ticket._get_portal_next_step(),
            "promises": ticket._get_portal_promises(),
            "may_answer": ticket.state == "resolved" and self._is_own(),
        }

    def _get_portal_next_step(self):
        """Say in a sentence what happens next, and when; layers above say more."""
        self.ensure_one()
        due = self._format_moment(self.next_due)
        if self.state == "new" and due:
            return self.env._("We have your request and answer by %s.", due)
        if self.state == "new":
            return self.env._("We have your request and will answer soon.")
        if self.state == "open" and due:
            return self.env._("We are working on it. The next step is due by %s.", due)
        if self.state == "open":
            return self.env._("We are working on it.")
        if self.state == "waiting":
            return self._get_portal_wait()
        if self.state == "resolved":
            return self.env._(
                "The work is done. Please tell us whether it works again."
            )
        if self.state == "closed":
            return self.env._("The request is closed. Thank you.")
        if self.merged_into_id:
            return self.env._("We serve it together with %s.", self.merged_into_id.name)
        return self.env._("The request was cancelled.")

    def _get_portal_wait(self):
        """Say for whom the ticket waits: a customer may not know that it is for them."""
        reason = self.sudo().waiting_reason_id
        if reason.ends_with_mail:
            return self.env._("We need your answer to go on. Please write to us below.")
        if reason.pauses_clock:
            return self.env._("We go on at the date that you asked for.")
        return self.env._("We go on as soon as what is missing has arrived.")

    def _get_portal_promises(self):
        """Return [{label, due, met, status, late}] for what was promised."""
        statuses = dict(
            self.env["service.milestone"]
            ._fields["status"]
            ._description_selection(self.env)
        )
        return [
            {
                "label": promise.display_name,
                "due": self._format_moment(promise.due),
                "met": self._format_moment(promise.met_at),
                "status": statuses[promise.status],
                "late": promise.status in ("overdue", "late"),
            }
            for promise in self.sudo().milestone_ids
            if promise.due and promise.status not in ("none", "void")
        ]

    def _format_moment(self, moment):
        """Write a moment in the reader's zone, else in the one of the desk."""
        zone = (
            self.env.context.get("tz")
            or self.env.user.tz
            or self.sudo().team_id.calendar_id.tz
        )
        return moment and format_datetime(
            self.env, moment, tz=zone or "UTC", dt_format="short"
        )

    # --- What the customer says ----------------------------------------------------------

    def _answer_from_portal(self, works, note):
        """Take the customer's word whether it works; it is the callback we owe (R28).

        :raise AccessError: where the ticket is not the user's own.
        :raise UserError: where nothing is asked, or the customer says no without why.
        """
        self.ensure_one()
        if not self._is_own():
            raise AccessError(self.env._("This ticket is not yours to answer for."))
        ticket = self.sudo()
        ticket._require_state("resolved")
        note = self._clean_text(note)
        if not works and not note:
            raise UserError(self.env._("Please say what does not work yet."))
        if note:  # words alone would open the ticket again
            ticket.with_context(service_answers=True).message_post(
                body=note,
                author_id=self.env.user.partner_id.id,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        call = ticket.callback_ids.filtered(lambda call: call.state == "owed")
        if call:
            call.note = self.env._(
                "Said in the portal by %(name)s: %(note)s",
                name=self.env.user.name,
                note=note or self.env._("It works again."),
            )
            call._satisfied("portal") if works else call._unsatisfied("portal")
        elif not works:
            ticket.action_reopen()
        elif not ticket._get_close_obstacles():
            ticket.action_close()
