from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user

from .test_complaint import ComplaintCase

SECRET = "Two jobs at one time."


class TestComplaintPortal(ComplaintCase, HttpCase):
    """A customer complains about an own ticket, and reads the answer, no more (R74)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.guest = new_test_user(
            cls.env, "service_guest", groups="base.group_portal", name="Ann"
        )
        cls.guest.partner_id.parent_id = cls.customer
        cls.foreign = new_test_user(
            cls.env, "service_foreign", groups="base.group_portal"
        )

    def _post(self, ticket, step, **form):
        page = self.url_open(ticket.access_url)
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        url = f"{ticket.access_url}/{step}"
        return self.url_open(url, {"csrf_token": token, **form})

    def _complain(self, **form):
        form = {"description": "Nobody came.", **form}
        return self.job.with_user(self.guest)._complain_from_portal(form, [])

    def test_complaining_in_the_browser(self):
        self.authenticate("service_guest", "service_guest")
        page = self.url_open(self.job.access_url).text
        self.assertIn("Not content with our service?", page)
        self.assertIn(self.reason.name, page)
        hidden = self.env.ref("service_ticket.complaint_reason_conflict")
        self.assertNotIn(hidden.name, page)
        answer = self._post(
            self.job, "complain", reason=self.reason.id, description="Nobody came."
        )
        complaint = self.job.complaint_ids
        self.assertTrue(answer.url.endswith(complaint.access_url))
        self.assertIn("We look into your complaint and answer by", answer.text)
        self.assertEqual(complaint.complaint_reason_id, self.reason)
        self.assertEqual(complaint.channel, "portal")
        self.assertEqual(complaint.partner_id, self.customer)
        self.assertEqual(complaint.complaint_recorder_id, self.guest)
        self.assertEqual(complaint.activity_ids.user_id, self.leader)
        with self._refused(UserError, "Please answer below"):
            complaint.with_user(self.guest)._complain_from_portal(
                {"description": "Again"}, []
            )
        page = self.url_open(self.job.access_url).text
        self.assertIn(complaint.name, page)
        self.assertNotIn("Not content with our service?", page)

    def test_only_about_the_own_ticket_with_words_and_once(self):
        with self.assertRaises(AccessError):
            self.job.with_user(self.foreign)._complain_from_portal(
                {"description": "x"}, []
            )
        with self._refused(UserError, "what you are not content with"):
            self._complain(description=" ")
        for reason in ("x", "-1", "999999999999999999999", None):
            with self.env.cr.savepoint() as undo:
                self.assertFalse(
                    self._complain(reason=reason).sudo().complaint_reason_id
                )
                undo.rollback()
        complaint = self._complain()
        with self._refused(UserError, "We have your complaint already"):
            self._complain()
        complaint.sudo().action_cancel()
        self.assertNotEqual(self._complain(), complaint)

    def test_the_other_of_two_clicks_is_told(self):
        self._complain()
        tickets = type(self.env["service.ticket"])
        self.patch(tickets, "_find_open_complaint", lambda ticket: ticket.browse())
        with (
            self.assertLogs("odoo.sql_db", "ERROR"),
            self._refused(UserError, "We have your complaint already"),
        ):
            self._complain()

    def test_the_customer_reads_the_answer_and_no_more(self):
        complaint = self._complaint(complaint_user_id=self.engineer.id)
        complaint.action_open()
        complaint.complaint_answer = "A draft."
        self._decide(complaint)
        self.authenticate("service_guest", "service_guest")
        page = self.url_open(complaint.access_url).text
        self.assertNotIn("A draft.", page)
        complaint.complaint_confirm_user_id = self.agent
        self._answer(complaint)
        complaint.action_resolve()
        page = self.url_open(complaint.access_url).text
        self.assertIn("We are sorry.", page)
        self.assertIn("The visit is free of charge.", page)
        self.assertIn("Is the matter settled for you?", page)
        self.assertIn(self.job.name, page)
        for secret in (SECRET, self.engineer.name, "planning", "Planning: too few"):
            self.assertNotIn(secret, page)
        guest = complaint.with_user(self.guest)
        for name in (
            "complaint_answer",
            "complaint_user_id",
            "complaint_root_cause_id",
            "complaint_root_note",
            "complaint_justified",
            "complaint_notice_ids",
        ):
            with self.assertRaises(AccessError):
                guest.read([name])

    def test_the_customers_word_is_the_confirmation(self):
        complaint = self._resolved()
        self.authenticate("service_guest", "service_guest")
        self._post(complaint, "works", note="Thanks")
        self.assertEqual(complaint.state, "closed")

    def test_not_settled_opens_it_again(self):
        complaint = self._resolved()
        self.authenticate("service_guest", "service_guest")
        self._post(complaint, "broken", note="Still nobody came.")
        self.assertEqual(complaint.state, "open")
        self.assertFalse(complaint.complaint_answered_at)
