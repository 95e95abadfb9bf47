from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .sale_order_line import RECOMPUTING


class SaleOrder(models.Model):
    """The commercial side of a ticket: one order, judged line by line."""

    _inherit = "sale.order"

    ticket_id = fields.Many2one(
        "service.ticket",
        "Service Ticket",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    service_reference = fields.Char(
        "Service", compute="_compute_service_reference", compute_sudo=True
    )
    consent_amount = fields.Monetary(
        "Consented Amount",
        readonly=True,
        copy=False,
        help="What the customer agreed to pay; a higher total needs a new consent.",
    )
    consent_user_id = fields.Many2one(
        "res.users",
        "Confirmed Unsigned By",
        readonly=True,
        copy=False,
        help="Who confirmed the order without the customer's signature.",
    )

    _one_by_ticket = models.UniqueIndex(
        "(ticket_id) WHERE ticket_id IS NOT NULL",
        "This ticket has its order already.",
    )

    @api.depends("ticket_id")
    def _compute_service_reference(self):
        for order in self:
            order.service_reference = order.ticket_id._get_reference()

    @api.depends("ticket_id", "amount_total")
    def _compute_invoice_status(self):
        """A job with nothing to pay waits for no invoice."""
        result = super()._compute_invoice_status()
        self.filtered(lambda order: order._is_free()).invoice_status = "no"
        return result

    def _is_free(self):
        """Whether this is a ticket's order on which nothing is to pay."""
        self.ensure_one()
        return bool(self.ticket_id) and self.currency_id.is_zero(self.amount_total)

    def _get_invoiceable_lines(self, final=False):
        if self._is_free():
            return self.order_line.browse()
        return super()._get_invoiceable_lines(final)

    def write(self, vals):
        """A signature stands for the amount that it was given for."""
        result = super().write(vals)
        if "signature" in vals:
            for order in self.sudo().filtered("ticket_id"):
                order.consent_amount = order.amount_total if vals["signature"] else 0
                order.consent_user_id = False
        return result

    def _validate_fields(self, field_names, excluded_names=()):
        """Whose job it is and what was agreed is recorded, not written over RPC."""
        names = set(field_names)
        super()._validate_fields(names, excluded_names)
        if self.env.su:
            return
        recorded = {"ticket_id", "consent_amount", "consent_user_id"} & names
        if any(order[name] for order in self for name in recorded):
            raise UserError(
                self.env._("The ticket and its customer's consent are not set by hand.")
            )

    def action_confirm(self):
        """Confirming a chargeable ticket order needs a signature, or sales rights."""
        self._settle_limits()
        unsigned = self.filtered(lambda order: order._get_consent_gap())
        if unsigned and not self.env.user.has_group("sales_team.group_sale_salesman"):
            raise AccessError(
                "\n".join(order._get_consent_gap() for order in unsigned)
                + "\n"
                + self.env._(
                    "Let the customer sign, or ask somebody with sales rights to "
                    "confirm the order."
                )
            )
        result = super().action_confirm()
        unsigned._log_unsigned()
        return result

    def _settle_limits(self):
        """What is left of a limit is given once: judge again, one order at a time."""
        lines = self.sudo().order_line.filtered(
            lambda line: line.state in ("draft", "sent") and line.cover_entitlement_id
        )
        limited = lines.cover_entitlement_id.filtered(lambda e: e._has_limits())
        if limited:
            limited.lock_for_update(allow_referencing=True)
            lines.order_id.order_line._rejudge()

    def _recompute_prices(self):
        """Odoo sets every discount to zero for a moment here."""
        recomputed = self.with_context(service_recompute=RECOMPUTING)
        lines = recomputed.sudo().order_line.filtered(lambda line: line._is_judged())
        lines.invalidate_recordset(["pricelist_item_id"])
        lines._compute_cover_tariff()
        lines._rejudge()
        return super(SaleOrder, recomputed)._recompute_prices()

    def _should_be_locked(self):
        """The job may still need a line: a ticket's order stays open for it."""
        return not self.ticket_id and super()._should_be_locked()

    def _get_consent_gap(self):
        """Return a sentence that says what consent is missing, or False.

        Consent is a signature, a payment of the whole amount, or a confirmation on
        record by somebody with sales rights; each for an amount (R108).
        """
        self.ensure_one()
        currency, total = self.currency_id, self.amount_total
        if (
            not self.ticket_id
            or self.state == "cancel"
            or currency.compare_amounts(total, 0) <= 0
            or currency.compare_amounts(total, self.consent_amount) <= 0
            or self._is_paid()
        ):
            return False
        words = {
            "ticket": self.ticket_id.sudo().name,
            "total": currency.format(total),
            "consented": currency.format(self.consent_amount),
        }
        if currency.is_zero(self.consent_amount):
            return self.env._(
                "%(ticket)s: the customer has not consented to %(total)s yet.", **words
            )
        return self.env._(
            "%(ticket)s: the customer consented to %(consented)s, the order has come "
            "to %(total)s. Ask for a new consent.",
            **words,
        )

    def _log_unsigned(self):
        """Put on record who answers for the consent."""
        for order in self:
            order.sudo().write(
                {
                    "consent_amount": order.amount_total,
                    "consent_user_id": self.env.uid,
                }
            )
            body = self.env._(
                "%(order)s confirmed by %(user)s without the customer's signature: "
                "%(amount)s.",
                order=order.name,
                user=self.env.user.name,
                amount=order.currency_id.format(order.amount_total),
            )
            order.message_post(body=body)
            order.ticket_id.sudo().message_post(body=body)

    def action_view_ticket(self):
        """Open the ticket that this order belongs to."""
        self.ensure_one()
        return self.ticket_id.action_open_form()
