from odoo.tests import HttpCase

from .common import ServiceCase


class TestTours(ServiceCase, HttpCase):
    """The front desk in the browser, by mouse and keyboard."""

    def test_intake(self):
        self._ticket(subject="Leaked").action_cancel()
        before = self.env["service.ticket"].search([], limit=1)
        self.start_tour("/odoo", "service_ticket_intake", login=self.agent.login)
        ticket = self.env["service.ticket"].search([("id", ">", before.id)])
        self.assertEqual(ticket.unit_id, self.unit)
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.severity_id.level, 1)
        self.assertEqual(ticket.state, "open")
        self.assertEqual(ticket.user_id, self.agent)
        self.assertEqual(ticket.description, "Nothing lights up since the storm.")

    def test_intake_of_a_new_customer_by_keyboard(self):
        before = self._ticket()
        tour = "service_ticket_intake_new_customer"
        self.start_tour("/odoo", tour, login=self.agent.login)
        ticket = self.env["service.ticket"].search([("id", ">", before.id)])
        self.assertEqual(len(ticket), 1)
        self.assertEqual(ticket.partner_id.name, "Bakery by the Gate")
        self.assertEqual(ticket.site_id, ticket.partner_id)
        self.assertEqual(ticket.contact_phone, "+32 499 11 22 33")
        self.assertEqual(ticket.unit_id.name, "OVEN-5521")
        self.assertEqual(ticket.unit_id.unit_origin, "other_make")
        self.assertEqual(ticket.unit_id.end_customer_id, ticket.partner_id)
        self.assertEqual(ticket.state, "new")

    def test_from_the_call_to_the_solved_fault_by_keyboard(self):
        before = self._ticket()
        before.action_cancel()
        tour = "service_desk_by_keyboard"
        self.start_tour("/odoo", tour, login=self.agent.login)
        again, first = self.env["service.ticket"].search([("id", ">", before.id)])
        self.assertEqual((again | first).unit_id, self.unit)
        self.assertEqual(first.contact_name, "The owner")
        self.assertEqual((first.state, again.state), ("new", "resolved"))
        waited = again.transition_ids.filtered(lambda line: line.to_state == "waiting")
        self.assertEqual(waited.note, "A photo")

    def test_callback(self):
        ticket = self._ticket(
            cause_id=self.env.ref("service_ticket.cause_component").id, outcome="fixed"
        )
        ticket.action_resolve()
        self.start_tour("/odoo", "service_ticket_callback", login=self.agent.login)
        self.assertEqual(ticket.state, "closed")
        self.assertEqual(ticket.callback_ids.outcome, "satisfied")
        self.assertEqual(ticket.callback_ids.user_id, self.agent)
        self.assertEqual(ticket.callback_ids.note, "Runs well, all clean.")
