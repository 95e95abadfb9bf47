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

    def test_a_customer_of_each_branch_sees_own_tickets_and_units(self):
        teams = self.env["service.team"]
        for login in ("hotel", "datacentre"):
            with self.subTest(login):
                session = self.authenticate(login, login)
                user = self.env["res.users"].browse(session.uid)
                self.assertTrue(user._is_portal())
                tickets = self.env["service.ticket"].with_user(user)
                own = tickets._find_for_portal()
                self.assertGreaterEqual(len(own), 4)
                self.assertGreaterEqual(
                    self.env["stock.lot"].with_user(user)._count_for_portal(), 3
                )
                teams |= own.team_id
        self.assertEqual(len(teams), 2)

    def test_the_accountant_finds_work_in_each_list(self):
        accountant = self.env.ref("service_contract.user_accountant")
        tickets = self.env["service.ticket"].with_user(accountant)
        for state in ("to_invoice", "to_collect", "paid"):
            found = tickets.search([("payment_state", "=", state)])
            self.assertGreaterEqual(len(found), 2, state)
        paid = tickets.search([("payment_state", "=", "paid")])
        for ticket in paid:
            self.assertTrue(ticket._get_receipt())
        cash = self.env.ref("service_contract.journal_cash")
        self.assertTrue(
            self.env["account.payment"].search([("journal_id", "=", cash.id)])
        )

    def test_the_warehouse_sees_parts_planned_fitted_and_taken_out(self):
        warehouse = self.env["res.users"].search([("login", "=", "warehouse")])
        parts = self.env["service.part.usage"].with_user(warehouse).search([])
        self.assertEqual(set(parts.mapped("state")), {"planned", "fitted"})
        defective = self.env["stock.quant"].search(
            [("location_id.service_role", "=", "defective"), ("quantity", ">", 0)]
        )
        self.assertTrue(defective)

    def test_every_unit_that_we_delivered_has_its_warranty(self):
        ours = self.env["stock.lot"].search(
            [
                ("unit_origin", "in", ("delivered", "proof")),
                ("end_customer_id", "!=", False),
                ("entitlement_ids", "!=", False),
            ]
        )
        self.assertGreaterEqual(len(ours), 24)
        for unit in ours:
            with self.subTest(unit.name):
                self.assertIn("running", unit.entitlement_ids.mapped("state"))

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
