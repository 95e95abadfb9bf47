"""From the order to the money: invoice, payment in cash, receipt."""

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
            ("none", "No order yet"),
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
        order.lock_for_update(allow_referencing=True)
        order.order_line.lock_for_update(allow_referencing=True)
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

    # --- Payment --------------------------------------------------------------

    def _collect(self, amount=None, journal=None, memo=None):
        """Record that the customer paid the whole bill in cash.

        The ticket is invoiced first where it is not yet. Collecting again gives the
        same payment; where nothing is to pay, none.

        :param amount: what the customer handed over; None for what is due
        :return: the account.payment in sudo, posted and reconciled
        """
        invoices = self._create_invoice()
        if not invoices:
            return self.env["account.payment"].sudo()
        invoices.lock_for_update(allow_referencing=True)
        currency = invoices.currency_id
        due = sum(invoices.mapped("amount_residual_signed"))
        residual = sum(-move.direction_sign * move.amount_residual for move in invoices)
        if currency.compare_amounts(residual, 0) <= 0 or not due:
            payment = self._get_payments(invoices)[:1]
            self._check_amount(amount, payment.amount, currency)
            return payment
        self._check_amount(amount, residual, currency)
        journal = (journal or self._get_cash_journal()).sudo()
        self._check_cash_journal(journal, currency)
        vals = self._prepare_payment_vals(invoices, residual, journal, memo)
        payment = self.env["account.payment"].sudo().create(vals)
        # Without an outstanding account a payment has no journal entry, and with the
        # one that Odoo computes (and puts above what is given on creation) the cash
        # waits on “Outstanding Receipts” for a bank statement. Cash in hand is in the
        # cash account already: with that as the outstanding account, the entry debits
        # it and the payment is final.
        payment.outstanding_account_id = journal.default_account_id
        payment.action_post()
        self._reconcile(payment, invoices)
        self.sudo().message_post(
            body=self.env._(
                "%(amount)s received in cash: %(payment)s.",
                amount=currency.format(residual),
                payment=payment.name,
            )
        )
        return payment

    def _check_amount(self, amount, expected, currency):
        if amount is not None and currency.compare_amounts(amount, expected):
            raise UserError(
                self.env._(
                    "%(ticket)s: %(given)s was handed over, but the bill is "
                    "%(due)s. Collect exactly what is due.",
                    ticket=self.name,
                    given=currency.format(amount),
                    due=currency.format(expected),
                )
            )

    def _get_cash_journal(self):
        """Return the cash book of the team, else the first one of the company."""
        journal = self.team_id.sudo().cash_journal_id
        if not journal:
            journals = self.env["account.journal"].sudo()
            domain = journals._check_company_domain(self.company_id)
            journal = journals.search([*domain, ("type", "=", "cash")], limit=1)
        if not journal:
            raise UserError(
                self.env._(
                    "There is no cash book for “%(team)s”. Ask an accountant to create "
                    "a cash journal and to set it on the team.",
                    team=self.team_id.name or self.company_id.name,
                )
            )
        return journal

    def _check_cash_journal(self, journal, currency):
        own = journal.currency_id or journal.company_id.currency_id
        if (
            journal.type != "cash"
            or journal.company_id != self.company_id
            or not journal.default_account_id
            or own != currency
        ):
            raise UserError(
                self.env._(
                    "“%(journal)s” can't take this cash: it must be a cash journal of "
                    "%(company)s in %(currency)s with a cash account.",
                    journal=journal.display_name,
                    company=self.company_id.name,
                    currency=currency.name,
                )
            )

    def _prepare_payment_vals(self, invoices, amount, journal, memo):
        return {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": invoices.commercial_partner_id.id,
            "amount": amount,
            "currency_id": invoices.currency_id.id,
            "journal_id": journal.id,
            "date": fields.Date.context_today(self),
            "memo": memo or f"{self.name} {', '.join(invoices.mapped('name'))}",
            "destination_account_id": self._get_receivable(invoices).account_id[:1].id,
        }

    def _get_receivable(self, invoices):
        return invoices.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
            and not line.reconciled
        )

    def _reconcile(self, payment, invoices):
        """Match the payment with the invoices, as Odoo's payment dialog does."""
        receivable = self._get_receivable(invoices)
        paid = self._get_receivable(payment.move_id)
        for account in paid.account_id:
            (paid + receivable).filtered(
                lambda line, account=account: line.account_id == account
            ).reconcile()
        for invoice in invoices:
            invoice.matched_payment_ids += payment

    def _get_payments(self, invoices):
        """Return the valid payments of these invoices, newest first."""
        partials = invoices.line_ids.matched_credit_ids
        payments = (
            invoices.matched_payment_ids
            | partials.credit_move_id.move_id.origin_payment_id
        )
        return payments.filtered(lambda p: p.state in ("in_process", "paid")).sorted(
            "id", reverse=True
        )

    def _get_receipt(self):
        """Return the receipt as a PDF kept with the ticket, made once per payment.

        Whoever may read the ticket may print it: the engineer hands it over.
        """
        self.ensure_one()
        self.check_access("read")
        ticket = self.sudo()
        payment = ticket._get_payments(ticket.invoice_ids)[:1]
        if not payment:
            raise UserError(
                self.env._("%s: nothing was paid, so there is no receipt.", self.name)
            )
        name = self.env._("Receipt %s.pdf", payment.name.replace("/", "-"))
        attachments = self.env["ir.attachment"].sudo()
        kept = attachments.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("description", "=", payment.name),
            ],
            limit=1,
        )
        if kept:
            return kept
        content, _type = (
            self.env["ir.actions.report"]
            .sudo()
            ._render_qweb_pdf("account.action_report_payment_receipt", payment.ids)
        )
        return attachments.create(
            {
                "name": name,
                "description": payment.name,
                "res_model": self._name,
                "res_id": self.id,
                "raw": content,
                "mimetype": "application/pdf",
            }
        )

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
