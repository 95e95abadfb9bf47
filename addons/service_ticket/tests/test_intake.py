from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.tests import Form

from .common import ServiceCase


class TestIntake(ServiceCase):
    """The front desk takes a call on one screen."""

    def _form(self):
        return Form(
            self.env["service.ticket"].with_user(self.agent),
            view="service_ticket.service_ticket_view_form_intake",
        )

    def test_a_call_from_serial_to_saved_ticket(self):
        earlier = self._ticket(subject="Leaked")
        now = datetime(2026, 3, 2, 9, 0)
        with freeze_time(now), self._form() as form:
            form.unit_id = self.unit
            self.assertEqual(form.partner_id, self.customer)
            self.assertEqual(form.site_id, self.customer)
            self.assertEqual(form.product_id, self.washer)
            self.assertEqual(form.contact_phone, self.customer.phone)
            self.assertEqual(form.last_ticket_ids.ids, earlier.ids)
            form.symptom_id = self.env.ref("service_ticket.symptom_leak")
            self.assertEqual(form.subject, "Leaks")
            form.severity_id = self.env.ref("service_ticket.severity_major")
            self.assertIn("First response", form.promise_summary)
        ticket = form.record
        self.assertEqual(ticket.product_id, self.washer)
        self.assertEqual(ticket.contact_email, self.customer.email)
        self.assertEqual(ticket.channel, "phone")
        self.assertEqual(ticket.state, "new")
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.response_due, now + timedelta(hours=2))
        self.assertEqual(ticket.on_site_due, now + timedelta(hours=12))

    def test_what_was_typed_is_kept(self):
        with self._form() as form:
            form.subject = "Smells burnt"
            form.contact_phone = "+32 499 00 11 22"
            form.symptom_id = self.env.ref("service_ticket.symptom_other")
        self.assertEqual(form.record.subject, "Smells burnt")
        self.assertEqual(form.record.contact_phone, "+32 499 00 11 22")

    def test_open_tickets_of_the_same_unit_are_offered(self):
        earlier = self._ticket()
        with self._form() as form:
            form.unit_id = self.unit
            form.subject = "Still dead"
            self.assertEqual(form.duplicate_ids.ids, earlier.ids)
        closed = self._ticket()
        closed.action_cancel()
        self.assertNotIn(closed, form.record.duplicate_ids)

    def test_next_call_opens_an_empty_screen(self):
        action = self._ticket().with_user(self.agent).action_save_and_next()
        self.assertEqual(action["res_model"], "service.ticket")
        self.assertFalse(action.get("res_id"))

    def test_a_screen_that_was_only_opened_leaves_no_ticket(self):
        """The web client saves what is valid when the window is closed."""
        form = self._form()
        with self.assertRaises(AssertionError):
            form.save()
