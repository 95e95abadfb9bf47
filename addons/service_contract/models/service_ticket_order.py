"""The order of a ticket: one sale order, its lines, and the customer's consent."""

import base64
import binascii
import io

from PIL import Image, UnidentifiedImageError

from odoo import api, fields, models
from odoo.exceptions import UserError

# What the verdict depends on; a change of one of them asks the judge again.
_JUDGED_BY = {"cause_id", "exclusion_id", "unit_id", "kind", "opened_at"}


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
    order_state = fields.Selection(related="order_id.state", string="Order State")
    order_amount = fields.Monetary(
        "To Pay",
        related="order_id.amount_total",
        currency_field="order_currency_id",
    )
    order_currency_id = fields.Many2one(
        "res.currency", "Currency", related="order_id.currency_id"
    )
    order_table = fields.Html(
        "Order Lines", compute="_compute_order_table", compute_sudo=True, sanitize=False
    )
    consent_gap = fields.Char(
        "Consent Missing", compute="_compute_consent_gap", compute_sudo=True
    )

    @api.depends("order_ids")
    def _compute_order_id(self):
        for ticket in self:
            ticket.order_id = ticket.order_ids[:1]

    @api.depends("order_id.amount_total", "order_id.consent_amount", "order_id.state")
    @api.depends_context("lang")
    def _compute_consent_gap(self):
        for ticket in self:
            ticket.consent_gap = ticket._get_consent_gap()

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

    def write(self, vals):
        result = super().write(vals)
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

    def _get_resolve_obstacles(self):
        obstacles = super()._get_resolve_obstacles()
        gap = self._get_consent_gap()
        return obstacles + [gap] if gap else obstacles

    def _get_reference(self):
        """Return number, product and serial as documents name the job, or False."""
        named = [(t.name, t.product_id.name, t.unit_id.name) for t in self]
        return "; ".join(", ".join(filter(None, parts)) for parts in named) or False

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
        ticket.lock_for_update()
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

    def _set_order_line(self, product, qty):
        """Set the quantity of a product on the ticket's order; 0 takes it off.

        :return: the sale.order.line in sudo, empty where it was taken off
        """
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

    # --- Consent --------------------------------------------------------------

    def _get_consent_gap(self):
        """Return a sentence that says what consent is missing, or False."""
        self.ensure_one()
        order = self.sudo().order_id
        return bool(order) and order._get_consent_gap()

    def _record_consent(self, signature, signed_by):
        """Put the customer's consent on record and confirm the order.

        Repeating it changes nothing while the amount stands. Where nothing is to pay,
        the order is confirmed without a signature.

        :param signature: image as base64, as Odoo's signature widgets give it
        :return: the sale.order in sudo
        """
        self.ensure_one()
        self.check_access("write")
        order = self.sudo().with_company(self.company_id).order_id
        if not order.order_line:
            raise UserError(
                self.env._("%s: there is nothing on the order yet.", self.name)
            )
        order.lock_for_update(allow_referencing=True)
        if order._get_consent_gap():
            self._write_consent(order, signature, signed_by)
        if order.state in ("draft", "sent"):
            order.action_confirm()
        return order

    def _write_consent(self, order, signature, signed_by):
        name = (signed_by or "").strip()
        if not name:
            raise UserError(self.env._("Write the name of the person who signs."))
        image = self._read_signature(signature)
        order.write(
            {
                "signature": base64.b64encode(image),
                "signed_by": name,
                "signed_on": fields.Datetime.now(),
            }
        )
        self.sudo().message_post(
            body=self.env._(
                "%(name)s consented to %(amount)s by signature.",
                name=name,
                amount=order.currency_id.format(order.amount_total),
            ),
            attachments=[(f"{self.name} {order.name}.png", image)],
        )

    def _read_signature(self, signature):
        """Return the image, or refuse it where nobody has drawn on it."""
        try:
            image = base64.b64decode(signature or b"", validate=True)
            drawing = Image.open(io.BytesIO(image)).convert("RGBA")
        except (binascii.Error, ValueError, UnidentifiedImageError, OSError):
            image = False
        if image:
            paper = Image.new("RGBA", drawing.size, "white")
            paper.alpha_composite(drawing)
            darkest, _lightest = paper.convert("L").getextrema()
            if darkest < 250:
                return image
        raise UserError(
            self.env._("The signature is empty. Let the customer sign, then save.")
        )

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

    def action_consent(self):
        """Let the customer at the counter sign."""
        return self._open_dialog(
            "service.consent", self.env._("Consent for %s", self.name)
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
