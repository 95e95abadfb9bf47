"""A part that goes into a unit, and the one that comes out of it."""

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError


class StockMove(models.Model):
    _inherit = "stock.move"

    fitted_move_id = fields.Many2one(
        "stock.move",
        "Fitted in Its Place",
        check_company=True,
        index="btree_not_null",
        copy=False,
        readonly=True,
        help="On the move of a removed part: the move of the part that replaced it.",
    )

    def _validate_fields(self, field_names, excluded_names=()):
        """What replaced what is recorded when it is fitted, not written by hand."""
        names = set(field_names)
        super()._validate_fields(names, excluded_names)
        if "fitted_move_id" in names and not self.env.su and self.fitted_move_id:
            raise UserError(self.env._("What replaced a part is recorded by fitting."))

    @api.depends("state", "repair_id.ticket_id")
    def _compute_forecast_information(self):
        """A part that is fitted already isn't missing on the repair under way."""
        fitted = self.filtered(
            lambda move: move.state == "done" and move.repair_id.ticket_id
        )
        for move in fitted:
            move.forecast_availability = move.product_qty
            move.forecast_expected_date = False
        return super(StockMove, self - fitted)._compute_forecast_information()

    # --- Fitting ------------------------------------------------------------------

    def _fit(self, lot):
        """Take this part out of its van and into the unit, now.

        The caller has locked what is taken (`_lock_stock`).

        :param lot: the serial or lot that is fitted; empty for untracked parts
        :raise UserError: it is not in the van
        """
        self.ensure_one()
        if self.repair_id.state in ("draft", "confirmed"):
            self.repair_id.action_repair_start()
        if self._should_bypass_reservation():
            self.quantity = self.product_uom_qty
            holders = self.browse()
        else:
            holders = self._take(lot)
        self.picked = True
        self._action_done()
        holders._action_assign()

    def _take(self, lot):
        """Reserve what the engineer holds in hand; return the moves that gave it up.

        Other jobs may have reserved just this serial by themselves: the hand wins,
        unless it is already picked.
        """
        self._do_unreserve()
        quants = self.env["stock.quant"]
        place, need = self.location_id, self.product_qty
        free = quants._get_available_quantity(self.product_id, place, lot_id=lot)
        holders = self.browse()
        if self.product_id.uom_id.compare(free, need) < 0:
            holders = self._find_reserved_lines(lot).move_id
            holders._do_unreserve()
        taken = self._update_reserved_quantity(need, place, lot_id=lot, strict=False)
        if self.product_id.uom_id.compare(taken, need) < 0:
            raise UserError(self._explain_missing(lot))
        return holders

    def _find_reserved_lines(self, lot):
        return self.env["stock.move.line"].search(
            [
                ("product_id", "=", self.product_id.id),
                ("lot_id", "=", lot.id) if lot else ("lot_id", "=", False),
                ("location_id", "child_of", self.location_id.id),
                ("state", "not in", ("done", "cancel")),
                ("picked", "=", False),
                ("move_id", "!=", self.id),
            ]
        )

    def _lock_stock(self, lot):
        """Lock this move, the serial and its stock until the transaction ends.

        A second engineer who takes the same is refused at once; one whose
        transaction began before the first ended fails on the changed rows, is run
        again by Odoo, and then sees the truth.
        """
        self.ensure_one()
        try:
            self.lock_for_update(allow_referencing=True)
            lot.lock_for_update(allow_referencing=True)
            self._get_van_quants(lot).lock_for_update(allow_referencing=True)
        except LockError as error:
            raise LockError(
                self.env._(
                    "%s is being booked by somebody else right now. "
                    "Try again in a moment.",
                    lot.name or self.product_id.display_name,
                )
            ) from error

    def _get_van_quants(self, lot):
        """What lies of this part (and serial) in the van, bins included."""
        domain = [
            ("product_id", "=", self.product_id.id),
            ("location_id", "child_of", self.location_id.id),
        ]
        if lot:
            domain.append(("lot_id", "=", lot.id))
        return self.env["stock.quant"].search(domain)

    def _check_in_van(self, lot):
        """Refuse a part that is not in this van, and say where it is."""
        if not self.product_id.is_storable:
            return
        there = sum(self._get_van_quants(lot).mapped("quantity"))
        if self.product_id.uom_id.compare(there, self.product_qty) < 0:
            raise UserError(self._explain_missing(lot))

    def _check_serials_in_place(self):
        """Refuse to end a repair whose serials were taken elsewhere meanwhile."""
        todo = self.filtered(
            lambda move: move.state not in ("done", "cancel")
            and move.repair_line_type == "add"
        )
        for move in todo:
            for lot in move.move_line_ids.lot_id:
                move._lock_stock(lot)
                if sum(move._get_van_quants(lot).mapped("quantity")) <= 0:
                    raise UserError(move._explain_missing(lot))

    def _explain_missing(self, lot):
        van = self.location_id
        if lot:
            quants = self._get_van_quants(lot)
            if sum(quants.mapped("quantity")) > 0:
                return self.env._(
                    "Serial %(serial)s is already picked for another job.",
                    serial=lot.name,
                )
            return self.env._(
                "%(where)s It can't be fitted out of %(van)s.",
                where=lot._describe_place(self.company_id),
                van=van.display_name,
            )
        return self.env._(
            "%(van)s holds %(there)s %(uom)s of %(part)s, %(needed)s are needed.",
            van=van.display_name,
            there=sum(self._get_van_quants(lot).mapped("quantity")),
            uom=self.product_id.uom_id.name,
            part=self.product_id.display_name,
            needed=self.product_qty,
        )

    # --- Removing -----------------------------------------------------------------

    def _remove_old(self, product, lot, source):
        """Book the part that came out in place of this one as defective.

        :param product: what came out
        :param lot: its serial; empty for untracked parts
        :param source: where stock has it until now (`_find_removed`)
        """
        self.ensure_one()
        repair = self.repair_id
        removed = self.create(
            {
                "repair_id": repair.id,
                "repair_line_type": "remove",
                "fitted_move_id": self.id,
                "product_id": product.id,
                "product_uom": product.uom_id.id,
                "product_uom_qty": 1 if lot else self.product_qty,
                "location_id": source.id,
                "location_dest_id": repair.parts_location_id.id,
                "company_id": self.company_id.id,
            }
        )
        removed.move_line_ids.lot_id = lot
        removed.picked = True
        removed._action_done()
        return removed

    def _find_removed(self, product, serial):
        """Return the lot of a removed part and where stock has it until now.

        A serial that we never had is made known. One that stands in a store or a van
        can't have come out of a unit: then a digit is wrong.
        """
        inside = self.repair_id.location_dest_id
        if product.tracking in (False, "none"):
            return self.env["stock.lot"], inside
        company = self.company_id
        lot = self.env["stock.lot"].search(
            [
                ("name", "=", serial),
                ("product_id", "=", product.id),
                ("company_id", "in", (False, company.id)),
            ],
            limit=1,
        )
        if not lot:
            vals = {"name": serial, "product_id": product.id}
            return lot.create(vals), inside
        self._lock_stock(lot)
        place = lot.quant_ids.filtered(lambda quant: quant.quantity > 0).location_id
        if place.filtered(lambda p: p.usage not in ("customer", "production")):
            raise UserError(
                self.env._(
                    "%(where)s It can't have come out of the unit: check the number.",
                    where=lot._describe_place(company),
                )
            )
        return lot, place[:1] or inside
