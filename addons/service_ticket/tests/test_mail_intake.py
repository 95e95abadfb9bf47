"""No mail is lost, whatever it looks like and whatever goes wrong (B1, B5)."""

import os
from collections import Counter
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from .common import ServiceCase
from .mail_corpus import compose, mutated, quietly


class MailCase(ServiceCase):
    """A team with an address, and a mailbox full of mails."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.address = f"service@{cls._open_mailbox()}"
        cls.mails = cls.env["service.mail"]
        # As a fetcher hands it over: the mail leaves its mailbox whatever happens.
        server = cls.env["fetchmail.server"].create({"name": "Mailbox"})
        cls.gateway = cls.env["mail.thread"].with_context(
            default_fetchmail_server_id=server.id
        )

    @quietly
    def _take(self, number=0, raw=None, **headers):
        """Let the gateway have a mail; return what was kept of it."""
        before = self.mails.search([], limit=1).id or 0
        to = headers.pop("to", self.address)
        raw = compose(to, number, **headers) if raw is None else raw
        self.gateway.message_process(None, raw)
        return self.mails.search([("id", ">", before)])


class TestMailIntake(MailCase):
    def test_a_mail_is_kept_as_it_came(self):
        raw = compose(self.address, 1)
        mail = self._take(raw=raw)
        self.assertEqual(mail._get_raw(), raw)
        self.assertEqual((mail.state, mail.team_id), ("ticket", self.team))
        self.assertEqual(mail.ticket_id.partner_id, self.customer)
        self.assertEqual(mail.email, "laundry@bridge.example.com")
        self.assertEqual(mail.text, "Our washer does not start.")

    def test_every_mutated_mail_is_somewhere(self):
        count = int(os.environ.get("SERVICE_MAILS", "300"))
        before = self.mails.search_count([])
        process = quietly(self.gateway.message_process)
        for raw in mutated(self.address, count, seed=7):
            process(None, raw)
            self.env.invalidate_all()
        found = Counter(self.mails.search([], limit=count).mapped("state"))
        self.assertEqual(self.mails.search_count([]) - before, count, found)
        self.assertLessEqual(set(found), {"ticket", "reply", "quarantine", "duplicate"})
        self.assertGreater(found["ticket"], count / 4)
        kept = self.mails.search([("state", "in", ("ticket", "reply"))], limit=count)
        self.assertTrue(all(mail.ticket_id for mail in kept))

    def test_what_breaks_the_gateway_lies_in_quarantine(self):
        for number, (reason, headers) in enumerate(
            (
                ("characters", {"Content_Type": "text/plain; charset=x-none"}),
                ("be stored", {"Subject": "=?utf-8?Q?a=00b?="}),
                ("nobody", {"to": "nobody@nowhere.example.com"}),
                ("machine", {"Auto_Submitted": "auto-replied"}),
            ),
            start=10,
        ):
            with self.subTest(reason):
                mail = self._take(number, **headers)
                self.assertEqual(mail.state, "quarantine")
                self.assertIn(reason, mail.reason)
                self.assertFalse(mail.ticket_id)

    def test_a_mail_server_that_delivers_for_nobody_is_told(self):
        raw = compose("nobody@nowhere.example.com", 30)
        before = self.mails.search_count([])
        with self.assertRaises(ValueError):
            self.env["mail.thread"].message_process(None, raw)
        self.assertEqual(self.mails.search_count([]), before)

    def test_an_error_in_the_ticket_keeps_the_mail(self):
        tickets = type(self.env["service.ticket"])
        with patch.object(tickets, "message_new", side_effect=UserError("Not today")):
            mail = self._take(20)
        self.assertEqual(mail.state, "quarantine")
        self.assertIn("Not today", mail.reason)
        self.assertNotEqual(self.team.alias_id.alias_status, "invalid")
        mail.with_user(self.agent).action_retry()
        self.assertEqual((mail.state, mail.attempts), ("ticket", 2))

    def test_an_error_may_say_what_no_database_takes(self):
        tickets = type(self.env["service.ticket"])
        error = ValueError("a\x00b\ud800")
        with patch.object(tickets, "message_new", side_effect=error):
            mail = self._take(22)
        self.assertEqual((mail.state, mail.detail), ("quarantine", "ValueError: ab"))

    def test_a_mail_that_nobody_understands_is_kept(self):
        with patch.object(type(self.mails), "_judge", side_effect=ZeroDivisionError):
            mail = self._take(23)
        self.assertEqual(mail.state, "ticket")
        self.assertIn(b"washer", mail._get_raw())

    def test_the_disk_is_full(self):
        attachments = type(self.env["ir.attachment"])
        with (
            patch.object(attachments, "_file_write", return_value="no/where"),
            self.assertLogs("odoo.addons.service_ticket", "WARNING"),
        ):
            mail = self._take(21)
        self.env.invalidate_all()
        self.assertIn(b"washer", mail._get_raw())

    def test_mails_of_others_stay_theirs(self):
        partners = self.env["ir.model"]._get_id("res.partner")
        self.env["mail.alias"].create(
            {
                "alias_name": "people",
                "alias_model_id": partners,
                "alias_domain_id": self.team.alias_domain_id.id,
            }
        )
        to = self.address.replace("service@", "people@")
        self.assertFalse(self._take(30, to=to))
        with self.assertRaises(LookupError):
            self._take(31, to=to, Content_Type="text/plain; charset=x-none")
        both = self._take(32, to=f"{to}, {self.address}")
        self.assertEqual(both.ticket_id._name, "service.ticket")
        self.assertEqual(both.state, "ticket")

    def test_one_mail_to_two_teams_is_one_ticket(self):
        second = self.team.copy({"name": "North", "alias_name": "north"})
        to = f"{self.address}, {second.alias_email}"
        before = self.env["service.ticket"].search_count([])
        self._take(40, to=to)
        self.assertEqual(self.env["service.ticket"].search_count([]), before + 1)

    def test_a_copy_is_a_copy_and_a_reused_number_is_not(self):
        first = self._take(50)
        copy = self._take(50, Received="by another way")
        self.assertEqual((copy.state, copy.original_id), ("duplicate", first))
        self.assertEqual(copy.ticket_id, first.ticket_id)
        other = self._take(50, From="Printer <printer@office.example.com>")
        self.assertEqual(other.state, "quarantine")
        self.assertIn("number of another", other.reason)

    def test_too_many_from_one_address_wait_in_quarantine(self):
        self.env["ir.config_parameter"].set_param("service_ticket.mails_per_sender", 3)
        mails = [self._take(60 + n, From="ups@rack.example.com") for n in range(5)]
        self.assertEqual(
            [mail.state for mail in mails], ["ticket"] * 3 + ["quarantine"] * 2
        )

    def test_old_mails_are_forgotten_but_never_undecided_ones(self):
        done = self._take(70)
        held = self._take(71, Content_Type="text/plain; charset=x-none")
        (done | held).received_at = "2020-01-01 00:00:00"
        self.mails._gc_old()
        self.assertFalse(done.exists())
        self.assertTrue(held.exists())


class TestQuarantine(MailCase):
    def _hold(self, number):
        return self._take(number, Content_Type="text/plain; charset=x-none").with_user(
            self.agent
        )

    def _decide(self, mail, **vals):
        form = Form(
            self.env["service.mail.decision"]
            .with_user(self.agent)
            .with_context(default_mail_id=mail.id)
        )
        for name, value in vals.items():
            form[name] = value
        return form.save()

    def test_a_person_makes_a_ticket_of_it_once(self):
        mail = self._hold(100)
        decision = self._decide(mail)
        self.assertEqual(decision.partner_id, self.customer)
        self.assertEqual(decision.description, "Our washer does not start.")
        decision.action_decide()
        ticket = mail.ticket_id
        self.assertEqual((mail.state, mail.decided_by_id), ("ticket", self.agent))
        self.assertEqual(ticket.partner_id, self.customer)
        files = ticket.message_ids.attachment_ids
        self.assertEqual(files.mapped("raw"), [mail._get_raw()])
        with self.assertRaisesRegex(UserError, "already decided"):
            self._decide(mail).action_decide()
        answer = self._take(101, In_Reply_To="<100@bridge.example.com>")
        self.assertEqual((answer.state, answer.ticket_id), ("reply", ticket))

    def test_a_person_puts_it_into_a_ticket(self):
        ticket, mail = self._ticket(), self._hold(110)
        self._decide(mail, decision="reply", ticket_id=ticket).action_decide()
        self.assertEqual((mail.state, mail.ticket_id), ("reply", ticket))
        self.assertIn("does not start", str(ticket.message_ids.mapped("body")))

    def test_spam_needs_a_reason_and_comes_back(self):
        mail = self._hold(120)
        self._decide(mail, decision="spam", reason="Advertising").action_decide()
        self.assertEqual((mail.state, mail.reason), ("spam", "Advertising"))
        mail.action_restore()
        self.assertEqual(mail.state, "quarantine")
        with self.assertRaises(UserError):
            mail.action_restore()

    def test_who_may_what(self):
        mail = self._hold(130)
        self.assertTrue(mail.text)
        with self.assertRaises(AccessError):
            mail.write({"state": "spam"})
        with self.assertRaises(AccessError):
            mail.unlink()
        with self.assertRaises(AccessError):
            mail.with_user(self.engineer).read(["subject"])
        with self.assertRaises(AccessError):
            mail.with_user(self.engineer).action_retry()
        with self.assertRaisesRegex(UserError, "Decide what"):
            mail.with_user(self.manager).unlink()
        self._decide(mail, decision="spam", reason="x").action_decide()
        mail.with_user(self.manager).unlink()
        self.assertFalse(mail.exists())

    def test_companies_do_not_see_each_others_mails(self):
        _company, stranger = self._second_company()
        mail = self._hold(140)
        with self.assertRaises(AccessError):
            mail.with_user(stranger).read(["subject"])
        with self.assertRaises(AccessError):
            mail.with_user(stranger).action_retry()
