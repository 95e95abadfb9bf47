"""From delivery to entitlement: what is granted, re-dated, voided."""

from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form
from odoo.tools import mute_logger

from .common import ContractCase


class TestEntitlement(ContractCase):
    def _return(self, unit, to_refund=True):
        """Take a unit in from the customer by a real picking."""
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        )
        customers = self.env.ref("stock.stock_location_customers")
        places = {
            "location_id": customers.id,
            "location_dest_id": warehouse.lot_stock_id.id,
        }
        return self._move(
            unit, self.customer, warehouse.in_type_id, places, to_refund=to_refund
        )

    def _move(self, unit, partner, picking_type, places, **vals):
        """Move one serial by a real picking."""
        line = {
            "product_id": unit.product_id.id,
            "lot_id": unit.id,
            "quantity": 1,
            "picked": True,
            **places,
        }
        move = {
            "product_id": unit.product_id.id,
            "product_uom_qty": 1,
            "move_line_ids": [Command.create(line)],
            **places,
            **vals,
        }
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": picking_type.id,
                "partner_id": partner.id,
                "move_ids": [Command.create(move)],
                **places,
            }
        )
        picking.button_validate()
        return picking

    def test_delivery_grants_the_warranty_of_the_product(self):
        today = self.unit.delivered_on
        self.assertEqual(len(self.entitlement), 1)
        self.assertEqual(self.entitlement.coverage_id, self.coverage)
        self.assertEqual(self.entitlement.source, "delivery")
        self.assertEqual(self.entitlement.date_start, today)
        self.assertEqual(
            self.entitlement.date_end,
            fields.Date.add(today, months=24, days=-1),
        )
        self.assertEqual(self.entitlement.state, "running")
        self.assertEqual(self.unit.covered_until, self.entitlement.date_end)
        self.assertTrue(self.entitlement.picking_id)

    def test_24_months_from_15_january(self):
        entitlement = self._entitle(self.unit, date_start="2026-01-15")
        self.assertEqual(entitlement.date_end, date(2028, 1, 14))

    def test_a_product_without_terms_takes_those_of_its_category(self):
        parent = self.env["product.category"].create(
            {"name": "Appliances", "service_coverage_id": self.coverage.id}
        )
        child = self.env["product.category"].create(
            {"name": "Dryers", "parent_id": parent.id}
        )
        dryer = self._machine(categ_id=child.id)
        unit = self._deliver(dryer, "D-1", self.customer)
        self.assertEqual(unit.entitlement_ids.coverage_id, self.coverage)

    def test_a_product_without_any_terms_grants_nothing(self):
        plain = self._machine()
        unit = self._deliver(plain, "P-1", self.customer)
        self.assertFalse(unit.entitlement_ids)

    def test_a_sale_is_the_source_and_is_linked(self):
        lot = self._receive(self.washer, "W1-2001")
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.washer.id})],
            }
        )
        order.action_confirm()
        picking = order.picking_ids
        self.assertEqual(picking.move_line_ids.lot_id, lot)
        picking.move_line_ids.picked = True
        picking.button_validate()
        self.assertEqual(lot.entitlement_ids.source, "sale")
        self.assertEqual(lot.entitlement_ids.sale_line_id, order.order_line)

    def test_granting_twice_changes_nothing(self):
        picking = self.entitlement.picking_id
        again = self.env["service.entitlement"]._grant_from_delivery(self.unit, picking)
        self.assertFalse(again)
        self.assertEqual(self.unit.entitlement_ids, self.entitlement)

    def test_many_serials_cost_the_queries_of_few(self):
        picking = self.entitlement.picking_id
        Entitlement = self.env["service.entitlement"]

        def grant(count, prefix):
            units = self.env["stock.lot"].create(
                [
                    {"name": f"{prefix}-{i}", "product_id": self.washer.id}
                    for i in range(count)
                ]
            )
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            granted = Entitlement._grant_from_delivery(units, picking)
            self.env.flush_all()
            self.assertEqual(len(granted), count)
            return self.env.cr.sql_log_count - before

        grant(2, "WARM")
        few, many = grant(2, "FEW"), grant(80, "MANY")
        self.assertLessEqual(many, few + 2)

    def test_commissioning_re_dates_what_starts_on_it(self):
        coverage = self._terms([("part", 100, 0)], start_on="commissioning", months=12)
        product = self._machine(service_coverage_id=coverage.id)
        unit = self._deliver(product, "C-1", self.customer)
        entitlement = unit.entitlement_ids
        self.assertEqual(entitlement.date_start, unit.delivered_on)
        day = unit.delivered_on + timedelta(days=20)
        unit.commissioned_on = day
        self.assertEqual(entitlement.date_start, day)
        self.assertEqual(entitlement.date_end, fields.Date.add(day, months=12, days=-1))
        self.assertEqual(entitlement.state, "upcoming")

    def test_commissioning_leaves_what_starts_on_delivery(self):
        start = self.entitlement.date_start
        self.unit.commissioned_on = start + timedelta(days=20)
        self.assertEqual(self.entitlement.date_start, start)

    def _redeliver(self, unit, partner):
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        )
        customers = self.env.ref("stock.stock_location_customers")
        places = {
            "location_id": warehouse.lot_stock_id.id,
            "location_dest_id": customers.id,
        }
        return self._move(unit, partner, warehouse.out_type_id, places)

    def test_back_to_the_owner_keeps_the_old_warranty(self):
        self._return(self.unit)
        self.assertEqual(self.entitlement.state, "void")
        self._redeliver(self.unit, self.customer)
        self.assertEqual(self.unit.entitlement_ids, self.entitlement)
        self.assertEqual(self.entitlement.state, "running")
        self.assertFalse(self.entitlement.void_reason)

    def test_on_to_another_customer_grants_anew(self):
        self._return(self.unit)
        other = self.env["res.partner"].create({"name": "Second Owner"})
        self._redeliver(self.unit, other)
        self.assertEqual(self.entitlement.state, "void")
        new = self.unit.entitlement_ids - self.entitlement
        self.assertEqual((len(new), new.state), (1, "running"))
        self.assertEqual(new.partner_id, other)

    def test_a_return_voids(self):
        picking = self._return(self.unit)
        self.assertEqual(self.entitlement.state, "void")
        self.assertIn(picking.name, self.entitlement.void_reason)
        self.assertFalse(self.unit.covered_until)
        ticket = self._ticket()
        self.assertEqual(ticket.cover_state, "chargeable")
        self.assertIn("void", ticket.cover_reason)

    def test_a_unit_taken_in_for_repair_keeps_its_warranty(self):
        self._return(self.unit, to_refund=False)
        self.assertEqual(self.unit.service_state, "returned")
        self.assertEqual(self.entitlement.state, "running")
        self.assertEqual(self._ticket().cover_state, "covered")
        self._redeliver(self.unit, self.customer)
        self.assertEqual(self.unit.entitlement_ids, self.entitlement)
        self.assertEqual(self.unit.service_state, "in_service")

    def test_by_hand_needs_a_reason(self):
        with self.assertRaisesRegex(ValidationError, "Say why"):
            self._entitle(self.unit, note=False)

    def test_dates_must_be_in_order(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(Exception, "service_entitlement_dates_in_order"),
        ):
            self._entitle(self.unit, date_start="2026-05-01", date_end="2026-04-01")
            self.env.flush_all()

    def test_states_are_searchable(self):
        today = fields.Date.context_today(self.entitlement)
        upcoming = self._entitle(self.unit, date_start=today + timedelta(days=9))
        ended = self._entitle(self.unit, date_start=today - timedelta(days=900))
        void = self._entitle(self.unit, void_reason="Sold in error")
        everything = self.entitlement | upcoming | ended | void
        for state, expected in (
            ("running", self.entitlement),
            ("upcoming", upcoming),
            ("ended", ended),
            ("void", void),
        ):
            with self.subTest(state):
                found = everything.search(
                    [("id", "in", everything.ids), ("state", "=", state)]
                )
                self.assertEqual(found, expected)
                self.assertEqual(found.state, state)
        covered = self.env["stock.lot"].search(
            [("entitlement_ids.state", "=", "running"), ("id", "=", self.unit.id)]
        )
        self.assertEqual(covered, self.unit)

    def test_promised_terms_stay_as_they_are(self):
        line = self.coverage.line_ids[0]
        other = self._terms([("part", 50, 0)]).line_ids
        for change in (
            lambda: other.write({"coverage_id": self.coverage.id}),
            lambda: self.coverage.write({"months": 12}),
            lambda: line.write({"share": 10}),
            lambda: line.unlink(),
            lambda: self.coverage.write({"line_ids": [Command.clear()]}),
        ):
            with self.assertRaisesRegex(UserError, "Duplicate it"):
                change()
        self.coverage.note = "Printed on the card"
        copy = self.coverage.copy()
        copy.months = 12
        self.assertEqual(copy.months, 12)
        self.assertEqual(len(copy.line_ids), len(self.coverage.line_ids))

    def test_manager_gives_one_by_hand_in_the_form(self):
        form = Form(self.env["service.entitlement"].with_user(self.manager))
        form.unit_id = self.unit
        form.coverage_id = self.coverage
        form.source = "goodwill"
        form.date_start = "2026-01-31"
        form.note = "Third complaint in a row"
        self.assertEqual(form.date_end, date(2028, 1, 30))
        self.assertEqual(form.save().source, "goodwill")

    def test_product_kinds_follow_goods_or_service(self):
        template = self.env["product.template"].create(
            {"name": "Belt", "type": "consu"}
        )
        self.assertEqual(template.service_line_kind, "part")
        template.type = "service"
        self.assertEqual(template.service_line_kind, "labour")
        template.service_line_kind = "travel"
        template.list_price = 3
        self.assertEqual(template.service_line_kind, "travel")
        self.assertEqual(self.callout.service_line_kind, "travel")
