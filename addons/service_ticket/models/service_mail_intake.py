"""From a kept mail to a ticket, a reply, or the quarantine."""

import logging
import re

import psycopg2

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from ..engine import mail as reader
from .mail_thread import Intake

_logger = logging.getLogger(__name__)
_TICKET = "service.ticket"
_OUR_ID = re.compile(rb"openerp-\d+-service\.ticket@")
_BUSY = (
    psycopg2.errors.SerializationFailure,
    psycopg2.errors.LockNotAvailable,
    psycopg2.errors.DeadlockDetected,
)


class ServiceMail(models.Model):
    _inherit = "service.mail"

    # --- Is it ours? -------------------------------------------------------------------

    @api.model
    def _examine(self, raw, model, fetched):
        """Return the envelope of a mail, and whose it is; never fails.

        :param fetched: the mail leaves its mailbox now, whatever becomes of it
        :return: (envelope, values of company and team, or None for mails of others)
        """
        try:
            with self.env.cr.savepoint(flush=False):
                envelope = reader.read_envelope(raw)
                return envelope, self._judge(raw, envelope, model, fetched)
        except Exception:
            _logger.exception("A mail is kept without having been understood")
            return reader.Envelope(), {}

    @api.model
    def _judge(self, raw, envelope, model, fetched):
        """Return company and team of a mail that is ours, or None if it is another's.

        A fetched one is ours too where nobody is named for it.
        """
        domains = self.env["mail.alias.domain"].search([])
        aliases = self._find_aliases(envelope.recipients)
        ours = aliases.filtered(lambda a: a.alias_model_id.model == _TICKET)
        answered = self._find_answered(raw, envelope)
        vals = self._prepare_owner(ours[:1], answered)
        if ours or answered or model == _TICKET:
            return vals
        ways_out = {*domains.mapped("bounce_email"), *domains.mapped("catchall_email")}
        if aliases or model or ways_out & set(envelope.recipients):
            return None
        references = list(envelope.references)
        if references and self.env["mail.message"].search_count(
            [("message_id", "in", references), ("model", "!=", False)], limit=1
        ):
            return None
        return vals if fetched else None

    @api.model
    def _find_aliases(self, addresses):
        local = [address.partition("@")[0] for address in addresses]
        return self.env["mail.alias"].search(
            [
                "|",
                ("alias_full_name", "in", list(addresses)),
                "&",
                ("alias_name", "in", local),
                ("alias_incoming_local", "=", True),
            ]
        )

    @api.model
    def _find_answered(self, raw, envelope):
        """Return the ticket that a mail, or a bounce around it, answers."""
        ids = list(envelope.references)
        if _OUR_ID.search(raw):
            found = re.findall(rb"<[^<>\s]{1,300}-service\.ticket@[^<>\s]{1,200}>", raw)
            ids += [one.decode("ascii", "ignore") for one in found[:64]]
        if not ids:
            return self.env[_TICKET]
        message = self.env["mail.message"].search(
            [("message_id", "in", ids), ("model", "=", _TICKET)],
            order="id desc",
            limit=1,
        )
        return self.env[_TICKET].browse(message.res_id).exists()

    @api.model
    def _prepare_owner(self, alias, ticket):
        """Return company and team: what is nobody's is the main company's."""
        team = self.env["service.team"].browse()
        if alias.alias_parent_model_id.model == team._name:
            team = team.browse(alias.alias_parent_thread_id).exists()
        team = team or ticket.team_id
        company = team.company_id or ticket.company_id or self.env.company
        return {"company_id": company.id, "team_id": team.id}

    # --- Reading it --------------------------------------------------------------------

    def _read_in(self, thread, model, raw, options):
        """Let Odoo's gateway read the mail; return the record's id, or False."""
        self.ensure_one()
        intake = Intake(self)
        thread = thread.with_context(service_intake=intake)
        try:
            with self.env.cr.savepoint():
                result = thread.message_process(model, raw, **options)
        except Exception as error:  # noqa: BLE001  no mail is lost, whatever comes
            _logger.info("Mail %s goes to quarantine", self.id, exc_info=True)
            self._quarantine(self._name_trouble(error), error)
            return False
        self.attempts += 1
        if intake.held:
            self._quarantine(intake.held)
        elif self.state == "quarantine" and intake.routes:
            self.unlink()  # it was another model's after all
        elif self.state == "quarantine":
            self._settle_ignored()
        return result

    @api.model
    def _name_trouble(self, error):
        if isinstance(error, _BUSY):
            return "busy"
        if isinstance(error, UserError):
            return "refused"
        if isinstance(error, ValueError) and "route" in str(error):
            return "no_route"
        if isinstance(error, LookupError | ValueError | TypeError | AttributeError):
            return "unreadable"
        return "error"

    def _quarantine(self, code, error=None):
        """Keep the mail back with its reason; what an error says may be damaged, too."""
        technical = f"{type(error).__name__}: {error}" if error else ""
        self.write(
            {
                "state": "quarantine",
                "reason_code": code,
                "reason": reader.clean(self._explain(code, error)),
                "detail": reader.clean(technical)[:2000],
                "attempts": self.attempts + (1 if error else 0),
            }
        )
        if code == "busy" and self.attempts < 5:
            self.env.ref("service_ticket.ir_cron_retry_mails")._trigger()
        self.flush_recordset()

    @api.model
    def _explain(self, code, error=None):
        """Say in plain words why a mail is kept back."""
        if code == "unreadable" and isinstance(error, LookupError):
            return self.env._(
                "It is written in characters that this system doesn't know."
            )
        if code == "unreadable" and "NUL" in str(error):
            return self.env._("It contains characters that can't be stored.")
        if code == "refused" and error:
            return self.env._("The ticket could not be made: %s", error)[:500]
        return {
            "unreadable": self.env._("It is damaged or put together wrongly."),
            "no_route": self.env._("It is addressed to nobody that we know."),
            "refused": self.env._("The team takes no mail from this sender."),
            "automatic": self.env._(
                "A machine answers or sends it back, and to no ticket of ours."
            ),
            "flood": self.env._("More mails than usual came from this address."),
            "same_id": self.env._(
                "It carries the number of another mail, but other words."
            ),
            "busy": self.env._("Somebody else was at the ticket; it is tried again."),
        }.get(code) or self.env._("Something unexpected happened while reading it.")

    def _settle_ignored(self):
        """Odoo read the mail and did nothing: say why, or find what it is a copy of."""
        known = self.env["mail.message"].search(
            [("message_id", "=", self.message_id)], limit=1
        )
        if not known or not self.message_id:
            return self._quarantine("automatic" if self.automatic else "refused")
        same = email_normalize(known.email_from) == self.email
        if not same or known.model != _TICKET:
            return self._quarantine("same_id")
        ticket = self.env[_TICKET].browse(known.res_id).exists()
        return self.write({"state": "duplicate", "ticket_id": ticket.id})

    @api.model
    def _cron_retry(self):
        """Read again what only came at a bad moment."""
        domain = [("state", "=", "quarantine"), ("reason_code", "=", "busy")]
        domain += [("attempts", "<", 5)]
        mails = self.search(domain, limit=100)
        for mail in mails.try_lock_for_update().filtered_domain(domain):
            mail._read_again()
            self.env["ir.cron"]._commit_progress(1)

    def _read_again(self):
        """Read a mail from the quarantine once more."""
        self.ensure_one()
        options = {"custom_values": None, "thread_id": None}
        self._read_in(self.env["mail.thread"], None, self._get_raw(), options)
