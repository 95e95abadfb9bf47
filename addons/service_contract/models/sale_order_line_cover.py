"""The verdict of each line: asked for in bulk, stored with what it was made from."""

import functools
from dataclasses import replace
from decimal import Decimal

from odoo import models
from odoo.fields import Domain

from ..engine import cover

_PRECISION = Decimal("0.000001")


@functools.lru_cache(maxsize=4096)
def _decimal(value):
    return Decimal(str(value)).quantize(_PRECISION)


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _judge_lines(self):
        """Ask the judge about these lines of open orders, all at once.

        :return: {line: values of the cover fields}
        """
        tickets = self.order_id.ticket_id
        papers = tickets._get_papers()
        known = self._get_known_prices(papers)
        by_cost = self._is_cost_wanted(papers)
        answers, sentences = {}, {}
        for order, lines in self.grouped("order_id").items():
            lang = order._get_lang()
            ticket = order.ticket_id.with_context(lang=lang)
            question = ticket._prepare_cover_request(papers)
            spent = self._get_spent(order, lines, question)
            rate = order.order_line._get_company_rate(order)
            for line in lines:
                prices = line._get_ceiling_prices(known, by_cost, rate)
                asked = line._ask(question, prices, spent, rate)
                verdict = cover.judge(asked)
                line._spend(spent, verdict, rate)
                key = (order.currency_id.id, *ticket._get_sentence_key(verdict, asked))
                if key not in sentences:
                    sentences[key] = ticket._explain(
                        verdict, asked.prices.tariff, order.currency_id
                    )
                answers[line] = line._prepare_cover_vals(
                    asked, verdict, sentences[key], rate
                )
        return answers

    def _ask(self, question, prices, spent, rate):
        """Return the judge's question about this line."""
        kind = self.service_line_kind or "part"
        own = (
            frozenset((str(self.product_id.id),)) if kind in ("part", "unit") else None
        )
        entitlements = question.entitlements
        if spent is not None:
            entitlements = self._deduct(entitlements, spent, kind, rate)
        return replace(
            question,
            kind=kind,
            entitlements=entitlements,
            quantity=_decimal(self.product_uom_qty),
            products=question.products if own is None else own,
            prices=cover.Prices(_decimal(self.cover_tariff), *prices),
        )

    def _prepare_cover_vals(self, asked, verdict, sentence, rate):
        prices, reason = asked.prices, verdict.reason
        return {
            "cover_share": float(verdict.share),
            "cover_rule": verdict.rule,
            "cover_basis": reason.basis,
            "cover_price": float(verdict.price),
            "cover_reason": sentence,
            "cover_provisional": verdict.provisional,
            "cover_entitlement_id": int(reason.document)
            if verdict.rule != cover.PAID
            else False,
            "cover_used_qty": float(verdict.used_qty),
            "cover_used_amount": float(verdict.used_amount) / rate,
            "cover_facts": {
                "day": asked.day.isoformat(),
                "kind": asked.kind,
                "quantity": float(asked.quantity),
                "tariff": float(prices.tariff),
                "cost": None if prices.cost is None else float(prices.cost),
                "exclusion": asked.exclusion,
                "diagnosed": asked.diagnosed,
                "proven": asked.proven,
                "fault": asked.fault,
                "foreign": asked.foreign,
                "precedence": list(asked.precedence),
                "papers": [paper.document for paper in asked.entitlements],
                "others": [
                    [
                        other.reason.document,
                        float(other.share),
                        float(other.price),
                        other.reason.key,
                        other.reason.basis,
                        other.reason.day and other.reason.day.isoformat(),
                    ]
                    for other in verdict.others
                ],
            },
        }

    # --- Prices on record -------------------------------------------------------------

    def _get_company_rate(self, order=None):
        """Return how much of the order's currency one of the company's is."""
        order = order or self.order_id
        if order.currency_id == order.company_id.currency_id:
            return 1.0
        return order.currency_rate or 1.0

    def _is_cost_wanted(self, papers):
        """Say whether any of the papers compares with what the product costs us."""
        return any(
            "cost" in grant.ceilings or "cost" in grant.excluded_ceilings
            for found in papers.values()
            for paper in found
            for grant in paper.grants
        )

    def _get_known_prices(self, papers):
        """Return {product id: {(document, "contract" or "card"): price}}, in bulk.

        In the company's currency, by unit of measure of the product. Only documents
        whose terms compare with such a price are looked at.
        """
        wanted = {
            (int(paper.document), ceiling)
            for found in papers.values()
            for paper in found
            for grant in paper.grants
            for ceiling in (*grant.ceilings, *grant.excluded_ceilings)
            if ceiling != "cost"
        }
        if not wanted:
            return {}
        known = self._get_sold_prices(wanted)
        by_list = {}
        entitlements = self.env["service.entitlement"].sudo()
        for entitlement_id, ceiling in wanted:
            entitlement = entitlements.browse(entitlement_id)
            prices = entitlement.pricelist_id
            if ceiling == "card":
                prices = entitlement.coverage_id.card_pricelist_id
            if prices:
                key = (prices, entitlement.company_id)
                by_list.setdefault(key, []).append((str(entitlement_id), ceiling))
        products = self.product_id.sudo()
        for (prices, company), names in by_list.items():
            listed = prices.with_company(company)._get_products_price(
                products, 1.0, currency=company.currency_id
            )
            for product_id, price in listed.items():
                agreed = known.setdefault(product_id, {})
                for name in names:
                    agreed[name] = min(price, agreed.get(name, price))
        return known

    def _get_sold_prices(self, wanted):
        """Return the unit prices in the orders by which the units were sold (R54)."""
        entitlements = self.env["service.entitlement"].sudo()
        entitlements = entitlements.browse(
            {one for one, ceiling in wanted if ceiling == "contract"}
        ).filtered("sale_line_id")
        if not entitlements:
            return {}
        orders = entitlements.sale_line_id.order_id
        lines = self.sudo().search(
            Domain("order_id", "in", orders.ids)
            & Domain("product_id", "in", self.product_id.ids)
        )
        prices, known = {}, {}
        for line in lines:
            price = line.product_uom_id._compute_price(
                line.price_unit * (1 - line.discount / 100), line.product_id.uom_id
            )
            price /= line._get_company_rate()
            of_order = prices.setdefault(line.order_id, {})
            product_id = line.product_id.id
            of_order[product_id] = min(price, of_order.get(product_id, price))
        for entitlement in entitlements:
            name = (str(entitlement.id), "contract")
            of_order = prices.get(entitlement.sale_line_id.order_id, {})
            for product_id, price in of_order.items():
                known.setdefault(product_id, {})[name] = price
        return known

    def _get_ceiling_prices(self, known, by_cost, rate):
        """Return (cost, agreed prices) of this line, in its currency and its unit."""
        agreed = known.get(self.product_id.id)
        if not (by_cost or agreed):
            return ()
        product = self.product_id.with_company(self.company_id).sudo()
        factor = rate
        if self.product_uom_id != product.uom_id:
            factor *= product.uom_id._compute_price(1.0, self.product_uom_id)
        # Nobody works for nothing: a cost of zero is one that nobody has recorded.
        cost = _decimal(product.standard_price * factor) or None
        agreed = agreed or {}
        return cost, {name: _decimal(price * factor) for name, price in agreed.items()}

    # --- Limits ---------------------------------------------------------------------

    def _get_spent(self, order, lines, question):
        """Return {(document, kind): [quantity, amount]} that this order takes already.

        `None` where no document has limits. Confirmed orders are counted by the
        entitlements themselves; here are the other lines of the order at hand.
        """
        grants = (grant for paper in question.entitlements for grant in paper.grants)
        if all(g.left_qty is None and g.left_amount is None for g in grants):
            return None
        spent = {}
        if order.state in ("draft", "sent"):
            for line in (order.order_line - lines).filtered("cover_entitlement_id"):
                line._add(
                    spent,
                    str(line.cover_entitlement_id.id),
                    _decimal(line.cover_used_qty),
                    _decimal(line.cover_used_amount),
                )
        return spent

    def _add(self, spent, document, qty, amount):
        used = spent.setdefault((document, self.service_line_kind or "part"), [0, 0])
        used[0] += qty
        used[1] += amount

    def _spend(self, spent, verdict, rate):
        if spent is not None and verdict.rule != cover.PAID:
            amount = verdict.used_amount / _decimal(rate)
            self._add(spent, verdict.reason.document, verdict.used_qty, amount)

    def _deduct(self, entitlements, spent, kind, rate):
        """Return the papers with what the other lines of the order have left."""
        rate = _decimal(rate)

        def deduct(paper, grant):
            qty, amount = spent.get((paper.document, kind), (0, 0))
            left_qty, left_amount = grant.left_qty, grant.left_amount
            if grant.kind != kind or (left_qty is None and left_amount is None):
                return grant
            return replace(
                grant,
                left_qty=None if left_qty is None else left_qty - qty,
                left_amount=None
                if left_amount is None
                else (left_amount - amount) * rate,
            )

        return tuple(
            replace(paper, grants=tuple(deduct(paper, g) for g in paper.grants))
            for paper in entitlements
        )
