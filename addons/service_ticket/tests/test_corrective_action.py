from datetime import date, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError

from .common import ServiceCase


class TestCorrectiveAction(ServiceCase):
    """What went wrong is put right for good, and somebody looks whether (R163)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        people = cls.agent | cls.dispatcher | cls.engineer | cls.manager
        people.tz = cls.env.user.tz = "UTC"  # one day for all of them, at any hour

    def _action(self, user=None, **vals):
        vals = {
            "name": "Two visits at one time",
            "task": "One calendar for both desks",
            "user_id": self.engineer.id,
            "checker_id": self.dispatcher.id,
            "due": date.today() + timedelta(days=7),
            "team_id": self.team.id,
            **vals,
        }
        actions = self.env["service.corrective.action"]
        return actions.with_user(user or self.agent).create(vals)

    def _done(self, **vals):
        action = self._action(**vals)
        action.with_user(self.engineer).evidence = "The calendar is there."
        action.with_user(self.engineer).action_done()
        return action

    def test_the_owner_is_told_does_it_and_shows_it(self):
        action = self._action()
        self.assertEqual(action.activity_ids.user_id, self.engineer)
        mine = action.with_user(self.engineer)
        with self._refused(UserError, "what shows that it was done"):
            mine.action_done()
        mine.evidence = "The calendar is there."
        mine.action_done()
        self.assertEqual((action.state, action.done_uid), ("done", self.engineer))
        self.assertEqual(action.check_due, date.today() + timedelta(days=30))
        self.assertEqual(action.activity_ids.user_id, self.dispatcher)

    def test_it_takes_somebody_to_check(self):
        action = self._action(checker_id=False)
        action.evidence = "x"
        with self._refused(UserError, "Name somebody who checks"):
            action.action_done()
        with self._refused(ValidationError, "somebody else checks"):
            action.checker_id = self.engineer

    def test_checked_after_its_days_by_somebody_else(self):
        action = self._done()
        action.check_note = "No double visit since."
        with self._refused(UserError, "too early"):
            action.with_user(self.dispatcher).action_worked()
        with freeze_time(date.today() + timedelta(days=31)):
            with self._refused(UserError, "somebody else"):
                action.with_user(self.engineer).action_worked()
            action.check_note = ""
            with self._refused(UserError, "what the check showed"):
                action.with_user(self.dispatcher).action_worked()
            action.check_note = "No double visit since."
            action.with_user(self.dispatcher).action_worked()
        self.assertEqual(
            (action.state, action.checked_uid), ("worked", self.dispatcher)
        )
        self.assertFalse(action.activity_ids)

    def test_what_did_not_work_goes_on_as_another(self):
        ticket = self._ticket()
        action = self._done(ticket_id=ticket.id, check_days=0)
        action.check_note = "Twice again."
        result = action.with_user(self.dispatcher).action_failed()
        follower = action.next_ids
        self.assertEqual(result["res_id"], follower.id)
        self.assertEqual((follower.state, follower.ticket_id), ("open", ticket))
        self.assertIn("Twice again.", follower.task)
        with self._refused(UserError, "not possible now"):
            action.with_user(self.dispatcher).action_failed()

    def test_overdue_is_told_once_to_owner_and_leader(self):
        self.team.leader_id = self.manager
        action = self._action()
        actions = self.env["service.corrective.action"]
        with freeze_time(date.today() + timedelta(days=9)):
            self.assertIn(action, actions.search([("is_overdue", "=", True)]))
            before = action.activity_ids
            self._run_cron("ir_cron_quality_corrective")
            told = action.activity_ids - before
            self.assertEqual(told.user_id, self.engineer | self.manager)
            self._run_cron("ir_cron_quality_corrective")
            self.assertEqual(action.activity_ids, before | told)
            action.due = date.today() - timedelta(days=1)
            self._run_cron("ir_cron_quality_corrective")
            self.assertEqual(len(action.activity_ids - before - told), 2)

    def test_an_overdue_check_is_told_to_the_checker(self):
        action = self._done()
        with freeze_time(date.today() + timedelta(days=40)):
            before = action.activity_ids
            self._run_cron("ir_cron_quality_corrective")
            self.assertEqual((action.activity_ids - before).user_id, self.dispatcher)

    def test_engineers_do_and_check_what_others_plan(self):
        action = self._action()
        other = self._action(user_id=self.engineer_2.id)
        mine = action.with_user(self.engineer)
        for vals in ({"due": "2030-01-01"}, {"user_id": self.engineer_2.id}):
            with self._refused(UserError, "what is planned, others change"):
                mine.write(vals)
        with self.assertRaises(AccessError):
            other.with_user(self.engineer).read(["name"])
        with self.assertRaises(AccessError):
            self._action(user=self.engineer)
        with self.assertRaises(AccessError):
            mine.read(["ticket_id"])

    def test_nothing_is_written_by_hand(self):
        action = self._action()
        for vals in ({"state": "worked"}, {"checked_uid": self.manager.id}):
            with self._refused(UserError, "by its buttons"):
                action.with_user(self.manager).write(vals)
        crafted = self.env["service.corrective.action"].with_user(self.manager)
        crafted = crafted.with_context(default_state="worked").create(
            {"name": "x", "task": "x", "due": "2030-01-01"}
        )
        self.assertEqual(crafted.state, "open")
        self._done().with_user(self.manager)
        with self._refused(UserError, "stays on record"):
            self._done().with_user(self.manager).unlink()

    def test_companies_do_not_see_each_other(self):
        _company, stranger = self._second_company()
        with self.assertRaises(AccessError):
            self._action().with_user(stranger).read(["name"])

    def test_from_a_ticket(self):
        ticket = self._ticket()
        context = ticket.with_user(self.agent).action_correct()["context"]
        self.assertEqual(context["default_ticket_id"], ticket.id)
