import threading

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import UserError, ValidationError
from odoo.modules.registry import DummyRLock, Registry
from odoo.service.model import retrying
from odoo.tests import get_db_name, tagged
from odoo.tests.common import BaseCase
from odoo.tools import mute_logger


@tagged("-at_install", "post_install")
class TestCallbackRace(BaseCase):
    """Two agents at once, on real cursors: committed, then removed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        cls.addClassCleanup(cls._remove_what_was_committed)
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            partners = env["res.partner"].create(
                [{"name": f"Callback race {n}"} for n in range(2)]
            )
            tickets = env["service.ticket"].create(
                [
                    {
                        "subject": "Callback race",
                        "kind": "support",
                        "partner_id": partner.id,
                        "outcome": "fixed",
                    }
                    for partner in (partners[0], partners[0], partners[1])
                ]
            )
            tickets.action_resolve()
            long_ago = fields.Datetime.subtract(fields.Datetime.now(), years=9)
            tickets.callback_ids.write({"due": long_ago, "call_from": long_ago})
            cls.call_ids = tickets.mapped("callback_ids.id")
            cls.ticket_ids, cls.partner_ids = tickets.ids, partners.ids
            cls.users = (SUPERUSER_ID, env.ref("base.user_admin").id)

    @classmethod
    def _remove_what_was_committed(cls):
        with cls.registry.cursor() as cr:
            for table, model, ids in (
                ("service_callback", "service.callback", cls.call_ids),
                ("service_ticket", "service.ticket", cls.ticket_ids),
                ("res_partner", "res.partner", cls.partner_ids),
            ):
                cr.execute(
                    "DELETE FROM mail_message WHERE model = %s AND res_id = ANY(%s)",
                    [model, ids],
                )
                cr.execute(
                    "DELETE FROM mail_followers WHERE res_model = %s"
                    " AND res_id = ANY(%s)",
                    [model, ids],
                )
                cr.execute(f"DELETE FROM {table} WHERE id = ANY(%s)", [ids])

    def setUp(self):
        super().setUp()
        # The test runner holds this lock: other threads would wait for its end.
        self.patch(Registry, "_lock", DummyRLock())

    def _request(self, uid, work, start, outcomes):
        """What a request does: begin, be run again on a conflict, commit."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, uid, {})
            cr.execute("SELECT 1")  # what the other one does is not seen from here
            start.wait(timeout=30)
            try:
                result = retrying(lambda: work(env["service.callback"]), env)
                outcomes.append(result)
            except (UserError, ValidationError) as error:
                cr.rollback()
                outcomes.append(str(error))

    def _both(self, *works):
        start, outcomes = threading.Barrier(len(works)), []
        threads = [
            threading.Thread(target=self._request, args=(uid, work, start, outcomes))
            for uid, work in zip(self.users, works, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        with self.registry.cursor() as cr:
            cr.execute(
                "UPDATE service_callback SET claimed_by_id = NULL, claimed_at = NULL"
                " WHERE id = ANY(%s) AND claimed_by_id IS NOT NULL RETURNING id",
                [self.call_ids],
            )
            claimed = [row[0] for row in cr.fetchall()]
        return outcomes, claimed

    @mute_logger("odoo.sql_db", "odoo.service.model", "odoo.http")
    def test_one_customer_is_called_by_one(self):
        first, second, _other = self.call_ids
        for _round in range(5):
            for ids in ((first, first), (first, second)):
                outcomes, claimed = self._both(
                    *(lambda calls, i=i: calls.browse(i).action_call() for i in ids)
                )
                refusals = [text for text in outcomes if text]
                self.assertEqual((len(outcomes), len(claimed)), (2, 1))
                self.assertEqual(len(refusals), 1)
                self.assertIn("Take the next call", refusals[0])

    @mute_logger("odoo.sql_db", "odoo.service.model", "odoo.http")
    def test_the_next_call_differs(self):
        for _round in range(5):
            outcomes, claimed = self._both(
                *[lambda calls: calls.action_next_call()["res_id"]] * 2
            )
            self.assertEqual(len(set(outcomes)), 2, outcomes)
            self.assertEqual(len(claimed), 2)
            self.assertIn(self.call_ids[2], claimed)
