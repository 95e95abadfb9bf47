from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .common import PartsCase


class TestAccess(PartsCase):
    """Engineers work without rights on stock and sales; others don't work at all."""

    def setUp(self):
        super().setUp()
        self.move = self._as(self.engineer)._plan_part(self.board, 1, self.engineer)

    def test_engineer_has_no_rights_on_stock_and_sales(self):
        for model in ("repair.order", "stock.move", "sale.order", "stock.picking"):
            with self.subTest(model):
                records = self.env[model].with_user(self.engineer)
                self.assertFalse(records.has_access("read"))
        self.assertFalse(self.van.with_user(self.engineer).has_access("write"))

    def test_engineer_works_the_whole_way(self):
        job = self._as(self.engineer)
        self._consent()
        job._fit_part(self.move, self.board_1.with_user(self.engineer), "OLD-1")
        job._finish_repairs()
        self.assertEqual(self.move.sudo().repair_id.state, "done")

    def test_colleague_may_not_touch_the_job(self):
        job = self._as(self.engineer_2)
        for call in self._calls(job, self.engineer_2):
            with self.assertRaises(AccessError):
                call()

    def test_engineer_may_not_take_from_a_colleagues_van(self):
        job = self._as(self.engineer)
        with self.assertRaisesRegex(AccessError, "isn't your van"):
            job._plan_part(self.board, 1, self.engineer_2)
        with self.assertRaisesRegex(AccessError, "isn't your van"):
            job._get_van_parts(self.engineer_2)
        theirs = self._as(self.dispatcher)._plan_part(self.board, 1, self.engineer_2)
        self._consent()
        with self.assertRaisesRegex(AccessError, "isn't your van"):
            job._fit_part(theirs, self.board_3)

    def test_front_desk_does_not_plan_parts(self):
        with self.assertRaises(AccessError):
            self._as(self.agent)._plan_part(self.board, 1, self.engineer)

    def test_dispatcher_plans_for_the_engineer(self):
        move = self._as(self.dispatcher)._plan_part(self.belt, 1, self.engineer)
        self.assertEqual(move.sudo().location_id, self.van)

    def _calls(self, job, user):
        return (
            lambda: job._plan_part(self.board, 1, user),
            lambda: job._unplan_part(self.move),
            lambda: job._fit_part(self.move, self.board_1),
            lambda: job._finish_repairs(),
            lambda: job._get_van_parts(user),
        )

    def test_another_company_touches_nothing(self):
        _company, stranger = self._second_company()
        for call in self._calls(self._as(stranger), stranger):
            with self.assertRaises(AccessError):
                call()

    def test_van_of_another_company_is_no_van_here(self):
        company, _stranger = self._second_company()
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", company.id)]
        )
        self.manager.company_ids = [Command.link(company.id)]
        self._van(
            self.manager,
            company_id=company.id,
            location_id=warehouse.view_location_id.id,
        )
        job = self._as(self.manager).with_context(
            allowed_company_ids=(self.env.company | company).ids
        )
        self.assertFalse(job._get_van(self.manager))
        with self.assertRaisesRegex(UserError, "has no van"):
            job._plan_part(self.board, 1, self.manager)

    def test_whole_way_in_the_second_company(self):
        """The engineer's active company is the first one, the ticket of the second."""
        company, _stranger = self._second_company()
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", company.id)]
        )
        self.engineer.company_ids = [Command.link(company.id)]
        companies = (self.env.company | company).ids
        self.env = self.env(context={"allowed_company_ids": companies})
        place = {"company_id": company.id}
        van = self._van(
            self.engineer, location_id=warehouse.view_location_id.id, **place
        )
        lot = self.env["stock.lot"].create(
            {"name": "CB-2ND", "product_id": self.board.id}
        )
        self.env["stock.quant"]._update_available_quantity(
            self.board, van, 1, lot_id=lot
        )
        ticket = self.env["service.ticket"].create(
            {
                "subject": "Second",
                "partner_id": self.customer.id,
                "user_id": self.engineer.id,
                **place,
            }
        )
        job = self._as(self.engineer, ticket)
        job = job.with_context(allowed_company_ids=companies)
        move = job._plan_part(self.board, 1, self.engineer)
        self._sign(ticket)
        job._fit_part(move, lot, removed_serial="OLD-2ND")
        job._finish_repairs()
        records = move.sudo().repair_id
        self.assertEqual(records.state, "done")
        records = records.move_ids | records.sale_order_id.order_line.move_ids
        self.assertEqual(records.company_id, company)
        self.assertEqual(
            records.filtered("fitted_move_id").location_dest_id,
            warehouse.service_defective_id,
        )

    # --- The warehouse ------------------------------------------------------------

    def _visible_menus(self, user):
        menus = self.env["ir.ui.menu"].with_user(user)
        return menus.browse(menus._visible_menu_ids())

    def test_storekeeper_sees_the_parts_menu_and_works_its_lists(self):
        visible = self._visible_menus(self.storekeeper)
        for name in ("parts", "part_usage", "repairs", "vans", "defective"):
            with self.subTest(name):
                self.assertIn(
                    self.env.ref(f"service_parts.menu_service_{name}"), visible
                )
        self.assertNotIn(self.env.ref("service_ticket.menu_service_tickets"), visible)
        usage = self.env["service.part.usage"].with_user(self.storekeeper)
        row = usage.search([("ticket_id", "=", self.ticket.id)])
        self.assertEqual(
            row.web_read({"ticket_id": {"fields": {"display_name": {}}}})[0][
                "ticket_id"
            ]["display_name"],
            self.ticket.display_name,
        )
        repair = self.move.sudo().repair_id.with_user(self.storekeeper)
        self.assertEqual(row.action_view_repair()["res_id"], repair.id)
        self.assertTrue(repair.read(["state", "ticket_id"]))

    def test_others_do_not_see_the_parts_menu(self):
        menu = self.env.ref("service_parts.menu_service_parts")
        for user in (self.engineer, self.agent):
            self.assertNotIn(menu, self._visible_menus(user))

    def test_storekeeper_may_not_set_up_vans(self):
        with self.assertRaises(AccessError):
            self.van.with_user(self.storekeeper).van_user_id = self.manager

    def test_ticket_form_of_people_without_stock_rights(self):
        for user in (self.engineer, self.agent):
            with self.subTest(user.login):
                ticket = self._as(user)
                view = ticket.get_view(view_type="form")
                self.assertIn("part_ids", view["arch"])
                self.assertNotIn("action_view_repairs", view["arch"])
                row = ticket.part_ids
                self.assertEqual(
                    row.read(["product_id", "state"])[0]["state"], "planned"
                )
