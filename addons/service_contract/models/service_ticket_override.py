"""Deciding by hand who pays: with a right, a reason and a note to the customer."""

from odoo import models
from odoo.exceptions import AccessError, UserError


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    def _override_cover(self, product, share, reason, note, back=False):
        """Let a manager decide about the lines of one product, or of the order.

        :param back: take back what was decided by hand: the judge decides again
        :raise UserError: no reason or note, or the order is confirmed already
        """
        self.ensure_one()
        self.check_access("write")
        if not self.env.user.has_group("service_ticket.group_service_manager"):
            raise AccessError(self.env._("Only a manager decides by hand who pays."))
        self._check_override(share, reason, note, back)
        order = self.sudo().order_id
        lines = order.order_line.filtered(lambda line: line._is_judged())
        if product:
            lines = lines.filtered(lambda line: line.product_id == product)
        if not lines:
            raise UserError(self.env._("There is nothing on the order yet."))
        vals = {
            "override_share": 0 if back else share,
            "override_reason": False if back else reason,
            "override_note": False if back else note,
            "override_user_id": False if back else self.env.uid,
        }
        self._lock(order)
        lines.write(vals)
        self._log_override(lines, share, reason, note, back)

    def _check_override(self, share, reason, note, back):
        order = self.sudo().order_id
        if order.state not in ("draft", "sent"):
            raise UserError(
                self.env._(
                    "%s: the order is confirmed, what was agreed stands.", self.name
                )
            )
        if not back and not ((reason or "").strip() and (note or "").strip()):
            raise UserError(
                self.env._("Give the reason, and what the customer is told.")
            )
        if not 0 <= share <= 100:
            raise UserError(
                self.env._("The covered share is a percentage from 0 to 100.")
            )

    def _log_override(self, lines, share, reason, note, back):
        names = ", ".join(lines.product_id.mapped("display_name"))
        if back:
            body = self.env._("%s: the rules decide again who pays.", names)
        else:
            body = self.env._(
                "%(lines)s: decided by hand, %(share)s %% covered. %(reason)s (told to "
                "the customer: %(note)s)",
                lines=names,
                share=f"{share:g}",
                reason=reason,
                note=note,
            )
        self.sudo()._message_log(body=body)

    def action_override_cover(self):
        """Decide by hand who pays."""
        return self._open_dialog(
            "service.cover.override", self.env._("Who Pays for %s", self.name)
        )
