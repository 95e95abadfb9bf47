"""Prices below the tariff, limits, evidence: what is billed is what was promised."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command

from .common import ContractCase


class TestPriceRule(ContractCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.board.standard_price = 70
        cls.rules = {
            name: cls.env.ref(f"service_contract.price_rule_{name}")
            for name in ("cost", "contract", "card")
        }

    def _replace_terms(self, line_vals, **vals):
        """Let the unit have these terms alone."""
        self.entitlement.unlink()
        terms = self.env["service.coverage"].create(
            {
                "name": "Own terms",
                "months": 12,
                "line_ids": [Command.create(line) for line in line_vals],
                **vals,
            }
        )
        return self._entitle(self.unit, terms)

    def _line(self, ticket=None, product=None):
        ticket = ticket or self._ticket(cause_id=self.quality.id)
        return ticket._set_order_line(product or self.board, 1)

    def _part(self, **vals):
        vals = {"name": "Belt", "type": "consu", "list_price": 30, **vals}
        return self.env["product.product"].create(vals)

    def test_parts_at_cost_and_no_labour(self):
        after = self.env.ref("service_contract.coverage_after")
        self.entitlement.unlink()
        self._entitle(self.unit, after)
        ticket = self._ticket(cause_id=self.quality.id)
        part, work = self._line(ticket), self._line(ticket, self.labour)
        self.assertEqual((part.price_unit, part.discount), (70, 0))
        self.assertEqual((part.cover_tariff, part.cover_basis), (120, "cost"))
        self.assertEqual(part.cover_rule, "contract")
        self.assertIn("at cost: ", part.cover_reason)
        self.assertIn("120.00", part.cover_reason)
        self.assertEqual((work.discount, work.price_subtotal), (100, 0))
        self.assertEqual(ticket.cover_state, "partly")
        self.assertIn("at cost", ticket.cover_reason)

    def test_another_cause_than_quality_is_charged_at_cost(self):
        rule = self.rules["cost"].id
        self._replace_terms([{"kind": "part", "share": 100, "excluded_rule_id": rule}])
        line = self._line(self._ticket(cause_id=self.lightning.id))
        self.assertEqual((line.price_unit, line.discount), (70, 0))
        self.assertIn("lightning", line.cover_reason)
        self.assertIn("at cost", line.cover_reason)
        line.order_id.ticket_id.cause_id = self.quality
        self.assertEqual((line.price_unit, line.discount), (120, 100))

    def test_never_above_the_price_when_the_unit_was_sold(self):
        sold = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create({"product_id": self.washer.id}),
                    Command.create({"product_id": self.board.id, "price_unit": 90}),
                ],
            }
        )
        rule = self.rules["contract"].id
        entitlement = self._replace_terms(
            [{"kind": "part", "share": 0, "price_rule_id": rule}]
        )
        entitlement.sale_line_id = sold.order_line[0]
        line = self._line()
        self.assertEqual((line.price_unit, line.cover_basis), (90, "contract"))
        self.board.list_price = 60
        line.order_id.action_update_prices()
        self.assertEqual((line.price_unit, line.cover_basis), (60, "tariff"))

    def test_the_lower_of_tariff_and_card(self):
        card = self.env["product.pricelist"].create(
            {
                "name": "Card",
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "1_product",
                            "product_tmpl_id": self.board.product_tmpl_id.id,
                            "compute_price": "fixed",
                            "fixed_price": 99,
                        }
                    )
                ],
            }
        )
        rule = self.rules["card"].id
        self._replace_terms(
            [{"kind": "part", "share": 0, "price_rule_id": rule}],
            card_pricelist_id=card.id,
            company_id=self.env.company.id,
        )
        self.assertEqual(self._line().price_unit, 99)
        card.item_ids.fixed_price = 200
        line = self._line(self._ticket(cause_id=self.quality.id))
        self.assertEqual((line.price_unit, line.cover_rule), (120, "paid"))

    def test_a_promised_price_is_not_exceeded_by_hand(self):
        rule = self.rules["cost"].id
        self._replace_terms([{"kind": "part", "share": 0, "price_rule_id": rule}])
        line = self._line()
        with self.assertRaisesRegex(ValidationError, "at most"):
            line.with_user(self.salesman).price_unit = 80
        line.with_user(self.salesman).price_unit = 65
        self.assertEqual(line.price_unit, 65)

    def test_hours_are_used_up_over_several_jobs(self):
        entitlement = self._replace_terms(
            [{"kind": "labour", "share": 100, "limit_qty": 3}]
        )
        first = self._ticket(cause_id=self.quality.id, user_id=self.engineer.id)
        line = first._set_order_line(self.labour, 2)
        self.assertEqual((line.discount, line.cover_used_qty), (100, 2))
        first._record_consent(False, False)
        second = self._ticket(cause_id=self.quality.id)
        other = second._set_order_line(self.labour, 4)
        self.assertEqual(other.discount, 25)
        self.assertIn("no more is left", other.cover_reason)
        second._record_consent(self.signature, "The owner")
        third = self._line(self._ticket(cause_id=self.quality.id), self.labour)
        self.assertEqual((third.discount, third.cover_rule), (0, "paid"))
        self.assertIn("used up", third.cover_reason)
        self.assertIn("3 / 3", entitlement.used)

    def test_two_open_orders_do_not_use_the_same_hour(self):
        self._replace_terms([{"kind": "labour", "share": 100, "limit_qty": 1}])
        vals = {"cause_id": self.quality.id, "user_id": self.engineer.id}
        first, second = self._ticket(**vals), self._ticket(**vals)
        lines = [ticket._set_order_line(self.labour, 1) for ticket in (first, second)]
        self.assertEqual([line.discount for line in lines], [100, 100])
        first._record_consent(False, False)
        with self.assertRaises(UserError):
            second.with_user(self.engineer)._record_consent(False, False)
        second._apply_cover()
        self.assertEqual(lines[1].discount, 0)
        self.assertTrue(second.consent_gap)

    def test_lines_of_one_order_share_a_limit(self):
        self._replace_terms([{"kind": "part", "share": 100, "limit_amount": 150}])
        other = self._part(list_price=60)
        ticket = self._ticket(cause_id=self.quality.id)
        first, second = self._line(ticket), self._line(ticket, other)
        self.assertEqual((first.discount, second.discount), (100, 50))

    def test_an_exclusion_counts_once_it_is_shown(self):
        ticket = self._covered_ticket()
        tools = self.env.ref("service_contract.exclusion_wrong_tools")
        tools.needs_evidence = True
        ticket.with_user(self.engineer).exclusion_id = tools
        self.assertTrue(ticket.evidence_missing)
        lines = ticket.order_id.order_line
        self.assertEqual(lines.mapped("discount"), [100, 100])
        self.assertTrue(all(lines.mapped("cover_provisional")))
        photo = self.env["ir.attachment"].create(
            {
                "name": "Stripped screws.png",
                "raw": b"png",
                "res_model": "service.ticket",
                "res_id": ticket.id,
            }
        )
        ticket.with_user(self.engineer).evidence_ids = photo
        self.assertEqual(lines.mapped("discount"), [0, 0])
        foreign = self.env["ir.attachment"].create(
            {"name": "Foreign", "raw": b"x", "res_model": "res.company", "res_id": 1}
        )
        other = self._ticket(user_id=self.engineer_2.id)
        secret = foreign.copy({"res_model": "service.ticket", "res_id": other.id})
        with self.assertRaises(AccessError):
            ticket.with_user(self.engineer).evidence_ids = secret

    def test_software_is_free_for_a_month_half_until_the_third(self):
        today = fields.Date.context_today(self.unit)
        project = self.env.ref("service_contract.coverage_project")
        self.entitlement.unlink()
        setup = self._part(type="service", service_line_kind="software")
        for days, share in ((20, 100), (50, 50), (120, 0)):
            with self.subTest(days=days):
                start = today - timedelta(days=days)
                self.unit.delivered_on = start
                entitlement = self._entitle(self.unit, project, date_start=start)
                line = self._line(self._ticket(kind="training"), setup)
                self.assertEqual(line.discount, share)
                entitlement.unlink()

    def test_another_make_pays_unless_a_contract_says_so(self):
        foreign = self.env.ref("service_ticket.product_other_make")
        unit = self.env["stock.lot"].create(
            {
                "unit_origin": "other_make",
                "product_id": foreign.id,
                "name": "OM-1",
                "unit_make": "Constructa",
                "end_customer_id": self.customer.id,
            }
        )
        self._entitle(unit)
        ticket = self._ticket(unit_id=unit.id)
        self.assertEqual(ticket.cover_state, "chargeable")
        self.assertIn("another make", ticket.cover_reason)
        self._entitle(unit, source="goodwill")
        ticket.invalidate_recordset()
        self.assertEqual(ticket.cover_state, "covered")

    def test_facts_and_what_the_others_gave_are_kept(self):
        half = self._terms([("part", 50, 0)], name="Half of it")
        self._entitle(self.unit, half, source="extension")
        line = self._line()
        self.assertEqual(line.cover_facts["kind"], "part")
        self.assertEqual(line.cover_facts["tariff"], 120)
        self.assertEqual(line.cover_entitlement_id, self.entitlement)
        self.assertIn("50 % covered by Half of it", line.cover_others)

    def test_the_verdict_is_not_written_by_hand(self):
        line = self._line(self._ticket(cause_id=self.lightning.id))
        mine = line.with_user(self.salesman)
        for vals in (
            {"cover_share": 100, "discount": 100},
            {"cover_price": 1},
            {"cover_facts": {}},
            {"override_share": 100, "override_user_id": self.salesman.id},
        ):
            with self.assertRaisesRegex(UserError, "recorded by the system"):
                mine.write(vals)
        with self.assertRaisesRegex(UserError, "recorded by the system"):
            mine.order_id.write(
                {
                    "order_line": [
                        Command.create(
                            {"product_id": self.board.id, "cover_share": 100}
                        )
                    ]
                }
            )

    def test_a_promised_rule_stays_as_it_is(self):
        rule = self.rules["cost"]
        rule.with_user(self.manager).name = "At what it costs us"
        self._replace_terms([{"kind": "part", "share": 0, "price_rule_id": rule.id}])
        with self.assertRaisesRegex(UserError, "stays as it is"):
            rule.with_user(self.manager).use_card = True
        with self.assertRaises(AccessError):
            rule.with_user(self.agent).name = "Mine"

    def test_the_order_of_cover_is_data(self):
        self._entitle(self.unit, source="goodwill")
        line = self._line()
        self.assertEqual(line.cover_rule, "warranty")
        layer = self.env.ref("service_contract.layer_goodwill")
        layer.with_user(self.manager).sequence = 1
        line._rejudge()
        self.assertEqual(line.cover_rule, "goodwill")
        with self.assertRaises(UserError):
            layer.unlink()

    # --- By hand ------------------------------------------------------------------

    def _decide(self, ticket, user, **vals):
        dialog = self.env["service.cover.override"].with_user(user)
        return dialog.create({"ticket_id": ticket.id, **vals}).action_decide()

    def test_a_manager_decides_otherwise_with_a_reason_and_a_note(self):
        ticket = self._chargeable_ticket()
        words = {"reason": "Third time", "note": "Free as a courtesy"}
        for user in (self.agent, self.engineer):
            with self.assertRaises(AccessError):
                self._decide(ticket, user, share=100, **words)
        with self.assertRaisesRegex(UserError, "reason"):
            self._decide(ticket, self.manager, share=100, reason="Third time")
        with self.assertRaisesRegex(UserError, "percentage"):
            self._decide(ticket, self.manager, share=130, **words)
        self._decide(ticket, self.manager, share=100, product_id=self.board.id, **words)
        board = ticket.order_id.order_line.filtered(
            lambda line: line.product_id == self.board
        )
        work = ticket.order_id.order_line - board
        self.assertEqual((board.discount, board.cover_rule), (100, "override"))
        self.assertEqual(board.cover_reason, "Free as a courtesy")
        self.assertEqual(work.discount, 0)
        self.assertIn("Third time", ticket.message_ids[0].body)
        ticket.cause_id = self.quality
        self.assertEqual(board.cover_rule, "override", "a diagnosis undid a decision")
        self._decide(ticket, self.manager, back=True)
        self.assertEqual(board.cover_rule, "warranty")

    def test_what_is_agreed_is_not_decided_anew(self):
        ticket = self._chargeable_ticket()
        ticket._record_consent(self.signature, "The owner")
        with self.assertRaisesRegex(UserError, "confirmed"):
            self._decide(ticket, self.manager, share=100, reason="Late", note="Late")
