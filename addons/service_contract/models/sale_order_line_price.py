"""What a verdict makes of a line: words, price, discount and invoice."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_compare

from ..engine import cover
from .sale_order_line import RECOMPUTING


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.depends("cover_facts")
    @api.depends_context("lang")
    def _compute_cover_others(self):
        """What the documents gave that did not win, one line each."""
        for line in self:
            line.cover_others = "\n".join(line._explain_others())

    def _explain_others(self):
        ticket = self.order_id.ticket_id
        kind = (self.cover_facts or {}).get("kind", "part")
        sentences = []
        for document, share, price, key, basis, day in (self.cover_facts or {}).get(
            "others", ()
        ):
            reason = cover.Reason(
                key,
                document,
                kind,
                Decimal(str(share)),
                day and fields.Date.to_date(day),
                (self.cover_facts or {}).get("exclusion") or "",
                basis,
            )
            price = Decimal(str(price))
            opinion = cover.Opinion("paid", reason.share, price, reason)
            tariff = Decimal(str(self.cover_tariff))
            sentences.append(ticket._explain(opinion, tariff, self.currency_id))
        return sentences

    @api.depends("cover_share", "order_id.ticket_id")
    def _compute_discount(self):
        """The pricelist's rebate is in the price of a judged line, the cover in the
        discount: Odoo would otherwise recompute it with every quantity."""
        judged = self.filtered(lambda line: line._is_judged())
        super(SaleOrderLine, self - judged)._compute_discount()
        for line in judged:
            # The verdict may be made on the way: it is checked with the discount.
            asking = line.with_context(service_recompute=RECOMPUTING)
            line.discount = asking.cover_share

    @api.depends("cover_price", "cover_basis")
    def _compute_price_unit(self):
        return super()._compute_price_unit()

    def _get_display_price(self):
        """The tariff, or what a price rule allows in its place."""
        if not self._is_judged():
            return super()._get_display_price()
        if self.cover_basis in (False, "tariff"):
            return self._get_pricelist_price()
        return self.cover_price

    @api.constrains("price_unit", "cover_price")
    def _check_price_is_allowed(self):
        """A price that was promised is not exceeded, whoever writes the line (R54)."""
        if self.env.context.get("service_recompute") is RECOMPUTING:
            return
        for line in self.filtered(lambda line: line._is_judged()):
            if line.cover_basis in (False, "tariff"):
                continue
            allowed = line.product_id._get_tax_included_unit_price_from_price(
                line.cover_price,
                line.product_id.taxes_id._filter_taxes_by_company(line.company_id),
                fiscal_position=line.order_id.fiscal_position_id,
            )
            if line.currency_id.compare_amounts(line.price_unit, allowed) > 0:
                raise ValidationError(
                    self.env._(
                        "“%(line)s” is charged %(price)s at most: %(reason)s",
                        line=line.name,
                        price=line.currency_id.format(allowed),
                        reason=line.cover_reason,
                    )
                )

    @api.constrains("discount", "cover_share")
    def _check_discount_is_cover(self):
        """What is billed is what the judge decided, whoever writes the line."""
        if self.env.context.get("service_recompute") is RECOMPUTING:
            return
        for line in self.filtered(lambda line: line._is_judged()):
            if float_compare(line.discount, line.cover_share, precision_digits=2):
                raise ValidationError(
                    self.env._(
                        "The discount of “%(line)s” is what the terms of the unit "
                        "cover: %(share)s %%. To give more, record a goodwill "
                        "entitlement for the unit; to charge more, record the cause "
                        "or the exclusion on %(ticket)s.",
                        line=line.name,
                        share=line.cover_share,
                        ticket=line.order_id.ticket_id.name,
                    )
                )

    @api.depends("order_id.ticket_id")
    def _compute_qty_to_invoice(self):
        """A ticket is billed as ordered and consented, delivered or not."""
        super()._compute_qty_to_invoice()
        for line in self.filtered(lambda line: line._is_judged()):
            if line.state == "sale":
                line.qty_to_invoice = line.product_uom_qty - line.qty_invoiced

    def _prepare_invoice_line(self, **optional_values):
        values = super()._prepare_invoice_line(**optional_values)
        if self.cover_reason:
            values["cover_reason"] = self.cover_reason
        return values
