"""From delivery to entitlement, in one batch; and back with a return."""

import logging

from odoo import api, fields, models

from odoo.addons.service_ticket.models.stock_lot_register import BY_HAND

_logger = logging.getLogger(__name__)


class ServiceEntitlement(models.Model):
    _inherit = "service.entitlement"

    @api.model
    def _grant_from_delivery(self, units, picking):
        """Give the units of one delivery what their products promise, in one batch.

        Repeating it changes nothing: a unit gets one entitlement by delivery.
        """
        sold_by = {
            line.lot_id.id: line.move_id.sale_line_id.id
            for line in picking.move_ids.move_line_ids
        }
        served = self.search(
            [("unit_id", "in", units.ids), ("picking_id", "=", picking.id)]
        )
        revived = self._revive(units, picking, sold_by)
        templates = units.product_id.product_tmpl_id
        terms = {template: template._get_service_coverage() for template in templates}
        sold = {
            line.id: line.service_coverage_id
            for line in picking.move_ids.sale_line_id
            if line.service_coverage_id
        }
        # What was entered by hand and is not sold here only comes back from a repair.
        # What stands in for another unit takes over what is left of that one's cover.
        brought = units.filtered(
            lambda unit: (unit.unit_origin in BY_HAND or unit.replaces_id)
            and not sold_by.get(unit.id)
        )
        vals_list = []
        for unit in units - served.unit_id - revived.unit_id - brought:
            own = terms[unit.product_id.product_tmpl_id]
            coverage = sold.get(sold_by.get(unit.id), own)
            foreign = coverage.company_id and coverage.company_id != picking.company_id
            if coverage and not foreign:
                vals_list.append(
                    self._prepare_delivery_vals(
                        unit, coverage, picking, sold_by.get(unit.id)
                    )
                )
        quiet = self.with_context(mail_create_nolog=True, tracking_disable=True)
        return quiet.create(vals_list).with_env(self.env)

    @api.model
    def _revive(self, units, picking, sold_by):
        """Return what the units' owner holds already, where this is no new sale.

        A unit that goes back to its owner after a repair keeps its warranty, and gets
        no second one; what a return voided counts again.
        """
        owner = picking.partner_id.commercial_partner_id
        earlier = self.search(
            [
                ("unit_id", "in", units.ids),
                ("picking_id", "not in", [False, picking.id]),
            ]
        ).filtered(
            lambda e: not sold_by.get(e.unit_id.id)
            and (not e.void_on or e.void_picking_id)
            and (e.void_picking_id or e.picking_id).partner_id.commercial_partner_id
            == owner
        )
        earlier |= earlier.follower_ids
        earlier.filtered("void_on").write(
            {"void_reason": False, "void_on": False, "void_picking_id": False}
        )
        return earlier

    @api.model
    def _prepare_delivery_vals(self, unit, coverage, picking, sale_line_id):
        start = self._get_start(unit, coverage)
        return {
            "unit_id": unit.id,
            "coverage_id": coverage.id,
            "source": "sale" if sale_line_id else "delivery",
            "date_start": start,
            "date_end": coverage._get_end(start),
            "fallback_on": self._get_fallback(unit, coverage),
            "sale_line_id": sale_line_id,
            "picking_id": picking.id,
            "company_id": picking.company_id.id,
        }

    @api.model
    def _get_start(self, unit, coverage):
        """Return the first covered day: delivery, purchase, or commissioning.

        A commissioning before the delivery is that of an earlier owner.
        """
        proof = unit.unit_origin == "proof"
        delivered = unit.purchased_on if proof else unit.delivered_on
        delivered = delivered or fields.Date.context_today(self)
        commissioned = unit.commissioned_on
        if (
            coverage.start_on == "commissioning"
            and commissioned
            and commissioned >= delivered
        ):
            return commissioned
        return delivered

    @api.model
    def _get_fallback(self, unit, coverage):
        """Return the day on which terms that wait for a signature start without it."""
        if coverage.start_on != "commissioning" or not coverage.fallback_days:
            return False
        if not unit.delivered_on or self._is_commissioned(unit):
            return False
        return fields.Date.add(unit.delivered_on, days=coverage.fallback_days)

    @api.model
    def _is_commissioned(self, unit):
        day = unit.commissioned_on
        return bool(day and day >= (unit.delivered_on or day))

    def _redate(self):
        """Move what starts on commissioning, or by a proof, to the unit's dates.

        What has started without a signature, because it was late, stays.
        """
        for entitlement in self:
            waits = entitlement.coverage_id.start_on == "commissioning"
            moves = entitlement.source == "proof" or (
                waits and entitlement.source in ("sale", "delivery")
            )
            if entitlement.void_on or not moves or entitlement.inherited_from_id:
                continue
            unit, coverage = entitlement.unit_id, entitlement.coverage_id
            if entitlement._has_fallen_back():
                continue
            start = self._get_start(unit, coverage)
            vals = {"fallback_on": self._get_fallback(unit, coverage)}
            if start != entitlement.date_start:
                vals |= {"date_start": start, "date_end": coverage._get_end(start)}
            entitlement.write(vals)

    def _has_fallen_back(self):
        """Whether it started because nobody had signed in time."""
        days = self.coverage_id.fallback_days
        delivered = self.unit_id.delivered_on
        return bool(
            days
            and delivered
            and not self.fallback_on
            and self.date_start == fields.Date.add(delivered, days=days)
        )

    @api.model
    def _cron_fall_back(self, batch=500):
        """Start what nobody has signed for in time, a bounded batch at once (R49)."""
        today = fields.Date.context_today(self)
        late = self.search(
            [("fallback_on", "<=", today)], limit=batch, order="fallback_on, id"
        )
        for number, entitlement in enumerate(late, 1):
            try:
                with self.env.cr.savepoint():
                    entitlement._fall_back()
            except Exception:
                _logger.exception("Entitlement %s keeps waiting", entitlement.id)
                entitlement.fallback_on = fields.Date.add(today, days=1)
            if number % 100 == 0:
                self.env["ir.cron"]._commit_progress(100)
        rest = len(late) % 100
        remaining = self.search_count([("fallback_on", "<=", today)])
        self.env["ir.cron"]._commit_progress(rest, remaining=remaining)

    def _fall_back(self):
        start = self.fallback_on
        vals = {"fallback_on": False}
        if not self.void_on:
            vals |= {"date_start": start, "date_end": self.coverage_id._get_end(start)}
        self.with_context(tracking_disable=True).write(vals)

    def _void_by_return(self, picking):
        """End what still counts, from today: the unit came back."""
        self.filtered(lambda e: not e.void_on).write(
            {
                "void_reason": self.env._("Returned with %s", picking.name),
                "void_on": fields.Date.context_today(picking),
                "void_picking_id": picking.id,
            }
        )
