"""The ticket's order: one, judged line by line, with the share as discount."""

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form
from odoo.tools import mute_logger

from .common import ContractCase


class TestOrder(ContractCase):
    def test_one_order_for_a_ticket(self):
        ticket = self._ticket(user_id=self.engineer.id)
        order = ticket.with_user(self.engineer)._get_order()
        self.assertEqual(order.partner_id, self.customer)
        self.assertEqual(order.ticket_id, ticket)
        self.assertEqual(ticket.order_id, order)
        self.assertEqual(ticket.with_user(self.agent)._get_order(), order)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(Exception, "sale_order_one_by_ticket"),
        ):
            self.env["sale.order"].create(
                {"partner_id": self.customer.id, "ticket_id": ticket.id}
            )
            self.env.flush_all()

    def test_an_order_needs_a_customer(self):
        ticket = self._ticket(unit_id=False)
        with self.assertRaisesRegex(UserError, "record the customer"):
            ticket._get_order()

    def test_a_cancelled_order_is_taken_up_again(self):
        ticket = self._chargeable_ticket()
        order = ticket.order_id
        order._action_cancel()
        self.assertEqual(ticket.payment_state, "none")
        self.assertEqual(ticket._get_order(), order)
        self.assertEqual(order.state, "draft")

    def test_covered_lines_cost_nothing_and_say_why(self):
        order = self._covered_ticket().order_id
        for line in order.order_line:
            self.assertEqual((line.cover_share, line.discount), (100, 100))
            self.assertEqual(line.cover_rule, "warranty")
            self.assertIn("Covered by Standard warranty", line.cover_reason)
            self.assertGreater(line.price_unit, 0)
        self.assertEqual(order.amount_total, 0)

    def test_excluded_lines_cost_the_tariff_and_say_why(self):
        order = self._chargeable_ticket().order_id
        for line in order.order_line:
            self.assertEqual((line.cover_share, line.discount), (0, 0))
            self.assertEqual(line.cover_rule, "paid")
            self.assertIn("lightning", line.cover_reason)
        self.assertEqual(order.amount_untaxed, 60 + 120)

    def test_quantity_does_not_move_the_verdict(self):
        ticket = self._covered_ticket()
        line = ticket._set_order_line(self.labour, 2.5)
        self.assertEqual(line.product_uom_qty, 2.5)
        self.assertEqual(line.discount, 100)
        line.product_uom_qty = 4
        self.assertEqual((line.discount, line.price_subtotal), (100, 0))

    def test_pricelist_rebate_is_in_the_price_the_cover_in_the_discount(self):
        self.env["res.config.settings"].create(
            {"group_product_pricelist": True, "group_discount_per_so_line": True}
        ).execute()
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Members",
                "item_ids": [
                    Command.create(
                        {
                            "compute_price": "percentage",
                            "percent_price": 10,
                            "applied_on": "3_global",
                        }
                    )
                ],
            }
        )
        self.customer.property_product_pricelist = pricelist
        line = self._chargeable_ticket().order_id.order_line[0]
        self.assertEqual((line.price_unit, line.discount), (54, 0))
        line.product_uom_qty = 3
        self.assertEqual((line.price_unit, line.discount), (54, 0))
        covered = self._covered_ticket().order_id.order_line[0]
        covered.product_uom_qty = 3
        self.assertEqual((covered.price_unit, covered.discount), (54, 100))

    def test_recomputing_the_prices_keeps_the_verdict(self):
        order = self._covered_ticket().order_id
        self.board.list_price = 150
        order.with_user(self.salesman).action_update_prices()
        self.assertEqual(order.order_line.mapped("discount"), [100, 100])
        self.assertIn(150, order.order_line.mapped("price_unit"))

    def test_a_copy_of_the_order_is_not_covered(self):
        copy = self._covered_ticket().order_id.copy()
        self.assertFalse(copy.ticket_id)
        self.assertEqual(copy.order_line.mapped("discount"), [0, 0])
        self.assertEqual(copy.amount_untaxed, 180)

    def test_an_open_order_follows_the_ticket_to_another_customer(self):
        ticket = self._covered_ticket()
        other = self.env["res.partner"].create({"name": "Second Owner"})
        ticket.with_user(self.agent).write({"partner_id": other.id, "site_id": False})
        order = ticket.order_id
        self.assertEqual((order.partner_id, order.partner_shipping_id), (other, other))
        self.assertEqual(order.order_line.mapped("discount"), [100, 100])
        ticket._record_consent(False, False)
        ticket.partner_id = self.customer
        self.assertEqual(order.partner_id, other)

    def test_taxes_follow_the_ticket_to_a_customer_abroad(self):
        taxes = self.env["account.tax"]
        tax = taxes.create({"name": "20 %", "amount": 20, "type_tax_use": "sale"})
        export = self.env["account.fiscal.position"].create({"name": "Export"})
        none = taxes.create(
            {
                "name": "Export",
                "amount": 0,
                "type_tax_use": "sale",
                "fiscal_position_ids": [Command.set(export.ids)],
                "original_tax_ids": [Command.set(tax.ids)],
            }
        )
        self.callout.taxes_id = tax
        abroad = self.env["res.partner"].create(
            {"name": "Abroad", "property_account_position_id": export.id}
        )
        ticket = self._ticket()
        line = ticket._set_order_line(self.callout, 1)
        self.assertEqual(line.tax_ids, tax)
        vals = {"unit_id": False, "partner_id": abroad.id, "site_id": abroad.id}
        ticket.with_user(self.agent).write(vals)
        self.assertEqual(line.tax_ids, none)
        self.assertEqual(ticket.order_id.amount_tax, 0)

    def test_a_job_that_is_over_gets_no_line(self):
        ticket = self._covered_ticket()
        ticket.action_resolve()
        ticket.with_user(self.engineer)._set_order_line(self.callout, 1)
        ticket.callback_ids.action_satisfied()
        with self.assertRaisesRegex(UserError, "is over"):
            ticket.with_user(self.engineer)._set_order_line(self.callout, 2)

    def test_cause_decides_while_the_order_is_open(self):
        ticket = self._covered_ticket()
        order = ticket.order_id
        ticket.with_user(self.engineer).cause_id = self.lightning
        self.assertEqual(order.order_line.mapped("discount"), [0, 0])
        self.assertEqual(order.amount_untaxed, 180)
        ticket.with_user(self.engineer).exclusion_id = False
        self.assertEqual(order.order_line.mapped("discount"), [100, 100])
        self.assertEqual(order.amount_total, 0)

    def test_unit_decides_too(self):
        ticket = self._covered_ticket()
        ticket.unit_id = self._deliver(self._machine(), "X-1", self.customer)
        self.assertEqual(ticket.order_id.amount_untaxed, 180)

    def test_confirmed_order_keeps_its_verdict(self):
        ticket = self._chargeable_ticket()
        order = ticket._record_consent(self.signature, "The owner")
        ticket.cause_id = self.quality
        self.assertEqual(order.order_line.mapped("discount"), [0, 0])
        self.assertEqual(order.order_line.mapped("cover_rule"), ["paid", "paid"])
        line = ticket._set_order_line(self.callout, 1)
        self.assertEqual((line.discount, line.cover_rule), (100, "warranty"))

    def test_lines_by_kind(self):
        self.entitlement.unlink()
        self._entitle(self.unit, self._terms([("part", 100, 0), ("labour", 50, 0)]))
        ticket = self._ticket(cause_id=self.quality.id)
        shares = [
            ticket._set_order_line(product, 1).cover_share
            for product in (self.board, self.labour, self.callout, self.diagnosis)
        ]
        self.assertEqual(shares, [100, 50, 0, 0])
        self.assertEqual(ticket.order_id.amount_untaxed, 30 + 45 + 35)

    def test_zero_takes_a_line_off(self):
        ticket = self._chargeable_ticket()
        self.assertFalse(ticket._set_order_line(self.board, 0))
        self.assertEqual(ticket.order_id.order_line.product_id, self.labour)
        self.assertFalse(ticket._set_order_line(self.board, 0))
        order = ticket._record_consent(self.signature, "The owner")
        ticket._set_order_line(self.labour, 0)
        self.assertEqual(order.order_line.product_uom_qty, 0)

    def test_nobody_types_a_discount_over_the_verdict(self):
        line = self._chargeable_ticket().order_id.order_line[0]
        with self.assertRaisesRegex(ValidationError, "goodwill"):
            line.with_user(self.salesman).discount = 40
        plain = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create({"product_id": self.board.id, "discount": 40})
                ],
            }
        )
        self.assertEqual(plain.order_line.discount, 40)
        self.assertFalse(plain.order_line.cover_rule)

    def test_a_salesman_adds_a_line_in_the_order_form(self):
        ticket = self._covered_ticket()
        form = Form(ticket.order_id.with_user(self.salesman))
        with form.order_line.new() as line:
            line.product_id = self.callout
        order = form.save()
        self.assertEqual(order.order_line[-1].discount, 100)
        self.assertEqual(order.amount_total, 0)

    def test_sections_notes_and_plain_orders_are_not_judged(self):
        order = self._covered_ticket().order_id
        order.order_line = [
            Command.create({"display_type": "line_note", "name": "Thank you"})
        ]
        note = order.order_line.filtered("display_type")
        self.assertFalse(note.cover_rule)

    def test_cancelling_the_ticket_cancels_its_quotation(self):
        ticket = self._chargeable_ticket()
        ticket.with_user(self.agent).action_cancel()
        self.assertEqual(ticket.order_id.state, "cancel")

    def test_front_desk_adds_a_line_by_dialog(self):
        ticket = self._ticket(cause_id=self.lightning.id).with_user(self.agent)
        ticket.action_create_order()
        action = ticket.action_add_to_order()
        dialog = Form(
            self.env[action["res_model"]]
            .with_user(self.agent)
            .with_context(**action["context"])
        )
        dialog.product_id = self.callout
        dialog.save().action_add()
        self.assertEqual(ticket.order_amount, ticket.sudo().order_id.amount_total)
        self.assertIn("Call-out", ticket.order_table)
        self.assertIn("lightning", ticket.order_table)

    def test_the_ticket_form_shows_the_order_to_each_role(self):
        ticket = self._chargeable_ticket()
        for user in (self.agent, self.engineer, self.manager, self.accountant):
            with self.subTest(user.login), Form(ticket.with_user(user)) as form:
                self.assertIn("Repair labour", form.order_table)
                self.assertTrue(form.consent_gap)
