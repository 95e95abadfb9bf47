from .common import ServiceCase

REPORT = "service_ticket.action_report_ticket"


class TestReport(ServiceCase):
    def test_ticket_sheet_is_complete_in_its_body(self):
        ticket = self._ticket(description="Nothing lights up.")
        pages = self._read_pdf(REPORT, ticket)
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
        pages = self._read_pdf(REPORT, tickets)
        self.assertEqual(len(pages), 2)
        for ticket in tickets:
            self.assertTrue(any(ticket.name in page for page in pages))
