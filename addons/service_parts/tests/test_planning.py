from odoo.exceptions import UserError

from .common import PartsCase


class TestPlanning(PartsCase):
    def test_van_of_a_user(self):
        self.assertEqual(self._as(self.engineer)._get_van(self.engineer), self.van)
        self.assertFalse(self.ticket._get_van(self.manager))

    def test_van_parts_by_name_with_serials_and_price(self):
        parts = self._as(self.engineer)._get_van_parts(self.engineer)
        self.assertEqual(
            [(part["name"], part["qty"], part["tracking"]) for part in parts],
            [("Control board", 2, "serial"), ("Drive belt", 5, "none")],
        )
        board = parts[0]
        self.assertEqual(board["product_id"], self.board.id)
        self.assertEqual(board["price"], 180)
        self.assertEqual(
            board["lots"],
            [(self.board_1.id, "CB-1"), (self.board_2.id, "CB-2")],
        )
        self.assertEqual(self.ticket._get_van_parts(self.manager), [])

    def test_van_parts_cost_the_same_queries_for_many(self):
        ticket = self._as(self.engineer)

        def count():
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            ticket._get_van_parts(self.engineer)
            return self.env.cr.sql_log_count - start

        count()
        few = count()
        for number in range(8):
            part = self._part(f"Spare {number}", "none", 10, 5)
            self._receive_into(self.van, part, quantity=3)
        count()
        self.assertEqual(count(), few)

    def test_customer_price_list_sets_the_price(self):
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Friends",
                "item_ids": [
                    (0, 0, {"compute_price": "percentage", "percent_price": 10})
                ],
            }
        )
        self.customer.property_product_pricelist = pricelist
        self.ticket.order_id.unlink()
        board = self.ticket._get_van_parts(self.engineer)[0]
        self.assertEqual(board["price"], 162)

    def test_planning_makes_repair_move_and_judged_line(self):
        move = self._as(self.engineer)._plan_part(self.board, 1, self.engineer)
        self.assertEqual(move.env.user, self.engineer)
        move = move.sudo()
        repair = move.repair_id
        self.assertEqual(repair.ticket_id, self.ticket)
        self.assertEqual(repair.state, "draft")
        self.assertEqual(move.location_id, self.van)
        self.assertEqual(move.location_dest_id.usage, "production")
        self.assertEqual(repair.lot_id, self.unit)
        self.assertEqual(repair.product_location_src_id.usage, "customer")
        self.assertEqual(
            repair.product_location_src_id, repair.product_location_dest_id
        )
        self.assertEqual(repair.parts_location_id, self.warehouse.service_defective_id)
        self.assertFalse(repair.under_warranty)
        line = move.sale_line_id
        self.assertEqual(line.order_id, self.ticket.order_id)
        self.assertEqual((line.product_uom_qty, line.price_unit), (1, 180))

    def test_second_part_joins_the_same_repair(self):
        ticket = self._as(self.engineer)
        moves = ticket._plan_part(self.board, 1, self.engineer)
        moves |= ticket._plan_part(self.belt, 2, self.engineer)
        moves = moves.sudo()
        self.assertEqual(len(moves.repair_id), 1)
        self.assertEqual(len(moves.sale_line_id), 2)

    def test_each_serial_is_a_part_of_its_own(self):
        moves = self._as(self.engineer)._plan_part(self.board, 2, self.engineer)
        moves = moves.sudo()
        self.assertEqual(moves.mapped("product_uom_qty"), [1, 1])
        self.assertEqual(len(moves.sale_line_id), 2)

    def test_out_of_two_vans_two_repairs(self):
        ticket = self._as(self.dispatcher)
        moves = ticket._plan_part(self.board, 1, self.engineer)
        moves |= ticket._plan_part(self.board, 1, self.engineer_2)
        self.assertEqual(moves.sudo().repair_id.location_id, self.van | self.van_2)

    def test_confirming_the_order_delivers_nothing(self):
        ticket = self._as(self.engineer)
        ticket._plan_part(self.board, 1, self.engineer)
        self._consent()
        self.assertEqual(self.ticket.order_id.state, "sale")
        self.assertFalse(self.ticket.order_id.picking_ids)
        move = ticket._plan_part(self.belt, 1, self.engineer).sudo()
        self.assertEqual(move.sale_line_id.order_id, self.ticket.order_id)
        self.assertFalse(self.ticket.order_id.picking_ids)

    def test_part_of_another_repair_is_untouched(self):
        """An ordinary repair keeps Odoo's place for removed parts."""
        repair = self.env["repair.order"].create({"product_id": self.washer.id})
        self.assertEqual(
            repair.parts_location_id,
            self.warehouse.repair_type_id.default_remove_location_dest_id,
        )

    # --- Refusals -----------------------------------------------------------------

    def test_no_van_is_refused_with_what_to_do(self):
        with self.assertRaisesRegex(UserError, "has no van in"):
            self._as(self.dispatcher)._plan_part(self.board, 1, self.manager)

    def test_senseless_quantities_are_refused(self):
        ticket = self._as(self.engineer)
        for product, quantity, sentence in (
            (self.board, 0, "above zero"),
            (self.belt, -1, "above zero"),
            (self.board, 1.5, "one by one"),
        ):
            with self.subTest(product=product.name, quantity=quantity):
                with self.assertRaisesRegex(UserError, sentence):
                    ticket._plan_part(product, quantity, self.engineer)

    def test_service_is_no_part(self):
        labour = self.env["product.product"].create({"name": "Hour", "type": "service"})
        with self.assertRaisesRegex(UserError, "isn't a part"):
            self._as(self.engineer)._plan_part(labour, 1, self.engineer)

    def test_part_of_another_company_is_refused(self):
        company, _user = self._second_company()
        self.board.with_context(active_test=False).copy()
        foreign = self._part("Foreign board", "none", 1, 1)
        foreign.company_id = company
        with self.assertRaisesRegex(UserError, "isn't a part"):
            self._as(self.engineer)._plan_part(foreign, 1, self.engineer)

    def test_ticket_that_is_over_takes_no_parts(self):
        self.ticket.action_cancel()
        with self.assertRaisesRegex(UserError, "is over"):
            self._as(self.engineer)._plan_part(self.board, 1, self.engineer)

    def test_resolved_ticket_takes_no_part_that_nobody_would_fit(self):
        self.ticket.write(
            {
                "cause_id": self.env.ref("service_ticket.cause_component").id,
                "outcome": "fixed",
            }
        )
        self.ticket.action_resolve()
        with self.assertRaisesRegex(UserError, "is over"):
            self._as(self.engineer)._plan_part(self.belt, 1, self.engineer)
        self.ticket.action_reopen()
        self.assertTrue(self._as(self.engineer)._plan_part(self.belt, 1, self.engineer))

    # --- Taking off ---------------------------------------------------------------

    def test_unplanning_takes_the_line_off_the_order(self):
        ticket = self._as(self.engineer)
        move = ticket._plan_part(self.board, 1, self.engineer)
        ticket._unplan_part(move)
        ticket._unplan_part(move)
        self.assertEqual(move.sudo().state, "cancel")
        self.assertFalse(self.ticket.order_id.order_line)

    def test_unplanning_after_consent_leaves_a_line_of_zero(self):
        ticket = self._as(self.engineer)
        move = ticket._plan_part(self.board, 1, self.engineer)
        ticket._plan_part(self.belt, 1, self.engineer)
        self._consent()
        line = move.sudo().sale_line_id
        ticket._unplan_part(move)
        self.assertEqual(line.product_uom_qty, 0)
        self.assertFalse(self.ticket.order_id.picking_ids)

    def test_cancelled_ticket_drops_its_parts(self):
        move = self._as(self.engineer)._plan_part(self.board, 1, self.engineer)
        self._as(self.dispatcher).action_cancel()
        self.assertEqual(move.sudo().state, "cancel")
        self.assertEqual(move.sudo().repair_id.state, "cancel")

    def test_planned_part_stands_in_the_way_of_resolving(self):
        ticket = self._as(self.engineer)
        move = ticket._plan_part(self.board, 1, self.engineer)
        self.assertRegex(
            "\n".join(ticket._get_resolve_obstacles()), "Control board is planned"
        )
        ticket._unplan_part(move)
        self.assertNotRegex("\n".join(ticket._get_resolve_obstacles()), "is planned")

    def test_a_ticket_with_parts_is_not_merged_away(self):
        other = self.ticket.create({"subject": "Same fault"})
        self.ticket._plan_part(self.board, 1, self.engineer)
        with self.assertRaisesRegex(UserError, "has parts booked"):
            self.ticket._merge_into(other)
        other._merge_into(self.ticket)
        self.assertEqual(other.merged_into_id, self.ticket)
