"""What a unit is promised, as bars on a time line and as rows on paper."""

from datetime import timedelta

from odoo import api, fields, models

from ..engine import cover

_BARS = ("part", "labour", "travel")
_LIFE = timedelta(days=365)


class StockLot(models.Model):
    _inherit = "stock.lot"

    warranty_bars = fields.Html(
        "Time Line", compute="_compute_warranty_bars", compute_sudo=True, sanitize=False
    )

    @api.depends(
        "entitlement_ids.date_start",
        "entitlement_ids.date_end",
        "entitlement_ids.void_on",
        "entitlement_ids.coverage_id",
    )
    @api.depends_context("lang", "tz")
    def _compute_warranty_bars(self):
        for unit in self:
            values = unit._get_warranty_bars()
            unit.warranty_bars = (
                self.env["ir.qweb"]._render("service_contract.warranty_bars", values)
                if values["rows"]
                else False
            )

    def _get_promises(self, past=False):
        """Return what the unit is promised, one dict for each document and kind.

        :param past: with what is over; what is void never counts
        """
        today = fields.Date.context_today(self)
        labels = self.env["service.ticket"]._get_kind_labels()
        entitlements = self.sudo().entitlement_ids.filtered(lambda e: not e.void_on)
        promises = []
        for entitlement in entitlements.sorted("date_start"):
            start = entitlement.date_start
            for line in entitlement.coverage_id.line_ids:
                until = line._get_until(start, entitlement.date_end)
                if past or until >= today:
                    promises.append(
                        {
                            "entitlement": entitlement,
                            "name": entitlement.display_name,
                            "kind": line.kind,
                            "label": labels[line.kind],
                            "start": start,
                            "until": until,
                            "until_label": entitlement._format_end(until),
                            "gives": line._describe(),
                        }
                    )
        return sorted(
            promises, key=lambda p: (cover.KINDS.index(p["kind"]), p["start"])
        )

    def _get_promise_rows(self):
        """Return the promises for a table: kinds that get the same share a row."""
        rows = {}
        for promise in self._get_promises():
            names = ("entitlement", "start", "until", "gives")
            key = tuple(promise[name] for name in names)
            if key in rows:
                rows[key]["label"] += f", {promise['label']}"
            else:
                rows[key] = dict(promise)
        return sorted(rows.values(), key=lambda row: (row["start"], row["until"]))

    def _get_warranty_bars(self):
        """Return the time line: rows with a bar for each promise, in percent."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        promises = [p for p in self._get_promises(past=True) if p["kind"] in _BARS]
        if not promises:
            return {"rows": []}
        first = min(today, *(p["start"] for p in promises))
        ends = [p["until"] for p in promises if p["until"].year < 9000]
        last = max([today, *ends, *(p["start"] for p in promises)]) + _LIFE / 6
        span = (last - first).days or 1

        def place(day):
            return round(100 * (min(day, last) - first).days / span, 2)

        rows = {}
        for promise in promises:
            left = place(promise["start"])
            running = promise["start"] <= today <= promise["until"]
            over = promise["until"] < today
            rows.setdefault(promise["kind"], {"label": promise["label"], "bars": []})[
                "bars"
            ].append(
                promise
                | {
                    "left": left,
                    "width": max(place(promise["until"]) - left, 1),
                    "state": "over" if over else "running" if running else "upcoming",
                }
            )
        return {
            "rows": list(rows.values()),
            "today": place(today),
            "ticks": self._get_ticks(first, last, place),
        }

    def _get_ticks(self, first, last, place):
        """Return (percent, year) for each first of January, not too many."""
        years = range(first.year + 1, last.year + 1)
        step = max(1, len(years) // 8)
        return [(place(first.replace(year, 1, 1)), year) for year in years[::step]]

    # --- Papers ---------------------------------------------------------------------

    def _get_report_base_filename(self):
        self.ensure_one()
        return f"{self.env._('Warranty')} {self.name}"

    def _get_certificate_exclusions(self):
        """Return the sentences of what voids the running promises."""
        coverages = self.sudo().entitlement_ids._still_counts().coverage_id
        return coverages._get_exclusion_sentences()

    def action_print_certificate(self):
        """Print the warranty certificate."""
        return self.env.ref(
            "service_contract.action_report_warranty_certificate"
        ).report_action(self)

    def _get_agreement_order(self):
        """Return the order by which the present owner bought the unit, in sudo."""
        orders = self.sudo().entitlement_ids.sale_line_id.order_id
        owner = self.sudo().end_customer_id.commercial_partner_id
        return orders.filtered(
            lambda order: order.state == "sale"
            and order.partner_id.commercial_partner_id == owner
        )[:1]
