from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user

from .test_callback import CallbackCase


class TestRating(CallbackCase, HttpCase):
    """Who rated what, by which way; once, and never forced (R123, R127, R150)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(
            cls.env, "rating_customer", groups="base.group_portal"
        )
        cls.portal.partner_id.parent_id = cls.customer

    def test_by_phone_during_the_call(self):
        call = self._resolve(user_id=self.engineer.id).with_user(self.agent)
        call.write({"rating_quality": "5", "rating_attitude": "4", "note": "Fine"})
        call.action_satisfied()
        rating = call.ticket_id.rating_ids
        self.assertEqual(rating, call.rating_id)
        self.assertEqual((rating.service_way, rating.rating), ("phone", 4.5))
        self.assertEqual((rating.service_quality, rating.service_attitude), (5, 4))
        self.assertEqual(rating.partner_id, self.customer)
        self.assertEqual(rating.rated_partner_id, self.engineer.partner_id)
        self.assertTrue(rating.consumed and rating.feedback == "Fine")
        self.assertEqual(rating.service_team_id, self.team)

    def test_nobody_has_to_rate(self):
        call = self._resolve()
        call.action_satisfied()
        self.assertFalse(call.ticket_id.rating_ids.filtered("consumed"))

    def _get_token(self, ticket):
        return ticket._rating_get_access_token()

    def _click(self, token, rate, feedback=""):
        self.authenticate(None, None)
        values = {"rate": rate, "feedback": feedback}
        self._post(f"/rate/{token}/submit_feedback", values)

    def _post(self, url, values):
        values = {**values, "csrf_token": http.Request.csrf_token(self)}
        response = self.url_open(url, values)
        self.assertEqual(response.status_code, 200)
        return response.text

    def test_by_the_link_of_the_closing_mail_once(self):
        call = self._resolve()
        call.action_satisfied()
        ticket = call.ticket_id
        ticket._send_closing_mails()
        mail = self.env["mail.mail"].search(
            [("model", "=", "service.ticket"), ("res_id", "=", ticket.id)], limit=1
        )
        token = self._get_token(ticket)
        self.assertIn(f"/rate/{token}/5", mail.body_html)
        self.assertEqual(self.url_open(f"/rate/{token}/5").status_code, 200)
        self.assertFalse(ticket.rating_ids.consumed)  # looking is no rating
        self._click(token, 5, "Great")
        self._click(token, 1, "Somebody else with the mail")
        rating = ticket.rating_ids
        self.assertEqual((rating.rating, rating.feedback), (5, "Great"))
        self.assertEqual(rating.service_way, "link")
        self.assertFalse(ticket._asks_for_rating())

    def test_a_rated_job_is_not_asked_about_again(self):
        call = self._resolve()
        call.rating_quality = "3"
        call.action_satisfied()
        call.ticket_id._send_closing_mails()
        mail = self.env["mail.mail"].search(
            [("model", "=", "service.ticket"), ("res_id", "=", call.ticket_id.id)],
            limit=1,
        )
        self.assertTrue(mail)
        self.assertNotIn("/rate/", mail.body_html)

    def test_a_bad_rating_by_link_is_followed_by_a_call(self):
        call = self._resolve()
        call.action_satisfied()
        ticket = call.ticket_id
        self._click(self._get_token(ticket), 1, "Still leaks")
        owed = ticket.callback_ids - call
        self.assertEqual(owed.state, "owed")
        self.assertIn("Still leaks", owed.note)
        self.assertEqual(ticket.callback_state, "owed")

    def test_companies_decide_whether_they_ask(self):
        call = self._resolve()
        self.assertTrue(call.ticket_id._asks_for_rating())
        self.env.company.service_asks_rating = False
        self.assertFalse(call.ticket_id._asks_for_rating())

    # --- In the portal -----------------------------------------------------------------------

    def test_in_the_portal_once(self):
        ticket = self._resolve().ticket_id
        self.authenticate("rating_customer", "rating_customer")
        url = f"/my/service-tickets/{ticket.id}"
        page = self.url_open(url).text
        self.assertIn('id="service_rating"', page)
        self.assertIn("We call you by", page)
        form = {"quality": "4", "attitude": "9", "note": "Good", "rating": "1"}
        self._post(f"{url}/rate", {"quality": "0"})
        self.assertFalse(ticket._is_rated())
        page = self._post(f"{url}/rate", form)
        rating = ticket.rating_ids
        self.assertEqual((rating.service_way, rating.rating), ("portal", 4))
        self.assertEqual(rating.service_attitude, 0)
        self.assertIn("Thank you for your rating", page)
        page = self._post(f"{url}/rate", {"quality": "1"})
        self.assertIn("already", page)
        self.assertEqual(ticket.rating_ids.rating, 4)

    def test_what_is_not_done_or_not_theirs_is_not_rated(self):
        ticket = self._ticket()
        with self._refused(UserError, "not possible now"):
            ticket.with_user(self.portal)._rate_from_portal({"quality": "5"})
        other = self.env["res.partner"].create({"name": "Other"})
        call = self._resolve(unit_id=False, partner_id=other.id)
        with self.assertRaises(AccessError):
            call.ticket_id.with_user(self.portal)._rate_from_portal({"quality": "5"})

    def test_a_message_brings_no_stars(self):
        ticket = self._resolve().ticket_id
        self.assertNotIn("rating_value", ticket._get_allowed_message_params())

    # --- Whose it is ---------------------------------------------------------------------------

    def test_colleagues_write_no_rating(self):
        call = self._resolve(user_id=self.engineer.id)
        call.rating_quality = "1"
        call.action_satisfied()
        rating = call.rating_id
        for user in (self.engineer, self.agent, self.manager):
            for vals in ({"rating": 5}, {"feedback": "x"}, {"service_way": "sheet"}):
                with self.assertRaises(UserError):
                    rating.with_user(user).write(vals)
            with self.assertRaises(UserError):
                rating.with_user(user).reset()
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.env["rating.rating"].with_user(user).create(
                    {
                        "res_model_id": self.env["ir.model"]._get_id("service.ticket"),
                        "res_id": call.ticket_id.id,
                        "rating": 5,
                        "consumed": True,
                    }
                )

    def test_ratings_of_others_jobs_and_companies_are_out_of_sight(self):
        call = self._resolve(user_id=self.engineer.id)
        call.rating_quality = "1"
        call.action_satisfied()
        _company, stranger = self._second_company()
        employee = self._new_user("employee", "base.group_user")
        for user, seen in (
            (self.engineer, True),
            (self.agent, True),
            (self.engineer_2, False),
            (employee, False),
            (stranger, False),
        ):
            found = self.env["rating.rating"].with_user(user)
            self.assertEqual(
                bool(found.search([("id", "=", call.rating_id.id)])), seen, user.login
            )

    def test_ratings_that_look_false_are_checked_by_phone(self):
        call = self._resolve()
        call.rating_quality = "5"
        call.action_satisfied()
        ticket = call.ticket_id
        call.rating_id.with_user(self.manager).action_check_by_phone()
        check = ticket.callback_ids - call
        self.assertTrue(check.is_check)
        self.assertEqual((check.state, ticket.callback_state), ("owed", "done"))
        check.note = "Never signed anything."
        check.with_user(self.agent).action_unsatisfied()
        self.assertEqual(ticket.state, "open")
