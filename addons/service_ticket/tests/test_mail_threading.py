"""Whose mail goes on with which ticket, and what the ticket does then (B3, B5)."""

from datetime import timedelta

from odoo import fields

from .mail_corpus import quietly
from .test_mail_intake import MailCase


class ThreadCase(MailCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cause = cls.env.ref("service_ticket.cause_component")
        cls.env.ref("service_ticket.waiting_customer").ends_with_mail = True

    def _open(self, number=0, **headers):
        mail = self._take(number, **headers)
        self.assertEqual(mail.state, "ticket", mail.reason)
        return mail.ticket_id

    def _answer(self, ticket, number, **headers):
        """Let somebody answer the last mail in the conversation."""
        last = ticket.message_ids.filtered("message_id")[:1].message_id
        headers = {"Subject": "Re: it", "In_Reply_To": last, **headers}
        return self._take(number, **headers)

    def _resolve(self, ticket):
        ticket.write({"cause_id": self.cause.id, "outcome": "fixed"})
        ticket.action_resolve()


class TestThreading(ThreadCase):
    def test_the_customers_people_and_colleagues_answer(self):
        ticket = self._open()
        colleague = "pressing@bridge.example.com"
        self.env["res.partner"].create(
            {"name": "Pressing", "email": colleague, "parent_id": self.customer.id}
        )
        ticket.email_cc = "Landlord <landlord@house.example.com>"
        self.agent.email = "agent@desk.example.com"
        senders = (
            self.customer.email,
            colleague,
            "landlord@house.example.com",
            "agent@desk.example.com",
        )
        for number, sender in enumerate(senders, start=200):
            with self.subTest(sender):
                mail = self._answer(ticket, number, From=sender)
                self.assertEqual((mail.state, mail.ticket_id), ("reply", ticket))

    def test_the_number_of_a_merged_ticket_leads_to_where_it_goes_on(self):
        first, second = self._open(205), self._open(206)
        second._merge_into(first)
        self.assertEqual(len(first.mail_ids), 2)
        mail = self._take(207, Subject=f"About {second.name}")
        self.assertEqual((mail.state, mail.ticket_id), ("reply", first))
        mail = self._answer(second, 208)
        self.assertEqual((mail.state, mail.ticket_id), ("reply", first))

    def test_a_forged_reference_writes_on_nobodys_ticket(self):
        ticket = self._open()
        messages = ticket.message_ids
        mail = self._answer(ticket, 210, From="rival@other.example.com", body="Bill me")
        self.assertEqual(mail.state, "ticket")
        self.assertNotEqual(mail.ticket_id, ticket)
        self.assertEqual(ticket.message_ids, messages)
        note = mail.ticket_id.message_ids.filtered(lambda m: ticket.name in m.body)
        self.assertTrue(note.subtype_id.internal or note.is_internal)
        by_number = self._take(
            211, Subject=f"Re: [{ticket.name}]", From="rival@other.example.com"
        )
        self.assertNotEqual(by_number.ticket_id, ticket)
        self.assertEqual(ticket.message_ids, messages)

    def test_the_number_in_the_subject_is_enough(self):
        ticket = self._open()
        mail = self._take(220, Subject=f"AW: [{ticket.name}] still dead")
        self.assertEqual((mail.state, mail.ticket_id), ("reply", ticket))

    def test_a_reply_wakes_what_waits_for_the_customer(self):
        ticket = self._open()
        for reason, state in (("customer", "open"), ("part", "waiting")):
            with self.subTest(reason):
                if ticket.state == "new":
                    ticket.action_open()
                reason = self.env.ref(f"service_ticket.waiting_{reason}")
                ticket._set_state("waiting", reason)
                self._answer(ticket, f"230{reason.id}")
                self.assertEqual(ticket.state, state)
        woken = ticket.transition_ids.filtered("note")
        self.assertEqual((woken.from_state, woken.to_state), ("waiting", "open"))

    def test_a_reply_reopens_what_was_resolved_lately(self):
        ticket = self._open()
        self._resolve(ticket)
        self._answer(ticket, 240)
        self.assertEqual(ticket.state, "open")
        self.assertEqual(ticket.callback_ids.state, "cancelled")
        self._resolve(ticket)
        ticket.sudo().resolved_at = fields.Datetime.now() - timedelta(days=15)
        mail = self._answer(ticket, 241)
        self.assertEqual(ticket.state, "resolved")
        self.assertEqual(mail.ticket_id.previous_id, ticket)

    def test_a_reply_to_a_closed_ticket_opens_one_that_follows(self):
        ticket = self._open(body="W1-0001 is dead")
        self._resolve(ticket)
        ticket.callback_ids.with_user(self.agent).action_satisfied()
        self.assertEqual(ticket.state, "closed")
        mail = self._answer(ticket, 250)
        follower = mail.ticket_id
        self.assertEqual((ticket.state, follower.state), ("closed", "new"))
        self.assertEqual(follower.previous_id, ticket)
        self.assertEqual(follower.unit_id, self.unit)
        self.assertEqual(follower.partner_id, self.customer)

    def test_a_colleague_by_mail_changes_no_state(self):
        ticket = self._open()
        self._resolve(ticket)
        self.agent.email = "agent@desk.example.com"
        self._answer(ticket, 260, From="agent@desk.example.com")
        self.assertEqual(ticket.state, "resolved")


class TestAcknowledgement(ThreadCase):
    def _sent(self):
        """Send what is due; return the mails that went out since last time."""
        before = self.env["mail.mail"].search([]).ids
        with self.enter_registry_test_mode():
            self.env.ref("service_ticket.ir_cron_acknowledge").method_direct_trigger()
        return self.env["mail.mail"].search([("id", "not in", before)])

    def test_the_sender_gets_number_and_promises_once(self):
        ticket = self._open()
        mail = self._sent()
        self.assertEqual(mail.email_to, "Laundry <laundry@bridge.example.com>")
        self.assertIn(ticket.name, mail.subject)
        self.assertIn(ticket.name, mail.body_html)
        self.assertIn("First response", mail.body_html)
        self.assertIn("auto-replied", mail.headers)
        self.assertFalse(self._sent())

    def test_no_machine_is_answered(self):
        for number, headers in enumerate(
            (
                {"Auto_Submitted": "auto-generated"},
                {"Precedence": "bulk"},
                {"X_Auto_Response_Suppress": "OOF"},
                {"List_Id": "<news.example.com>"},
                {"From": self.address},
            ),
            start=300,
        ):
            with self.subTest(headers):
                mail = self._take(number, **headers)
                self.assertEqual((mail.state, mail.answer), ("ticket", "withheld"))
        self.assertFalse(self._sent())

    def test_a_team_may_be_silent(self):
        self.team.acknowledges = False
        self._open()
        self.assertFalse(self._sent())

    def test_one_address_is_not_flooded(self):
        for number in range(310, 320):
            mail = self._take(number)
            self._sent()
            mail.received_at -= timedelta(hours=1)
        answered = self.mails.search_count([("answer", "=", "sent")])
        self.assertEqual(answered, 5)

    @quietly
    def test_two_automatic_partners_fall_silent(self):
        """The other side answers every mail, the worse the fewer marks it sets."""
        for number, marks in enumerate(
            (
                ("Auto_Submitted", "In_Reply_To", "Subject"),
                ("In_Reply_To", "Subject"),
                ("Subject",),
                (),
            )
        ):
            with self.subTest(marks):
                sender = f"robot{number}@far.example.com"
                self._take(f"robot{number}", From=sender)
                replies = 0
                for turn in range(10):
                    sent = self._sent()
                    if not sent:
                        break
                    replies += len(sent)
                    headers = {
                        "Auto_Submitted": "auto-replied",
                        "In_Reply_To": sent.message_id,
                        "Subject": f"Re: {sent.subject}",
                    }
                    headers = {k: v for k, v in headers.items() if k in marks}
                    self._take(f"{number}-{turn}", From=sender, **headers)
                self.assertEqual(replies, 1)

    def test_an_automatic_answer_is_a_note_and_wakes_nobody(self):
        ticket = self._open()
        self._resolve(ticket)
        mail = self._answer(ticket, 330, Auto_Submitted="auto-replied")
        self.assertEqual((mail.state, mail.ticket_id), ("reply", ticket))
        self.assertEqual(ticket.state, "resolved")
        self.assertTrue(ticket.message_ids[:1].subtype_id.internal)

    def test_our_mail_that_did_not_arrive_is_noted(self):
        ticket = self._open()
        sent = self._sent()
        messages = ticket.message_ids
        bounce = {
            "From": "MAILER-DAEMON@mx.example.com",
            "Return_Path": "<>",
            "Content_Type": 'multipart/report; report-type=delivery-status; boundary="b"',
            "In_Reply_To": sent.message_id,
            "body": "--b\nContent-Type: text/plain\n\nNo such user\n"
            "--b\nContent-Type: message/delivery-status\n\n"
            "Reporting-MTA: dns; mx\n\n"
            f"Final-Recipient: rfc822; {self.customer.email}\nAction: failed\n"
            "--b--",
        }
        mail = self._take(340, **bounce)
        self.assertEqual((mail.state, mail.ticket_id), ("reply", ticket))
        self.assertIn("did not arrive", (ticket.message_ids - messages).body)
        forged = bounce | {"body": bounce["body"].replace(self.customer.email, "a@b.c")}
        mail = self._take(341, **forged)
        self.assertEqual(mail.state, "quarantine")
