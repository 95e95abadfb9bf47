from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tools import mute_logger

from ..models import service_milestone_replay, service_ticket_stale
from .common import ServiceCase

MONDAY = datetime(2026, 3, 2, 9, 0)


class TestStale(ServiceCase):
    """A change that concerns many tickets is done by the sweep, bounded, committed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.short, cls.long = cls.env["service.sla.policy"].create(
            [
                {
                    "name": name,
                    "target_ids": [
                        (0, 0, {"clock": "first_response", "hours": hours}),
                        (0, 0, {"clock": "resolution", "hours": hours * 10}),
                    ],
                }
                for name, hours in (("Short", 2), ("Long", 5))
            ]
        )
        cls.steps = cls.env["service.escalation.step"]
        cls.steps.search([]).active = False
        cls.team.policy_id = cls.short
        cls.tickets = cls.env["service.ticket"]

    def setUp(self):
        super().setUp()
        self.clock = self.enterContext(freeze_time(MONDAY))
        self.many = self.tickets.create(
            [{"subject": f"Fault {n}", "unit_id": self.unit.id} for n in range(7)]
        )
        self.patch(service_ticket_stale, "_AT_ONCE", 3)

    def _due(self, ticket):
        promise = ticket.milestone_ids.filtered(lambda m: m.clock == "first_response")
        return (promise.due - MONDAY) / timedelta(hours=1)

    def _assert_replayed(self):
        """What is stored is what the log replays to (A5)."""
        self.env.flush_all()
        kept = [(m, m.due, m.status, m.next_alert) for m in self.many.milestone_ids]
        self.many._replay_clocks()
        for milestone, *stored in kept:
            now = [milestone.due, milestone.status, milestone.next_alert]
            self.assertEqual(stored, now)

    def _change_policy(self, user=None):
        with patch.object(type(self.env.user), "_bus_send") as told:
            self.team.with_user(user or self.manager).policy_id = self.long
        return [call.args[1]["message"] for call in told.call_args_list]

    def test_a_few_are_done_at_once(self):
        self.patch(service_ticket_stale, "_AT_ONCE", 7)
        self.assertEqual(self._change_policy(), [])
        self.assertEqual({self._due(ticket) for ticket in self.many}, {5})
        self.assertFalse(any(self.many.mapped("stale_clocks")))

    def test_many_follow_in_bounded_batches_and_words(self):
        self.many[0].action_cancel()
        count = self.tickets.search_count(
            [
                ("team_id", "=", self.team.id),
                ("state", "in", ("new", "open", "waiting")),
            ]
        )
        (told,) = self._change_policy()
        self.assertIn(f"{count} tickets follow in the background", told)
        self.assertFalse(self.many[0].stale_clocks)
        self.assertEqual(set(self.many[1:].mapped("stale_clocks")), {"promise"})
        self.assertEqual(self._due(self.many[1]), 2)
        # Some each time; what is done stays done, the rest goes on later.
        done, left = self.tickets._catch_up(batch=count - 2)
        self.assertEqual((done, left), (count - 2, 2))
        self.assertEqual(self.tickets._catch_up(), (2, 0))
        self.assertEqual(self.tickets._catch_up(), (0, 0))
        self.assertEqual({self._due(ticket) for ticket in self.many[1:]}, {5})
        self.assertEqual(self.many[1:].policy_id, self.long)
        self._assert_replayed()

    def test_the_cron_does_it_all(self):
        self._change_policy()
        self.patch(service_ticket_stale, "_BATCH", 2)
        with self.enter_registry_test_mode():
            self.env.ref("service_ticket.ir_cron_mark_overdue").method_direct_trigger()
        self.assertFalse(any(self.many.mapped("stale_clocks")))
        self.assertEqual({self._due(ticket) for ticket in self.many}, {5})

    def test_other_hours_follow_too(self):
        shop = self.env["resource.calendar"].create({"name": "Shop", "tz": "UTC"})
        self.short.target_ids.write({"hours_of": "team"})
        self.many.milestone_ids.unlink()
        self.many._start_clocks()
        shop.attendance_ids.write({"hour_from": 0, "hour_to": 0.5})
        self.assertEqual(self._due(self.many[0]), 2)
        with patch.object(type(self.env.user), "_bus_send") as told:
            self.team.calendar_id = shop
        self.assertEqual(told.call_count, 1)
        self.assertEqual(set(self.many.mapped("stale_clocks")), {"hours"})
        # The stronger mark stays.
        self.many[0].stale_clocks = "promise"
        self.tickets._count_anew([("ticket_id", "in", self.many.ids)])
        self.assertEqual(self.many[0].stale_clocks, "promise")
        self.tickets._catch_up()
        # Four days of half an hour.
        self.assertEqual({self._due(t) for t in self.many}, {15 + 3 * 24 + 0.5})
        self._assert_replayed()

    def test_nothing_is_told_from_old_dates(self):
        self.steps.create({"name": "Broken", "share": 100, "to_members": True})
        self._change_policy()
        # By the old dates every first response is broken now; by the new ones none.
        self.clock.tick(timedelta(hours=3))
        self.env["service.milestone"]._sweep()
        first = self.many.milestone_ids.filtered(lambda m: m.clock == "first_response")
        self.assertEqual(set(first.mapped("status")), {"running"})
        self.assertFalse(first.alert_ids)
        self.assertFalse(any(self.many.mapped("stale_clocks")))

    def test_who_works_on_a_marked_ticket_sees_the_new_dates(self):
        self._change_policy()
        self.clock.tick(timedelta(hours=3))
        self.many[0].with_user(self.agent).action_open()
        self.assertFalse(self.many[0].stale_clocks)
        self.assertEqual(self.many[0].policy_id, self.long)
        self.assertNotIn("broken", "".join(self.many[0].message_ids.mapped("body")))
        self.many[1].with_user(self.agent).severity_id = self.env.ref(
            "service_ticket.severity_minor"
        )
        self.assertFalse(self.many[1].stale_clocks)
        self.assertEqual(self._due(self.many[1]), 5)

    @mute_logger("odoo.addons.service_ticket.models.service_ticket_stale")
    def test_one_that_fails_keeps_no_other_from_it(self):
        self._change_policy()
        bad, start = self.many[3], type(self.tickets)._start_clocks

        def fail(tickets, fresh=False):
            if bad in tickets:
                raise ValueError("a broken calendar")
            return start(tickets, fresh=fresh)

        with patch.object(type(self.tickets), "_start_clocks", fail):
            self.tickets._catch_up()
        self.assertEqual(bad.stale_clocks, "failed")
        self.assertEqual({self._due(ticket) for ticket in self.many - bad}, {5})
        self.assertEqual(self.tickets._catch_up(), (0, 0))
        bad.severity_id = self.env.ref("service_ticket.severity_minor")
        self.assertFalse(bad.stale_clocks)
        self.assertEqual(self._due(bad), 5)

    def test_nobody_marks_by_hand(self):
        with self._refused(UserError, "recorded by the system"):
            self.many[0].with_user(self.manager).stale_clocks = "hours"

    def test_a_change_of_rules_says_what_follows(self):
        self.patch(service_milestone_replay, "_AT_ONCE", 3)
        with patch.object(type(self.env.user), "_bus_send") as told:
            self.steps.create({"name": "Warn", "share": 50, "to_members": True})
        self.assertIn("follow in the background", told.call_args.args[1]["message"])
        self.clock.tick(timedelta(minutes=1))
        self.env["service.milestone"]._sweep()
        first = self.many.milestone_ids.filtered(lambda m: m.clock == "first_response")
        self.assertEqual(set(first.mapped("next_alert")), {MONDAY + timedelta(hours=1)})
