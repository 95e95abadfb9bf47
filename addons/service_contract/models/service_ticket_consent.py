"""The customer's consent: on record before anything chargeable, for an amount."""

import base64
import io

from PIL import Image, UnidentifiedImageError

from odoo import api, fields, models
from odoo.exceptions import UserError


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    consent_gap = fields.Char(
        "Consent Missing", compute="_compute_consent_gap", compute_sudo=True
    )

    @api.depends("order_id.amount_total", "order_id.consent_amount", "order_id.state")
    @api.depends_context("lang")
    def _compute_consent_gap(self):
        for ticket in self:
            ticket.consent_gap = ticket._get_consent_gap()

    def _get_resolve_obstacles(self):
        obstacles = super()._get_resolve_obstacles()
        gap = self._get_consent_gap()
        return obstacles + [gap] if gap else obstacles

    def _get_close_obstacles(self):
        obstacles = super()._get_close_obstacles()
        gap = self._get_consent_gap()
        return obstacles + [gap] if gap else obstacles

    def _get_merge_obstacles(self, target):
        reasons = super()._get_merge_obstacles(target)
        # sudo: an agent without rights on orders is told all the same
        if self.sudo().order_id.order_line:
            reasons.append(
                self.env._(
                    "%(ticket)s has lines on its order: let it be the ticket that "
                    "goes on, or take them off first.",
                    ticket=self.name,
                )
            )
        return reasons

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
        self._lock(order)
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
        except (TypeError, ValueError, UnidentifiedImageError, OSError):
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

    def action_consent(self):
        """Let the customer at the counter sign."""
        return self._open_dialog(
            "service.consent", self.env._("Consent for %s", self.name)
        )
