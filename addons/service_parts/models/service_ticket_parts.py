"""Parts on a job: what the van holds, and what is planned out of it.

Engineers have no rights on stock or sales. These methods are the narrow way: each
checks `write` on the ticket and whose van it is, and works with full rights inside.
"""

from odoo import models
from odoo.exceptions import AccessError, UserError

OPEN_REPAIRS = ("draft", "confirmed", "under_repair")


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    # --- The van ------------------------------------------------------------------

    def _get_van(self, user):
        """Return the van (stock.location) of `user` in the ticket's company, if any."""
        company = self.company_id or self.env.company
        return self.env["stock.location"].search(
            [
                ("service_role", "=", "van"),
                ("van_user_id", "=", user.id),
                ("company_id", "=", company.id),
            ],
            limit=1,
        )

    def _get_van_parts(self, user):
        """Return what lies in the van of `user`, one dict per part, by name.

        `qty` is what is on board, `free` what no job has reserved; `lots` are pairs
        (id, number) on board; `price` is the customer's, before tax and cover, in the
        currency `currency_id`.
        """
        self.ensure_one()
        van = self._get_van(user)
        if not van:
            return []
        self._check_parts_access(van)
        stock = {}
        quants = self.env["stock.quant"].sudo()
        for product, lot, quantity, reserved in quants._read_group(
            [("location_id", "child_of", van.id), ("quantity", ">", 0)],
            ["product_id", "lot_id"],
            ["quantity:sum", "reserved_quantity:sum"],
        ):
            entry = stock.setdefault(product, {"qty": 0, "free": 0, "lots": []})
            entry["qty"] += quantity
            entry["free"] += quantity - reserved
            if lot:
                entry["lots"].append((lot.id, lot.name))
        products = self.env["product.product"].sudo().union(*stock)
        prices, currency = self._get_part_prices(products)
        return sorted(
            (
                {
                    "product_id": product.id,
                    "name": product.display_name,
                    "uom": product.uom_id.name,
                    "tracking": product.tracking,
                    "price": prices.get(product.id, product.lst_price),
                    "currency_id": currency.id,
                    **entry,
                }
                for product, entry in stock.items()
            ),
            key=lambda part: part["name"],
        )

    def _get_part_prices(self, products):
        """Return ({product id: price}, currency) as this customer pays them."""
        ticket = self.sudo().with_company(self.company_id)
        pricelist = (
            ticket.order_id.pricelist_id or ticket.partner_id.property_product_pricelist
        )
        currency = pricelist.currency_id or self.company_id.currency_id
        return (
            pricelist._get_products_price(products, 1.0, currency=currency),
            currency,
        )

    def _check_parts_access(self, van):
        """Refuse who may not write the ticket, or takes from somebody else's van."""
        self.check_access("write")
        if self.env.su or van.van_user_id == self.env.user:
            return
        if not self.env.user.has_group("service_ticket.group_service_dispatcher"):
            raise AccessError(self.env._("%s isn't your van.", van.display_name))

    # --- Planning -----------------------------------------------------------------

    def _plan_part(self, product, qty, user):
        """Plan `qty` of `product` out of the van of `user`; return the stock move.

        Each serial is a part of its own: a quantity of two gives two moves. The order
        line is made with the move and judged like every line of the ticket's order.

        :raise UserError: no van, no such part, a quantity that makes no sense
        """
        self.ensure_one()
        van = self._get_van(user)
        self._check_plan(product, qty, user, van)
        ticket = self.sudo().with_company(self.company_id)
        repair = ticket._get_open_repair(van) or ticket.env["repair.order"].create(
            ticket._prepare_repair_vals(van)
        )
        pieces = [1.0] * int(qty) if product.tracking == "serial" else [qty]
        moves = ticket.env["stock.move"].create(
            [ticket._prepare_part_vals(repair, product, piece) for piece in pieces]
        )
        return moves.with_env(self.env)

    def _check_plan(self, product, qty, user, van):
        if not van:
            raise UserError(
                self.env._(
                    "%(user)s has no van in %(company)s. The warehouse sets one up "
                    "under Parts, Vans.",
                    user=user.name,
                    company=self.company_id.name,
                )
            )
        self._check_parts_access(van)
        if self.state in ("resolved", "closed", "cancelled"):
            raise UserError(
                self.env._("%s is over: open it again before adding parts.", self.name)
            )
        product = product.sudo()
        if product.type != "consu" or product.company_id not in (
            product.company_id.browse(),
            self.company_id,
        ):
            raise UserError(
                self.env._("%s isn't a part that can be fitted.", product.display_name)
            )
        if product.uom_id.compare(qty, 0) <= 0:
            raise UserError(
                self.env._("%s: give a quantity above zero.", product.display_name)
            )
        if product.tracking == "serial" and qty != int(qty):
            raise UserError(
                self.env._(
                    "%s: parts with serial numbers are counted one by one.",
                    product.display_name,
                )
            )

    def _get_open_repair(self, van):
        """Return the repair order under way out of this van for the ticket's order."""
        order = self._get_order().sudo()
        return self.repair_ids.filtered(
            lambda repair: repair.state in OPEN_REPAIRS
            and repair.location_id == van
            and repair.sale_order_id == order
        )[:1]

    def _prepare_repair_vals(self, van):
        """Return the values of a repair order out of `van` for this ticket."""
        operation = van.warehouse_id.repair_type_id
        if not operation:
            raise UserError(
                self.env._("%s belongs to no warehouse that repairs.", van.display_name)
            )
        return {
            "ticket_id": self.id,
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "user_id": van.van_user_id.id,
            "picking_type_id": operation.id,
            "location_id": van.id,
            "sale_order_id": self._get_order().id,
            **self._prepare_repair_unit_vals(),
        }

    def _prepare_repair_unit_vals(self):
        """Return what ties a repair order to the unit without moving the unit.

        Odoo moves the repaired product when a repair ends: here from where it stands
        to where it stands. A unit that stock has never seen would get a quant of zero
        from that; it stays out of the order, which has it through the ticket.
        """
        place = self.unit_id.quant_ids.filtered(lambda q: q.quantity > 0).location_id
        if len(place) != 1:
            return {"product_id": False, "lot_id": False}
        return {
            "product_id": self.unit_id.product_id.id,
            "lot_id": self.unit_id.id,
            "product_location_src_id": place.id,
            "product_location_dest_id": place.id,
        }

    def _prepare_part_vals(self, repair, product, qty):
        """Return the values of the move that takes a part out of the van."""
        return {
            "repair_id": repair.id,
            "repair_line_type": "add",
            "product_id": product.id,
            "product_uom": product.uom_id.id,
            "product_uom_qty": qty,
            "company_id": repair.company_id.id,
        }

    def _unplan_part(self, move):
        """Take a planned part off the job and off the order; harmless when repeated."""
        self.ensure_one()
        move = self._get_own_move(move)
        if not move or move.state == "cancel":
            return
        if move.state == "done":
            raise UserError(
                self.env._("%s is already fitted.", move.product_id.display_name)
            )
        line = move.sale_line_id
        move._action_cancel()
        if line.order_id.state in ("draft", "sent"):
            line.unlink()

    def _get_own_move(self, move):
        """Return `move` with full rights after checking that it is this ticket's.

        Empty when it is gone.
        """
        self.check_access("write")
        move = move.sudo().with_company(self.company_id).exists()
        if not move:
            return move
        if move.repair_id.ticket_id != self or move.repair_line_type != "add":
            raise AccessError(self.env._("This part belongs to another job."))
        self._check_parts_access(move.repair_id.location_id.with_env(self.env))
        return move
