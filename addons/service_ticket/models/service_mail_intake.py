"""From a kept mail to a ticket, a reply, or the quarantine."""

import logging
import re
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from .mail_thread import Intake

_logger = logging.getLogger(__name__)
_TICKET = "service.ticket"
_OUR_ID = re.compile(rb"openerp-\d+-service\.ticket@")
_FLOOD_HOURS = 2
_FLOOD_MAILS = 20
_BUSY = (
    psycopg2.errors.SerializationFailure,
    psycopg2.errors.LockNotAvailable,
    psycopg2.errors.DeadlockDetected,
)


class ServiceMail(models.Model):
    _inherit = "service.mail"

    # --- Is it ours? -------------------------------------------------------------------

    @api.model
    def _judge(self, raw, envelope, model):
        """Say whose mail it is, by a lenient reading of its headers.

        :return: ("ours", "other" or "unknown", values of company and team)
        """
        domains = self.env["mail.alias.domain"].search([])
        aliases = self._find_aliases(envelope.recipients)
        ours = aliases.filtered(lambda a: a.alias_model_id.model == _TICKET)
        answered = self._find_answered(raw, envelope)
        vals = self._prepare_owner(ours[:1], answered)
        if ours or answered or model == _TICKET:
            return "ours", vals
        ways_out = {*domains.mapped("bounce_email"), *domains.mapped("catchall_email")}
        if aliases or model or ways_out & set(envelope.recipients):
            return "other", vals
        references = list(envelope.references)
        if references and self.env["mail.message"].search_count(
            [("message_id", "in", references), ("model", "!=", False)], limit=1
        ):
            return "other", vals
        return "unknown", vals

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
        self.write(
            {
                "state": "quarantine",
                "reason_code": code,
                "reason": self._explain(code, error),
                "detail": error and f"{type(error).__name__}: {error}"[:2000],
                "attempts": self.attempts + (1 if error else 0),
            }
        )
        if code == "busy" and self.attempts < 5:
            self.env.ref("service_ticket.ir_cron_retry_mails")._trigger()

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

    # --- Where it goes -----------------------------------------------------------------

    def _choose_routes(self, intake, routes, message_dict):
        """Give a mail to one ticket at most, and to none that is not its sender's."""
        ours = [route for route in routes if route[0] == _TICKET]
        others = [route for route in routes if route[0] != _TICKET]
        if message_dict.get("is_bounce"):
            self._note_bounce(message_dict)
            if self.state == "quarantine":
                intake.held = "automatic"
            return routes
        if not ours:
            return routes
        answering = [route for route in ours if route[1]]
        route = self._choose_ticket(intake, (answering or ours)[0], message_dict)
        if not route[1] and self.automatic in ("reply", "bounce"):
            intake.held = "automatic"
            return others
        if self._is_flood(route[1]):
            intake.held = "flood"
            return others
        return [*others, route]

    def _choose_ticket(self, intake, route, message_dict):
        """Return the route to the ticket that is answered, or to a new one."""
        model, ticket_id, values, uid, alias = route
        tickets = self.env[_TICKET]
        values = dict(values or {})
        named = tickets._find_by_number(self.subject, values)
        ticket = tickets.browse(ticket_id) if ticket_id else named
        sender = email_normalize(message_dict.get("email_from") or "") or self.email
        accepted = ticket and ticket._accepts_mail_from(sender)
        if accepted and ticket._takes_replies():
            return model, ticket.id, values, uid, alias
        for name in ("parent_id", "is_internal"):
            message_dict.pop(name, None)
        if ticket and not values.get("team_id"):
            values["company_id"] = ticket.company_id.id
            values["team_id"] = ticket.team_id.id
        if accepted and ticket.company_id.id == values.get("company_id"):
            values["previous_id"] = ticket.id
        elif ticket_id:
            intake.refers_to = ticket
        return model, 0, values, uid, alias

    def _note_bounce(self, message_dict):
        """Say on the ticket that our mail did not arrive; nothing else is taken over.

        Whoever forges a bounce knows neither the number of our mail nor to whom it
        went.
        """
        message, address = (
            message_dict.get("bounced_message"),
            message_dict.get("bounced_email"),
        )
        if not message or message.model != _TICKET or not address:
            return
        ticket = self.env[_TICKET].browse(message.res_id).exists()
        if ticket and ticket._accepts_mail_from(address):
            ticket._message_log(
                body=self.env._("Our mail to %s did not arrive.", address)
            )
            self.write({"state": "reply", "ticket_id": ticket.id})

    def _is_flood(self, ticket_id):
        """Say whether this sender has had enough tickets, or said enough on this one."""
        if not self.email:
            return False
        since = fields.Datetime.now() - timedelta(hours=_FLOOD_HOURS)
        limit = self.env["service.rate.limit"]._get_limit(
            "service_ticket.mails_per_sender", _FLOOD_MAILS
        )
        domain = [("email", "=", self.email), ("received_at", ">=", since)]
        if ticket_id:
            domain += [("state", "=", "reply"), ("ticket_id", "=", ticket_id)]
        else:
            domain += [("state", "=", "ticket")]
        return self.search_count(domain, limit=limit) >= limit

    def _land(self, intake, ticket_id, new):
        """The mail reached its ticket: note it, and let the ticket react."""
        ticket = self.env[_TICKET].browse(ticket_id)
        self.write(
            {
                "state": "ticket" if new else "reply",
                "ticket_id": ticket.id,
                "company_id": ticket.company_id.id,
                "team_id": ticket.team_id.id,
                "reason_code": False,
                "reason": False,
                "detail": False,
            }
        )
        if new:
            self._note_relation(intake, ticket)
            self._plan_answer()
        elif not self.automatic and not self._is_from_us():
            ticket._on_customer_wrote()

    def _note_relation(self, intake, ticket):
        """Name the other ticket to colleagues; the sender never sees it."""
        body, other = None, intake.refers_to
        if ticket.previous_id:
            body = self.env._("Follows %s.", ticket.previous_id.name)
        elif other and other.company_id == ticket.company_id:
            body = self.env._(
                "The mail refers to %s, but its sender is none of that ticket's people.",
                other.name,
            )
        if body:
            robot = self.env.ref("base.partner_root")
            ticket._message_log(body=body, author_id=robot.id)

    def _is_from_us(self):
        """Say whether a colleague wrote it."""
        return bool(
            self.env["res.users"].search_count(
                [("email_normalized", "=", self.email), ("share", "=", False)], limit=1
            )
        )

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
