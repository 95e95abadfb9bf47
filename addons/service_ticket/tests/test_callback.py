from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError

from .common import ServiceCase


class TestCallback(ServiceCase):
    """Nobody is forgotten after the fix (R85, R117, R125, R149)."""

    def _resolve(self, outcome):
        ticket = self._ticket(
            cause_id=self.env.ref("service_ticket.cause_component").id, outcome=outcome
        )
        ticket.action_resolve()
        return ticket.callback_ids

    def test_due_by_the_rule_of_the_outcome(self):
        start = datetime(2026, 3, 2, 9, 0)
        with freeze_time(start):
            for outcome, hours in (("advised", 2), ("untested", 2), ("doubtful", 3)):
                with self.subTest(outcome):
                    call = self._resolve(outcome)
                    self.assertEqual(call.due, start + timedelta(hours=hours))

    def test_other_jobs_within_a_business_day(self):
        self.env.ref("service_ticket.calendar_office").tz = "UTC"
        with freeze_time(datetime(2026, 3, 6, 16, 0)):  # Friday, two hours to go
            call = self._resolve("fixed")
        self.assertEqual(call.due, datetime(2026, 3, 9, 14, 0))

    def test_a_callback_is_owed_without_any_rule(self):
        self.env["service.callback.rule"].search([]).active = False
        self.assertEqual(len(self._resolve("fixed")), 1)

    def test_one_callback_is_owed_however_often_it_is_asked_for(self):
        call = self._resolve("fixed")
        self.env["service.callback"]._owe(call.ticket_id)
        self.assertEqual(len(call.ticket_id.callback_ids), 1)

    def test_not_satisfied_reopens_and_needs_the_reason(self):
        call = self._resolve("fixed").with_user(self.agent)
        with self.assertRaisesRegex(UserError, "not satisfied with"):
            call.action_unsatisfied()
        call.note = "It leaks again."
        call.action_unsatisfied()
        self.assertEqual(call.ticket_id.state, "open")
        self.assertEqual(call.state, "done")
        call.ticket_id.action_resolve()
        self.assertEqual(call.ticket_id.callback_ids.mapped("state"), ["done", "owed"])

    def test_nobody_answered_is_tried_again(self):
        call = self._resolve("advised")
        due = call.due
        call.action_unreachable()
        self.assertEqual(call.attempts, 1)
        self.assertEqual(call.due, due + timedelta(hours=1))
        self.assertEqual(call.state, "owed")

    def test_nobody_writes_by_hand_that_a_call_was_made(self):
        call = self._resolve("fixed")
        calls = self.env["service.callback"]
        for user in (self.agent, self.manager):
            for vals in ({"state": "done"}, {"user_id": user.id}, {"attempts": 3}):
                with self.assertRaises(UserError):
                    call.with_user(user).write(vals)
        call.with_user(self.agent).action_satisfied()
        self.assertEqual((call.state, call.user_id), ("done", self.agent))
        crafted = calls.with_user(self.manager).with_context(default_state="done")
        vals = {"ticket_id": self._ticket().id, "due": call.due}
        self.assertEqual(crafted.create(vals).state, "owed")

    def test_made_once(self):
        call = self._resolve("fixed")
        call.action_satisfied()
        for action in (
            call.action_satisfied,
            call.action_unsatisfied,
            call.action_unreachable,
        ):
            call.note = "Again"
            with self.assertRaises(UserError):
                action()
