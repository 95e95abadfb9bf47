"""From the order to the ledger: invoice, cash, receipt; each exactly once."""

import ast
from unittest.mock import patch

from odoo import models
from odoo.exceptions import AccessError, LockError, UserError

from .common import ContractCase


class TestCash(ContractCase):
    def _consented(self):
        ticket = self._chargeable_ticket()
        ticket._record_consent(self.signature, "The owner")
        return ticket.with_user(self.engineer)

    def test_the_way_of_the_money(self):
        ticket = self._chargeable_ticket()
        self.assertEqual(ticket.payment_state, "none")
        ticket._record_consent(self.signature, "The owner")
        self.assertEqual(ticket.payment_state, "to_invoice")
        ticket.with_user(self.engineer)._create_invoice()
        self.assertEqual(ticket.payment_state, "to_collect")
        ticket.with_user(self.engineer)._collect()
        self.assertEqual(ticket.payment_state, "paid")

    def test_invoice_says_what_the_order_says(self):
        ticket = self._consented()
        ticket.sudo().cause_id = self.quality
        ticket.sudo()._set_order_line(self.callout, 1)
        order = ticket.sudo().order_id
        invoice = ticket._create_invoice()
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(invoice.amount_total, order.amount_total)
        for line in order.order_line:
            billed = line.invoice_lines
            self.assertEqual(billed.cover_reason, line.cover_reason)
            self.assertEqual(billed.discount, line.cover_share)
            self.assertEqual(billed.price_subtotal, line.price_subtotal)
        self.assertEqual(invoice.service_ticket_ids, ticket.sudo())
        self.assertEqual(order.invoice_status, "invoiced")

    def test_goods_are_billed_as_ordered_before_any_delivery(self):
        self.board.invoice_policy = "delivery"
        invoice = self._consented()._create_invoice()
        self.assertIn(self.board, invoice.invoice_line_ids.product_id)

    def test_billing_twice_bills_once(self):
        ticket = self._consented()
        invoice = ticket._create_invoice()
        self.assertEqual(ticket._create_invoice(), invoice)
        self.assertEqual(ticket.sudo().invoice_ids, invoice)

    def test_a_draft_invoice_is_posted_not_doubled(self):
        ticket = self._consented()
        draft = ticket.sudo().order_id._create_invoices()
        self.assertEqual(ticket.payment_state, "to_invoice")
        self.assertEqual(ticket._create_invoice(), draft)
        self.assertEqual(draft.state, "posted")

    def test_what_is_added_after_the_bill_is_billed_too(self):
        ticket = self._consented()
        first = ticket._create_invoice()
        ticket._set_order_line(self.callout, 1)
        ticket._record_consent(self.signature, "The owner")
        self.assertEqual(ticket.payment_state, "to_invoice")
        both = ticket._create_invoice()
        self.assertEqual(len(both - first), 1)
        payment = ticket._collect()
        self.assertEqual(payment.amount, sum(both.mapped("amount_total")))
        self.assertEqual(set(both.mapped("payment_state")), {"paid"})

    def test_cash_is_in_the_cash_account_and_the_invoice_paid(self):
        ticket = self._consented()
        invoice = ticket._create_invoice()
        payment = ticket._collect(invoice.amount_residual)
        self.assertEqual(payment.state, "paid")
        self.assertEqual(payment.journal_id, self.cash_journal)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(invoice.amount_residual, 0)
        entry = payment.move_id
        self.assertEqual(entry.state, "posted")
        cash = entry.line_ids.filtered(
            lambda line: line.account_id == self.cash_journal.default_account_id
        )
        self.assertEqual(cash.debit, invoice.amount_total)
        claim = entry.line_ids - cash
        self.assertEqual(claim.account_id.account_type, "asset_receivable")
        self.assertEqual(claim.credit, invoice.amount_total)
        self.assertTrue(claim.reconciled)
        self.assertEqual(payment.reconciled_invoice_ids, invoice)
        self.assertEqual(payment.service_ticket_ids, ticket.sudo())
        self.assertIn(ticket.name, payment.memo)

    def test_collecting_bills_first_where_needed(self):
        ticket = self._consented()
        payment = ticket._collect(memo="Paid at the door")
        self.assertEqual(payment.memo, "Paid at the door")
        self.assertEqual(ticket.payment_state, "paid")

    def test_collecting_twice_is_one_payment(self):
        ticket = self._consented()
        payment = ticket._collect()
        self.assertEqual(ticket._collect(), payment)
        self.assertEqual(ticket._collect(payment.amount), payment)
        with self.assertRaisesRegex(UserError, "exactly what is due"):
            ticket._collect(payment.amount + 1)
        payments = self.env["account.payment"].search(
            [("journal_id", "=", self.cash_journal.id)]
        )
        self.assertEqual(payments, payment)

    def test_the_amount_must_be_what_is_due(self):
        ticket = self._consented()
        due = ticket._create_invoice().amount_residual
        for amount in (0, due - 0.01, due + 0.01, -due):
            with (
                self.subTest(amount=amount),
                self.assertRaisesRegex(UserError, "exactly what is due"),
            ):
                ticket._collect(amount)
        self.assertEqual(ticket.payment_state, "to_collect")
        self.assertFalse(
            self.env["account.payment"].search(
                [("journal_id", "=", self.cash_journal.id)]
            )
        )

    def test_nothing_to_pay_bills_nothing(self):
        ticket = self._covered_ticket()
        ticket._record_consent(False, False)
        ticket = ticket.with_user(self.engineer)
        self.assertFalse(ticket._create_invoice())
        self.assertFalse(ticket._collect())
        self.assertEqual(ticket.payment_state, "nothing")
        self.assertEqual(ticket.sudo().order_id.invoice_status, "no")
        with self.assertRaisesRegex(UserError, "no receipt"):
            ticket._get_receipt()
        with self.assertRaises(UserError):
            ticket.sudo().order_id._create_invoices()

    def test_an_unconfirmed_order_is_not_billed(self):
        ticket = self._chargeable_ticket()
        with self.assertRaisesRegex(UserError, "not consented"):
            ticket._create_invoice()
        self.assertFalse(ticket.invoice_ids)

    def test_without_a_cash_book_the_error_says_what_to_do(self):
        ticket = self._consented()
        self.team.cash_journal_id = False
        self.assertEqual(ticket._get_cash_journal().type, "cash")
        journals = self.env["account.journal"].search([("type", "=", "cash")])
        journals.active = False
        with self.assertRaisesRegex(UserError, "Ask an accountant"):
            ticket._collect()

    def test_only_a_cash_journal_of_the_company_takes_cash(self):
        ticket = self._consented()
        bank = self.env["account.journal"].search([("type", "=", "bank")], limit=1)
        with self.assertRaisesRegex(UserError, "must be a cash journal"):
            ticket._collect(journal=bank)

    def test_a_second_worker_is_held_off(self):
        """Order, lines and invoice are locked before anything is booked."""
        ticket = self._consented()
        locked = []
        Model = models.BaseModel
        lock = Model.lock_for_update

        def record(records, **kwargs):
            locked.append(records._name)
            return lock(records, **kwargs)

        with patch.object(Model, "lock_for_update", record):
            ticket._collect()
        self.assertLess(locked.index("sale.order"), locked.index("account.move"))
        self.assertIn("sale.order.line", locked)

        other = self._consented()
        busy = patch.object(Model, "lock_for_update", side_effect=LockError("busy"))
        for book in (other._create_invoice, other._collect):
            with busy, self.assertRaisesRegex(LockError, "somebody else"):
                book()
        self.assertEqual(other.payment_state, "to_invoice")

    def test_receipt_is_made_once_and_kept_with_the_ticket(self):
        ticket = self._consented()
        ticket._collect()
        receipt = ticket._get_receipt()
        self.assertEqual(ticket._get_receipt(), receipt)
        self.assertEqual((receipt.res_model, receipt.res_id), (ticket._name, ticket.id))
        self.assertTrue(receipt.with_user(self.engineer).raw)
        self.assertEqual(ticket.action_print_receipt()["type"], "ir.actions.act_url")

    def test_the_accountant_bills_and_collects_from_the_lists(self):
        ticket = self._chargeable_ticket()
        ticket._record_consent(self.signature, "The owner")
        ticket = ticket.with_user(self.accountant)
        to_invoice = self.env.ref("service_contract.service_ticket_action_to_invoice")
        self.assertIn(ticket, ticket.search(self._domain(to_invoice)))
        action = ticket.action_invoice()
        self.assertEqual(action["res_model"], "account.move")
        to_collect = self.env.ref("service_contract.service_ticket_action_to_collect")
        self.assertIn(ticket, ticket.search(self._domain(to_collect)))
        self.assertEqual(
            ticket.action_register_payment()["res_model"], "account.payment.register"
        )
        ticket.action_collect()
        self.assertEqual(ticket.payment_state, "paid")

    def _domain(self, action):
        return ast.literal_eval(action.domain)

    def test_only_accountants_press_the_money_buttons(self):
        ticket = self._consented()
        for user in (self.agent, self.dispatcher, self.engineer, self.manager):
            for button in (
                "action_invoice",
                "action_collect",
                "action_register_payment",
            ):
                with (
                    self.subTest(user=user.login, button=button),
                    self.assertRaises(AccessError),
                ):
                    getattr(ticket.with_user(user), button)()
        self.assertEqual(ticket.payment_state, "to_invoice")

    def test_odoos_own_payment_dialog_settles_too(self):
        ticket = self._consented()
        invoice = ticket._create_invoice()
        action = invoice.with_user(self.accountant).action_register_payment()
        self.env["account.payment.register"].with_user(self.accountant).with_context(
            **action["context"]
        ).create({}).action_create_payments()
        self.assertEqual(ticket.payment_state, "paid")
        payment = ticket._collect()
        self.assertEqual(payment.amount, invoice.amount_total)
        self.assertNotEqual(payment.journal_id, self.cash_journal)

    def test_a_credit_note_opens_the_bill_again(self):
        ticket = self._consented()
        invoice = ticket._create_invoice()
        self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"journal_id": invoice.journal_id.id}).refund_moves()
        self.assertIn(ticket.payment_state, ("to_collect", "to_invoice"))
