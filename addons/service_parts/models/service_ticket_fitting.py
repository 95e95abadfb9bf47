"""Parts on a job: fitted out of the van, and the repair orders ended."""

from odoo import models
from odoo.exceptions import UserError

from .service_ticket_parts import OPEN_REPAIRS


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    def _fit_part(self, move, lot=None, removed_serial=None, removed_product=None):
        """Fit a planned part now: out of the van, into the unit; return the move.

        The same call twice has one effect.

        :param lot: the serial (stock.lot) that goes in; required for tracked parts
        :param removed_serial: number of the part that came out, as read from it
        :param removed_product: what came out, where it is another product
        :raise UserError: no consent, not in this van, already fitted differently
        :raise LockError: somebody else books the same serial at this moment
        """
        self.ensure_one()
        move = self._get_own_move(move)
        lot = (lot or self.env["stock.lot"]).sudo()
        if not move or move.state == "cancel":
            raise UserError(self.env._("This part was taken off the job."))
        serial = (removed_serial or "").strip()
        removed = removed_product or (serial and move.product_id) or lot.product_id[:0]
        removed = removed.sudo()
        if removed.tracking == "none":
            serial = ""
        move._lock_stock(lot)
        if move.state == "done":
            self._check_same_fit(move, lot, serial)
            return move.with_env(self.env)
        self._check_fit(move, lot)
        self._check_removed(move, lot, removed, serial)
        old_lot, source = move._find_removed(removed, serial)
        move._fit(lot)
        if removed:
            move._remove_old(removed, old_lot, source)
        return move.with_env(self.env)

    def _check_same_fit(self, move, lot, removed_serial):
        """Let a repeated call pass; refuse one that says something else."""
        removed = move.search([("fitted_move_id", "=", move.id)])
        old = removed.lot_ids.mapped("name")
        if move.lot_ids == lot and (not removed_serial or removed_serial in old):
            return
        raise UserError(
            self.env._(
                "%(part)s is already fitted (%(serials)s).",
                part=move.product_id.display_name,
                serials=", ".join(move.lot_ids.mapped("name") + old) or "–",
            )
        )

    def _check_fit(self, move, lot):
        """Refuse what must not go in, before anything is written."""
        # A line that was deleted meanwhile would come back unseen with the booking.
        move._create_repair_sale_order_line()
        gap = self._get_consent_gap()
        if gap:
            raise UserError(gap)
        part = move.product_id
        if part.tracking != "none" and not lot:
            raise UserError(
                self.env._("Scan the serial number of %s first.", part.display_name)
            )
        if lot and lot.product_id != part:
            raise UserError(
                self.env._(
                    "Serial %(serial)s is a %(other)s, not a %(part)s.",
                    serial=lot.name,
                    other=lot.product_id.display_name,
                    part=part.display_name,
                )
            )
        move._check_in_van(lot)

    def _check_removed(self, move, lot, removed, removed_serial):
        """Refuse an old part that can't be the one that came out."""
        if removed.tracking in (False, "none"):
            return
        if not removed_serial:
            raise UserError(
                self.env._(
                    "Enter the serial number of the %s that came out.",
                    removed.display_name,
                )
            )
        if removed == move.product_id and removed_serial == lot.name:
            raise UserError(
                self.env._(
                    "Serial %s can't be both the new and the old part.", lot.name
                )
            )

    # --- Ending -------------------------------------------------------------------

    def _get_planned_moves(self):
        """Return (with full rights) the parts that are neither fitted nor taken off."""
        return self.sudo().repair_ids.move_ids.filtered(
            lambda move: move.repair_line_type == "add"
            and move.state not in ("done", "cancel")
        )

    def _finish_repairs(self):
        """End the repair orders of this ticket; harmless when repeated.

        :raise UserError: a planned part is neither fitted nor taken off
        """
        self.ensure_one()
        self.check_access("write")
        obstacles = self._get_parts_obstacles()
        if obstacles:
            raise UserError("\n".join(obstacles))
        self._end_repairs()

    def _drop_planned_parts(self):
        """The ticket is withdrawn: nothing more is fitted, what is fitted stays."""
        for move in self._get_planned_moves():
            self.sudo()._unplan_part(move)
        self._end_repairs()

    def _end_repairs(self):
        ticket = self.sudo().with_company(self.company_id)
        repairs = ticket.repair_ids.filtered(
            lambda repair: repair.state in OPEN_REPAIRS
        )
        used = repairs.filtered(lambda r: "done" in r.move_ids.mapped("state"))
        (repairs - used).action_repair_cancel()
        if used:
            used.write(ticket._prepare_repair_unit_vals())
            used.action_repair_end()
