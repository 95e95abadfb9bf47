from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2 import IntegrityError
from psycopg2.errors import SerializationFailure

from odoo.tests import Form
from odoo.tools import mute_logger

from .common import ServiceCase

MONDAY = datetime(2026, 3, 2, 9, 0)


class TestEscalation(ServiceCase):
    """Each step of each promise is taken once, whatever dies in between (A6)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        steps = cls.env["service.escalation.step"]
        steps.search([]).active = False
        cls.leader = cls._new_user("leader", "service_ticket.group_service_agent")
        cls.team.write({"leader_id": cls.leader.id, "member_ids": [(5, 0, 0)]})
        cls.warn, cls.broken, cls.later = steps.create(
            [
                {"name": "Warn", "share": 75, "to_assigned": True},
                {"name": "Broken", "share": 100, "to_leader": True, "by_mail": True},
                {
                    "name": "Broken for an hour",
                    "share": 100,
                    "minutes": 60,
                    "user_ids": [(6, 0, cls.manager.ids)],
                },
            ]
        )
        policy = cls.env["service.sla.policy"].create(
            {
                "name": "One promise",
                "target_ids": [(0, 0, {"clock": "first_response", "hours": 2})],
            }
        )
        cls.team.policy_id = policy

    def _sweep(self):
        with self.enter_registry_test_mode():
            self.env.ref("service_ticket.ir_cron_mark_overdue").method_direct_trigger()

    def _told(self, ticket):
        """The steps taken for the ticket, oldest first, with the people told."""
        alerts = ticket.milestone_ids.alert_ids.filtered(lambda a: not a.superseded)
        return [(a.step_id, a.user_ids) for a in alerts.sorted("id")]

    def test_steps_in_their_order_each_once(self):
        with freeze_time(MONDAY) as clock:
            ticket = self._ticket(user_id=self.engineer.id)
            milestone = ticket.milestone_ids
            self.assertEqual(milestone.next_alert, MONDAY + timedelta(minutes=90))
            self._sweep()
            self.assertFalse(self._told(ticket))
            clock.move_to(MONDAY + timedelta(minutes=91))
            for _again in range(2):
                self._sweep()
                self.assertEqual(self._told(ticket), [(self.warn, self.engineer)])
            self.assertEqual(milestone.status, "running")
            self.assertEqual(milestone.next_alert, milestone.due)
            clock.move_to(MONDAY + timedelta(minutes=121))
            self._sweep()
            self.assertEqual(self._told(ticket)[1:], [(self.broken, self.leader)])
            self.assertEqual(ticket.clock_status, "overdue")
            clock.move_to(MONDAY + timedelta(minutes=181))
            for _again in range(2):
                self._sweep()
            self.assertEqual(self._told(ticket)[2:], [(self.later, self.manager)])
            self.assertFalse(milestone.next_alert)
        activities = ticket.activity_ids
        self.assertEqual(activities.user_id, self.engineer | self.leader | self.manager)
        self.assertEqual(len(activities), 3)
        mails = (
            self.env["mail.mail"]
            .sudo()
            .search([("recipient_ids", "in", self.leader.partner_id.ids)])
        )
        self.assertEqual(len(mails), 1)
        self.assertIn(ticket.name, mails.subject)
        notes = ticket.message_ids.filtered(lambda m: "Promise broken" in m.body)
        self.assertEqual(len(notes), 1)

    def test_what_dies_in_between_is_done_once(self):
        with freeze_time(MONDAY) as clock:
            tickets = self.env["service.ticket"]
            for _ticket in range(4):
                tickets += self._ticket(user_id=self.engineer.id)
            clock.move_to(MONDAY + timedelta(minutes=91))
            alerts = type(self.env["service.alert"])
            original = alerts._write_notes

            def die(records, broken):
                original(records, broken)
                raise RuntimeError("the worker was killed")

            with (
                patch.object(alerts, "_write_notes", die),
                mute_logger(
                    "odoo.addons.service_ticket.models.service_milestone_alert"
                ),
            ):
                self.env["service.milestone"]._sweep()
            self.assertFalse(tickets.milestone_ids.alert_ids)
            self.assertFalse(tickets.activity_ids)
            self.assertEqual(
                set(tickets.milestone_ids.mapped("alert_error")),
                {"the worker was killed"},
            )
            # It is tried again, and then each is told once.
            clock.move_to(MONDAY + timedelta(minutes=91, hours=1, seconds=1))
            for _again in range(2):
                self._sweep()
        for ticket in tickets:
            steps = ticket.milestone_ids.alert_ids.step_id
            self.assertEqual(steps, self.warn | self.broken)
            told = ticket.milestone_ids.alert_ids
            self.assertEqual(len(told), 2)
            self.assertFalse(ticket.milestone_ids.alert_error)

    def test_one_bad_ticket_keeps_no_other_from_it(self):
        with freeze_time(MONDAY) as clock:
            good, bad = (self._ticket(user_id=self.engineer.id) for _two in range(2))
            clock.move_to(MONDAY + timedelta(minutes=91))
            alerts = type(self.env["service.alert"])
            original = alerts._plan_activities

            def fail_for_bad(records):
                if bad in records.ticket_id:
                    raise ValueError("cannot tell")
                return original(records)

            with (
                patch.object(alerts, "_plan_activities", fail_for_bad),
                mute_logger(
                    "odoo.addons.service_ticket.models.service_milestone_alert"
                ),
            ):
                self.env["service.milestone"]._sweep()
        self.assertEqual(self._told(good), [(self.warn, self.engineer)])
        self.assertFalse(self._told(bad))
        self.assertEqual(bad.milestone_ids.alert_error, "cannot tell")

    def test_the_table_itself_refuses_a_second_time(self):
        ticket = self._ticket()
        vals = {"milestone_id": ticket.milestone_ids.id, "step_id": self.warn.id}
        alerts = self.env["service.alert"].create(vals)
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.env["service.alert"].create(vals)
        alerts.superseded = True
        alerts.flush_recordset()
        self.env["service.alert"].create(vals)

    def test_paused_ones_do_not_alarm(self):
        reason = self.env.ref("service_ticket.waiting_customer")
        with freeze_time(MONDAY) as clock:
            ticket = self._ticket(user_id=self.engineer.id)
            clock.tick(timedelta(hours=1))
            ticket._set_state("waiting", reason)
            self.assertFalse(ticket.milestone_ids.next_alert)
            clock.tick(timedelta(hours=5))
            self._sweep()
            self.assertFalse(self._told(ticket))
            ticket.action_resume()
            self.assertEqual(
                ticket.milestone_ids.next_alert, MONDAY + timedelta(hours=6, minutes=30)
            )

    def test_what_broke_before_the_pause_is_not_escalated_during_it(self):
        reason = self.env.ref("service_ticket.waiting_customer")
        with freeze_time(MONDAY) as clock:
            ticket = self._ticket(user_id=self.engineer.id)
            clock.tick(timedelta(minutes=130))
            self._sweep()
            self.assertEqual(len(self._told(ticket)), 2)
            ticket._set_state("waiting", reason)
            clock.tick(timedelta(hours=2))
            self._sweep()
            self.assertEqual(len(self._told(ticket)), 2)
            ticket.action_resume()
            clock.tick(timedelta(seconds=1))
            self._sweep()
            self.assertEqual(len(self._told(ticket)), 3)

    def test_a_changed_promise_warns_anew(self):
        major = self.env.ref("service_ticket.severity_major")
        minor = self.env.ref("service_ticket.severity_minor")
        self.team.policy_id.target_ids = [
            (0, 0, {"clock": "first_response", "hours": 8, "severity_id": minor.id})
        ]
        with freeze_time(MONDAY) as clock:
            ticket = self._ticket(user_id=self.engineer.id, severity_id=major.id)
            clock.tick(timedelta(minutes=91))
            self._sweep()
            self.assertEqual(len(self._told(ticket)), 1)
            ticket.severity_id = minor
            self.assertEqual(self._told(ticket), [])
            self.assertEqual(
                ticket.milestone_ids.next_alert, MONDAY + timedelta(hours=6)
            )
            clock.move_to(MONDAY + timedelta(hours=6, seconds=1))
            self._sweep()
            self.assertEqual(self._told(ticket), [(self.warn, self.engineer)])
            self.assertEqual(len(ticket.milestone_ids.alert_ids), 2)

    def test_what_is_met_needs_nobody_any_more(self):
        with freeze_time(MONDAY) as clock:
            ticket = self._ticket(user_id=self.engineer.id)
            clock.tick(timedelta(minutes=125))
            self._sweep()
            self.assertTrue(ticket.activity_ids)
            ticket.action_open()
            self.assertFalse(ticket.activity_ids)
            self.assertEqual(len(self._told(ticket)), 2)

    def test_warnings_count_on_the_own_aim(self):
        self.team.policy_id.target_ids.internal_hours = 1
        with freeze_time(MONDAY):
            milestone = self._ticket().milestone_ids
        self.assertEqual(milestone.internal_due, MONDAY + timedelta(hours=1))
        self.assertEqual(milestone.due, MONDAY + timedelta(hours=2))
        self.assertEqual(milestone.next_alert, MONDAY + timedelta(minutes=45))

    def test_nobody_assigned_tells_the_team_and_at_last_the_dispatchers(self):
        self.team.leader_id = False
        with freeze_time(MONDAY) as clock:
            ticket = self._ticket()
            clock.tick(timedelta(minutes=91))
            self._sweep()
        self.assertIn(self.dispatcher, self._told(ticket)[0][1])

    def test_people_of_another_company_are_not_told(self):
        _company, stranger = self._second_company()
        self.later.write({"to_managers": True, "user_ids": [(4, stranger.id)]})
        with freeze_time(MONDAY) as clock:
            ticket = self._ticket(user_id=self.engineer.id)
            clock.tick(timedelta(hours=3, seconds=1))
            self._sweep()
        told = ticket.milestone_ids.alert_ids.user_ids
        self.assertIn(self.manager, told)
        self.assertNotIn(stranger, told)

    def test_a_new_step_holds_for_what_runs(self):
        with freeze_time(MONDAY) as clock:
            ticket = self._ticket(user_id=self.engineer.id)
            with Form(self.env["service.escalation.step"]) as form:
                form.name, form.share, form.to_leader = "Half", 50, True
            self.assertEqual(
                ticket.milestone_ids.next_alert, MONDAY + timedelta(hours=1)
            )
            clock.tick(timedelta(minutes=61))
            self._sweep()
            self.assertEqual(self._told(ticket), [(form.record, self.leader)])

    def test_nothing_due_costs_one_query(self):
        self.env["service.milestone"].search([]).next_alert = False
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.env["service.milestone"]._sweep()

    def test_ten_minutes_are_warned_in_time(self):
        self.team.policy_id.target_ids.hours = 1 / 6
        cron = self.env.ref("service_ticket.ir_cron_mark_overdue")
        wakes = [
            ("cron_id", "=", cron.id),
            ("call_at", "<", MONDAY + timedelta(days=1)),
        ]
        with freeze_time(MONDAY) as clock:
            triggers = self.env["ir.cron.trigger"].sudo()
            self.env["service.milestone"].search([]).next_alert = False
            self._ticket()
            self.assertFalse(triggers.search(wakes))
            clock.tick(timedelta(minutes=4))
            self.env["service.milestone"]._sweep()
            self.assertEqual(
                triggers.search(wakes).mapped("call_at"),
                [MONDAY + timedelta(minutes=7, seconds=31)],
            )

    def test_a_ticket_that_is_being_written_is_not_late_by_an_hour(self):
        with freeze_time(MONDAY) as clock:
            ticket = self._ticket(user_id=self.engineer.id)
            clock.move_to(MONDAY + timedelta(hours=3))
            milestones = self.env["service.milestone"]
            busy = patch.object(
                type(milestones),
                "_take_steps",
                side_effect=SerializationFailure("busy"),
            )
            with busy:
                milestones._sweep()
            self.assertFalse(ticket.milestone_ids.alert_error)
            self._sweep()
            self.assertTrue(self._told(ticket))
