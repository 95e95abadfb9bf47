from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError

from .common import ServiceCase


class TestRepeat(ServiceCase):
    """The same fault on the same unit: marked, counted, and never by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.now = fields.Datetime.now()
        cls.part = cls.env.ref("service_ticket.cause_component")
        cls.wear = cls.env["service.fault.code"].create(
            {"name": "Worn", "kind": "cause", "fault_class": "hardware"}
        )
        cls.misuse = cls.env["service.fault.code"].create(
            {"name": "Overloaded", "kind": "cause", "fault_class": "user"}
        )
        cls.leak = cls.env.ref("service_ticket.symptom_leak")

    def _fault(self, days_ago, cause=None, resolve=False, **vals):
        opened = self.now - timedelta(days=days_ago)
        ticket = self._ticket(
            opened_at=opened, cause_id=cause and cause.id, outcome="fixed", **vals
        )
        if resolve:
            ticket.action_resolve()
            ticket.sudo().resolved_at = opened + timedelta(hours=1)
            ticket.unit_id._judge_repeats()
        return ticket

    def test_the_same_symptom_is_a_repeat(self):
        first = self._fault(20)
        second = self._fault(5)
        self.assertFalse(first.is_repeat)
        self.assertTrue(second.is_repeat)
        self.assertEqual(second.repeat_of_id, first)
        self.assertEqual(second.repeat_rate, 1)
        self.assertEqual(self.unit.repeat_count, 1)
        rates = self.env["service.ticket"]._read_group(
            [("unit_id", "=", self.unit.id)], [], ["repeat_rate:avg"]
        )
        self.assertEqual(rates, [(0.5,)])

    def test_what_is_no_repeat(self):
        self._fault(40)
        other_unit = self._deliver(self.washer, "W1-0005", self.customer)
        for ticket in (
            self._fault(5),  # too long after
            self._fault(4, symptom_id=self.leak.id),
            self._fault(4, kind="inspection"),
            self._fault(4, unit_id=other_unit.id),
            self._fault(4, unit_id=False, partner_id=self.customer.id),
        ):
            self.assertFalse(ticket.is_repeat)

    def test_the_window_is_the_companys(self):
        self.env.company.service_repeat_days = 60
        self._fault(40)
        self.assertTrue(self._fault(5).is_repeat)
        self.env.company.service_repeat_days = 0
        self.assertFalse(self._fault(4).is_repeat)

    def test_marks_follow_what_is_known(self):
        first, second = self._fault(20), self._fault(5, symptom_id=self.leak.id)
        self.assertFalse(second.is_repeat)
        second.cause_id = self.wear
        first.cause_id = self.wear
        self.assertEqual(second.repeat_of_id, first, "the same cause")
        first.action_cancel()
        self.assertFalse(second.is_repeat)
        first.action_reopen()
        self.assertTrue(second.is_repeat)
        second.unit_id = False
        self.assertFalse(second.is_repeat)
        second.unit_id = self.unit
        first.opened_at = self.now - timedelta(days=100)
        self.assertFalse(second.is_repeat)
        first.opened_at = self.now - timedelta(days=6)
        self.assertTrue(second.is_repeat)

    def test_deleting_the_first_frees_the_second(self):
        first, second = self._fault(20), self._fault(5)
        first.unlink()
        self.assertFalse(second.is_repeat)
        self.assertEqual(second.repeat_rate, 0)

    def test_failed_repairs(self):
        self._fault(30, self.part, resolve=True)
        self.assertEqual(self.unit.failed_repair_count, 0)
        second = self._fault(20)
        self.assertEqual(self.unit.failed_repair_count, 1)
        self.assertEqual(second.strikes, "1 of 3")
        second.cause_id = self.part
        second.action_resolve()
        self.assertEqual(self.unit.failed_repair_count, 1)
        second.action_reopen()
        self.assertEqual(self.unit.failed_repair_count, 2, "it did not last")
        second.action_resolve()
        third = self._fault(1)
        self.assertEqual(self.unit.failed_repair_count, 3)
        self.assertTrue(third.strikes_reached)
        self.assertTrue(self.unit.strikes_reached)
        third.cause_id = self.misuse
        self.assertEqual(self.unit.failed_repair_count, 1 + 1, "not the unit's fault")

    def test_the_users_doing_is_no_failed_repair(self):
        self._fault(30, self.misuse, resolve=True)
        self._fault(20)
        self.assertEqual(self.unit.failed_repair_count, 0)

    def test_marks_are_not_written_by_hand(self):
        ticket = self._fault(5)
        for vals in ({"is_repeat": True}, {"strike_count": 3}, {"repeat_rate": 1}):
            with self.assertRaisesRegex(UserError, "recorded"):
                ticket.with_user(self.manager).write(vals)
        with self.assertRaisesRegex(UserError, "recorded"):
            self.unit.with_user(self.manager).failed_repair_count = 9
        crafted = self.env["service.ticket"].with_user(self.agent)
        crafted = crafted.with_context(default_is_repeat=True, default_strike_count=9)
        made = crafted.create({"subject": "x"})
        self.assertEqual((made.is_repeat, made.strike_count), (False, 0))

    def test_an_engineer_is_told_of_a_colleagues_fault(self):
        first = self._fault(20, user_id=self.engineer_2.id)
        second = self._fault(5, user_id=self.engineer.id)
        own = second.with_user(self.engineer)
        self.assertTrue(own.is_repeat)
        self.assertFalse(first.with_user(self.engineer).has_access("read"))
        own.cause_id = self.part
        self.assertTrue(own.is_repeat)

    def test_companies_judge_for_themselves(self):
        company, _stranger = self._second_company()
        self._fault(20)
        self.env["service.team"].create({"name": "Second", "company_id": company.id})
        theirs = self._fault(5, company_id=company.id)
        self.assertFalse(theirs.is_repeat)
        self.assertTrue(self._fault(4).is_repeat)

    def test_a_batch_is_judged_at_once(self):
        units = self.env["stock.lot"].create(
            [
                {
                    "name": f"B{number}",
                    "product_id": self.washer.id,
                    "end_customer_id": self.customer.id,
                }
                for number in range(30)
            ]
        )
        vals = {"subject": "x", "symptom_id": self.leak.id}
        create = self.env["service.ticket"].create
        create([{**vals, "unit_id": unit.id} for unit in units[:15]])
        self.env.flush_all()

        def count(batch):
            before = self.env.cr.sql_log_count
            tickets = create([{**vals, "unit_id": unit.id} for unit in batch])
            self.env.flush_all()
            return tickets, self.env.cr.sql_log_count - before

        count(units[15:16])
        _few, cost_few = count(units[16:18])
        many, cost_many = count(units[18:30])
        self.assertLessEqual(cost_many, cost_few + 2)
        self.assertFalse(any(many.mapped("is_repeat")))
        again, _cost = count(units[:15])
        self.assertTrue(all(again.mapped("is_repeat")))
