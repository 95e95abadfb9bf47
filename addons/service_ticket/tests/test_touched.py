from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import new_test_user

from .common import ServiceCase

MONDAY = datetime(2026, 3, 2, 9, 0)
TUESDAY = MONDAY + timedelta(days=1)


class TestTouched(ServiceCase):
    """People's work keeps a ticket off the list of what nobody touched (R167)."""

    def setUp(self):
        super().setUp()
        with freeze_time(MONDAY):
            self.ticket = self._ticket(user_id=self.engineer.id)
            self.env.flush_all()
        self.enterContext(freeze_time(TUESDAY))

    def _by(self, user):
        return self.ticket.with_user(user)

    def _find_untouched(self):
        view = self.env.ref("service_ticket.service_ticket_view_search")
        self.assertIn("[('touched_at', '&lt;', 'now -1d')", view.arch)
        return self.ticket.search([("touched_at", "<", "now -1H")])

    def test_people_states_and_words_touch(self):
        share = self.env.ref("mail.mt_comment").id
        for name, touch in {
            "a field": lambda: self._by(self.agent).write({"subject": "It stopped"}),
            "its state": lambda: self._by(self.engineer).action_open(),
            "a promise": lambda: self.ticket.with_user(self.agent)._log_event(
                "on_site"
            ),
            "a note": lambda: self._by(self.agent).message_post(
                body="Called them", message_type="comment"
            ),
            "a message": lambda: self._by(self.agent).message_post(
                body="We come on Friday", message_type="comment", subtype_id=share
            ),
            "advice": lambda: self.env["service.advice"]
            .with_user(self.agent)
            .create({"ticket_id": self.ticket.id, "text": "Check the tap"}),
            "a visit agreed": lambda: self._by(self.agent)._confirm_visit(),
            "an activity": lambda: self._by(self.agent)
            .activity_schedule("mail.mail_activity_data_todo", user_id=self.agent.id)
            .action_feedback("Done"),
            "our mail": lambda: self.ticket.message_post(
                body="Answered",
                message_type="email",
                author_id=self.agent.partner_id.id,
            ),
        }.items():
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                self.assertIn(self.ticket, self._find_untouched())
                touch()
                self.assertEqual(self.ticket.touched_at, TUESDAY)
                self.assertNotIn(self.ticket, self._find_untouched())
                savepoint.rollback()

    def test_machines_and_customers_do_not_touch(self):
        portal = new_test_user(
            self.env,
            "service_customer",
            groups="base.group_portal",
            partner_id=self.customer.id,
        )
        for name, happen in {
            "the sweep": self.env["service.milestone"]._sweep,
            "other promises": lambda: self.customer.with_user(self.manager).write(
                {"service_policy_id": self.env.ref("service_ticket.policy_tender").id}
            ),
            "a note of the system": lambda: self.ticket.message_post(body="Swept"),
            "a customer": lambda: self._by(portal).message_post(body="Hello?"),
            "a customer's mail": lambda: self.ticket.message_post(
                body="Hello?", message_type="email", author_id=self.customer.id
            ),
        }.items():
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                happen()
                self.assertEqual(self.ticket.touched_at, MONDAY)
                self.assertIn(self.ticket, self._find_untouched())
                savepoint.rollback()

    def test_an_answer_that_changes_the_state_touches(self):
        """What waits for us again came to us today."""
        self.ticket.action_open()
        reason = self.env.ref("service_ticket.waiting_customer")
        self.ticket._set_state("waiting", reason=reason)
        with freeze_time(TUESDAY + timedelta(days=2)) as later:
            self.ticket._on_customer_wrote()
            self.assertEqual(self.ticket.touched_at, later())

    def test_nobody_writes_it_by_hand(self):
        with self._refused(UserError, "recorded by the system"):
            self._by(self.manager).touched_at = TUESDAY

    def test_the_list_reads_an_index_of_open_work(self):
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        query = self.ticket._search(
            [
                ("touched_at", "<", "now -1d"),
                ("state", "in", ("new", "open", "waiting")),
            ]
        )
        self.env.cr.execute(f"EXPLAIN {query.select().code}", query.select().params)
        plan = "\n".join(row[0] for row in self.env.cr.fetchall())
        self.assertIn("service_ticket_open_by_touched", plan)
