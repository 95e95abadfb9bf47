from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form
from odoo.tools import mute_logger

from odoo.addons.service_parts.hooks import post_init_hook, uninstall_hook

from .common import PartsCase


class TestLocation(PartsCase):
    def test_engineer_has_one_van_in_a_company(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._van(self.engineer)

    def test_archived_van_makes_room_for_the_next(self):
        old = self._van(self.manager)
        old.action_archive()
        self.env.flush_all()
        self.assertTrue(self._van(self.manager))

    def test_pool_vans_have_no_engineer(self):
        vans = self.env["stock.location"].create(
            [
                {
                    "name": name,
                    "location_id": self.warehouse.view_location_id.id,
                    "service_role": "van",
                }
                for name in ("Pool 1", "Pool 2")
            ]
        )
        self.assertEqual(vans.warehouse_id, self.warehouse)

    def test_van_below_the_stock_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "beside the warehouse's stock"):
            self._van(self.manager, location_id=self.warehouse.lot_stock_id.id)

    def test_van_is_stock_of_a_company(self):
        with self.assertRaisesRegex(ValidationError, "own stock"):
            self._van(self.manager, usage="transit")
        with self.assertRaisesRegex(ValidationError, "own stock"):
            self._van(self.manager, company_id=False)

    def test_only_vans_have_engineers(self):
        with self.assertRaisesRegex(ValidationError, "isn't a van"):
            self.warehouse.lot_stock_id.van_user_id = self.manager

    def test_engineer_of_another_company_gets_no_van_here(self):
        _company, stranger = self._second_company()
        with self.assertRaises(UserError):
            self._van(stranger)

    def test_deliveries_leave_the_vans_alone(self):
        """A delivery of three boards finds only the one that lies in the store."""
        customers = self.env.ref("stock.stock_location_customers")
        move = self.env["stock.move"].create(
            {
                "product_id": self.board.id,
                "product_uom_qty": 3,
                "location_id": self.warehouse.lot_stock_id.id,
                "location_dest_id": customers.id,
                "picking_type_id": self.warehouse.out_type_id.id,
            }
        )
        move._action_confirm()
        move._action_assign()
        self.assertEqual(move.move_line_ids.lot_id, self.board_store)

    def test_new_van_form_proposes_warehouse_and_name(self):
        with self.debug_mode():
            form = Form(
                self.env["stock.location"].with_context(
                    default_service_role="van", default_usage="internal"
                ),
                "service_parts.service_van_view_form",
            )
        form.van_user_id = self.manager
        self.assertIn(self.manager.name, form.name)
        self.assertEqual(form.save().location_id, self.warehouse.view_location_id)

    def test_parts_on_board_count_bins_inside(self):
        self._van(self.manager)
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.van.id}
        )
        self._receive_into(shelf, self._part("Hose", "none", 5, 2))
        self.assertEqual(self.van.van_part_count, 3)
        self.assertEqual(self.van_2.van_part_count, 1)
        domain = self.van.action_view_van_stock()["domain"]
        self.assertEqual(self.env["stock.quant"].search_count(domain), 4)

    # --- Defective parts ----------------------------------------------------------

    def test_new_warehouse_has_a_place_for_defective_parts(self):
        warehouse = self.env["stock.warehouse"].create({"name": "East", "code": "EA"})
        place = warehouse.service_defective_id
        self.assertEqual(place.service_role, "defective")
        self.assertEqual(place.location_id, warehouse.view_location_id)
        self.assertEqual(place.barcode, "EADEFECTIVE")
        self.assertNotEqual(place, self.warehouse.service_defective_id)

    def test_new_company_has_a_place_for_defective_parts(self):
        company, _user = self._second_company()
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", company.id)]
        )
        self.assertEqual(warehouse.service_defective_id.company_id, company)

    def test_install_serves_warehouses_that_exist(self):
        self.warehouse.service_defective_id.unlink()
        self.env.invalidate_all()
        post_init_hook(self.env)
        place = self.warehouse.service_defective_id
        self.assertTrue(place)
        post_init_hook(self.env)
        self.assertEqual(self.warehouse.service_defective_id, place)

    def test_uninstall_keeps_only_places_that_were_used(self):
        unused = self.env["stock.warehouse"].create({"name": "East", "code": "EA"})
        used = self.warehouse.service_defective_id
        place = unused.service_defective_id
        self._receive_into(used, self.belt)
        uninstall_hook(self.env)
        self.assertFalse(place.exists())
        self.assertTrue(used.exists())

    def test_defective_parts_have_no_value(self):
        value = self.board.total_value
        before = self.env["stock.location"].search([("is_valued_internal", "=", True)])
        self._receive_into(self.warehouse.service_defective_id, self.board, ["OLD"])
        self.env.invalidate_all()
        self.assertEqual(self.board.total_value, value)
        self.assertIn(self.van, before)
        self.assertNotIn(self.warehouse.service_defective_id, before)
        unvalued = self.env["stock.location"].search(
            [("is_valued_internal", "!=", True)]
        )
        self.assertIn(self.warehouse.service_defective_id, unvalued)
