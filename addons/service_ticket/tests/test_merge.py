from odoo.exceptions import AccessError, UserError

from .common import ServiceCase


class TestMerge(ServiceCase):
    """Two calls about the same fault become one ticket."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls._ticket(subject="Leaks", opened_at="2026-03-02 08:00:00")
        cls.second = cls._ticket(
            subject="Still leaks",
            description="Now the floor is wet",
            opened_at="2026-03-02 10:00:00",
        )

    def _wizard(self, tickets, user=None):
        return (
            self.env["service.ticket.merge"]
            .with_user(user or self.agent)
            .create({"ticket_ids": [(6, 0, tickets.ids)]})
        )

    def test_the_oldest_goes_on_with_both_conversations(self):
        told = self.second.message_post(
            body="When do you come?", message_type="comment"
        )
        photo = self.env["ir.attachment"].create(
            {"name": "floor.txt", "raw": b"wet", "res_model": "service.ticket"}
            | {"res_id": self.second.id}
        )
        wizard = self._wizard(self.first | self.second)
        self.assertEqual(wizard.target_id, self.first)
        action = wizard.action_merge()
        self.assertEqual(action["res_id"], self.first.id)
        self.assertEqual(self.second.state, "cancelled")
        self.assertEqual(self.second.merged_into_id, self.first)
        self.assertIn("Now the floor is wet", self.first.description)
        self.assertEqual(told.res_id, self.first.id)
        self.assertEqual(photo.res_id, self.first.id)
        self.assertIn(self.second.name, self.first.message_ids[0].body)
        self.assertIn(self.first.name, self.second.message_ids[0].body)
        self.assertIn(self.first.name, self.second._get_portal_next_step())

    def test_promises_count_from_the_first_call(self):
        self.first._merge_into(self.second)
        self.assertEqual(str(self.second.opened_at), "2026-03-02 08:00:00")
        due = self.second.milestone_ids.filtered(lambda m: m.clock == "first_response")
        self.assertEqual(str(due.due), "2026-03-02 10:00:00")

    def test_answers_by_mail_reach_the_one_that_goes_on(self):
        told = self.second.message_post(body="Hello", message_type="comment")
        self.second._merge_into(self.first)
        mail = (
            f"From: {self.customer.email}\nTo: someone@example.com\n"
            f"Subject: Re: hello\nMessage-ID: <answer@example.com>\n"
            f"In-Reply-To: {told.message_id}\n\nThank you"
        )
        self.env["mail.thread"].message_process(None, mail)
        self.assertIn("Thank you", self.first.message_ids[0].body)

    def test_other_customers_companies_and_done_ones_are_refused(self):
        other = self._ticket(
            unit_id=False, partner_id=self.env["res.partner"].create({"name": "B"}).id
        )
        with self.assertRaisesRegex(UserError, "different customers"):
            other._merge_into(self.first)
        self.assertEqual(other.state, "new")
        self.second.action_cancel()
        with self.assertRaisesRegex(UserError, "done already"):
            self.second._merge_into(self.first)
        with self.assertRaisesRegex(UserError, "at least two"):
            self._wizard(self.first).action_merge()

    def test_an_engineer_does_not_merge(self):
        with self.assertRaises(AccessError):
            self._wizard(self.first | self.second, self.engineer)
        with self.assertRaises(UserError):
            self.second.with_user(self.agent).merged_into_id = self.first

    def test_one_ticket_offers_its_likely_duplicates(self):
        action = self.second.with_user(self.agent).action_merge()
        offered = action["context"]["default_ticket_ids"]
        self.assertEqual(set(offered), {self.first.id, self.second.id})

    def test_the_same_kind_and_unit_is_offered_first(self):
        nobodys = self._ticket(unit_id=False, partner_id=self.customer.id)
        complaint = self._ticket(kind="complaint")
        action = self.second.with_user(self.agent).action_merge()
        offered = action["context"]["default_ticket_ids"]
        self.assertEqual(offered, [self.second.id, self.first.id, nobodys.id])
        question = self._ticket(kind="consultation")
        offered = question.action_merge()["context"]["default_ticket_ids"]
        self.assertIn(complaint.id, offered, "no other of its kind: all are offered")
        self.assertEqual(offered[-1], nobodys.id)

    def test_a_second_customer_does_not_come_in_through_a_ticket_without_one(self):
        other = self._ticket(
            unit_id=False, partner_id=self.env["res.partner"].create({"name": "B"}).id
        )
        nobodys = self._ticket(unit_id=False, partner_id=False)
        with self.assertRaisesRegex(UserError, "different customers"):
            (self.first | other)._merge_into(nobodys)

    def test_plans_go_along(self):
        plan = self.second.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.agent.id
        )
        self.second._merge_into(self.first)
        self.assertEqual(plan.res_id, self.first.id)

    def test_what_is_opened_again_goes_its_own_way(self):
        self.second._merge_into(self.first)
        self.second.with_user(self.agent).action_reopen()
        self.assertFalse(self.second.merged_into_id)

    def test_some_duplicates_are_offered_those_of_the_unit_among_them(self):
        self._ticket(unit_id=False, partner_id=self.customer.id)
        unit = self._deliver(self.washer, "W1-0009", self.customer)
        self.env["service.ticket"].create(
            [{"subject": str(n), "unit_id": unit.id} for n in range(25)]
        )
        offered = self.second.duplicate_ids
        self.assertIn(self.first, offered)
        self.assertEqual(offered.unit_id, self.unit)
        self.assertEqual(len(offered), 2)
        self.assertEqual(len(unit.ticket_ids[:1].duplicate_ids), 20)
