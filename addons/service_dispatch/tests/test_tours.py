from odoo.tests import HttpCase, tagged

from .common import DispatchCase


class TourCase(DispatchCase, HttpCase):
    """The day of a role, in a real browser."""

    def _run_tour(self, url, tour, user):
        self.start_tour(url, tour, login=user.login)


@tagged("post_install", "-at_install")
class TestPhone(TourCase):
    """The engineer's job sheet on a phone."""

    browser_size = "390x844"
    touch_enabled = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._ticket()
        cls.visit = cls._visit(hours=0.02, ticket=cls.ticket)

    def test_chargeable_with_signature_and_cash(self):
        self._run_tour("/odoo/my-day", "service_dispatch_job_chargeable", self.engineer)
        ticket = self.ticket
        self.assertEqual(self.visit.state, "done")
        self.assertEqual(ticket.state, "resolved")
        self.assertEqual(ticket.payment_state, "paid")
        self.assertTrue(ticket.order_id.signature)
        self.assertTrue(self.visit.customer_signature)
        self.assertEqual(ticket.rating_ids.rating, 5)
        self.assertEqual(ticket.diagnosis, "Main board burnt")
        self.assertEqual(ticket.work_done, "Board replaced and tested")
        self.assertEqual(len(ticket.callback_ids), 1)

    def test_covered_without_payment(self):
        self._run_tour("/odoo/my-day", "service_dispatch_job_covered", self.engineer)
        self.assertEqual(self.visit.state, "done")
        self.assertEqual(self.visit.signature_refusal, "Nobody is there to sign")
        self.assertFalse(self.ticket.invoice_ids)
        self.assertEqual(self.ticket.payment_state, "nothing")

    def test_what_was_entered_survives_a_reload(self):
        self._run_tour("/odoo/my-day", "service_dispatch_job_half", self.engineer)


@tagged("post_install", "-at_install")
class TestDesk(TourCase):
    """The dispatcher at the desk."""

    def test_plan_a_visit_in_a_free_slot(self):
        ticket = self._ticket(subject="Washer stands still", support_mode="onsite")
        action = self.env.ref("service_dispatch.service_ticket_action_unplanned")
        self._run_tour(
            f"/odoo/action-{action.id}", "service_dispatch_plan", self.dispatcher
        )
        self.assertEqual(ticket.visit_ids.state, "planned")
        self.assertEqual(ticket.visit_state, "planned")
