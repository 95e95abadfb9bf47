"""The cases of service_contract: the judge, and entitlements of a delivery."""

import time
from datetime import date
from decimal import Decimal

from odoo.fields import Command

from odoo.addons.service_contract.engine import cover

from .harness import Bench, Case


def run(bench: Bench, sizes: list[int]) -> None:
    """Run the cases; the smallest size makes a small trial of them."""
    env = bench.env
    lines, serials = (10_000, 5_000) if max(sizes) >= 1_000 else (400, 200)
    ours = Ours(env)
    bench.run(_engine_case(5 * lines))
    ours.make_orders(lines)
    bench.run(_judge_case(ours, lines))
    bench.run(_delivery_case(ours, serials))


class Ours:
    """Units with a warranty, and orders that are judged."""

    def __init__(self, env):
        self.env = env
        self.terms = env.ref("service_contract.coverage_standard")
        products = env["product.product"]
        self.machine = products.create(
            {
                "name": "Bench machine",
                "type": "consu",
                "is_storable": True,
                "tracking": "serial",
                "service_coverage_id": self.terms.id,
            }
        )
        self.goods = products.create(
            {"name": "Bench part", "type": "consu", "standard_price": 70}
        )
        for name in ("labour", "callout", "diagnosis"):
            self.goods += env.ref(f"service_contract.product_{name}")
        self.partner = env["res.partner"].create({"name": "Bench"})
        self.line_ids = []

    def units(self, count, prefix):
        return self.env["stock.lot"].create(
            [
                {
                    "name": f"{prefix}-{number}",
                    "product_id": self.machine.id,
                    "end_customer_id": self.partner.id,
                }
                for number in range(count)
            ]
        )

    def given_lines(self, count):
        """Return so many lines of open orders, four to a ticket, never judged."""
        ids = self.line_ids[:count]
        self.env.cr.execute(
            """
            UPDATE sale_order_line
               SET cover_rule = NULL, cover_reason = NULL, cover_facts = NULL,
                   cover_provisional = NULL, cover_entitlement_id = NULL
             WHERE id = ANY(%s)
            """,
            [ids],
        )
        self.env.invalidate_all()
        return (self.env["sale.order.line"].browse(ids),)

    def make_orders(self, lines):
        """Open orders with so many lines; they outlive the single runs."""
        orders = self._make_orders(lines // len(self.goods))
        self.env.flush_all()
        self.line_ids = orders.order_line.ids

    def _make_orders(self, count):
        units = self.units(count, "JUDGED")
        quiet = self.env["service.entitlement"].with_context(
            mail_create_nolog=True, tracking_disable=True
        )
        quiet.create(
            [
                {"unit_id": u.id, "coverage_id": self.terms.id, "source": "delivery"}
                for u in units
            ]
        )
        cause = self.env.ref("service_ticket.cause_component")
        tickets = self.env["service.ticket"].create(
            [
                {
                    "subject": "Bench",
                    "unit_id": unit.id,
                    "partner_id": self.partner.id,
                    "cause_id": cause.id,
                }
                for unit in units
            ]
        )
        lines = [Command.create({"product_id": one.id}) for one in self.goods]
        return self.env["sale.order"].create(
            [ticket._prepare_order_vals() | {"order_line": lines} for ticket in tickets]
        )

    def judge(self, lines):
        lines._rejudge()

    def given_delivery(self, count):
        """Return a picking with so many serials, and the values of its move lines."""
        prefix = f"D{time.monotonic_ns()}"
        units = self.units(count, prefix)
        kind = self.env["stock.picking.type"].search(
            [("code", "=", "outgoing"), ("company_id", "=", self.env.company.id)],
            limit=1,
        )
        customers = self.env.ref("stock.stock_location_customers")
        places = {
            "location_id": kind.default_location_src_id.id,
            "location_dest_id": customers.id,
        }
        picking = self.env["stock.picking"].create(
            {"picking_type_id": kind.id, "partner_id": self.partner.id, **places}
        )
        move = self.env["stock.move"].create(
            {
                "product_id": self.machine.id,
                "product_uom_qty": count,
                "picking_id": picking.id,
                **places,
            }
        )
        vals_list = [
            {
                "move_id": move.id,
                "picking_id": picking.id,
                "product_id": self.machine.id,
                "lot_id": unit.id,
                "quantity": 1,
                "picked": True,
                **places,
            }
            for unit in units
        ]
        return units, picking, vals_list

    def move_lines(self, _units, _picking, vals_list):
        self.env["stock.move.line"].create(vals_list)

    def grant(self, units, picking, _vals_list):
        self.env["service.entitlement"]._grant_from_delivery(units, picking)


def _engine_case(count):
    grants = tuple(
        cover.Grant(kind, Decimal(100), date(2028, 1, 1)) for kind in cover.KINDS
    )
    papers = tuple(
        cover.Entitlement(layer, layer, date(2026, 1, 1), grants)
        for layer in cover.PRECEDENCE[:2]
    )

    def ask():
        return (
            [
                cover.CoverRequest(
                    "part",
                    date(2026, 6, 1),
                    papers,
                    prices=cover.Prices(Decimal(number)),
                )
                for number in range(count)
            ],
        )

    return Case(
        name="contract.engine_verdict",
        count=count,
        ours=cover.judge_many,
        prepare=ask,
        goal="≥ 20,000 a second (≤ 0.05 ms)",
        is_met=lambda o, _p, _q: o <= 0.05,
    )


def _judge_case(ours, count):
    return Case(
        name=f"contract.judge_{count}_lines",
        count=count,
        ours=ours.judge,
        prepare=lambda: ours.given_lines(count),
        goal="read, judged, stored: ≤ 0.3 ms, ≤ 0.05 queries a line",
        is_met=lambda o, _p, q: o <= 0.3 and q <= 0.05,
    )


def _delivery_case(ours, count):
    """The peer is Odoo itself: the move lines of the same delivery."""
    return Case(
        name=f"contract.grant_{count}_serials",
        count=count,
        ours=ours.grant,
        prepare=lambda: ours.given_delivery(count),
        peer=ours.move_lines,
        prepare_peer=lambda: ours.given_delivery(count),
        goal="≤ 2× Odoo's move lines, ≤ 100 queries a batch",
        is_met=lambda o, p, q: o <= 2 * p and q * count <= 100,
    )
