import re

from odoo.exceptions import AccessError, UserError

from .common import FittingCase


class TestRefusals(FittingCase):
    """What is not fitted; and after each refusal nothing has happened."""

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
        with self.assertRaisesRegex(AccessError, "belongs to another job"):
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
