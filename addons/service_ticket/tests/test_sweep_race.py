import threading
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields
from odoo.modules.registry import DummyRLock, Registry
from odoo.service.model import retrying
from odoo.tests import get_db_name, tagged
from odoo.tests.common import BaseCase
from odoo.tools import mute_logger

_COUNT = 60
_NAME = "RACE-SWEEP"


@tagged("-at_install", "post_install")
class TestSweepRace(BaseCase):
    """Workers that sweep at once, and people who work: on real cursors, committed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        cls.addClassCleanup(cls._remove_what_was_committed)

    @classmethod
    def _env(cls, cr):
        return api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})

    @classmethod
    def _remove_what_was_committed(cls):
        with cls.registry.cursor() as cr:
            env = cls._env(cr)
            tickets = env["service.ticket"].search([("subject", "=", _NAME)])
            tickets.milestone_ids.alert_ids.unlink()
            cr.execute(
                "UPDATE service_ticket SET state = 'new' WHERE id = ANY(%s)",
                [tickets.ids],
            )
            env.invalidate_all()
            tickets.unlink()
            for model in ("service.escalation.step", "service.team"):
                env[model].search([("name", "=", _NAME)]).unlink()
            env["service.sla.policy"].search([("name", "=ilike", _NAME + "%")]).unlink()

    def setUp(self):
        super().setUp()
        # The test runner holds this lock: other threads would wait for its end.
        self.patch(Registry, "_lock", DummyRLock())
        with self.registry.cursor() as cr:
            self._prepare(self._env(cr))

    def _prepare(self, env):
        """Commit tickets whose promise broke and was not told, and tickets marked."""
        target = (0, 0, {"clock": "first_response", "hours": 1})
        policy, other = env["service.sla.policy"].create(
            [
                {"name": _NAME, "sequence": 999, "target_ids": [target]},
                {"name": _NAME + " 2", "sequence": 999, "target_ids": [target]},
            ]
        )
        env["service.escalation.step"].create(
            {
                "name": _NAME,
                "policy_id": policy.id,
                "share": 100,
                "user_ids": [(4, env.ref("base.user_admin").id)],
            }
        )
        team = env["service.team"].create({"name": _NAME, "policy_id": policy.id})
        opened = fields.Datetime.now() - timedelta(hours=3)
        vals = {"subject": _NAME, "team_id": team.id, "opened_at": opened}
        tickets = env["service.ticket"].create([dict(vals) for _n in range(_COUNT)])
        # As long as nobody has looked, all is as it was when they came in.
        due = opened + timedelta(hours=1)
        tickets.milestone_ids.write({"status": "running", "next_alert": due})
        # What is marked is promised by the other policy once it is redone.
        half = tickets[: _COUNT // 2]
        half.stale_clocks = "promise"
        half.policy_id = other
        self.ids, self.half = tickets.ids, half.ids

    def _sweep(self, start, done, failures):
        """What a worker does, until nothing is left."""
        try:
            self._sweep_really(start, done)
        except Exception as error:  # noqa: BLE001  reported by the test
            failures.append(error)

    def _sweep_really(self, start, done):
        with self.registry.cursor() as cr:
            env = self._env(cr)
            start.wait(timeout=30)
            for _round in range(60):
                redone, _left = env["service.ticket"]._catch_up(batch=7)
                cr.commit()
                env.invalidate_all()
                swept, _more = env["service.milestone"]._sweep(batch=11)
                cr.commit()
                env.invalidate_all()
                done.append((redone, swept))
                if not redone and not swept and not self._is_left(env):
                    return

    def _is_left(self, env):
        domain = [("id", "in", self.ids)]
        stale = [*domain, ("stale_clocks", "!=", False)]
        due = [
            ("ticket_id", "in", self.ids),
            ("next_alert", "<", fields.Datetime.now()),
        ]
        return env["service.ticket"].search_count(stale) or env[
            "service.milestone"
        ].search_count(due)

    def _work(self, start, failures):
        """A person takes every tenth ticket in hand meanwhile, as a request does."""
        start.wait(timeout=30)
        for ticket_id in self.ids[::10]:
            with self.registry.cursor() as cr:
                env = self._env(cr)
                ticket = env["service.ticket"].browse(ticket_id)
                try:
                    retrying(ticket.action_open, env)
                except Exception as error:  # noqa: BLE001  reported by the test
                    failures.append(error)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_each_is_done_and_told_once(self):
        start, done, failures = threading.Barrier(3), [], []
        threads = [
            threading.Thread(target=self._sweep, args=(start, done, failures))
            for _n in range(2)
        ]
        threads.append(threading.Thread(target=self._work, args=(start, failures)))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=120)
        self.assertEqual(failures, [])
        with self.registry.cursor() as cr:
            env = self._env(cr)
            tickets = env["service.ticket"].browse(self.ids)
            self.assertFalse(self._is_left(env))
            # Nobody's work was done twice.
            self.assertLessEqual(sum(redone for redone, _swept in done), _COUNT // 2)
            team_policy = tickets.team_id.policy_id
            self.assertEqual(tickets.policy_id, team_policy)
            for ticket in tickets:
                milestone = ticket.milestone_ids
                self.assertEqual(len(milestone), 1)
                taken_in_hand = ticket.state == "open"
                self.assertEqual(
                    milestone.status, "late" if taken_in_hand else "overdue"
                )
                steps = milestone.alert_ids.mapped("step_id.name")
                self.assertEqual(len(steps), len(milestone.alert_ids))
                self.assertEqual(len(milestone.alert_ids.step_id), len(steps))
                if not taken_in_hand:
                    self.assertIn(_NAME, steps)
                thread = "".join(ticket.message_ids.mapped("body"))
                self.assertEqual(thread.count("Promise broken"), 1)
