"""Which ticket a mail goes to: one at most, and none that is not its sender's (B5)."""

from datetime import timedelta

from odoo import fields, models
from odoo.tools import email_normalize

_TICKET = "service.ticket"
_FLOOD_HOURS = 2
_FLOOD_MAILS = 20


class ServiceMail(models.Model):
    _inherit = "service.mail"

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
        ticket = (tickets.browse(ticket_id) or named)._follow_merges()
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
