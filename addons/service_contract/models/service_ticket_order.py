"""The order of a ticket: one sale order, its lines, and who reaches it."""

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError

# What the verdict depends on; a change of one of them asks the judge again.
_JUDGED_BY = {
    "cause_id",
    "exclusion_id",
    "evidence_ids",
    "unit_id",
    "site_id",
    "kind",
    "opened_at",
}


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    order_ids = fields.One2many("sale.order", "ticket_id", "Orders", copy=False)
    order_id = fields.Many2one(
        "sale.order",
        compute="_compute_order_id",
        store=True,
        index="btree_not_null",
        copy=False,
    )
    order_state = fields.Selection(
        related="order_id.state", string="Order State", tracking=False
    )
    order_amount = fields.Monetary(
        "To Pay",
        related="order_id.amount_total",
        currency_field="order_currency_id",
        tracking=False,
    )
    order_currency_id = fields.Many2one(
        "res.currency", "Currency", related="order_id.currency_id"
    )
    order_table = fields.Html(
        "Order Lines", compute="_compute_order_table", compute_sudo=True, sanitize=False
    )

    @api.depends("order_ids")
    def _compute_order_id(self):
        for ticket in self:
            ticket.order_id = ticket.order_ids[:1]

    @api.depends("order_id.order_line.price_subtotal", "order_id.order_line.name")
    @api.depends_context("lang")
    def _compute_order_table(self):
        """The order as the customer will see it, for people without sales rights."""
        for ticket in self:
            lines = ticket.order_id.order_line
            values = {"order": ticket.order_id, "lines": lines}
            ticket.order_table = (
                self.env["ir.qweb"]._render("service_contract.order_table", values)
                if lines
                else False
            )

    @api.model
    def _get_recorded_fields(self):
        """Who could choose the order of a ticket would read and bill any order."""
        return super()._get_recorded_fields() | {"order_id", "payment_state"}

    def write(self, vals):
        result = super().write(vals)
        if {"partner_id", "site_id", "unit_id"} & vals.keys():
            self._sync_order_customer()
        if _JUDGED_BY & vals.keys():
            self._apply_cover()
        return result

    def _after_resolve(self):
        """A covered order has nothing to consent to: it is confirmed with the job."""
        super()._after_resolve()
        self._confirm_covered_orders()

    def action_cancel(self):
        result = super().action_cancel()
        drafts = self.sudo().order_id.filtered(
            lambda order: order.state in ("draft", "sent")
        )
        drafts._action_cancel()
        return result

    def _get_reference(self):
        """Return number, product and serial as documents name the job, or False."""
        named = [(t.name, t.product_id.name, t.unit_id.name) for t in self]
        return "; ".join(", ".join(filter(None, parts)) for parts in named) or False

    def _lock(self, records):
        """Keep others from booking on these records until this transaction ends."""
        try:
            records.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise LockError(
                self.env._(
                    "%s: somebody else is booking on this job right now. Try again in "
                    "a moment.",
                    self.name,
                )
            ) from error

    # --- The order and its lines ----------------------------------------------

    def _get_order(self):
        """Return the ticket's order in sudo; made, or taken up again, where needed.

        Whoever may write the ticket may have its order, without sales rights.
        """
        self.ensure_one()
        self.check_access("write")
        ticket = self.sudo().with_company(self.company_id)
        order = ticket.order_id
        if order.state == "cancel":
            order.action_draft()
        if order:
            return order
        # Two calls at once: the second one is refused here, or run again by Odoo.
        ticket._lock(ticket)
        if not ticket.partner_id:
            raise UserError(
                self.env._("%s: record the customer before the order.", self.name)
            )
        return (
            self.env["sale.order"]
            .sudo()
            .with_company(self.company_id)
            .create(ticket._prepare_order_vals())
        )

    def _prepare_order_vals(self):
        self.ensure_one()
        vals = {
            "ticket_id": self.id,
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "origin": self.name,
            "user_id": self.partner_id.user_id.id,
            "require_signature": True,
            "require_payment": False,
        }
        if self.site_id:
            vals["partner_shipping_id"] = self.site_id.id
        return vals

    def _sync_order_customer(self):
        """An open order follows the ticket to another customer or site."""
        for ticket in self.sudo().filtered("partner_id"):
            order = ticket.order_id
            if order.state not in ("draft", "sent"):
                continue
            site = ticket.site_id or ticket.partner_id
            position = order.fiscal_position_id
            if order.partner_id != ticket.partner_id:
                order.partner_id = ticket.partner_id
                order.partner_shipping_id = site
                order._recompute_prices()
            elif order.partner_shipping_id != site:
                order.partner_shipping_id = site
            if order.fiscal_position_id != position:
                order._recompute_taxes()

    def _set_order_line(self, product, qty):
        """Set the quantity of a product on the ticket's order; 0 takes it off.

        :return: the sale.order.line in sudo, empty where it was taken off
        """
        if self.state in ("closed", "cancelled"):
            raise UserError(
                self.env._("%s is over: open it again before billing more.", self.name)
            )
        order = self._get_order()
        line = order.order_line.filtered(
            lambda line: line.product_id == product and not line.display_type
        )[:1]
        if not line:
            if qty <= 0:
                return line
            vals = {"order_id": order.id, "product_id": product.id}
            return line.create(vals | {"product_uom_qty": qty})
        if qty <= 0 and order.state in ("draft", "sent"):
            line.unlink()
            return line.browse()
        line.product_uom_qty = max(qty, 0)
        return line

    def _apply_cover(self):
        """Ask the judge again for every line of an order that is not confirmed."""
        orders = self.sudo().order_id
        orders.filtered(
            lambda order: order.state in ("draft", "sent")
        ).order_line._rejudge()

    def _confirm_covered_orders(self):
        for order in self.sudo().order_id:
            free = order.currency_id.compare_amounts(order.amount_total, 0) <= 0
            if order.state in ("draft", "sent") and order.order_line and free:
                order.action_confirm()

    # --- Buttons --------------------------------------------------------------

    def action_create_order(self):
        """Start the order of this ticket."""
        self.ensure_one()
        self._get_order()
        return True

    def action_view_order(self):
        """Open the order itself, for people with rights on orders."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": self.order_id.id,
            "views": [[False, "form"]],
        }

    def action_send_order(self):
        """Send the quotation or order to the customer by mail."""
        self.ensure_one()
        return self.order_id.action_quotation_send()

    def action_add_to_order(self):
        """Put a product on the order without sales rights."""
        return self._open_dialog(
            "service.order.add", self.env._("Add to the Order of %s", self.name)
        )

    def _open_dialog(self, model, name):
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_ticket_id": self.id},
        }
