"""From the order to the invoice, and who may press the buttons of the money."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

_SETTLED = ("paid", "in_payment", "reversed")


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    invoice_ids = fields.Many2many(
        "account.move",
        string="Invoices",
        compute="_compute_invoice_ids",
        compute_sudo=True,
    )
    payment_state = fields.Selection(
        [
            ("none", "Not yet due"),
            ("nothing", "Nothing to pay"),
            ("to_invoice", "To invoice"),
            ("to_collect", "To collect"),
            ("paid", "Paid"),
        ],
        "Payment",
        compute="_compute_payment_state",
        store=True,
        copy=False,
        default="none",
        index=True,
    )

    @api.depends("order_id.order_line.invoice_lines")
    def _compute_invoice_ids(self):
        for ticket in self:
            ticket.invoice_ids = ticket.order_id.order_line.invoice_lines.move_id

    @api.depends(
        "order_id.state",
        "order_id.amount_total",
        "order_id.order_line.qty_to_invoice",
        "order_id.order_line.invoice_lines.move_id.state",
        "order_id.order_line.invoice_lines.move_id.payment_state",
    )
    def _compute_payment_state(self):
        for ticket in self:
            ticket.payment_state = ticket._get_payment_state()

    def _get_payment_state(self):
        order = self.order_id
        if order.state == "cancel" or not order.order_line:
            return "none"
        if order.currency_id.is_zero(order.amount_total):
            return "nothing"
        if order.state != "sale":
            return "none"
        invoices = order.order_line.invoice_lines.move_id
        posted = invoices.filtered(lambda move: move.state == "posted")
        drafts = invoices.filtered(lambda move: move.state == "draft")
        if drafts or not posted or any(order.order_line.mapped("qty_to_invoice")):
            return "to_invoice"
        if any(move.payment_state not in _SETTLED for move in posted):
            return "to_collect"
        return "paid"

    # --- Invoice --------------------------------------------------------------

    def _lock_order(self):
        """Return the order in sudo, locked against a second bill or payment.

        Invoicing changes the order's lines and collecting changes the invoice, so a
        transaction that waited here with an older view of them is run again by Odoo.
        """
        self.ensure_one()
        self.check_access("write")
        order = self.sudo().with_company(self.company_id).order_id
        self._lock(order)
        self._lock(order.order_line)
        return order

    def _create_invoice(self):
        """Bill the ticket's order; return its posted invoices in sudo.

        Nothing is billed where nothing is to pay; what is billed is not billed again.
        """
        order = self._lock_order()
        if not order or order.currency_id.is_zero(order.amount_total):
            return order.env["account.move"]
        gap = order._get_consent_gap()
        if gap:
            raise UserError(gap)
        if order.state != "sale":
            raise UserError(
                self.env._(
                    "%(ticket)s: confirm %(order)s before it is invoiced.",
                    ticket=self.name,
                    order=order.name,
                )
            )
        if any(order.order_line.mapped("qty_to_invoice")):
            order._create_invoices(final=True)
        invoices = order.order_line.invoice_lines.move_id
        invoices.filtered(lambda move: move.state == "draft").action_post()
        return invoices.filtered(lambda move: move.state == "posted")

    # --- Buttons --------------------------------------------------------------

    def _check_accountant(self):
        self.check_access("read")
        if not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(
                self.env._("Only people with invoicing rights bill and book payments.")
            )

    def action_invoice(self):
        """Bill these tickets and show the invoices."""
        self._check_accountant()
        for ticket in self.sudo():
            ticket._create_invoice()
        return self.action_view_invoices()

    def action_collect(self):
        """Book the amount due as received in cash."""
        self._check_accountant()
        for ticket in self.sudo():
            ticket._collect()
        return True

    def action_register_payment(self):
        """Open Odoo's payment dialog: card, transfer, or a part of the amount."""
        self._check_accountant()
        return self.invoice_ids.action_register_payment()

    def action_view_invoices(self):
        """Open the invoices of these tickets."""
        self.check_access("read")
        invoices = self.invoice_ids
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice_type"
        )
        if len(invoices) == 1:
            return action | {"views": [[False, "form"]], "res_id": invoices.id}
        return action | {"domain": [("id", "in", invoices.ids)]}

    def action_print_receipt(self):
        """Hand out the receipt of the payment."""
        receipt = self._get_receipt()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{receipt.id}?download=true",
            "target": "self",
        }
