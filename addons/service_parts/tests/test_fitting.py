import re

from odoo.exceptions import UserError
from odoo.fields import Command

from .common import PartsCase


class TestFitting(PartsCase):
    def setUp(self):
        super().setUp()
        self.job = self._as(self.engineer)
        self.move = self.job._plan_part(self.board, 1, self.engineer)

    def _customers(self):
        return self.env.ref("stock.stock_location_customers").id

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

    # --- Refusals: nothing has happened after each --------------------------------

    def _refused(self, sentence, move, *args, **kwargs):
        stock = self._stock(self.board)
        with self.assertRaisesRegex(UserError, sentence):
            self.job._fit_part(move, *args, **kwargs)
        self.assertEqual(self._stock(self.board), stock)
        self.assertNotEqual(move.sudo().state, "done")

    def test_nothing_is_fitted_without_consent(self):
        self.assertTrue(self.ticket._get_consent_gap())
        self._refused(".", self.move, self.board_1)

    def test_deleting_the_line_does_not_evade_consent(self):
        self.ticket.order_id.order_line.unlink()
        self.assertFalse(self.ticket._get_consent_gap())
        self._refused("has not consented", self.move, self.board_1)

    def test_nobody_starts_or_ends_the_repair_without_consent(self):
        repair = self.move.sudo().repair_id
        with self.assertRaises(UserError):
            repair.action_repair_start()
        repair._action_repair_confirm()
        with self.assertRaises(UserError):
            repair.with_user(self.storekeeper).action_repair_done()

    def test_serial_elsewhere_is_refused_with_its_place(self):
        self._consent()
        self._refused(
            f"CB-3 is in the van of {re.escape(self.engineer_2.name)}",
            self.move,
            self.board_3,
        )
        self._refused("CB-9 is in WH/Stock", self.move, self.board_store)
        lost = self.env["stock.lot"].create(
            {"name": "CB-LOST", "product_id": self.board.id}
        )
        self._refused("isn't in stock anywhere", self.move, lost)
        sold = self._deliver(self.board, "CB-SOLD", self.customer)
        self._refused("was given to a customer", self.move, sold)

    def test_serial_fitted_before_is_refused_with_its_job(self):
        self._consent()
        self.job._fit_part(self.move, self.board_1)
        again = self.job._plan_part(self.board, 1, self.engineer)
        self._consent()
        self._refused(
            f"CB-1 was already fitted on {self.ticket.name}", again, self.board_1
        )

    def test_serial_of_another_company_tells_no_place(self):
        company, _user = self._second_company()
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", company.id)]
        )
        lot = self.env["stock.lot"].create(
            {"name": "CB-THEIRS", "product_id": self.board.id}
        )
        self.env["stock.quant"]._update_available_quantity(
            self.board, warehouse.lot_stock_id, 1, lot_id=lot
        )
        self._consent()
        self._refused("CB-THEIRS isn't in our stock", self.move, lot)

    def test_serial_is_required_and_of_this_part(self):
        self._consent()
        self._refused("Scan the serial number", self.move)
        pump = self._part("Pump", "serial", 60, 30)
        (lot,) = self._receive_into(self.van, pump, ["P-1"])
        self._refused("P-1 is a Pump, not a Control board", self.move, lot)

    def test_serial_picked_for_a_transfer_is_refused(self):
        move = self.env["stock.move"].create(
            {
                "product_id": self.board.id,
                "product_uom_qty": 1,
                "location_id": self.van.id,
                "location_dest_id": self.warehouse.lot_stock_id.id,
                "picking_type_id": self.warehouse.int_type_id.id,
            }
        )
        move._action_confirm()
        move._update_reserved_quantity(1, self.van, lot_id=self.board_1, strict=False)
        move.picked = True
        self._consent()
        self._refused("CB-1 is already picked", self.move, self.board_1)

    def test_more_than_the_van_holds_is_refused_with_the_count(self):
        belt = self.job._plan_part(self.belt, 9, self.engineer)
        self._consent()
        self._refused("holds 5.0 Units of Drive belt, 9.0 are needed", belt)

    def test_part_that_was_taken_off_is_refused(self):
        self._consent()
        self.job._unplan_part(self.move)
        self._refused("taken off the job", self.move, self.board_1)

    def test_part_of_another_ticket_is_refused(self):
        other = self._job(self.engineer)
        with self.assertRaisesRegex(Exception, "belongs to another job"):
            self._as(self.engineer, other)._fit_part(self.move, self.board_1)

    def test_fitted_part_is_not_taken_off(self):
        self._consent()
        self.job._fit_part(self.move, self.board_1)
        with self.assertRaisesRegex(UserError, "already fitted"):
            self.job._unplan_part(self.move)

    def test_finishing_with_a_planned_part_is_refused(self):
        with self.assertRaisesRegex(UserError, "fit it or take it off"):
            self.job._finish_repairs()

    def test_ending_by_hand_checks_that_serials_are_still_there(self):
        """The storekeeper's button is as careful as the engineer's phone."""
        self._consent()
        repair = self.move.sudo().repair_id
        repair.action_repair_start()
        lot = self.move.sudo().move_line_ids.lot_id
        quants = self.env["stock.quant"]
        quants._update_available_quantity(self.board, self.van, -1, lot_id=lot)
        quants._update_available_quantity(
            self.board, self.warehouse.lot_stock_id, 1, lot_id=lot
        )
        with self.assertRaisesRegex(UserError, f"{lot.name} is in WH/Stock"):
            repair.action_repair_end()

    # --- What came out ------------------------------------------------------------

    def test_removed_serial_that_lies_in_a_store_is_refused(self):
        self._consent()
        self._refused(
            "CB-9 is in WH/Stock. It can't have come out",
            self.move,
            self.board_1,
            removed_serial="CB-9",
        )

    def test_new_and_old_part_are_two(self):
        self._consent()
        self._refused("can't be both", self.move, self.board_1, removed_serial="CB-1")

    def test_part_that_we_fitted_comes_out_again(self):
        self._consent()
        self.job._fit_part(self.move, self.board_1)
        again = self.job._plan_part(self.board, 1, self.engineer)
        self._consent()
        self.job._fit_part(again, self.board_2, removed_serial="CB-1")
        inside = again.sudo().location_dest_id.id
        stock = self._stock(self.board)
        self.assertEqual(stock[self.warehouse.service_defective_id.id, "CB-1"], 1)
        self.assertNotIn((inside, "CB-1"), stock)
        self.assertEqual(stock[inside, "CB-2"], 1)
        self.assertSerialsInOnePlace(self.board)

    def test_part_that_was_delivered_comes_out_from_the_customer(self):
        self._deliver(self.board, "CB-SOLD", self.customer)
        self._consent()
        self.job._fit_part(self.move, self.board_1, removed_serial="CB-SOLD")
        stock = self._stock(self.board)
        self.assertEqual(stock[self.warehouse.service_defective_id.id, "CB-SOLD"], 1)
        self.assertNotIn((self._customers(), "CB-SOLD"), stock)
        self.assertSerialsInOnePlace(self.board)

    def test_another_product_came_out(self):
        old = self._part("Control board, first series", "serial", 0, 0)
        self._consent()
        self._refused(
            "Enter the serial number of the Control board, first",
            self.move,
            self.board_1,
            removed_product=old,
        )
        self.job._fit_part(
            self.move, self.board_1, removed_serial="FS-1", removed_product=old
        )
        defective = self.warehouse.service_defective_id.id
        self.assertEqual(self._stock(old)[defective, "FS-1"], 1)

    def test_untracked_old_part_counts_without_serial(self):
        belt = self.job._plan_part(self.belt, 2, self.engineer)
        self._consent()
        for _replay in range(2):
            self.job._fit_part(belt, removed_product=self.belt, removed_serial="none")
        defective = self.warehouse.service_defective_id.id
        self.assertEqual(self._stock(self.belt)[defective, False], 2)
