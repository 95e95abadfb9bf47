"""What the demo data promise to somebody who tries the suite."""

from odoo import fields
from odoo.tests import HttpCase, tagged

ROLES = {
    "frontdesk": "service_ticket.group_service_agent",
    "dispatcher": "service_ticket.group_service_dispatcher",
    "engineer": "service_ticket.group_service_engineer",
    "engineer2": "service_ticket.group_service_engineer",
    "engineer3": "service_ticket.group_service_engineer",
    "engineer4": "service_ticket.group_service_engineer",
    "engineer5": "service_ticket.group_service_engineer",
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

    def test_every_unit_that_we_delivered_has_its_warranty(self):
        ours = self.env["stock.lot"].search(
            [
                ("unit_origin", "in", ("delivered", "proof")),
                ("end_customer_id", "!=", False),
            ]
        )
        self.assertGreaterEqual(len(ours), 24)
        for unit in ours:
            with self.subTest(unit.name):
                self.assertEqual(unit.entitlement_ids.mapped("state"), ["running"])

    def test_the_engineer_has_visits_ahead_and_parts_in_the_van(self):
        engineer = self.env.ref("service_ticket.user_engineer")
        visits = self.env["service.visit"].with_user(engineer).search([])
        self.assertEqual(set(visits.mapped("state")), {"planned", "done"})
        self.assertGreater(max(visits.mapped("start")), fields.Datetime.now())
        planned = visits.filtered(lambda visit: visit.state == "planned")
        van = planned.ticket_id[:1].sudo()._get_van_parts(engineer)
        board = self.env.ref("service_parts.product_board")
        self.assertIn(board.id, [part["product_id"] for part in van])

    def test_cash_can_be_taken(self):
        team = self.env.ref("service_ticket.team_service")
        self.assertTrue(team.cash_journal_id.default_account_id)
