from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError
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

    def test_next_call_says_the_number_and_opens_an_empty_screen(self):
        ticket = self._ticket()
        action = ticket.with_user(self.agent).action_save_and_next()
        self.assertIn(ticket.name, action["params"]["title"])
        self.assertIn("First response", action["params"]["message"])
        following = action["params"]["next"]
        self.assertEqual(following["res_model"], "service.ticket")
        self.assertFalse(following.get("res_id"))

    # --- How bad it is ---------------------------------------------------------------

    def test_the_worst_answer_decides_the_severity(self):
        major = self.env.ref("service_ticket.severity_major")
        main = self.env.ref("service_ticket.severity_main")
        minor = self.env.ref("service_ticket.severity_minor")
        with self._form() as form:
            form.subject = "Beeps"
            self.assertEqual(form.severity_id, minor)
            form.criterion_ids.add(self.env.ref("service_ticket.criterion_risk"))
            self.assertEqual(form.severity_id, main)
            form.criterion_ids.add(self.env.ref("service_ticket.criterion_down"))
            self.assertEqual(form.severity_id, major)
            form.criterion_ids.remove(self.env.ref("service_ticket.criterion_down").id)
            self.assertEqual(form.severity_id, main)
            form.severity_id = minor  # by hand
        self.assertEqual(form.record.severity_id, minor)

    def test_answers_decide_over_rpc_too_and_the_promises_follow(self):
        down = self.env.ref("service_ticket.criterion_down")
        tickets = self.env["service.ticket"].with_user(self.agent)
        ticket = tickets.create({"subject": "x", "criterion_ids": [(4, down.id)]})
        self.assertEqual(ticket.severity_id, down.severity_id)
        other = self._ticket()
        target = self.env["service.sla.target"].create(
            {
                "policy_id": other.policy_id.id,
                "severity_id": down.severity_id.id,
                "clock": "resolution",
                "hours": 6,
            }
        )
        other.criterion_ids = down
        self.assertEqual(other.severity_id, down.severity_id)
        self.assertIn(target, other.milestone_ids.target_id)

    # --- What is missing -------------------------------------------------------------

    def test_gaps_are_named_and_counted_but_allowed(self):
        tickets = self.env["service.ticket"].with_user(self.agent)
        ticket = tickets.create({"subject": "Something"})
        self.assertEqual(ticket.gap_count, 7)
        self.assertIn("Date of purchase", ticket.gaps)
        ticket.kind = "consultation"  # a question needs no model
        self.assertNotIn("Date of purchase", ticket.gaps)
        ticket.write({"kind": "fault", "unit_id": self.unit.id})
        self.assertEqual(ticket.gaps, "Symptom, What the customer asks for")
        self.customer.street = "Bridge Road 1"
        self.assertEqual(ticket.gap_count, 2)
        ticket.write({"description": "Leaks", "demand": "Repair it"})
        self.assertEqual((ticket.gap_count, ticket.gaps), (0, ""))

    def test_an_address_fills_the_gap_of_what_is_open(self):
        firm = self.env["res.partner"].create({"name": "Firm", "is_company": True})
        contact = firm.create({"name": "Caller", "parent_id": firm.id})
        tickets = self.env["service.ticket"].with_user(self.agent)
        vals = {"subject": "x", "partner_id": firm.id, "site_id": contact.id}
        still_open, done = tickets.create([vals, dict(vals)])
        done.action_cancel()
        before = done.gap_count
        firm.with_user(self.agent).city = "Leuven"
        self.assertEqual(contact.city, "Leuven")
        self.assertEqual((still_open.gap_count, done.gap_count), (before - 1, before))

    def test_a_manager_decides_what_has_to_be_asked(self):
        tickets = self.env["service.ticket"].with_user(self.agent)
        ticket = tickets.create({"subject": "Something", "contact_phone": "1"})
        fact = self.env.ref("service_ticket.required_demand")
        before = ticket.gap_count
        with self.assertRaises(AccessError):
            fact.with_user(self.agent).active = False
        fact.with_user(self.manager).active = False
        self.assertEqual(ticket.gap_count, before - 1)

    def test_who_looks_at_archived_facts_does_not_ask_for_them_again(self):
        """What is cached for everybody does not depend on who asks first."""
        fact = self.env.ref("service_ticket.required_demand")
        fact.with_user(self.manager).active = False
        facts = self.env["service.required.fact"]
        asked = facts.with_context(active_test=False)._get_required()
        self.assertNotIn(fact.fact, [name for name, _only_faults in asked])

    # --- Who is calling --------------------------------------------------------------

    def test_whatever_the_caller_says_is_found(self):
        self.unit.ref = "PLATE-77"
        find = self.env["service.ticket"].with_user(self.agent).find_callers
        for term in (
            self.unit.name[1:],
            "plate-77",
            self.customer.phone[-6:],
            self.customer.email,
            self.customer.name[:5],
            "016/708090",
            "+3216708090",
            "0032 16 70.80.90",
        ):
            with self.subTest(term):
                self.assertIn(self.unit.id, [row.get("unit_id") for row in find(term)])
        rows = find(self.customer.email)
        self.assertIn(self.customer.id, [row.get("partner_id") for row in rows])
        self.assertEqual(find("x"), [])
        self.assertEqual(find(False), [])

    def test_callers_of_another_company_are_not_found(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        hidden = self.env["res.partner"].create(
            {"name": "Zebra Hidden", "company_id": other.id}
        )
        find = self.env["service.ticket"].with_user(self.agent).find_callers
        self.assertEqual(find("Zebra Hidden"), [])
        hidden.company_id = self.agent.company_id
        self.assertEqual(find("Zebra Hidden")[0]["partner_id"], hidden.id)

    def test_the_units_of_the_customer_are_offered(self):
        with self._form() as form:
            form.subject = "Which one?"
            form.partner_id = self.customer
            self.assertIn(self.unit.id, form.customer_unit_ids.ids)

    def test_a_screen_that_was_only_opened_leaves_no_ticket(self):
        """The web client saves what is valid when the window is closed."""
        form = self._form()
        with self.assertRaises(AssertionError):
            form.save()
