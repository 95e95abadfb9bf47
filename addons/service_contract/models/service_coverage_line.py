from decimal import Decimal

from odoo import api, fields, models

from ..engine import cover
from .product_template import LINE_KINDS


class ServiceCoverageLine(models.Model):
    """What terms give for one kind of line: a share, a price, limits."""

    _name = "service.coverage.line"
    _description = "Warranty Terms Line"
    _order = "coverage_id, id"

    coverage_id = fields.Many2one(
        "service.coverage", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="coverage_id.company_id", store=True)
    kind = fields.Selection(LINE_KINDS, required=True)
    share = fields.Float("Share (%)", digits="Discount", required=True, default=100)
    months = fields.Integer(
        "Own Months", help="Shorter or longer than the terms; 0: the same."
    )
    for_requests = fields.Boolean(
        "Also Without a Fault",
        help="Also for what is no fault: set-up, questions, training.",
    )
    price_rule_id = fields.Many2one(
        "service.price.rule",
        "Price of the Rest",
        index="btree_not_null",
        ondelete="restrict",
        help="What the customer pays for what is not covered. Empty: the tariff.",
    )
    excluded_rule_id = fields.Many2one(
        "service.price.rule",
        "Price When Excluded",
        index="btree_not_null",
        ondelete="restrict",
        help="What the customer pays when an exclusion voids the cover. Empty: the "
        "tariff.",
    )
    limit_qty = fields.Float(
        "Limit (Quantity)",
        digits="Product Unit",
        help="Visits, hours or pieces, in all; 0: without a limit.",
    )
    limit_amount = fields.Float(
        "Limit (Amount)",
        digits="Product Price",
        help="In the currency of the company, in all; 0: without a limit.",
    )

    _kind_unique = models.Constraint(
        "UNIQUE(coverage_id, kind, months)",
        "Each kind of line stands in the terms once for the same months.",
    )
    _share_range = models.Constraint(
        "CHECK(share >= 0 AND share <= 100)",
        "The covered share is a percentage from 0 to 100.",
    )
    _months_not_negative = models.Constraint(
        "CHECK(months >= 0 AND months <= 1200)",
        "Months lie between 0 and a hundred years.",
    )
    _limits_not_negative = models.Constraint(
        "CHECK(limit_qty >= 0 AND limit_amount >= 0)", "Limits can't be negative."
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.coverage_id._check_not_promised()
        return lines

    def write(self, vals):
        moved_to = self.coverage_id.browse(vals.get("coverage_id") or [])
        (self.coverage_id | moved_to)._check_not_promised()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_not_promised(self):
        self.coverage_id._check_not_promised()

    def _get_until(self, start, end):
        """Return the last day of this line within terms that run from–to."""
        return cover.last_day(start, self.months) if self.months else end

    def _to_grant(self, start, end, used=(0, 0)):
        """Return the line as the judge's value.

        :param used: (quantity, amount in the company's currency) so far
        """
        left = [
            Decimal(str(limit)) - Decimal(str(spent)) if limit else None
            for limit, spent in zip(
                (self.limit_qty, self.limit_amount), used, strict=True
            )
        ]
        return cover.Grant(
            kind=self.kind,
            share=Decimal(str(self.share)),
            until=self._get_until(start, end),
            ceilings=self.price_rule_id._get_ceilings() if self.price_rule_id else (),
            requests=self.for_requests,
            left_qty=left[0],
            left_amount=left[1],
            excluded_ceilings=(
                self.excluded_rule_id._get_ceilings() if self.excluded_rule_id else ()
            ),
        )

    def _describe(self):
        """Return in words what the line gives: share, price of the rest, limits."""
        parts = []
        if self.share:
            parts.append(self.env._("%s %% covered", f"{self.share:g}"))
        if self.share < 100:
            rule = self.price_rule_id.name or self.env._("by tariff")
            parts.append(
                self.env._("the rest: %s", rule)
                if self.share
                else self.env._("charged: %s", rule)
            )
        if self.limit_qty:
            parts.append(self.env._("%s in all", f"{self.limit_qty:g}"))
        if self.limit_amount:
            company = self.company_id or self.env.company
            amount = company.currency_id.format(self.limit_amount)
            parts.append(self.env._("up to %s in all", amount))
        if self.excluded_rule_id:
            parts.append(self.env._("other causes: %s", self.excluded_rule_id.name))
        return ", ".join(parts)
