import threading

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError, ValidationError
from odoo.modules.registry import DummyRLock, Registry
from odoo.service.model import retrying
from odoo.tests import get_db_name, tagged
from odoo.tests.common import BaseCase
from odoo.tools import mute_logger

_NAME = "RACE-DESK"


@tagged("-at_install", "post_install")
class TestDeskRace(BaseCase):
    """Two people press the same button: on real cursors, committed, then removed."""

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
            tickets = env["service.ticket"].search(
                [("subject", "ilike", _NAME)], order="id desc"
            )
            cr.execute(
                "UPDATE service_ticket SET state = 'new', kind = 'support'"
                " WHERE id = ANY(%s)",
                [tickets.ids],
            )
            env.invalidate_all()
            tickets.unlink()
            env["service.team"].search([("name", "=ilike", f"{_NAME}%")]).unlink()

    def setUp(self):
        super().setUp()
        # The test runner holds this lock: other threads would wait for its end.
        self.patch(Registry, "_lock", DummyRLock())

    def _request(self, work, start, outcomes):
        """What a request does: begin, be run again on a conflict, commit."""
        with self.registry.cursor() as cr:
            env = self._env(cr)
            cr.execute("SELECT 1")  # what the other one does is not seen from here
            start.wait(timeout=30)
            try:
                outcomes.append(retrying(lambda: work(env), env))
            except (UserError, ValidationError) as error:
                cr.rollback()
                outcomes.append(str(error))

    def _both(self, *works):
        start, outcomes = threading.Barrier(len(works)), []
        threads = [
            threading.Thread(target=self._request, args=(work, start, outcomes))
            for work in works
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        self.assertEqual(len(outcomes), len(works))
        return outcomes

    @mute_logger("odoo.sql_db", "odoo.service.model", "odoo.http")
    def test_a_ticket_is_handed_over_by_one(self):
        with self.registry.cursor() as cr:
            env = self._env(cr)
            teams = env["service.team"].create(
                [{"name": f"{_NAME} {number}"} for number in range(3)]
            )
            tickets = env["service.ticket"].create(
                [{"subject": _NAME, "team_id": teams[0].id} for _n in range(5)]
            )
            reason = env["service.handover.reason"].search([], limit=1)
        for ticket in tickets.ids:
            with self.registry.cursor() as cr:  # both have the dialog open
                dialogs = self._env(cr)["service.ticket.handover"].create(
                    [
                        {
                            "ticket_ids": [(6, 0, [ticket])],
                            "team_id": team.id,
                            "reason_id": reason.id,
                            "seen_count": 0,
                        }
                        for team in teams[1:].with_env(self._env(cr))
                    ]
                )
            outcomes = self._both(
                *(
                    lambda env, one=one: bool(
                        env["service.ticket.handover"].browse(one).action_hand_over()
                    )
                    for one in dialogs.ids
                )
            )
            self.assertEqual(outcomes.count(True), 1, outcomes)
            refusal = next(text for text in outcomes if text is not True)
            self.assertRegex(refusal, "Somebody was quicker|right now")
            with self.registry.cursor() as cr:
                there = self._env(cr)["service.ticket"].browse(ticket)
                self.assertEqual(there.handover_count, len(there.handover_ids))
                self.assertEqual(there.handover_count, 1)
                self.assertEqual(there.handover_ids.to_team_id, there.team_id)

    @mute_logger("odoo.sql_db", "odoo.service.model", "odoo.http")
    def test_a_callback_becomes_one_complaint(self):
        with self.registry.cursor() as cr:
            env = self._env(cr)
            tickets = env["service.ticket"].create(
                [
                    {"subject": _NAME, "kind": "support", "outcome": "fixed"}
                    for _n in range(4)
                ]
            )
            tickets.action_resolve()
            tickets.callback_ids.note = "Nobody cleaned up."
            tickets[:2].callback_ids.action_unsatisfied()
            calls = tickets.mapped("callback_ids").ids
        for call in calls:
            outcomes = self._both(
                *[
                    lambda env, call=call: env["service.callback"]
                    .browse(call)
                    .action_complain()["res_id"]
                ]
                * 2
            )
            with self.registry.cursor() as cr:
                complaints = (
                    self._env(cr)["service.callback"].browse(call).complaint_ids
                )
                self.assertEqual(len(complaints), 1)
                for outcome in outcomes:
                    if outcome != complaints.id:
                        self.assertIn("made a complaint already", outcome)
                jobs = complaints.complaint_ticket_id
                self.assertEqual(len(jobs.callback_ids.attempt_ids), 1)
