from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import DispatchCase

MONDAY = datetime(2026, 11, 2, 7, 0)


@tagged("post_install", "-at_install")
class TestPlan(DispatchCase):
    """The dispatcher finds a free slot and picks it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.office = cls.env["resource.calendar"].create(
            {
                "name": "Office",
                "tz": "UTC",
                "attendance_ids": [(5, 0, 0)]
                + [
                    (
                        0,
                        0,
                        {
                            "name": "Day",
                            "dayofweek": str(day),
                            "hour_from": 8,
                            "hour_to": 16,
                            "day_period": "morning",
                        },
                    )
                    for day in range(5)
                ],
            }
        )
        cls.employee.resource_calendar_id = cls.office
        cls.employee_2.resource_calendar_id = cls.office
        cls.env["hr.employee"].search(
            [("id", "not in", (cls.employee + cls.employee_2).ids)]
        ).is_service_engineer = False

    def _plan(self, ticket=None, user=None):
        ticket = (ticket or self._ticket()).with_user(user or self.dispatcher)
        action = ticket.action_plan_visit()
        return (
            self.env[action["res_model"]]
            .with_user(user or self.dispatcher)
            .browse(action["res_id"])
        )

    def _slots(self, plan, engineer):
        return plan.slot_ids.filtered(lambda s: s.engineer_id == engineer)

    @freeze_time(MONDAY)
    def test_slots_lie_in_working_hours_on_the_quarter(self):
        plan = self._plan()
        slots = plan.slot_ids
        self.assertEqual(set(slots.engineer_id), set(self.employee + self.employee_2))
        for slot in slots:
            self.assertEqual(slot.start.minute % 15, 0)
            self.assertGreaterEqual(slot.start.hour, 8)
            self.assertLessEqual(slot.end.time(), datetime(1, 1, 1, 16).time())
            self.assertEqual(slot.end - slot.start, timedelta(hours=1.5))

    @freeze_time(MONDAY)
    def test_leaves_and_visits_are_kept_clear_with_the_way(self):
        start = MONDAY.replace(hour=10)
        self.env["service.visit"]._plan(
            self._agreed(), self.employee, start, self.template, 1
        )
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Dentist",
                "calendar_id": self.office.id,
                "resource_id": self.employee.resource_id.id,
                "date_from": MONDAY.replace(hour=13),
                "date_to": MONDAY.replace(hour=16),
            }
        )
        plan = self._plan()
        for slot in self._slots(plan, self.employee):
            way = timedelta(hours=self.template.travel)
            self.assertFalse(
                slot.start < MONDAY.replace(hour=11) + way and slot.end > start - way
            )
            self.assertFalse(
                slot.start < MONDAY.replace(hour=16)
                and slot.end > MONDAY.replace(hour=13)
            )
        starts = self._slots(plan, self.employee).mapped("start")
        self.assertIn(MONDAY.replace(hour=8), starts)
        self.assertIn(MONDAY.replace(hour=11, minute=30), starts)
        colleague = self._slots(plan, self.employee_2).mapped("start")
        self.assertIn(MONDAY.replace(hour=9, minute=30), colleague)

    @freeze_time(MONDAY)
    def test_what_keeps_the_promise_comes_first_and_says_so(self):
        ticket = self._ticket()
        promise = ticket.milestone_ids.filtered(lambda m: m.clock == "on_site")
        if not promise:
            promise = self.env["service.milestone"].create(
                {"ticket_id": ticket.id, "clock": "on_site"}
            )
        promise.write({"due": MONDAY.replace(hour=9, minute=45), "status": "running"})
        slots = self._plan(ticket).slot_ids
        self.assertTrue(slots[0].keeps_promise)
        self.assertEqual(slots[0].promise, "keeps the promise, 1 h 45 min to spare")
        self.assertFalse(slots[-1].keeps_promise)
        self.assertIn("late", slots[-1].promise)
        kept = slots.mapped("keeps_promise")
        self.assertEqual(kept, sorted(kept, reverse=True))

    @freeze_time(MONDAY)
    def test_picking_a_slot_plans_the_visit(self):
        plan = self._plan()
        slot = plan.slot_ids[0]
        slot.action_pick()
        visit = plan.ticket_id.visit_ids
        self.assertEqual(visit.engineer_id, slot.engineer_id)
        self.assertEqual((visit.start, visit.end), (slot.start, slot.end))
        self.assertEqual(visit.template_id, self.template)
        self.assertEqual(visit.create_uid, self.dispatcher)

    @freeze_time(MONDAY)
    def test_planning_on_the_phone_records_the_word_of_both(self):
        plan = self._plan()
        ticket = plan.ticket_id
        plan.slot_ids[0].action_pick()
        self.assertEqual(ticket.visit_agreed_by, self.customer.name)
        self.assertEqual(ticket.visit_confirmed_uid, self.dispatcher)
        self.assertFalse(ticket.visit_gap)

    @freeze_time(MONDAY)
    def test_planning_without_the_customer_is_refused(self):
        plan = self._plan()
        plan.both_agree = False
        with self.assertRefused("both sides"):
            plan.slot_ids[0].action_pick()
        self.assertFalse(plan.ticket_id.visit_ids)

    @freeze_time(MONDAY)
    def test_who_has_no_address_is_not_said_to_be_informed(self):
        ticket = self._ticket()
        words = {True: "informed by mail", False: "call the customer"}
        for email in ("laundry@bridge.example.com", False):
            ticket.contact_email = self.customer.email = email
            action = self._plan(ticket).slot_ids[0].action_pick()
            self.assertIn(words[bool(email)], action["params"]["message"])

    @freeze_time(MONDAY)
    def test_a_night_shift_is_free_until_midnight(self):
        self.employee.resource_calendar_id = self.around_the_clock
        work = self.employee._get_service_work(MONDAY, MONDAY + timedelta(days=1))
        self.assertEqual(
            [end for _start, end in work[self.employee.id]],
            [datetime(2026, 11, 3), MONDAY + timedelta(days=1)],
        )

    @freeze_time(MONDAY)
    def test_the_dialog_leaks_no_foreign_ticket(self):
        company, _stranger = self._second_company()
        foreign = self._ticket(wished_at=MONDAY, unit_id=False)
        self.env.cr.execute(
            "UPDATE service_ticket SET company_id = %s WHERE id = %s",
            [company.id, foreign.id],
        )
        self.env.invalidate_all()
        plan = self._plan()
        with self.assertRaises(AccessError):
            plan.write({"ticket_id": foreign.id})
        plan.sudo().write({"ticket_id": foreign.id})
        for name in ("partner_id", "severity_id", "wished_at"):
            plan.invalidate_recordset()
            with self.assertRaises(AccessError):
                plan.read([name])

    @freeze_time(MONDAY)
    def test_a_slot_taken_meanwhile_is_refused(self):
        one, other = self._plan(), self._plan()
        one.slot_ids[0].action_pick()
        with self.assertRefused("already has a visit"):
            other.slot_ids[0].action_pick()
        self.assertFalse(other.ticket_id.visit_ids)

    @freeze_time(MONDAY)
    def test_the_form_searches_again(self):
        plan = self._plan()
        with Form(plan) as form:
            form.engineer_ids.add(
                self.env["hr.employee.public"].browse(self.employee_2.id)
            )
            form.duration = 3
            self.assertFalse(len(form.slot_ids), "lines of another question are gone")
        plan.action_search()
        self.assertEqual(plan.slot_ids.engineer_id, self.employee_2)
        slot = plan.slot_ids[0]
        self.assertEqual(slot.end - slot.start, timedelta(hours=3))

    @freeze_time(MONDAY)
    def test_moving_a_visit_ignores_its_own_time(self):
        visit = self._visit(hours=1)
        action = visit.with_user(self.dispatcher).action_reschedule()
        plan = self.env[action["res_model"]].browse(action["res_id"])
        plan = plan.with_user(self.dispatcher)
        self.assertIn(visit.start, self._slots(plan, self.employee).mapped("start"))
        self._slots(plan, self.employee_2)[0].action_pick()
        self.assertEqual(visit.engineer_id, self.employee_2)
        self.assertEqual(visit.ticket_id.visit_ids, visit)
        self.assertEqual(visit.ticket_id.user_id, self.engineer_2)

    @freeze_time(MONDAY)
    def test_an_empty_list_says_what_to_do(self):
        plan = self._plan()
        plan.duration = 9
        plan.action_search()
        self.assertFalse(plan.slot_ids)
        self.assertIn("9 h", plan.hint)
        (self.employee + self.employee_2).is_service_engineer = False
        plan.action_search()
        self.assertIn("Service Engineer", plan.hint)

    @freeze_time(MONDAY)
    def test_nothing_is_proposed_in_the_past(self):
        plan = self._plan()
        plan.date_from = MONDAY - timedelta(days=5)
        plan.action_search()
        self.assertGreaterEqual(min(plan.slot_ids.mapped("start")), MONDAY)

    def test_planning_is_the_dispatchers(self):
        ticket = self._ticket()
        for user in (self.agent, self.engineer):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._plan(ticket, user)
