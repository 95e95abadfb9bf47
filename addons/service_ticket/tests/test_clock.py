from datetime import datetime, timedelta

from freezegun import freeze_time

from .common import ServiceCase

MONDAY = datetime(2026, 3, 2, 9, 0)


class TestClock(ServiceCase):
    """What is stored is what the log replays to (A5)."""

    def _milestone(self, ticket, name):
        return ticket.milestone_ids.filtered(lambda m: m.clock == name)

    def test_promise_follows_policy_and_severity(self):
        with freeze_time(MONDAY):
            ticket = self._ticket()
            self.assertEqual(
                self._milestone(ticket, "first_response").due,
                MONDAY + timedelta(hours=2),
            )
            self.assertEqual(
                self._milestone(ticket, "on_site").due, MONDAY + timedelta(hours=12)
            )
            self.assertEqual(ticket.next_due, MONDAY + timedelta(hours=2))
            self.assertEqual(ticket.clock_status, "running")

    def test_customer_policy_beats_the_team(self):
        self.customer.service_policy_id = self.env.ref("service_ticket.policy_tender")
        with freeze_time(MONDAY):
            ticket = self._ticket()
        self.assertEqual(
            self._milestone(ticket, "first_response").due,
            MONDAY + timedelta(minutes=10),
        )
        self.assertFalse(self._milestone(ticket, "on_site"))

    def test_changed_severity_changes_promises_and_keeps_pauses(self):
        self.customer.service_policy_id = self.env.ref("service_ticket.policy_tender")
        reason = self.env.ref("service_ticket.waiting_customer")
        with freeze_time(MONDAY) as clock:
            ticket = self._ticket(
                severity_id=self.env.ref("service_ticket.severity_minor").id
            )
            clock.tick(timedelta(minutes=5))
            ticket._set_state("waiting", reason)
            self.assertEqual(ticket.clock_status, "paused")
            self.assertFalse(ticket.next_due)
            clock.tick(timedelta(hours=3))
            ticket.action_resume()
            response = self._milestone(ticket, "first_response")
            self.assertEqual(response.due, MONDAY + timedelta(hours=3, minutes=30))
            self.assertAlmostEqual(response.paused_hours, 3.0)
            ticket.severity_id = self.env.ref("service_ticket.severity_major")
            self.assertEqual(response.due, MONDAY + timedelta(hours=3, minutes=10))
            self.assertAlmostEqual(response.paused_hours, 3.0)
            self.assertTrue(self._milestone(ticket, "on_site"))

    def test_what_we_owe_does_not_pause(self):
        with freeze_time(MONDAY) as clock:
            ticket = self._ticket()
            ticket._set_state("waiting", self.env.ref("service_ticket.waiting_part"))
            clock.tick(timedelta(hours=1))
            ticket.action_resume()
        self.assertEqual(ticket.milestone_ids.mapped("paused_hours"), [0.0, 0.0, 0.0])
        self.assertEqual(ticket.next_due, MONDAY + timedelta(hours=2))

    def test_first_response_is_kept_or_kept_late(self):
        with freeze_time(MONDAY) as clock:
            in_time, too_late = self._ticket(), self._ticket()
            clock.tick(timedelta(hours=1))
            in_time.action_open()
            clock.tick(timedelta(hours=2))
            too_late.action_open()
        self.assertEqual(self._milestone(in_time, "first_response").status, "met")
        self.assertEqual(self._milestone(too_late, "first_response").status, "late")

    def test_reopened_resolution_runs_on(self):
        with freeze_time(MONDAY) as clock:
            ticket = self._ticket(
                cause_id=self.env.ref("service_ticket.cause_component").id,
                outcome="fixed",
            )
            clock.tick(timedelta(hours=4))
            ticket.action_resolve()
            self.assertEqual(self._milestone(ticket, "restoration").status, "met")
            clock.tick(timedelta(hours=10))
            ticket.action_reopen()
            restoration = self._milestone(ticket, "restoration")
            self.assertEqual(restoration.status, "running")
            self.assertEqual(restoration.due, MONDAY + timedelta(hours=34))

    def test_working_hours_skip_night_and_weekend(self):
        target = self.team.policy_id.target_ids.filtered(
            lambda t: t.clock == "first_response"
        )
        office = self.env.ref("service_ticket.calendar_office")
        target.write({"hours_of": "calendar", "calendar_id": office.id})
        target.calendar_id.tz = "Europe/Brussels"
        friday = datetime(2026, 3, 6, 16, 30)  # 17:30 in Brussels, closing at 18:00
        with freeze_time(friday):
            ticket = self._ticket()
        self.assertEqual(
            self._milestone(ticket, "first_response").due, datetime(2026, 3, 9, 8, 30)
        )

    def test_no_hours_means_no_promise(self):
        target = self.team.policy_id.target_ids.filtered(
            lambda t: t.clock == "first_response"
        )
        never = self.env["resource.calendar"].create(
            {"name": "Never", "attendance_ids": [(5, 0, 0)]}
        )
        target.write({"hours_of": "calendar", "calendar_id": never.id})
        ticket = self._ticket()
        self.assertEqual(self._milestone(ticket, "first_response").status, "none")

    def test_long_promises_look_far_enough_ahead(self):
        office = self.env.ref("service_ticket.calendar_office")
        office.tz = "UTC"
        target = {
            "clock": "resolution",
            "hours": 400,
            "hours_of": "calendar",
            "calendar_id": office.id,
        }
        self.team.policy_id = self.env["service.sla.policy"].create(
            {"name": "Forty days", "target_ids": [(0, 0, target)]}
        )
        with freeze_time(MONDAY.replace(hour=8)):
            ticket = self._ticket()
        self.assertEqual(
            self._milestone(ticket, "resolution").due, datetime(2026, 4, 24, 18, 0)
        )

    def test_the_policy_of_another_company_promises_nothing_here(self):
        company, _stranger = self._second_company()
        policy = self.env.ref("service_ticket.policy_branch")
        self.customer.service_policy_id = policy.copy({"company_id": company.id})
        self.env.flush_all()
        self.env.invalidate_all()
        tickets = self.env["service.ticket"].with_user(self.agent)
        ticket = tickets.create({"subject": "x", "partner_id": self.customer.id})
        self.assertEqual(ticket.policy_id, self.team.policy_id)

    def test_a_unit_named_later_brings_its_customers_promise(self):
        policy = self.env.ref("service_ticket.policy_branch")
        self.customer.service_policy_id = policy
        ticket = self.env["service.ticket"].create({"subject": "Does not start"})
        self.assertNotEqual(ticket.policy_id, policy)
        ticket.write({"unit_id": self.unit.id})
        self.assertEqual(ticket.policy_id, policy)

    def test_a_breach_that_a_person_meets_first_is_told_once(self):
        with freeze_time(MONDAY) as clock:
            ticket = self._ticket()
            clock.tick(timedelta(hours=3))
            ticket.severity_id = self.env.ref("service_ticket.severity_minor")
            ticket.action_open()
            with self.enter_registry_test_mode():
                self.env.ref(
                    "service_ticket.ir_cron_mark_overdue"
                ).method_direct_trigger()
        self.assertEqual(self._milestone(ticket, "first_response").status, "late")
        broken = ticket.message_ids.filtered(lambda m: "Promise broken" in m.body)
        self.assertEqual(len(broken), 1)

    def test_sweep_marks_a_breach_once(self):
        with freeze_time(MONDAY) as clock:
            ticket = self._ticket()
            clock.tick(timedelta(hours=3))
            for _again in range(2):
                with self.enter_registry_test_mode():
                    self.env.ref(
                        "service_ticket.ir_cron_mark_overdue"
                    ).method_direct_trigger()
        self.assertEqual(self._milestone(ticket, "first_response").status, "overdue")
        self.assertEqual(ticket.clock_status, "overdue")
        broken = ticket.message_ids.filtered(lambda m: "Promise broken" in m.body)
        self.assertEqual(len(broken), 1)

    def test_stored_equals_replayed_after_many_steps(self):
        reason = self.env.ref("service_ticket.waiting_customer")
        with freeze_time(MONDAY) as clock:
            ticket = self._ticket()
            for step in ("open", "waiting", "open", "waiting", "open"):
                clock.tick(timedelta(minutes=37))
                ticket._set_state(step, reason if step == "waiting" else None)
            fields = ["clock", "status", "due", "paused_hours", "met_at"]
            stored = ticket.milestone_ids.read(fields)
            ticket.milestone_ids.write({"due": False, "status": "none"})
            ticket._replay_clocks()
            self.assertEqual(ticket.milestone_ids.read(fields), stored)

    def test_what_was_promised_stays_when_the_policy_is_edited(self):
        with freeze_time(MONDAY) as clock:
            ticket = self._ticket()
            response = self._milestone(ticket, "first_response")
            target = response.target_id
            target.hours = 48
            clock.tick(timedelta(minutes=10))
            ticket._replay_clocks()
            self.assertEqual(response.due, MONDAY + timedelta(hours=2))
            target.unlink()
            ticket._replay_clocks()
            self.assertEqual(response.due, MONDAY + timedelta(hours=2))
            self.assertEqual(response.status, "running")

    def test_a_long_promise_stays_when_its_target_is_gone(self):
        calendar = self.env.ref("service_ticket.calendar_office")
        targets = self.team.policy_id.target_ids
        target = targets.filtered(lambda t: t.clock == "first_response")
        target.write({"hours_of": "calendar", "calendar_id": calendar.id, "hours": 400})
        ticket = self._ticket()
        response = self._milestone(ticket, "first_response")
        due = response.due
        self.assertTrue(due)
        target.unlink()
        ticket._replay_clocks()
        self.assertEqual((response.due, response.status), (due, "running"))
