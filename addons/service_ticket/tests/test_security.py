from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .common import ServiceCase


class TestSecurity(ServiceCase):
    def test_an_engineer_sees_own_tickets_only(self):
        mine, other = self._ticket(), self._ticket()
        mine.user_id, other.user_id = self.engineer, self.engineer_2
        tickets = self.env["service.ticket"].with_user(self.engineer)
        self.assertEqual(tickets.search([("id", "in", (mine | other).ids)]), mine)
        mine.with_user(self.engineer).diagnosis = "Fuse blown"
        for attempt in (
            lambda: other.with_user(self.engineer).read(["subject"]),
            lambda: other.with_user(self.engineer).write({"diagnosis": "x"}),
            lambda: other.with_user(self.engineer).action_open(),
            lambda: tickets.create({"subject": "x"}),
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_the_log_is_written_by_nobody(self):
        ticket = self._ticket()
        ticket.action_open()
        for user in (self.engineer, self.agent, self.manager):
            for record in (ticket.transition_ids[:1], ticket.milestone_ids[:1]):
                with self.assertRaises(AccessError):
                    record.with_user(user).write({"ticket_id": ticket.id})
                with self.assertRaises(AccessError):
                    record.with_user(user).unlink()

    def test_only_the_manager_sets_rules(self):
        severity = self.env.ref("service_ticket.severity_major")
        severity.with_user(self.manager).definition = "Down"
        for user in (self.engineer, self.agent, self.dispatcher):
            with self.assertRaises(AccessError):
                severity.with_user(user).write({"definition": "x"})

    def test_others_see_nothing(self):
        ticket = self._ticket()
        employee = new_test_user(self.env, "service_nobody", groups="base.group_user")
        portal = new_test_user(self.env, "service_portal", groups="base.group_portal")
        for user in (employee, portal):
            with self.assertRaises(AccessError):
                ticket.with_user(user).read(["subject"])
            with self.assertRaises(AccessError):
                ticket.with_user(user).action_open()

    def test_a_ticket_is_not_pushed_into_another_company(self):
        company, _stranger = self._second_company()
        ticket = self._ticket(unit_id=False, user_id=self.engineer.id)
        with self.assertRaisesRegex(UserError, "stays with"):
            ticket.with_user(self.engineer).write({"company_id": company.id})
        self.agent.company_ids += company
        with self.assertRaisesRegex(UserError, "another company"):
            ticket.with_user(self.agent).write({"company_id": company.id})
        ticket.with_user(self.agent).write({"company_id": company.id, "user_id": False})
        ticket.action_open()
        with self.assertRaisesRegex(UserError, "stays with"):
            ticket.write({"company_id": self.env.company.id})

    def test_companies_do_not_see_each_other(self):
        _company, stranger = self._second_company()
        ticket = self._ticket(
            cause_id=self.env.ref("service_ticket.cause_component").id, outcome="fixed"
        )
        ticket.action_resolve()
        for record in (
            ticket,
            ticket.callback_ids,
            ticket.milestone_ids[:1],
            ticket.transition_ids[:1],
            self.team,
        ):
            with self.subTest(record._name), self.assertRaises(AccessError):
                record.with_user(stranger).read(["company_id"])
        self.assertFalse(
            self.env["service.ticket"]
            .with_user(stranger)
            .search([("id", "=", ticket.id)])
        )
