"""A conversation by mail: who may speak in it, and what the ticket does then."""

import re

from odoo import api, fields, models
from odoo.tools.mail import email_normalize_all

_REOPEN_DAYS = 14
_NUMBER_CHARS = re.compile(r"[\w/-]{4,32}")


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    mail_ids = fields.One2many("service.mail", "ticket_id", "Received Mails")
    previous_id = fields.Many2one(
        "service.ticket",
        "Follows",
        copy=False,
        index="btree_not_null",
        check_company=True,
        help="The ticket that was closed when its customer wrote again.",
    )

    def _accepts_mail_from(self, address):
        """Say whether a sender may write on the ticket (B5).

        A Message-Id is no secret between two customers: only the people of the ticket
        itself, and colleagues, speak in it.

        :param address: bare address, lower case
        """
        self.ensure_one()
        if not address:
            return False
        ticket = self.sudo()
        own = {ticket.contact_email, ticket.email_cc}
        own.update(ticket.message_partner_ids.mapped("email"))
        own.update((ticket.partner_id | ticket.site_id).mapped("email"))
        if address in email_normalize_all(",".join(filter(None, own))):
            return True
        family = ticket.partner_id.commercial_partner_id
        domain = [("email_normalized", "=", address)]
        partners = self.env["res.partner"].sudo()
        if family and partners.search_count(
            [*domain, ("commercial_partner_id", "=", family.id)], limit=1
        ):
            return True
        return bool(
            self.env["res.users"]
            .sudo()
            .search_count([*domain, ("share", "=", False)], limit=1)
        )

    @api.model
    def _find_by_number(self, subject, values):
        """Return the ticket whose number stands in a subject, in the same company.

        What was merged goes on as another ticket.
        """
        words = _NUMBER_CHARS.findall(subject or "")
        domain = [("name", "in", words)]
        if values.get("company_id"):
            domain.append(("company_id", "=", values["company_id"]))
        tickets = self.sudo().search(domain, limit=2) if words else self.browse()
        return tickets._follow_merges() if len(tickets) == 1 else self.browse()

    def _takes_replies(self):
        """Say whether a mail goes on with this ticket, or opens one that follows it."""
        self.ensure_one()
        if self.state == "resolved":
            days = self.team_id.reopen_days if self.team_id else _REOPEN_DAYS
            since = fields.Datetime.subtract(fields.Datetime.now(), days=days)
            return self.resolved_at >= since
        return self.state not in ("closed", "cancelled")

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        # Mails come by the gateway, which lets the ticket react itself.
        answers = self.env.context.get("service_answers")  # what we had asked
        if message.message_type == "comment" and self.env.user.share and not answers:
            self.sudo()._on_customer_wrote()
        return result

    def _on_customer_wrote(self):
        """A customer answered: what waited for it, or was done, goes on."""
        self.ensure_one()
        reason = self.waiting_reason_id
        if self.state == "waiting" and reason.ends_with_mail:
            self._set_state("open", note=self.env._("The customer wrote."))
        elif self.state == "resolved":
            self.action_reopen()
