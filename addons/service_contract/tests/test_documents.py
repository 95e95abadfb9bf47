"""The papers say how much, and why, line by line."""

from .common import ContractCase


class TestDocuments(ContractCase):
    def _text(self, report, records):
        return " ".join(self._read_pdf(report, records))

    def test_order_of_a_covered_job_says_why_nothing_is_to_pay(self):
        ticket = self._covered_ticket()
        text = self._text("sale.action_report_saleorder", ticket.order_id)
        self.assertEqual(text.count("Covered by Standard warranty"), 2)
        self.assertIn("Nothing to pay", text)
        self.assertIn(ticket.name, text)
        self.assertIn(self.unit.name, text)

    def test_order_and_invoice_of_a_chargeable_job_say_why(self):
        ticket = self._chargeable_ticket()
        text = self._text("sale.action_report_saleorder", ticket.order_id)
        self.assertEqual(text.count("lightning, power surge"), 2)
        self.assertNotIn("Nothing to pay", text)
        ticket._record_consent(self.signature, "The owner")
        invoice = ticket._create_invoice()
        text = self._text("account.account_invoices", invoice)
        self.assertEqual(text.count("lightning, power surge"), 2)
        self.assertIn(ticket.name, text)
        self.assertIn(invoice.name, text)

    def test_receipt_names_ticket_invoice_and_amount(self):
        ticket = self._chargeable_ticket()
        ticket._record_consent(self.signature, "The owner")
        payment = ticket.with_user(self.engineer)._collect()
        text = self._text("account.action_report_payment_receipt", payment)
        for expected in (
            payment.name,
            ticket.name,
            self.unit.name,
            ticket.invoice_ids.name,
            f"{payment.amount:.2f}",
            "Received with thanks",
            self.env.company.name,
        ):
            self.assertIn(expected, text)

    def test_papers_without_a_ticket_stay_as_they_were(self):
        order = self.env["sale.order"].create({"partner_id": self.customer.id})
        text = self._text("sale.action_report_saleorder", order)
        self.assertNotIn("Service Ticket", text)
        self.assertNotIn("Nothing to pay", text)

    def test_a_salesman_without_service_rights_prints_the_order(self):
        seller = self._new_user("seller", "sales_team.group_sale_salesman_all_leads")
        order = self._chargeable_ticket().order_id
        report = self.env["ir.actions.report"].with_user(seller)
        html, _type = report._render_qweb_html("sale.report_saleorder", order.ids)
        self.assertIn(b"lightning", html)
