"""Other systems open tickets over JSON-2, each call once (B4)."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.modules.registry import DummyRLock, Registry
from odoo.service.model import retrying
from odoo.sql_db import db_connect
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools import mute_logger

from ..models.service_api_call import KeyReused
from .common import ServiceCase


class TestReport(ServiceCase):
    def setUp(self):
        super().setUp()
        self.tickets = self.env["service.ticket"].with_user(self.agent)

    def test_another_system_opens_a_ticket(self):
        answer = self.tickets.report(
            "Error 5", serial="W1-0001", severity=2, reference="SHOP-7"
        )
        ticket = self.tickets.browse(answer["id"])
        self.assertEqual(answer["number"], ticket.name)
        self.assertEqual((ticket.channel, ticket.kind), ("api", "fault"))
        self.assertEqual(
            (ticket.unit_id, ticket.partner_id), (self.unit, self.customer)
        )
        self.assertEqual(ticket.severity_id.level, 2)
        self.assertEqual(ticket.external_reference, "SHOP-7")
        self.assertIn(ticket.access_url, answer["access_url"])
        self.assertIn("first_response", [p["clock"] for p in answer["promises"]])

    def test_a_customer_is_known_by_reference_or_mail(self):
        self.customer.ref = "C-17"
        for value in ("C-17", self.customer.email.upper()):
            answer = self.tickets.report("Question", customer=value)
            ticket = self.tickets.browse(answer["id"])
            self.assertEqual(ticket.partner_id, self.customer)

    def test_all_that_is_wrong_is_said_at_once(self):
        with self.assertRaises(ValidationError) as caught:
            self.tickets.report(
                "", kind="party", serial="?", customer="nobody", severity=99, team="x"
            )
        for word in ("subject", "kind", "serial", "customer", "severity", "team"):
            self.assertIn(f"{word}:", str(caught.exception))

    def test_a_unit_of_somebody_else_is_refused(self):
        other = self.env["res.partner"].create({"name": "Other", "ref": "C-99"})
        with self.assertRaisesRegex(ValidationError, "another customer"):
            self.tickets.report("x", serial="W1-0001", customer=other.ref)

    def test_another_companys_units_are_unknown(self):
        _company, stranger = self._second_company()
        self.unit.company_id = self.env.company
        with self.assertRaisesRegex(ValidationError, "no unit has"):
            self.tickets.with_user(stranger).report("x", serial="W1-0001")

    def test_only_who_opens_tickets_may_call(self):
        with self.assertRaises(AccessError):
            self.tickets.with_user(self.engineer).report("x")

    def test_the_same_key_gives_the_same_answer(self):
        first = self.tickets.report("x", idempotency_key="k1")
        self.assertEqual(self.tickets.report("x", idempotency_key="k1"), first)
        with self.assertRaises(KeyReused):
            self.tickets.report("y", idempotency_key="k1")
        others = self.tickets.with_user(self.manager)
        other = others.report("y", idempotency_key="k1")
        self.assertNotEqual(other["id"], first["id"])

    def test_a_failed_call_leaves_its_key_free(self):
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.tickets.report("", idempotency_key="k2")
        self.assertTrue(self.tickets.report("x", idempotency_key="k2"))

    def test_calls_are_forgotten(self):
        self.tickets.report("x", idempotency_key="k3")
        calls = self.env["service.api.call"]
        call = calls.search([("key", "=", "k3")])
        self.env.cr.execute(
            "UPDATE service_api_call SET create_date = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(days=31), call.id],
        )
        call.invalidate_recordset()
        calls._gc_old()
        self.assertFalse(call.exists())


@tagged("post_install", "-at_install")
class TestReportOverHttp(HttpCase):
    def _call(self, key, **values):
        return self.url_open(
            "/json/2/service.ticket/report",
            json=values,
            headers={"Authorization": f"bearer {key}"},
        )

    def test_as_integrators_call_it(self):
        admin = self.env.ref("base.user_admin")
        key = (
            self.env["res.users.apikeys"]
            .with_user(admin)
            .sudo()
            ._generate("rpc", "test", fields.Datetime.now() + timedelta(days=1))
        )
        answer = self._call(key, subject="Error 5", idempotency_key="h1")
        self.assertEqual(answer.status_code, 200, answer.text)
        again = self._call(key, subject="Error 5", idempotency_key="h1")
        self.assertEqual(again.json(), answer.json())
        with mute_logger("odoo.http"):
            self.assertEqual(
                self._call(key, subject="Other", idempotency_key="h1").status_code, 409
            )
            wrong = self._call(key, subject="x", serial="no such")
            self.assertEqual(wrong.status_code, 422)
            self.assertIn("no such", wrong.json()["message"])
            self.assertEqual(self._call(key, unheard_of=1).status_code, 422)
            self.assertEqual(self._call("nonsense", subject="x").status_code, 401)


@tagged("post_install", "-at_install")
class TestReportRace(TransactionCase):
    """Real transactions, run again by Odoo's own hand where they collide."""

    def setUp(self):
        super().setUp()
        # The test runner holds this lock: other threads would wait for its end.
        self.patch(Registry, "_lock", DummyRLock())
        self.addCleanup(self._clean_up)

    def _cursor(self):
        return db_connect(self.env.cr.dbname).cursor()

    def _clean_up(self):
        with self._cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            calls = env["service.api.call"].search([("key", "=like", "race-%")])
            calls.ticket_id.unlink()
            calls.unlink()
            cr.commit()

    @mute_logger("odoo.service.model", "odoo.sql_db")
    def test_keys_called_at_once_are_one_ticket_each(self):
        keys = int(os.environ.get("SERVICE_KEYS", "4"))
        width = int(os.environ.get("SERVICE_PARALLEL", "5"))
        start = threading.Barrier(width, timeout=60)

        def call(number):
            start.wait()
            with self._cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                answer = retrying(
                    lambda: env["service.ticket"].report(
                        f"Race {number}", idempotency_key=f"race-{number}"
                    ),
                    env,
                )
                cr.commit()
                return answer["id"]

        tickets = set()
        with ThreadPoolExecutor(width) as callers:
            for number in range(keys):
                found = set(callers.map(call, [number] * width))
                self.assertEqual(len(found), 1)
                tickets |= found
        self.assertEqual(len(tickets), keys)
