"""Entitlements as the judge's values, with what is left of their limits."""

from datetime import timedelta

from odoo import fields, models
from odoo.tools import format_date

from ..engine import cover


class ServiceEntitlement(models.Model):
    _inherit = "service.entitlement"

    used = fields.Char("Used So Far", compute="_compute_used", compute_sudo=True)

    def _compute_used(self):
        usage = self._get_usage()
        labels = dict(
            self.env["service.coverage.line"]
            ._fields["kind"]
            ._description_selection(self.env)
        )
        for entitlement in self:
            parts = []
            for line in entitlement.coverage_id.line_ids:
                qty, amount = usage.get((entitlement.id, line.kind), (0, 0))
                if line.limit_qty:
                    parts.append(f"{labels[line.kind]}: {qty:g} / {line.limit_qty:g}")
                if line.limit_amount:
                    currency = entitlement.company_id.currency_id
                    parts.append(
                        f"{labels[line.kind]}: {currency.format(amount)} / "
                        f"{currency.format(line.limit_amount)}"
                    )
            entitlement.used = " · ".join(parts)

    def _format_end(self, day):
        """Return a last day in words: nobody reaches the end of a lifelong promise."""
        if day.year >= cover.lifelong(day).year:
            return self.env._("the end of its life")
        return format_date(self.env, day)

    def _covers_the_unit(self):
        """Whether it is cover of the unit with an end: no price promise for its life."""
        life = cover.lifelong(self.date_end).year
        return not self.scope_product_id and self.date_end.year < life

    def _has_limits(self):
        return any(
            line.limit_qty or line.limit_amount for line in self.coverage_id.line_ids
        )

    def _get_usage(self):
        """Return {(entitlement id, kind): (quantity, amount)} of confirmed orders.

        A unit that stands in for another one goes on counting where that one stopped.
        """
        limited = self.filtered(lambda e: e._has_limits())
        if not limited:
            return {}
        chains = {entitlement: entitlement for entitlement in limited}
        for entitlement in limited:
            while chains[entitlement][-1].inherited_from_id:
                chains[entitlement] += chains[entitlement][-1].inherited_from_id
        ids = {one.id for chain in chains.values() for one in chain}
        lines = self.env["sale.order.line"].sudo()
        self.env.flush_all()
        usage = {
            (entitlement.id, kind): (qty, amount)
            for entitlement, kind, qty, amount in lines._read_group(
                [("cover_entitlement_id", "in", list(ids)), ("state", "=", "sale")],
                ["cover_entitlement_id", "service_line_kind"],
                ["cover_used_qty:sum", "cover_used_amount:sum"],
            )
        }
        totals = {}
        for entitlement, chain in chains.items():
            for kind in cover.KINDS:
                used = [usage.get((one.id, kind), (0, 0)) for one in chain]
                totals[entitlement.id, kind] = (
                    sum(qty for qty, _amount in used),
                    sum(amount for _qty, amount in used),
                )
        return totals

    def _to_engine(self, usage=None, other_makes=frozenset()):
        """Return the document as the judge's value.

        :param usage: what `_get_usage` says
        :param other_makes: layers that count for products of another make
        """
        self.ensure_one()
        coverage = self.coverage_id
        start, usage = self.date_start, usage or {}
        grants = tuple(
            line._to_grant(
                start, self.date_end, usage.get((self.id, line.kind), (0, 0))
            )
            for line in coverage.line_ids
        )
        if coverage.start_on == "commissioning" and self.source in ("sale", "delivery"):
            # Between the delivery and the signature nobody is left alone (R32).
            start = min(start, self.unit_id.delivered_on or start)
        if self.source in ("sale", "delivery", "repair"):
            # Whoever booked it may live a day ahead of the site; no fault came before.
            start -= timedelta(days=1)
        return cover.Entitlement(
            document=str(self.id),
            layer=self.layer,
            start=start,
            grants=grants,
            excluded=coverage._get_excluded(),
            void_on=self.void_on or None,
            product=str(self.scope_product_id.id or ""),
            foreign=self.layer in other_makes,
        )
