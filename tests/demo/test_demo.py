"""What the demo data promise to somebody who tries the suite."""

from odoo import fields
from odoo.tests import HttpCase, tagged

ROLES = {
    "frontdesk": "service_ticket.group_service_agent",
    "dispatcher": "service_ticket.group_service_dispatcher",
    "engineer": "service_ticket.group_service_engineer",
    "engineer2": "service_ticket.group_service_engineer",
    "manager": "service_ticket.group_service_manager",
    "accountant": "account.group_account_invoice",
    "warehouse": "stock.group_stock_user",
}


@tagged("post_install", "-at_install")
class TestDemo(HttpCase):
    def test_everybody_logs_in_with_the_role_as_name_and_password(self):
        for login, group in ROLES.items():
            with self.subTest(login):
                session = self.authenticate(login, login)
                user = self.env["res.users"].browse(session.uid)
                self.assertTrue(user.has_group(group))

    def test_every_unit_at_a_customer_has_its_warranty(self):
        units = self.env["stock.lot"].search([("end_customer_id", "!=", False)])
        ours = units.filtered(
            lambda unit: unit.product_id
            == self.env.ref("service_ticket.product_washer")
        )
        self.assertEqual(len(ours), 3)
        for unit in ours:
            self.assertEqual(unit.entitlement_ids.mapped("state"), ["running"])

    def test_the_engineer_has_visits_ahead_and_parts_in_the_van(self):
        engineer = self.env.ref("service_ticket.user_engineer")
        visits = self.env["service.visit"].with_user(engineer).search([])
        self.assertEqual(set(visits.mapped("state")), {"planned"})
        self.assertGreater(max(visits.mapped("start")), fields.Datetime.now())
        van = visits.ticket_id[:1].sudo()._get_van_parts(engineer)
        board = self.env.ref("service_parts.product_board")
        self.assertIn(board.id, [part["product_id"] for part in van])

    def test_tickets_stand_at_different_points(self):
        tickets = self.env["service.ticket"].search([])
        self.assertLessEqual({"new", "open", "resolved"}, set(tickets.mapped("state")))
        self.assertTrue(tickets.callback_ids.filtered(lambda c: c.state == "owed"))
        self.assertTrue(all(ticket.milestone_ids for ticket in tickets))

    def test_cash_can_be_taken(self):
        team = self.env.ref("service_ticket.team_service")
        self.assertTrue(team.cash_journal_id.default_account_id)
