import threading

from psycopg2 import IntegrityError
from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.exceptions import LockError, UserError
from odoo.modules.registry import DummyRLock, Registry
from odoo.service.model import retrying
from odoo.tests import get_db_name, new_test_user, tagged
from odoo.tests.common import BaseCase
from odoo.tools import SQL, mute_logger

from .common import PartsMixin


@tagged("-at_install", "post_install")
class TestRace(PartsMixin, BaseCase):
    """One serial, several transactions: on real cursors, committed, then removed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        with cls.registry.cursor() as cr:
            cls.last_ids = cls._get_last_ids(cr)
            # Before the set-up: what fails half-way is removed as well.
            cls.addClassCleanup(cls._remove_what_was_committed)
            cls.env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            cls._set_up_race()
        del cls.env

    @classmethod
    def _set_up_race(cls):
        groups = "service_ticket.group_service_"
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.env.company.id)], limit=1
        )
        cls.engineer = new_test_user(cls.env, "race_engineer", f"{groups}engineer")
        cls.dispatcher = new_test_user(
            cls.env, "race_dispatcher", f"{groups}dispatcher"
        )
        van = cls._van(cls.engineer)
        board = cls._part("Race board", "serial", 100, 50)
        names = [f"RACE-{number}" for number in range(6)]
        cls.lots = cls._receive_into(van, board, names)
        customer = cls.env["res.partner"].create({"name": "Race customer"})
        cls.tickets = cls.env["service.ticket"].create(
            [
                {"partner_id": customer.id, "user_id": cls.engineer.id, "subject": who}
                for who in ("Engineer", "Dispatcher")
            ]
        )
        cls.moves = []
        for ticket in cls.tickets:
            cls.moves.append(ticket._plan_part(board, len(names), cls.engineer))
            cls._sign(ticket)

    @staticmethod
    def _get_last_ids(cr):
        """Return {table: highest id} of every ordinary table with an id."""
        cr.execute(
            """SELECT c.relname FROM pg_class c
                 JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'id'
                WHERE c.relkind = 'r' AND c.relnamespace = current_schema::regnamespace
                  AND a.atttypid IN ('int4'::regtype, 'int8'::regtype)"""
        )
        last_ids = {}
        for (table,) in cr.fetchall():
            query = SQL("SELECT COALESCE(MAX(id), 0) FROM %s", SQL.identifier(table))
            cr.execute(query)
            last_ids[table] = cr.fetchone()[0]
        return last_ids

    @classmethod
    def _remove_what_was_committed(cls):
        """Delete every row that came with these tests, children before parents."""
        with cls.registry.cursor() as cr, mute_logger("odoo.sql_db"):
            left = list(cls.last_ids)
            while left:
                blocked = [table for table in left if not cls._delete_new(cr, table)]
                if len(blocked) == len(left):
                    raise AssertionError(f"rows stay behind in {blocked}")
                left = blocked
        cls.registry.clear_all_caches()

    @classmethod
    def _delete_new(cls, cr, table):
        query = SQL(
            "DELETE FROM %s WHERE id > %s", SQL.identifier(table), cls.last_ids[table]
        )
        try:
            with cr.savepoint(flush=False):
                cr.execute(query)
        except IntegrityError:
            return False
        return True

    def setUp(self):
        super().setUp()
        # The test runner holds this lock: other threads would wait for its end.
        self.patch(Registry, "_lock", DummyRLock())

    # --- One transaction of one user ------------------------------------------------

    def _fit(self, cr, who, number):
        """Fit serial `number` for user `who` (0 engineer, 1 dispatcher)."""
        user = (self.engineer, self.dispatcher)[who]
        env = api.Environment(cr, user.id, {})
        ticket = self.tickets[who].with_env(env)
        move = self.moves[who][number].with_env(env)
        return ticket._fit_part(move, self.lots[number].with_env(env))

    def _fit_as_request(self, who, number, outcome, start):
        """What a request does: begin, be run again on a conflict, commit."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            start.wait(timeout=30)
            try:
                retrying(lambda: self._fit(cr, who, number), env)
                outcome.append("done")
            except UserError as error:
                cr.rollback()
                outcome.append(str(error))

    def _get_places(self, number):
        """Return (moves done with this serial, quantities in our stock)."""
        with self.registry.cursor() as cr:
            cr.execute(
                """SELECT count(*) FROM stock_move_line l JOIN stock_move m
                       ON m.id = l.move_id
                    WHERE l.lot_id = %s AND m.state = 'done'
                      AND m.repair_line_type = 'add'""",
                [self.lots[number].id],
            )
            moves = cr.fetchone()[0]
            cr.execute(
                """SELECT q.quantity FROM stock_quant q JOIN stock_location l
                       ON l.id = q.location_id
                    WHERE q.lot_id = %s AND l.usage = 'internal' AND q.quantity != 0""",
                [self.lots[number].id],
            )
            return moves, [row[0] for row in cr.fetchall()]

    # --- The races ------------------------------------------------------------------

    def test_the_second_is_refused_while_the_first_is_at_it(self):
        with self.registry.cursor() as first, self.registry.cursor() as second:
            self._fit(first, 0, 0)
            with self.assertRaisesRegex(LockError, "RACE-0 is being booked"):
                self._fit(second, 1, 0)
            second.rollback()
            first.commit()
            with self.assertRaisesRegex(UserError, "RACE-0 was already fitted"):
                self._fit(second, 1, 0)
            second.rollback()
        self.assertEqual(self._get_places(0), (1, []))

    @mute_logger("odoo.sql_db")
    def test_the_second_with_an_older_view_has_to_look_again(self):
        """A lock alone would let it pass: it still sees the serial in the van."""
        with self.registry.cursor() as first, self.registry.cursor() as second:
            second.execute("SELECT 1 FROM stock_quant LIMIT 1")
            self._fit(first, 0, 1)
            first.commit()
            with self.assertRaises(SerializationFailure):
                self._fit(second, 1, 1)
            second.rollback()
            with self.assertRaisesRegex(UserError, "RACE-1 was already fitted"):
                self._fit(second, 1, 1)
            second.rollback()
        self.assertEqual(self._get_places(1), (1, []))

    def _race(self, *requests):
        """Run the requests, each (who, number), in threads; return their outcomes."""
        outcome, start = [], threading.Barrier(len(requests))
        threads = [
            threading.Thread(
                target=self._fit_as_request,
                args=(*request, outcome, start),
                daemon=True,
            )
            for request in requests
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        self.assertEqual(len(outcome), len(requests), outcome)
        return outcome

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_two_users_at_once(self):
        for number in (2, 3, 4):
            with self.subTest(number):
                outcome = self._race((0, number), (1, number))
                self.assertEqual(outcome.count("done"), 1, outcome)
                refusal = next(text for text in outcome if text != "done")
                self.assertRegex(refusal, rf"RACE-{number} (was already|is being)")
                self.assertEqual(self._get_places(number), (1, []))

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_the_same_call_from_two_taps(self):
        outcome = self._race((0, 5), (0, 5))
        self.assertIn("done", outcome)
        for text in outcome:
            self.assertRegex(text, "done|is being booked")
        self.assertEqual(self._get_places(5), (1, []))
