"""From the invoice to the cash book, and the receipt that the customer keeps."""

from odoo import fields, models
from odoo.exceptions import UserError


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

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
        self._lock(invoices)
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
        due = receivable.move_id
        paid = self._get_receivable(payment.move_id)
        for account in paid.account_id:
            (paid + receivable).filtered(
                lambda line, account=account: line.account_id == account
            ).reconcile()
        for invoice in due:
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
