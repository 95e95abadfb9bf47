from odoo.exceptions import UserError
from odoo.tests import Form

from .common import ServiceCase

REPORT = "service_ticket.action_report_analysis"
CAUSE = "The seal was torn by a coin."
PREVENTION = "Empty the pockets before each wash."


class TestAnalysis(ServiceCase):
    """After a fault on site the customer is told why, and how to avoid it (R16)."""

    def _cleared(self, **vals):
        ticket = self._ticket(
            support_mode="onsite",
            cause_id=self.env.ref("service_ticket.cause_wm_door_seal").id,
            remedy_id=self.env.ref("service_ticket.remedy_wm_seal").id,
            work_done="Seal replaced.",
            outcome="fixed",
            **vals,
        )
        ticket.action_resolve()
        return ticket

    def _analysed(self, **vals):
        return self._cleared(
            analysis_cause=CAUSE, analysis_prevention=PREVENTION, **vals
        )

    def _send(self, ticket):
        action = ticket.with_user(self.agent).action_send_analysis()
        composer = Form(
            self.env["mail.compose.message"]
            .with_user(self.agent)
            .with_context(action["context"])
        ).save()
        composer._action_send_mail()
        return composer

    def test_it_is_owed_after_a_fault_on_site_and_listed(self):
        owed = self._cleared()
        by_phone = self._cleared()
        by_phone.support_mode = "phone"
        found = self.env["service.ticket"].search([("analysis_owed", "=", True)])
        self.assertIn(owed, found)
        self.assertNotIn(by_phone, found)
        rest = self.env["service.ticket"].search([("analysis_owed", "=", False)])
        self.assertIn(by_phone, rest)
        self.assertNotIn(owed, rest)
        self.assertTrue(owed.analysis_owed)

    def test_it_says_what_is_missing(self):
        ticket = self._cleared()
        with self.assertRaisesRegex(UserError, "How to Avoid It"):
            ticket.action_send_analysis()
        ticket.write({"analysis_cause": CAUSE, "analysis_prevention": PREVENTION})
        self.customer.email = False
        ticket.contact_email = False
        with self.assertRaisesRegex(UserError, "no e-mail address"):
            ticket.action_send_analysis()

    def test_sending_it_keeps_the_promise(self):
        ticket = self._analysed()
        composer = self._send(ticket)
        self.assertEqual(composer.partner_ids, self.customer)
        self.assertEqual(ticket.analysis_sent_uid, self.agent)
        self.assertTrue(ticket.analysis_sent_at)
        self.assertFalse(ticket.analysis_owed)
        self.assertEqual(
            len(ticket.transition_ids.filtered(lambda t: t.clock == "report")), 1
        )
        mail = ticket.message_ids.filtered(lambda m: m.attachment_ids)[:1]
        self.assertIn(ticket.name, mail.subject)
        self.assertEqual(mail.partner_ids, self.customer)

    def test_opening_the_mail_alone_sends_nothing(self):
        ticket = self._analysed()
        ticket.with_user(self.agent).action_send_analysis()
        self.assertFalse(ticket.analysis_sent_at)

    def test_another_mail_is_no_analysis(self):
        ticket = self._analysed()
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.agent)
            .with_context(default_model=ticket._name, default_res_ids=ticket.ids)
            .create({"body": "Hello", "partner_ids": self.customer.ids})
        )
        composer._action_send_mail()
        self.assertFalse(ticket.analysis_sent_at)

    def test_it_may_be_handed_over_on_paper(self):
        self.customer.email = False
        ticket = self._analysed(contact_email=False)
        ticket.with_user(self.agent).action_analysis_handed_over()
        self.assertEqual(ticket.analysis_sent_uid, self.agent)

    def test_nobody_claims_that_it_was_sent(self):
        ticket = self._analysed().with_user(self.manager)
        with self.assertRaises(UserError):
            ticket.write({"analysis_sent_at": "2026-01-01 00:00:00"})

    def test_what_is_open_again_is_analysed_again(self):
        ticket = self._analysed()
        self._send(ticket)
        ticket.action_reopen()
        self.assertFalse(ticket.analysis_sent_at)
        ticket.action_resolve()
        self.assertTrue(ticket.analysis_owed)

    def test_the_customer_reads_it_once_it_was_sent(self):
        ticket = self._analysed()
        self.assertFalse(ticket._get_portal_values()["analysis"])
        self._send(ticket)
        self.assertEqual(ticket._get_portal_values()["analysis"]["cause"], CAUSE)

    def test_the_document_is_complete_on_one_page(self):
        ticket = self._analysed(description="Water on the floor.", internal_note="Shh")
        pages = self._read_pdf(REPORT, ticket)
        self.assertEqual(len(pages), 1)
        for text in (
            ticket.name,
            self.customer.name,
            self.unit.name,
            "Water on the floor.",
            "Door seal torn",
            CAUSE,
            "Seal replaced.",
            PREVENTION,
            self.env.company.name,
        ):
            self.assertIn(text, pages[0])
        self.assertNotIn("Shh", pages[0])
