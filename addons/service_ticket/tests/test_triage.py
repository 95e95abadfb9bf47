from odoo.exceptions import AccessError, UserError

from .common import ServiceCase


class TestTriage(ServiceCase):
    """Phone first, a visit only when both sides want it, and where we are."""

    def _advise(self, ticket, text="Pull the plug for a minute", user=None):
        return (
            self.env["service.advice"]
            .with_user(user or self.agent)
            .create({"ticket_id": ticket.id, "text": text})
        )

    def _steps(self, ticket):
        return {step["name"]: step["state"] for step in ticket.steps}

    # --- Advice -------------------------------------------------------------------

    def test_advice_is_kept_as_it_was_given(self):
        ticket = self._ticket()
        advice = self._advise(ticket)
        self.assertEqual(advice.user_id, self.agent)
        self.assertTrue(advice.given_at)
        for vals in (
            {"text": "Something else"},
            {"user_id": self.manager.id},
            {"state": "worked"},
            {"ticket_id": self._ticket().id},
        ):
            with self.subTest(vals), self.assertRaises(UserError):
                advice.write(vals)
        with self.assertRaises(UserError):
            self.env["service.advice"].with_user(self.agent).create(
                {"ticket_id": ticket.id, "text": "x", "user_id": self.manager.id}
            )
        crafted = self.env["service.advice"].with_user(self.agent)
        crafted = crafted.with_context(
            default_state="worked", default_user_id=self.manager.id
        )
        again = crafted.create({"ticket_id": ticket.id, "text": "Try again"})
        self.assertEqual((again.state, again.user_id), ("given", self.agent))

    def test_advice_answers_the_customer(self):
        ticket = self._ticket()
        self._advise(ticket)
        self.assertIn("first_response", ticket.transition_ids.mapped("clock"))

    def test_advice_that_helped_is_the_outcome_and_is_called_back(self):
        ticket = self._ticket(cause_id=self.env.ref("service_ticket.cause_misuse").id)
        advice = self._advise(ticket)
        advice.action_worked()
        self.assertEqual((advice.state, ticket.outcome), ("worked", "advised"))
        with self.assertRaisesRegex(UserError, "recorded already"):
            advice.action_rejected()
        ticket.with_user(self.agent).action_resolve()
        self.assertEqual(ticket.callback_ids.state, "owed")

    def test_who_rejects_advice_is_visited_all_the_same(self):
        ticket = self._ticket(contact_name="The landlady")
        self._advise(ticket).action_rejected()
        self.assertEqual(ticket.support_mode, "onsite")
        self.assertEqual(ticket.visit_agreed_by, "The landlady")
        self.assertIn("we have not confirmed", ticket.visit_gap)

    def test_an_engineer_advises_on_own_tickets_only(self):
        ticket = self._ticket(user_id=self.engineer.id)
        self._advise(ticket, user=self.engineer).action_failed()
        with self.assertRaises(AccessError):
            self._advise(ticket, user=self.engineer_2)

    # --- Both sides -----------------------------------------------------------------

    def test_a_visit_needs_both_sides(self):
        ticket = self._ticket(support_mode="onsite").with_user(self.agent)
        self.assertIn("both sides", ticket.visit_gap)
        with self.assertRaisesRegex(UserError, "Confirm Visit"):
            ticket._refuse_unconfirmed_visit()
        ticket.action_confirm_visit()
        self.assertEqual(ticket.visit_confirmed_uid, self.agent)
        self.assertIn("has not agreed", ticket.visit_gap)
        ticket.action_agree_to_visit()
        self.assertEqual(ticket.visit_agreed_by, self.customer.name)
        self.assertFalse(ticket.visit_gap)
        ticket._refuse_unconfirmed_visit()

    def test_agreeing_makes_it_a_visit(self):
        ticket = self._ticket()
        self.assertFalse(ticket.visit_gap, "by phone there is nothing to agree")
        ticket.action_agree_to_visit()
        self.assertEqual(ticket.support_mode, "onsite")

    def test_another_visit_is_agreed_anew(self):
        ticket = self._ticket(support_mode="onsite")
        ticket._agree_on_visit()
        ticket.support_mode = "workshop"
        self.assertFalse(ticket.visit_agreed_at or ticket.visit_confirmed_uid)
        ticket.support_mode = "onsite"
        self.assertTrue(ticket.visit_gap)

    def test_nobody_writes_a_confirmation_by_hand(self):
        ticket = self._ticket().with_user(self.manager)
        for vals in (
            {"visit_agreed_by": "x"},
            {"visit_confirmed_uid": self.engineer.id},
            {"visit_agreed_at": "2026-01-01 00:00:00"},
        ):
            with self.subTest(vals), self.assertRaises(UserError):
                ticket.write(vals)

    # --- Where we are -----------------------------------------------------------------

    def test_the_steps_follow_the_facts(self):
        ticket = self._ticket()
        self.assertEqual(self._steps(ticket)["receive"], "now")
        ticket.action_open()
        self.assertEqual(self._steps(ticket)["mode"], "now")
        self._advise(ticket)
        self.assertEqual(self._steps(ticket)["judge"], "now")
        ticket.cause_id = self.env.ref("service_ticket.cause_component")
        steps = self._steps(ticket)
        self.assertEqual((steps["part"], steps["adjust"]), ("now", "skipped"))
        ticket.remedy_id = self.env.ref("service_ticket.remedy_replace_part")
        self.assertEqual(self._steps(ticket)["cleared"], "now")
        ticket.outcome = "fixed"
        ticket.action_resolve()
        self.assertEqual(self._steps(ticket)["report"], "now")
        ticket.callback_ids.action_satisfied()
        states = set(self._steps(ticket).values())
        self.assertEqual(states, {"done", "skipped"})

    def test_software_is_adjusted(self):
        ticket = self._ticket(cause_id=self.env.ref("service_ticket.cause_software").id)
        steps = self._steps(ticket)
        self.assertEqual((steps["part"], steps["adjust"]), ("skipped", "now"))

    def test_only_one_step_is_in_hand(self):
        for vals in ({}, {"support_mode": "onsite"}, {"support_mode": "workshop"}):
            ticket = self._ticket(**vals)
            states = list(self._steps(ticket).values())
            self.assertEqual(states.count("now"), 1)
            self.assertEqual(len(states), 7)

    def test_what_is_no_fault_has_no_steps(self):
        self.assertFalse(self._ticket(kind="training").steps)
