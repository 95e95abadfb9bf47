from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError

from .common import ServiceCase


class TestSystemLog(ServiceCase):
    """The running file of a big system, and what it leads to."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        users = cls.agent | cls.manager | cls.engineer | cls.engineer_2
        users.tz = cls.env.user.tz = "UTC"  # one day for all of them, at any hour
        cls.today = fields.Date.today()
        cls.unit.is_system = True
        cls.logs = cls.env["service.system.log"].with_user(cls.engineer)
        cls.kind = cls.env.ref("service_ticket.contact_kind_training")

    def _suggested(self):
        return self.env["service.contact"].search([("kind_id", "=", self.kind.id)])

    def _operator(self, **vals):
        operators = self.env["service.system.operator"].with_user(self.engineer)
        return operators.create({"unit_id": self.unit.id, **vals})

    def test_state_use_and_people(self):
        person = self.env["res.partner"].create(
            {"name": "Anna", "parent_id": self.customer.id}
        )
        anna = self._operator(partner_id=person.id, skill="3", is_responsible=True)
        self.assertEqual(anna.name, "Anna")
        self._operator(name="Ben", until=self.today)
        self._operator(name="Old", since="2015-01-01", until="2016-01-01")
        log = self.logs.create(
            {
                "unit_id": self.unit.id,
                "state": "limited",
                "line_ids": [
                    (0, 0, {"name": "Drum 2", "use": 80}),
                    (0, 0, {"device_id": self.unit.id}),
                ],
            }
        )
        self.assertEqual(log.user_id, self.engineer)
        self.assertEqual(log.operators, 1)
        self.assertEqual(log.partner_id, self.customer)
        self.assertIn("W1-0001", log.line_ids[1].name)
        self.assertEqual(self.unit.system_state, "limited")
        self.assertEqual(self.unit.operator_count, 1)
        self.assertEqual(self.unit.operator_turnover, 0.5)

    def test_errors_that_come_back_suggest_a_training(self):
        for _n in range(2):
            self.logs.create({"unit_id": self.unit.id, "operator_error": True})
        self.assertFalse(self._suggested())
        log = self.logs.create({"unit_id": self.unit.id})
        log.operator_error = True
        contact = self._suggested()
        self.assertEqual(contact.unit_id, self.unit)
        self.assertIn("3 operator errors", contact.reason)
        self.logs.create({"unit_id": self.unit.id, "operator_error": True})
        self.assertEqual(self._suggested(), contact, "once")
        contact.result_id = self.env.ref("service_ticket.contact_result_well")
        contact.action_made()
        self.assertFalse(
            self._suggested().filtered(lambda c: c.state == "owed"), "it was offered"
        )

    def test_faults_by_operators_count(self):
        cause = self.env["service.fault.code"].search(
            [("kind", "=", "cause"), ("fault_class", "=", "user")], limit=1
        )
        self.env.company.service_training_errors = 1
        ticket = self._ticket(user_id=self.engineer.id)
        ticket.action_open()
        ticket.write(
            {
                "cause_id": cause.id,
                "remedy_id": self.env["service.fault.code"]
                .search([("kind", "=", "remedy")], limit=1)
                .id,
                "work_done": "Shown again",
                "outcome": "advised",
            }
        )
        ticket.action_resolve()
        self.assertTrue(self._suggested())

    def test_rights(self):
        log = self.logs.create({"unit_id": self.unit.id})
        with self.assertRaises(AccessError):
            log.unlink()
        log.write({"user_id": self.manager.id, "operators": 99})
        self.assertEqual((log.user_id, log.operators), (self.engineer, 0))
        company, stranger = self._second_company()
        foreign = self.env["stock.lot"].create(
            {"name": "B-1", "product_id": self.washer.id, "company_id": company.id}
        )
        with self.assertRaises(AccessError):
            log.unit_id = foreign
        with self.assertRaises(AccessError):
            self.logs.create({"unit_id": foreign.id})
        self.unit.company_id = self.env.company
        with self.assertRaises(AccessError):
            log.with_user(stranger).read(["note"])

    def test_history_and_paper(self):
        self.unit.system_duties = "We: software. You: cleaning."
        self.logs.create({"unit_id": self.unit.id, "problem": "Detergent runs out"})
        self._operator(name="Carla", since=self.today - timedelta(days=400))
        ticket = self._ticket(work_done="Seal replaced")
        contact = self.env["service.contact"].create(
            {
                "partner_id": self.customer.id,
                "unit_id": self.unit.id,
                "kind_id": self.kind.id,
                "result_id": self.env.ref("service_ticket.contact_result_well").id,
                "feedback": "Good to hear from you",
            }
        )
        contact.action_made()
        events = self.unit._get_history()
        days = [event["day"] for event in events]
        self.assertEqual(days, sorted(days, reverse=True))
        self.assertEqual(events[-1]["title"], "Carla")
        text = " ".join(self._read_pdf("service_ticket.report_unit_file", self.unit))
        for words in (
            "Detergent runs out",
            "You: cleaning",
            "Carla",
            ticket.name,
            "Good to hear from you",
            "Delivered",
            "Came to",
        ):
            self.assertIn(words, text)
        page = self.unit.with_user(self.agent).action_view_file_page()
        self.assertEqual(page["report_type"], "qweb-html")
