from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command

from .common import ServiceCase


class TestConsultation(ServiceCase):
    """A stubborn fault: colleagues are asked, see the ticket, and somebody decides."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._ticket(user_id=cls.engineer.id)

    def _consult(self, user=None, invited=None):
        return (
            self.env["service.consultation"]
            .with_user(user or self.engineer)
            .create(
                {
                    "ticket_id": self.ticket.id,
                    "question": "Third board in a month. What burns them?",
                    "invited_ids": [Command.set((invited or self.engineer_2).ids)],
                }
            )
        )

    def _say(self, consultation, user, text="Look at the mains filter"):
        consultation.with_user(user).write(
            {"line_ids": [Command.create({"text": text})]}
        )

    def test_invited_colleagues_read_the_ticket_while_it_is_open(self):
        seen = self.ticket.with_user(self.engineer_2)
        with self.assertRaises(AccessError):
            seen.read(["subject"])
        consultation = self._consult()
        self.assertEqual(seen.read(["subject"])[0]["subject"], self.ticket.subject)
        self.assertIn(seen, seen.search([]))
        with self.assertRaises(AccessError):
            seen.write({"diagnosis": "x"})
        consultation.write({"decision": "Measure the mains for a week."})
        consultation.action_decide()
        seen.invalidate_recordset()
        with self.assertRaises(AccessError):
            seen.read(["subject"])

    def test_who_is_taken_off_the_list_sees_it_no_more(self):
        consultation = self._consult()
        consultation.invited_ids = [Command.clear()]
        self.assertFalse(self.ticket.with_user(self.engineer_2).has_access("read"))
        self.assertFalse(consultation.sudo().activity_ids)

    def test_each_is_asked_once_and_is_done_by_answering(self):
        consultation = self._consult(invited=self.engineer_2 | self.manager)
        activities = consultation.sudo().activity_ids
        self.assertEqual(activities.user_id, self.engineer_2 | self.manager)
        self.assertTrue(consultation.with_user(self.engineer_2).my_turn)
        self._say(consultation, self.engineer_2)
        self.assertEqual(consultation.sudo().activity_ids.user_id, self.manager)
        self.assertFalse(consultation.with_user(self.engineer_2).my_turn)
        self.assertEqual(consultation.line_ids.user_id, self.engineer_2)
        consultation.invited_ids = [Command.link(self.agent.id)]
        asked = consultation.sudo().activity_ids.user_id
        self.assertEqual(asked, self.manager | self.agent)

    def test_nobody_speaks_in_anothers_name(self):
        consultation = self._consult()
        lines = self.env["service.consultation.line"].with_user(self.engineer_2)
        line = lines.with_context(default_user_id=self.manager.id).create(
            {
                "consultation_id": consultation.id,
                "text": "x",
                "user_id": self.manager.id,
            }
        )
        self.assertEqual(line.user_id, self.engineer_2)
        with self.assertRaises(AccessError):
            line.write({"text": "y"})

    def test_the_invited_contribute_and_no_more(self):
        consultation = self._consult().with_user(self.engineer_2)
        for vals in (
            {"question": "Another"},
            {"decision": "So be it"},
            {"invited_ids": [Command.link(self.manager.id)]},
        ):
            with self.subTest(vals), self.assertRaisesRegex(UserError, "leads this"):
                consultation.write(vals)
        for method in (consultation.action_decide, consultation.action_cancel):
            with self.assertRaises(UserError):
                method()
        self.assertEqual(consultation.state, "open")

    def test_a_decision_is_written_down_and_told(self):
        consultation = self._consult()
        with self.assertRaisesRegex(UserError, "Write down the decision"):
            consultation.action_decide()
        consultation.decision = "Swap the filter."
        consultation.action_decide()
        self.assertEqual(consultation.decided_by_id, self.engineer)
        self.assertTrue(consultation.decided_at)
        self.assertIn("Swap the filter", self.ticket.message_ids[:1].body)
        for vals in ({"decision": "Other"}, {"state": "open"}):
            with self.assertRaises(UserError):
                consultation.write(vals)
        with self.assertRaisesRegex(UserError, "is over"):
            self._say(consultation, self.engineer_2)

    def test_an_open_question_is_settled_before_the_ticket_is(self):
        consultation = self._consult()
        self.ticket.write(
            {
                "cause_id": self.env.ref("service_ticket.cause_component").id,
                "outcome": "fixed",
            }
        )
        with self.assertRaisesRegex(UserError, "joint consultation"):
            self.ticket.action_resolve()
        consultation.action_cancel()
        self.ticket.action_resolve()
        self.assertEqual(self.ticket.state, "resolved")

    def test_a_withdrawn_request_asks_nobody(self):
        consultation = self._consult()
        self.ticket.action_cancel()
        self.assertEqual(consultation.state, "cancelled")
        self.assertFalse(consultation.sudo().activity_ids)

    def test_only_own_tickets_and_only_colleagues(self):
        with self.assertRaises(AccessError):
            self._consult(user=self.engineer_2, invited=self.engineer)
        outsider = self._new_user("outsider", "base.group_user")
        _company, stranger = self._second_company()
        for user in (outsider, stranger):
            with self.assertRaisesRegex(ValidationError, "invite somebody"):
                self._consult(invited=user)

    def test_it_is_suggested_when_the_same_fault_comes_back(self):
        self.assertFalse(self.ticket.consultation_hint)
        self._ticket()
        self._ticket()
        self._ticket().action_cancel()
        self.ticket.invalidate_recordset()
        self.assertIn("2 times", self.ticket.consultation_hint)
        self.env["ir.config_parameter"].set_param("service_ticket.consult_after", "0")
        self.ticket.invalidate_recordset()
        self.assertFalse(self.ticket.consultation_hint)

    def test_once_asked_it_is_not_suggested(self):
        self._ticket()
        self._ticket()
        self._consult()
        self.ticket.invalidate_recordset()
        self.assertFalse(self.ticket.consultation_hint)

    def test_what_people_plan_for_themselves_stays(self):
        consultation = self._consult()
        plan = consultation.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.engineer.id
        )
        consultation.invited_ids = [Command.link(self.agent.id)]
        consultation.decision = "Measure the mains."
        consultation.action_decide()
        self.assertTrue(plan.exists())
