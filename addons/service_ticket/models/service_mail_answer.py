"""The one mail that we send of our own accord: we have your request."""

import logging
from datetime import timedelta

from odoo import api, fields, models

_logger = logging.getLogger(__name__)
_BATCH = 100
_ANSWERS_A_DAY = 5
_QUIET_MINUTES = 30
# What keeps other machines from answering our machine.
AUTOMATIC = {
    "Auto-Submitted": "auto-replied",
    "X-Auto-Response-Suppress": "All",
    "Precedence": "auto_reply",
}


class ServiceMail(models.Model):
    _inherit = "service.mail"

    answer = fields.Selection(
        [
            ("due", "To be sent"),
            ("sent", "Sent"),
            ("withheld", "Withheld"),
            ("failed", "Failed"),
        ],
        "Acknowledgement",
        readonly=True,
        copy=False,
    )
    answered_at = fields.Datetime("Acknowledged On", readonly=True)

    _answer_due = models.Index("(id) WHERE answer = 'due'")

    def _plan_answer(self):
        """Have the request acknowledged in a moment; machines are not answered."""
        self.ensure_one()
        if not self.team_id.acknowledges:
            return
        self.answer = "withheld" if self._is_unanswerable() else "due"
        if self.answer == "due":
            self.env.ref("service_ticket.ir_cron_acknowledge")._trigger()

    def _is_unanswerable(self):
        """Say whether an answer would go to a machine, to us, or once too often."""
        if self.automatic or not self.email or self._find_aliases([self.email]):
            return True
        now = fields.Datetime.now()
        domain = [("email", "=", self.email), ("answer", "in", ("due", "sent"))]
        answered = self.search(
            [*domain, ("received_at", ">", now - timedelta(days=1))],
            order="received_at desc",
        )
        limit = self.env["service.rate.limit"]._get_limit(
            "service_ticket.answers_per_sender", _ANSWERS_A_DAY
        )
        quiet = now - timedelta(minutes=_QUIET_MINUTES)
        just_now = answered.filtered(lambda mail: mail.received_at > quiet)
        return len(answered) >= limit or bool(just_now)

    @api.model
    def _cron_acknowledge(self):
        """Send what is due, each once; one that fails stops no other."""
        domain = [("answer", "=", "due")]
        mails = self.search(domain, limit=_BATCH, order="id")
        for mail in mails.try_lock_for_update().filtered_domain(domain):
            mail._acknowledge()
            self.env["ir.cron"]._commit_progress(1)
        if self.search_count(domain, limit=1):
            self.env["ir.cron"]._commit_progress(remaining=1)

    def _acknowledge(self):
        self.ensure_one()
        vals = {"answer": "sent", "answered_at": fields.Datetime.now()}
        try:
            with self.env.cr.savepoint():
                self._send_answer()
        except Exception as error:  # noqa: BLE001  the others still get theirs
            _logger.info("No acknowledgement of mail %s", self.id, exc_info=True)
            vals = {"answer": "failed", "detail": str(error)[:2000]}
        self.write(vals)

    def _send_answer(self):
        """Queue the acknowledgement in the sender's language, times in the team's zone.

        It carries the marks that keep other machines from answering it.
        """
        ticket = self.ticket_id
        partner = ticket.message_ids.author_id.filtered(
            lambda author: author.email_normalized == self.email
        )[:1]
        zone = ticket.team_id.calendar_id.tz or ticket.company_id.partner_id.tz
        template = self.env.ref("service_ticket.mail_template_acknowledgement")
        template.with_context(lang=partner.lang, tz=zone or "UTC").send_mail(
            ticket.id,
            email_values={
                "email_to": self.sender,
                "recipient_ids": [],
                "headers": repr(AUTOMATIC),
                "auto_delete": False,
            },
        )
