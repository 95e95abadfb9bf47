import io

from PyPDF2 import PdfReader

from odoo.tests import tagged

from .common import ServiceCase


@tagged("post_install", "-at_install")
class TestReport(ServiceCase):
    def _render(self, records):
        content, kind = (
            self.env["ir.actions.report"]
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf("service_ticket.action_report_ticket", records.ids)
        )
        self.assertEqual(kind, "pdf")
        return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]

    def test_ticket_sheet_is_complete_in_its_body(self):
        ticket = self._ticket(description="Nothing lights up.")
        pages = self._render(ticket)
        self.assertEqual(len(pages), 1)
        for text in (
            ticket.name,
            self.customer.name,
            self.unit.name,
            "Nothing lights up.",
            "First response",
            self.env.company.name,
        ):
            self.assertIn(text, pages[0])

    def test_several_sheets_are_printed_at_once(self):
        tickets = self._ticket() | self._ticket()
        pages = self._render(tickets)
        self.assertEqual(len(pages), 2)
        for ticket in tickets:
            self.assertTrue(any(ticket.name in page for page in pages))
