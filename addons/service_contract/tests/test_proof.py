import base64
from datetime import timedelta

from odoo import fields

from .common import ContractCase, draw_signature


class TestProof(ContractCase):
    """A proof of purchase gives what the product promises, from its date."""

    def _register(self, **vals):
        day = fields.Date.today() - timedelta(days=100)
        vals = {
            "unit_origin": "proof",
            "product_id": self.washer.id,
            "name": "W1-7001",
            "end_customer_id": self.customer.id,
            "purchased_on": day,
            "purchase_proof": draw_signature(),
            **vals,
        }
        return self.env["stock.lot"].with_user(self.agent).create(vals)

    def test_cover_runs_from_the_purchase(self):
        unit = self._register()
        entitlement = unit.entitlement_ids
        self.assertEqual(entitlement.source, "proof")
        self.assertEqual(entitlement.coverage_id, self.coverage)
        self.assertEqual(entitlement.date_start, unit.purchased_on)
        self.assertEqual(entitlement.state, "running")
        self.assertEqual(self._ticket(unit_id=unit.id).cover_state, "covered")
        unit._on_registered()
        self.assertEqual(unit.entitlement_ids, entitlement, "once")

    def test_an_old_purchase_is_out_of_warranty(self):
        unit = self._register(purchased_on="2015-01-01")
        self.assertEqual(unit.entitlement_ids.state, "ended")
        self.assertEqual(self._ticket(unit_id=unit.id).cover_state, "chargeable")

    def test_a_proof_that_comes_later_and_is_corrected(self):
        unit = self._register(
            unit_origin="manual", purchased_on=False, purchase_proof=False
        )
        self.assertFalse(unit.entitlement_ids)
        day = fields.Date.today() - timedelta(days=50)
        unit.write({"purchased_on": day, "purchase_proof": draw_signature()})
        self.assertEqual(unit.entitlement_ids.date_start, day)
        earlier = day - timedelta(days=9)
        unit.with_user(self.manager).purchased_on = earlier
        self.assertEqual(unit.entitlement_ids.date_start, earlier)

    def test_another_make_is_never_covered(self):
        foreign = self.env.ref("service_ticket.product_other_make")
        foreign.service_coverage_id = self.coverage
        unit = self._register(
            unit_origin="other_make", product_id=foreign.id, unit_make="Constructa"
        )
        self.assertFalse(unit.entitlement_ids)
        self.assertEqual(self._ticket(unit_id=unit.id).cover_state, "chargeable")

    def test_back_from_a_repair_it_gets_no_second_warranty(self):
        pdf = base64.b64encode(b"%PDF-1.4\n%%EOF")
        unit = self._register(purchase_proof=pdf)
        before = unit.entitlement_ids
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        )
        customers = self.env.ref("stock.stock_location_customers")
        self.env["stock.quant"].with_context(inventory_mode=True).create(
            {
                "product_id": self.washer.id,
                "lot_id": unit.id,
                "location_id": warehouse.lot_stock_id.id,
                "inventory_quantity": 1,
            }
        ).action_apply_inventory()
        line = {"product_id": self.washer.id, "lot_id": unit.id, "quantity": 1}
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": warehouse.out_type_id.id,
                "location_id": warehouse.lot_stock_id.id,
                "location_dest_id": customers.id,
                "partner_id": self.customer.id,
                "move_line_ids": [
                    fields.Command.create(
                        {
                            **line,
                            "location_id": warehouse.lot_stock_id.id,
                            "location_dest_id": customers.id,
                        }
                    )
                ],
            }
        )
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        self.assertEqual(unit.unit_origin, "proof")
        self.assertEqual(unit.entitlement_ids, before)
