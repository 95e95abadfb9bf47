from odoo.exceptions import UserError
from odoo.fields import Command

from .common import FittingCase


class TestFitting(FittingCase):
    # --- The straight way ---------------------------------------------------------

    def test_fitting_moves_the_serial_out_of_the_van_at_once(self):
        self._consent()
        unit_before = self._stock(self.washer)
        self.job._fit_part(self.move, self.board_1, removed_serial="OLD-7")
        move = self.move.sudo()
        self.assertEqual(move.state, "done")
        self.assertEqual(move.lot_ids, self.board_1)
        self.assertEqual(move.sale_line_id.qty_delivered, 1)
        inside = move.location_dest_id.id
        stock = self._stock(self.board)
        self.assertEqual(stock.pop((self.van.id, "CB-2")), 1)
        self.assertEqual(stock.pop((self.van_2.id, "CB-3")), 1)
        self.assertEqual(stock.pop((self.warehouse.lot_stock_id.id, "CB-9")), 1)
        defective = self.warehouse.service_defective_id.id
        self.assertEqual(
            stock,
            {
                (inside, "CB-1"): 1,
                (inside, "OLD-7"): -1,
                (defective, "OLD-7"): 1,
            },
        )
        self.job._finish_repairs()
        self.assertEqual(move.repair_id.state, "done")
        self.assertEqual(self._stock(self.washer), unit_before)
        self.assertEqual(unit_before, {(self._customers(), "W1-0001"): 1})
        self.assertSerialsInOnePlace(self.board)
        self.assertSerialsInOnePlace(self.washer)
        self.assertFalse(self.ticket.order_id.picking_ids)
        self.assertEqual(move.sale_line_id.qty_delivered, 1)

    def test_the_bill_holds_what_was_fitted(self):
        self._consent()
        self.job._fit_part(self.move, self.board_1)
        self.job._finish_repairs()
        invoice = self.ticket.order_id._create_invoices()
        line = invoice.invoice_line_ids.filtered(
            lambda line: line.product_id == self.board
        )
        self.assertEqual(line.quantity, 1)

    def test_traceability_ties_part_and_unit(self):
        self._consent()
        self.job._fit_part(self.move, self.board_1)
        self.job._finish_repairs()
        product_move = self.move.sudo().repair_id.move_id
        self.assertEqual(product_move.lot_ids, self.unit)
        self.assertEqual(product_move.location_id, product_move.location_dest_id)
        self.assertEqual(
            product_move.move_line_ids.consume_line_ids.lot_id, self.board_1
        )
        self.assertEqual(self.unit.service_state, "in_service")
        self.assertEqual(self.unit.end_customer_id, self.customer)

    def test_untracked_parts_need_no_serial(self):
        belt = self.job._plan_part(self.belt, 2, self.engineer)
        self._consent()
        self.job._fit_part(belt)
        self.assertEqual(self._stock(self.belt)[self.van.id, False], 3)
        self.assertEqual(belt.sudo().sale_line_id.qty_delivered, 2)

    def test_the_hand_wins_over_a_reservation(self):
        """Another job reserved by itself the very serial that the engineer holds."""
        other = self._job(self.engineer)
        reserved = self._as(self.engineer, other)._plan_part(
            self.board, 1, self.engineer
        )
        self._consent(other)
        reserved.sudo().repair_id.action_repair_start()
        taken = reserved.sudo().move_line_ids.lot_id
        self.assertIn(taken, self.board_1 | self.board_2)
        self._consent()
        self.job._fit_part(self.move, taken)
        self.assertEqual(self.move.sudo().lot_ids, taken)
        free = (self.board_1 | self.board_2) - taken
        self.assertEqual(reserved.sudo().move_line_ids.lot_id, free)
        self.assertSerialsInOnePlace(self.board)

    def test_parts_in_a_bin_of_the_van(self):
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.van.id}
        )
        (lot,) = self._receive_into(shelf, self.board, ["CB-5"])
        self._consent()
        self.job._fit_part(self.move, lot)
        self.assertNotIn((shelf.id, "CB-5"), self._stock(self.board))

    def test_fitted_part_is_not_missing_on_the_repair(self):
        self._consent()
        self.job._fit_part(self.move, self.board_1)
        repair = self.move.sudo().repair_id
        self.env.invalidate_all()
        self.assertEqual(repair.parts_availability_state, "available")

    def test_second_visit_has_its_own_repair(self):
        self._consent()
        self.job._fit_part(self.move, self.board_1)
        self.job._finish_repairs()
        again = self.job._plan_part(self.board, 1, self.engineer)
        self.assertNotEqual(again.sudo().repair_id, self.move.sudo().repair_id)
        self.assertEqual(len(self.ticket.repair_ids), 2)

    # --- Where the unit stands ----------------------------------------------------

    def test_unit_that_stock_never_saw_leaves_no_trace_in_stock(self):
        unit = self.env["stock.lot"].create(
            {
                "name": "W1-BY-HAND",
                "product_id": self.washer.id,
                "end_customer_id": self.customer.id,
            }
        )
        ticket = self._job(self.engineer, unit_id=unit.id)
        job = self._as(self.engineer, ticket)
        move = job._plan_part(self.board, 1, self.engineer)
        self._consent(ticket)
        job._fit_part(move, self.board_1)
        job._finish_repairs()
        self.assertEqual(move.sudo().repair_id.state, "done")
        self.assertFalse(unit.quant_ids)

    def test_unit_in_the_workshop_stays_there(self):
        unit = self._receive(self.washer, "W1-BENCH")
        ticket = self._job(self.engineer, unit_id=unit.id, partner_id=self.customer.id)
        job = self._as(self.engineer, ticket)
        move = job._plan_part(self.board, 1, self.engineer)
        self._consent(ticket)
        job._fit_part(move, self.board_1)
        job._finish_repairs()
        place = unit.quant_ids.filtered(lambda quant: quant.quantity > 0)
        self.assertEqual(place.location_id, self.warehouse.lot_stock_id)
        self.assertEqual(place.quantity, 1)

    def test_unit_taken_along_between_fitting_and_end(self):
        """The unit comes back to the store before the repair is ended."""
        self._consent()
        self.job._fit_part(self.move, self.board_1)
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "location_id": self._customers(),
                "location_dest_id": self.warehouse.lot_stock_id.id,
                "partner_id": self.customer.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.washer.id,
                            "product_uom_qty": 1,
                            "location_id": self._customers(),
                            "location_dest_id": self.warehouse.lot_stock_id.id,
                            "move_line_ids": [
                                Command.create(
                                    {
                                        "product_id": self.washer.id,
                                        "lot_id": self.unit.id,
                                        "quantity": 1,
                                        "picked": True,
                                    }
                                )
                            ],
                        }
                    )
                ],
            }
        )
        picking.button_validate()
        self.job._finish_repairs()
        self.assertEqual(
            self._stock(self.washer),
            {(self.warehouse.lot_stock_id.id, "W1-0001"): 1},
        )

    # --- Twice --------------------------------------------------------------------

    def test_fitting_twice_has_one_effect(self):
        self._consent()
        self.job._fit_part(self.move, self.board_1, removed_serial="OLD-7")
        stock = self._stock(self.board)
        for _replay in range(3):
            again = self.job._fit_part(
                self.move, self.board_1, removed_serial=" OLD-7 "
            )
            self.assertEqual(again, self.move)
        self.assertEqual(self._stock(self.board), stock)
        self.assertEqual(
            self.env["stock.move"].search_count(
                [("fitted_move_id", "=", self.move.id)]
            ),
            1,
        )

    def test_fitting_again_with_another_serial_is_refused(self):
        self._consent()
        self.job._fit_part(self.move, self.board_1)
        with self.assertRaisesRegex(UserError, r"already fitted \(CB-1\)"):
            self.job._fit_part(self.move, self.board_2)
        with self.assertRaisesRegex(UserError, "already fitted"):
            self.job._fit_part(self.move, self.board_1, removed_serial="OLD-8")

    def test_finishing_twice_has_one_effect(self):
        self._consent()
        self.job._fit_part(self.move, self.board_1)
        self.job._finish_repairs()
        stock = self._stock(self.board), self._stock(self.washer)
        self.job._finish_repairs()
        self.assertEqual((self._stock(self.board), self._stock(self.washer)), stock)

    def test_what_is_fitted_stays_when_the_ticket_is_cancelled(self):
        belt = self.job._plan_part(self.belt, 1, self.engineer)
        self._consent()
        self.job._fit_part(self.move, self.board_1)
        self._as(self.dispatcher).action_cancel()
        self.assertEqual(self.move.sudo().state, "done")
        self.assertEqual(belt.sudo().state, "cancel")
        self.assertEqual(self.move.sudo().repair_id.state, "done")

    def test_resolving_ends_the_repair(self):
        self._consent()
        self.job._fit_part(self.move, self.board_1)
        self.ticket.write(
            {
                "cause_id": self.env.ref("service_ticket.cause_component").id,
                "outcome": "fixed",
            }
        )
        self.job.action_resolve()
        self.assertEqual(self.move.sudo().repair_id.state, "done")
