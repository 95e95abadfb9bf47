"""The week of the demo company is a believable one."""

from collections import Counter
from datetime import timedelta

import pytz

from odoo import fields
from odoo.tests import TransactionCase, tagged

from odoo.addons.service_ticket.engine import clock
from odoo.addons.service_ticket.models.service_ticket import CHANNELS, KINDS

OPEN = ("new", "open", "waiting")
LATEST = timedelta(days=5)


@tagged("post_install", "-at_install")
class TestWeek(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tickets = cls.env["service.ticket"].search([])
        cls.now = fields.Datetime.now()

    def test_two_branches_with_every_kind_channel_and_state(self):
        week = self.tickets.filtered(
            lambda t: t.opened_at > t.create_date - timedelta(days=8)
        )
        self.assertGreaterEqual(len(week), 35)
        self.assertGreaterEqual(len(self.tickets - week), 15)
        by_team = Counter(self.tickets.team_id.mapped("name"))
        self.assertEqual(len(by_team), 2)
        self.assertNotIn(False, self.tickets.mapped(lambda t: t.team_id.id))
        for team in self.tickets.team_id:
            states = set(self.tickets.filtered(lambda t, m=team: t.team_id == m))
            self.assertGreaterEqual(len(states), 15)
            self.assertTrue(team.leader_id and team.calendar_id and team.policy_id)
        self.assertEqual(set(self.tickets.mapped("kind")), {k for k, _label in KINDS})
        self.assertLessEqual(
            {c for c, _label in CHANNELS} - {"other"},
            set(self.tickets.mapped("channel")),
        )
        for state in ("new", "open", "waiting", "resolved", "closed", "cancelled"):
            self.assertIn(state, self.tickets.mapped("state"))

    def test_what_is_stored_is_what_the_log_replays_to(self):
        milestones = self.tickets.milestone_ids
        for milestone, promise in milestones._get_promises().items():
            with self.subTest(f"{milestone.ticket_id.name} {milestone.clock}"):
                # As of the last time that somebody looked: what runs may break now.
                reading = clock.read(promise, milestone.write_date, [])
                self.assertEqual(milestone.status, reading.status)
                self.assertEqual(milestone.due, reading.due or False)
                self.assertEqual(milestone.met_at, reading.met_at or False)

    def test_the_log_tells_the_states_of_the_ticket_in_order(self):
        for ticket in self.tickets:
            with self.subTest(ticket.name):
                lines = ticket.transition_ids.sorted(lambda line: (line.at, line.id))
                state = "new"
                for line in lines.filtered("to_state"):
                    self.assertEqual(line.from_state, state)
                    state = line.to_state
                self.assertEqual(state, ticket.state)
                moments = [ticket.opened_at, *lines.mapped("at")]
                self.assertEqual(moments, sorted(moments))
                self.assertEqual(
                    bool(ticket.resolved_at), ticket.state in ("resolved", "closed")
                )
                self.assertEqual(bool(ticket.closed_at), ticket.state == "closed")

    def test_promises_are_kept_and_broken_none_absurdly(self):
        milestones = self.tickets.milestone_ids
        by_status = Counter(milestones.mapped("status"))
        for status in ("met", "late", "running", "paused", "void"):
            self.assertGreater(by_status[status], 1, status)
        self.assertGreater(by_status["met"], 5 * by_status["late"])
        for milestone in milestones.filtered("met_at").filtered(
            lambda m: m.status == "late"
        ):
            end = milestone.met_at
            self.assertLess(end - milestone.due, LATEST, milestone.ticket_id.name)

    def test_nobody_comes_at_night(self):
        zone = pytz.timezone(self.env.ref("service_ticket.calendar_office").tz)
        planned = self.env["service.visit"].search([])
        self.assertGreaterEqual(len(planned), 25)
        ahead = planned.filtered(lambda v: v.start.date() > v.create_date.date())
        for visit in ahead:
            local = pytz.utc.localize(visit.start).astimezone(zone)
            self.assertTrue(7 <= local.hour < 20, visit.display_name)
            self.assertLess(local.weekday(), 5, visit.display_name)

    def test_each_list_of_the_desk_has_something(self):
        tickets = self.tickets
        new = tickets.filtered(lambda t: t.state == "new" and not t.user_id)
        self.assertGreaterEqual(len(new), 3)
        self.assertTrue(tickets.filtered("gap_count"))
        self.assertTrue(tickets.filtered(lambda t: not t.gap_count))
        self.assertTrue(tickets.filtered("is_repeat"))
        self.assertTrue(tickets.filtered("strikes_reached"))
        self.assertTrue(tickets.filtered("merged_into_id"))
        self.assertTrue(tickets.filtered("duplicate_ids"))
        self.assertTrue(tickets.filtered("analysis_owed"))
        self.assertTrue(tickets.filtered("analysis_sent_at"))
        self.assertTrue(tickets.filtered("restored_at"))
        self.assertEqual(
            set(tickets.advice_ids.mapped("state")),
            {"given", "worked", "failed", "rejected"},
        )
        self.assertEqual(
            set(tickets.consultation_ids.mapped("state")), {"open", "decided"}
        )
        calls = tickets.callback_ids
        self.assertEqual(set(calls.mapped("state")), {"owed", "done", "missed"})
        for what in ("is_overdue", "attempts", "wants_to_buy", "complaint_ids"):
            self.assertTrue(calls.filtered(what), what)
        self.assertIn("unsatisfied", calls.mapped("outcome"))
        ways = set(tickets.rating_ids.filtered("consumed").mapped("service_way"))
        self.assertEqual(ways - {"sheet"}, {"phone", "portal"})
        self.assertTrue(self.env["service.alert"].search([]))

    def test_a_new_fault_finds_how_others_were_solved(self):
        ticket = self.env.ref("service_ticket.ticket_aircon_hot")
        self.assertTrue(ticket.similar_ids)

    def test_units_have_lived(self):
        units = self.env["stock.lot"].search([("unit_origin", "!=", False)])
        self.assertEqual(
            set(units.mapped("unit_origin")),
            {"delivered", "manual", "proof", "other_make"},
        )
        rack = self.env.ref("service_ticket.unit_rack_dc")
        self.assertEqual(len(rack.child_ids), 4)
        self.assertTrue(units.filtered(lambda unit: len(unit.owner_ids) == 2))
        replaced = self.env.ref("service_ticket.unit_pc_school_1")
        self.assertTrue(replaced.replaced_by_id.end_customer_id)

    def test_every_engineer_has_had_work(self):
        engineers = self.env["hr.employee"].search([("is_service_engineer", "=", True)])
        self.assertEqual(len(engineers), 5)
        for engineer in engineers:
            visits = self.env["service.visit"].with_user(engineer.user_id).search([])
            self.assertTrue(visits, engineer.name)
            own = self.tickets.with_user(engineer.user_id)._filtered_access("read")
            self.assertTrue(own, engineer.name)
