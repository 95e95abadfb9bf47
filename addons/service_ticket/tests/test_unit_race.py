import threading

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError, ValidationError
from odoo.modules.registry import DummyRLock, Registry
from odoo.service.model import retrying
from odoo.tests import get_db_name, tagged
from odoo.tests.common import BaseCase
from odoo.tools import mute_logger

_SERIAL = "RACE-UNIT-%s"


@tagged("-at_install", "post_install")
class TestUnitRace(BaseCase):
    """One serial, several desks at once: on real cursors, committed, then removed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        cls.addClassCleanup(cls._remove_what_was_committed)

    @classmethod
    def _remove_what_was_committed(cls):
        with cls.registry.cursor() as cr:
            cr.execute("SELECT id FROM stock_lot WHERE name ILIKE 'RACE-UNIT-%'")
            ids = [row[0] for row in cr.fetchall()]
            for table in ("mail_message", "mail_followers"):
                column = "model" if table == "mail_message" else "res_model"
                cr.execute(
                    f"DELETE FROM {table} WHERE {column} = 'stock.lot'"
                    " AND res_id = ANY(%s)",
                    [ids],
                )
            cr.execute("DELETE FROM stock_lot WHERE id = ANY(%s)", [ids])

    def setUp(self):
        super().setUp()
        # The test runner holds this lock: other threads would wait for its end.
        self.patch(Registry, "_lock", DummyRLock())

    def _register(self, serial, start, outcomes):
        """What a request does: begin, be run again on a conflict, commit."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            cr.execute("SELECT 1")  # what the other one does is not seen from here
            start.wait(timeout=30)
            try:
                retrying(lambda: self._enter(env, serial), env)
                outcomes.append("entered")
            except (UserError, ValidationError) as error:
                cr.rollback()
                outcomes.append(str(error))

    def _enter(self, env, serial):
        env["stock.lot"].create(
            {"unit_origin": "other_make", "unit_make": "Race", "name": serial}
        )
        env.flush_all()

    @mute_logger("odoo.sql_db", "odoo.service.model", "odoo.http")
    def test_a_serial_is_entered_once(self):
        for number in range(10):
            start, outcomes = threading.Barrier(4), []
            serial = _SERIAL % number
            threads = [
                threading.Thread(target=self._register, args=(name, start, outcomes))
                for name in (serial, serial.lower(), serial, f" {serial}")
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(timeout=60)
            with self.subTest(serial):
                self.assertEqual(len(outcomes), 4)
                self.assertEqual(outcomes.count("entered"), 1)
                refusals = [text for text in outcomes if text != "entered"]
                self.assertTrue(all("on record already" in t for t in refusals))
