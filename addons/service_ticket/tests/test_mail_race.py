"""Two fetchers hold the same mail at the same moment: one ticket (B2)."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import DummyRLock, Registry
from odoo.sql_db import db_connect
from odoo.tests import TransactionCase, tagged

from .mail_corpus import compose, quietly

_DOMAIN = "race.example.com"


@tagged("post_install", "-at_install")
class TestMailRace(TransactionCase):
    """Real transactions, as two workers have them; what they leave is removed."""

    def setUp(self):
        super().setUp()
        # The test runner holds this lock: other threads would wait for its end.
        self.patch(Registry, "_lock", DummyRLock())
        self.addCleanup(self._clean_up)

    def _in_own_transaction(self, work):
        with db_connect(self.env.cr.dbname).cursor() as cr:
            result = work(api.Environment(cr, SUPERUSER_ID, {}))
            cr.commit()
            return result

    def _clean_up(self):
        def remove(env):
            mails = env["service.mail"].search([("email", "=like", f"%@{_DOMAIN}")])
            mails.ticket_id.unlink()
            mails.unlink()

        self._in_own_transaction(remove)

    @quietly
    def test_the_same_mail_by_two_fetchers_is_one_ticket(self):
        pairs = int(os.environ.get("SERVICE_PAIRS", "10"))
        start = threading.Barrier(2, timeout=30)

        def fetch(raw):
            def process(env):
                env["service.mail"].search_count([])  # the snapshot is taken here
                start.wait()
                env["mail.thread"].message_process("service.ticket", raw)

            self._in_own_transaction(process)

        with ThreadPoolExecutor(2) as fetchers:
            for number in range(pairs):
                raw = compose(
                    "box@elsewhere.example.com",
                    f"race-{number}",
                    From=f"w{number}@{_DOMAIN}",
                )
                list(fetchers.map(fetch, (raw, b"Received: second\n" + raw)))

        def count(env):
            mails = env["service.mail"].search([("email", "=like", f"%@{_DOMAIN}")])
            return sorted(mails.mapped("state")), len(mails.ticket_id)

        states, tickets = self._in_own_transaction(count)
        self.assertEqual(tickets, pairs)
        self.assertEqual(states, ["duplicate"] * pairs + ["ticket"] * pairs)
