from .common import FittingCase


class TestRemoved(FittingCase):
    """What came out of the unit."""

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
