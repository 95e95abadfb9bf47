from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import Form

from .common import ServiceCase

MONDAY = datetime(2026, 3, 2, 9, 0)
REPORT = "service_ticket.action_report_promise_statement"


class TestStatement(ServiceCase):
    """The statement of promises says what the log says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.tz = "Europe/Brussels"
        with freeze_time(MONDAY) as clock:
            cls.ticket = cls._ticket(
                cause_id=cls.env.ref("service_ticket.cause_component").id,
                outcome="fixed",
            )
            tickets = cls.ticket.with_user(cls.agent)
            tickets.action_open()
            clock.tick(timedelta(hours=2))
            reason = cls.env.ref("service_ticket.waiting_customer")
            tickets._set_state("waiting", reason, "Asked for the key")
            clock.tick(timedelta(minutes=80))
            tickets.action_resume()
            clock.tick(timedelta(hours=40))
            tickets.action_resolve()
        with freeze_time(datetime(2026, 3, 31, 22, 30)):  # April in Brussels
            cls.april = cls._ticket(subject="In April")

    def _statement(self, **vals):
        vals = {"partner_id": self.customer.id, "month": "3", "year": 2026, **vals}
        statements = self.env["service.promise.statement"].with_user(self.manager)
        return statements.create(vals)

    def test_every_promise_of_the_month_and_what_became_of_it(self):
        statement = self._statement()
        lines = statement._get_lines()
        self.assertEqual(
            [(line["clock"], line["status"]) for line in lines],
            [("First response", "met"), ("On site", "late"), ("Restoration", "late")],
        )
        self.assertEqual(
            (statement.promise_count, statement.kept_count, statement.broken_count),
            (3, 1, 2),
        )
        self.assertAlmostEqual(statement.kept_share, 1 / 3)
        self.assertEqual(lines[2]["paused"], "1 h 20 min")
        [pause] = lines[2]["pauses"]
        for part in ("Customer's answer", "Asked for the key", self.agent.name):
            self.assertIn(part, pause)
        self.assertIn("1 h 20 min", pause)
        self.assertFalse(lines[0]["pauses"])
        april = self._statement(month="4")._get_promises()
        self.assertEqual(april.ticket_id, self.april)

    def test_last_month_is_proposed(self):
        with freeze_time(datetime(2026, 1, 15)):
            with Form(
                self.env["service.promise.statement"].with_user(self.manager)
            ) as form:
                form.partner_id = self.customer
                self.assertEqual((form.month, form.year), ("12", 2025))

    def test_printed_in_the_customers_language_on_one_page(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        [page] = self._read_pdf(REPORT, self._statement())
        self.assertIn(self.ticket.name, page)
        self.assertIn("March 2026", page)
        self.assertIn("Asked for the key", page)
        self.assertIn("33.3 %", page)
        self.customer.lang = "zh_CN"
        [page] = self._read_pdf(REPORT, self._statement())
        self.assertIn("2026年", page)

    def test_sent_with_the_document(self):
        statement = self._statement()
        action = statement.action_send()
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.manager)
            .with_context(**action["context"])
            .create({})
        )
        self.assertEqual(composer.partner_ids, self.customer)
        self.assertEqual(composer.attachment_ids.mimetype, "application/pdf")
        composer._action_send_mail()
        message = self.customer.message_ids[0]
        self.assertEqual(len(message.attachment_ids), 1)

    def test_a_statement_shows_nothing_of_another_company(self):
        company, stranger = self._second_company()
        statements = self.env["service.promise.statement"].with_user(stranger)
        vals = {"partner_id": self.customer.id, "month": "3", "year": 2026}
        self.assertFalse(statements.create(vals)._get_promises())
        with self.assertRaises(AccessError):
            statements.create({**vals, "company_id": self.env.company.id})
        self.assertEqual(len(self._statement()._get_promises()), 3)
