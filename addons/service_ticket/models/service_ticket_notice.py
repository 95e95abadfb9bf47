"""The customer is told when a ticket is closed: queued in the write, sent by a cron."""

import logging

from odoo import api, fields, models

from .service_mail_answer import AUTOMATIC

_logger = logging.getLogger(__name__)
_BATCH = 100


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    closing_mail = fields.Selection(
        [
            ("due", "To be sent"),
            ("sent", "Sent"),
            ("withheld", "Not wanted"),
            ("failed", "Failed"),
        ],
        readonly=True,
        copy=False,
        help="The mail that tells the customer that the ticket is closed.",
    )

    _closing_mail_due = models.Index("(id) WHERE closing_mail = 'due'")

    @api.model
    def _get_recorded_fields(self):
        return super()._get_recorded_fields() | {"closing_mail"}

    def _prepare_state_vals(self, state):
        vals = super()._prepare_state_vals(state)
        if state == "closed":
            vals["closing_mail"] = "due"
            self.env.ref("service_ticket.ir_cron_closing_mail")._trigger()
        return vals

    @api.model
    def _cron_send_closing_mails(self):
        """Send what is due in bounded batches, each once."""
        domain = [("closing_mail", "=", "due")]
        tickets = self.search(domain, limit=_BATCH, order="id")
        tickets = tickets.try_lock_for_update().filtered_domain(domain)
        tickets._send_closing_mails()
        remaining = self.search_count(domain, limit=_BATCH)
        self.env["ir.cron"]._commit_progress(len(tickets), remaining=remaining)

    def _send_closing_mails(self):
        """Queue the mails; an address that can't be written to stops no other."""
        template = self.env.ref(
            "service_ticket.mail_template_closed", raise_if_not_found=False
        )
        wanted = self.filtered(
            lambda ticket: template
            and ticket.state == "closed"
            and ticket.team_id.tells_when_closed
            and (ticket.contact_email or ticket.partner_id.email)
        )
        (self - wanted).with_context(mail_notrack=True).closing_mail = "withheld"
        if not wanted:
            return
        try:
            with self.env.cr.savepoint():
                template.send_mail_batch(
                    wanted.ids, email_values={"headers": repr(AUTOMATIC)}
                )
                wanted.with_context(mail_notrack=True).closing_mail = "sent"
        except Exception as error:  # noqa: BLE001  one by one, the others get theirs
            if len(wanted) == 1:
                _logger.info("No closing mail for %s", wanted.name, exc_info=True)
                wanted.closing_mail = "failed"
                wanted._message_log(
                    body=self.env._("The closing mail could not be sent: %s", error)
                )
                return
            for ticket in wanted:
                ticket._send_closing_mails()
