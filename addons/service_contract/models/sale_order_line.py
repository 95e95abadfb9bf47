from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_compare
from odoo.tools.sql import column_exists, create_column

from .product_template import LINE_KINDS

COVER_RULES = [
    ("warranty", "Warranty"),
    ("extension", "Extension"),
    ("contract", "Contract"),
    ("goodwill", "Goodwill"),
    ("paid", "Paid by the customer"),
]


# In the context while Odoo recomputes prices; an object that no RPC call can send.
RECOMPUTING = object()


class SaleOrderLine(models.Model):
    """On the order of a ticket the covered share is the line's discount.

    So customers, accountants, taxes and reports all see it the way they know. The
    verdict stays as it is once the order is confirmed.
    """

    _inherit = "sale.order.line"

    service_line_kind = fields.Selection(
        LINE_KINDS,
        "Kind of Line",
        compute="_compute_service_line_kind",
        store=True,
        readonly=False,
        precompute=True,
    )
    cover_share = fields.Float(
        "Covered (%)",
        digits="Discount",
        compute="_compute_cover",
        store=True,
        precompute=True,
    )
    cover_rule = fields.Selection(
        COVER_RULES,
        "Decided By",
        compute="_compute_cover",
        store=True,
        precompute=True,
    )
    cover_reason = fields.Char(
        "Because",
        compute="_compute_cover",
        store=True,
        precompute=True,
        help="Printed under the line on quotation and invoice.",
    )

    def _auto_init(self):
        """Add the columns empty: no line that exists already belongs to a ticket.

        Otherwise Odoo would judge every order line of a company on installation.
        """
        for name, column_type in (
            ("service_line_kind", "varchar"),
            ("cover_share", "numeric"),
            ("cover_rule", "varchar"),
            ("cover_reason", "varchar"),
        ):
            if not column_exists(self.env.cr, self._table, name):
                create_column(self.env.cr, self._table, name, column_type)
        return super()._auto_init()

    @api.depends("product_id")
    def _compute_service_line_kind(self):
        for line in self:
            line.service_line_kind = line.product_id.service_line_kind

    def _is_judged(self):
        """Whether the cover judge decides this line."""
        self.ensure_one()
        return bool(
            self.order_id.ticket_id
            and self.product_id
            and not self.display_type
            and not self.is_downpayment
            and not self._is_global_discount()
        )

    @api.depends("order_id.ticket_id", "product_id", "service_line_kind")
    def _compute_cover(self):
        judged = self.filtered(lambda line: line._is_judged())
        for line in self - judged:
            line.update({"cover_share": 0, "cover_rule": False, "cover_reason": False})
        frozen = judged.filtered(
            lambda line: line.cover_rule and line.state not in ("draft", "sent")
        )
        for line in frozen:
            line.update(
                {
                    "cover_share": line.cover_share,
                    "cover_rule": line.cover_rule,
                    "cover_reason": line.cover_reason,
                }
            )
        papers = judged.order_id.ticket_id._get_papers()
        for line in judged - frozen:
            order = line.order_id
            ticket = order.ticket_id.with_context(lang=order._get_lang())
            kind = line.service_line_kind or "part"
            verdict = ticket._judge(papers, [kind])[kind]
            line.cover_share = float(verdict.share)
            line.cover_rule = verdict.rule
            line.cover_reason = ticket._explain(verdict)

    def copy_data(self, default=None):
        """A copy of the order belongs to no ticket: nothing on it is covered."""
        vals_list = super().copy_data(default)
        for line, vals in zip(self, vals_list, strict=True):
            if line._is_judged():
                vals.pop("discount", None)
        return vals_list

    def _rejudge(self):
        """Ask the judge again, for lines whose order is not confirmed.

        Called rather than marked to recompute: the discount follows at once.
        """
        self._compute_cover()

    @api.depends("cover_share", "order_id.ticket_id")
    def _compute_discount(self):
        """The pricelist's rebate is in the price of a judged line, the cover in the
        discount: Odoo would otherwise recompute it with every quantity."""
        judged = self.filtered(lambda line: line._is_judged())
        super(SaleOrderLine, self - judged)._compute_discount()
        for line in judged:
            line.discount = line.cover_share

    def _get_display_price(self):
        if self._is_judged():
            return self._get_pricelist_price()
        return super()._get_display_price()

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
