from unittest.mock import patch

from odoo.tests import tagged

from .common import DispatchCase


@tagged("post_install", "-at_install")
class TestReport(DispatchCase):
    """The service report, really rendered, and read as text."""

    def _run(self, cause, collect):
        visit = self._visit()
        job = self._job(visit)
        job.job_diagnose(cause.id, "Main board burnt")
        move_id = job.job_set_part(self.board.id, 1)["parts"][0]["move_id"]
        if collect:
            job.job_consent(self.signature, "Head of laundry")
        else:
            job.job_consent()
        job.job_fit_part(move_id, lot_id=self.lot_in.id, removed_serial="OLD-77")
        self._tick_all(job)
        job.job_set_work("Board replaced and tested", ended=True)
        if collect:
            job.job_collect()
        job.job_sign(self.signature, "Night porter")
        job.job_rate(5, "Quick help")
        job.job_finish("fixed")
        return visit

    def _print(self, visits, user):
        """The PDF's text, and its number of pages."""
        with patch.object(self, "env", self.env(user=user)):
            pages = self._read_pdf("service_dispatch.report_service_visit", visits)
        return " ".join(" ".join(pages).split()), len(pages)

    def test_chargeable_visit_is_complete_on_one_page(self):
        visit = self._run(self.lightning, collect=True)
        text, pages = self._print(visit, self.engineer)
        ticket = visit.ticket_id
        payment = visit._get_payment()
        for words in (
            "Service Report",
            ticket.name,
            self.unit.name,
            self.customer.name,
            "Bridge Street 1",
            self.lightning.name,
            "Main board burnt",
            "Board replaced and tested",
            "MB-1",
            "OLD-77",
            payment.name,
            ticket.invoice_ids.name,
            "Head of laundry",
            "Night porter",
            "Quick help",
            "5/5",
            "CONSENT TO THE PRICE",
            ticket.order_id.order_line[0].cover_reason[:30],
        ):
            with self.subTest(words):
                self.assertIn(words, text)
        self.assertEqual(pages, 1)

    def test_covered_visit_says_why_nothing_is_charged(self):
        visit = self._run(self.quality, collect=False)
        text, pages = self._print(visit, self.dispatcher)
        self.assertIn("Nothing to pay", text)
        self.assertIn("100 %", text)
        self.assertIn("Covered by", text)
        self.assertNotIn("Paid", text)
        self.assertEqual(pages, 1)

    def test_times_are_the_customers(self):
        self.customer.tz = "Asia/Tokyo"
        visit = self._visit()
        text, _pages = self._print(visit, self.dispatcher)
        self.assertIn("Asia/Tokyo", text)
        self.assertIn(visit._format_day(visit.start, "Hm", "Asia/Tokyo"), text)

    def test_the_ticket_prints_all_its_visits(self):
        visit = self._visit()
        action = visit.ticket_id.with_user(self.agent).action_print_service_report()
        self.assertEqual(action["report_name"], "service_dispatch.report_service_visit")
        self.assertEqual(action["context"]["active_ids"], visit.ids)
