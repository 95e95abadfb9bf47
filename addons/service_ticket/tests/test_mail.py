from odoo.tools import mute_logger

from .common import ServiceCase

MAIL = """From: {sender}
To: service@{domain}
Subject: {subject}
Message-Id: <{message_id}>
Date: Mon, 02 Mar 2026 09:00:00 +0000
MIME-Version: 1.0
Content-Type: text/plain; charset=UTF-8

{body}
"""


class TestMail(ServiceCase):
    """A mail to a team's address becomes a ticket."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.domain = cls._open_mailbox()

    def _receive_mail(self, **vals):
        raw = MAIL.format(
            **{
                "sender": f"Laundry <{self.customer.email}>",
                "subject": "Machine dead",
                "message_id": "one@bridge.example.com",
                "body": "Our washer does not start.",
                "domain": self.domain,
                **vals,
            }
        )
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            ticket_id = self.env["mail.thread"].message_process(
                None, raw.encode(), strip_attachments=False
            )
        return self.env["service.ticket"].browse(ticket_id)

    def test_a_mail_opens_a_ticket(self):
        ticket = self._receive_mail(body="The washer W1-0001 does not start.")
        self.assertEqual(ticket.subject, "Machine dead")
        self.assertEqual(ticket.channel, "email")
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.unit_id, self.unit)
        self.assertEqual(ticket.product_id, self.washer)
        self.assertIn("does not start", ticket.description)
        self.assertTrue(ticket.milestone_ids)

    def test_a_stranger_opens_a_ticket_without_a_customer(self):
        ticket = self._receive_mail(
            sender="A Stranger <stranger@elsewhere.example.com>",
            message_id="two@elsewhere.example.com",
        )
        self.assertFalse(ticket.partner_id)
        self.assertEqual(ticket.contact_name, "A Stranger")
        self.assertEqual(ticket.contact_email, "stranger@elsewhere.example.com")

    def test_a_sender_names_only_own_units(self):
        other = self.env["res.partner"].create(
            {"name": "Other Laundry", "email": "other@laundry.example.com"}
        )
        ticket = self._receive_mail(
            sender=other.email,
            message_id="three@laundry.example.com",
            body="Tell me about W1-0001.",
        )
        self.assertEqual(ticket.partner_id, other)
        self.assertFalse(ticket.unit_id)

    def test_a_unit_of_another_company_loses_no_mail(self):
        company, _stranger = self._second_company()
        vals = {"name": "W1-0099", "product_id": self.washer.id}
        vals |= {"company_id": company.id, "end_customer_id": self.customer.id}
        self.env["stock.lot"].create(vals)
        ticket = self._receive_mail(
            sender="A Stranger <stranger@elsewhere.example.com>",
            message_id="five@elsewhere.example.com",
            body="W1-0099 is dead.",
        )
        self.assertEqual(ticket.company_id, self.team.company_id)
        self.assertFalse(ticket.unit_id)

    def test_a_reply_joins_the_conversation(self):
        ticket = self._receive_mail()
        raw = MAIL.format(
            sender=self.customer.email,
            subject="Re: Machine dead",
            message_id="four@bridge.example.com",
            body="It smells, too.",
            domain=self.domain,
        ).replace("MIME-Version", "In-Reply-To: <one@bridge.example.com>\nMIME-Version")
        self.env["mail.thread"].message_process(None, raw.encode())
        self.assertEqual(
            self.env["service.ticket"].search_count(
                [("partner_id", "=", self.customer.id)]
            ),
            1,
        )
        self.assertTrue(
            ticket.message_ids.filtered(lambda message: "smells" in message.body)
        )
