from datetime import datetime, timedelta

from freezegun import freeze_time
from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from .common import ServiceCase


class CallbackCase(ServiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calls = cls.env["service.callback"]
        cls.agent_2 = cls._new_user("agent_2", "service_ticket.group_service_agent")
        cls.calendar = cls.env.ref("service_ticket.calendar_office")
        cls.calendar.tz = "UTC"

    def _resolve(self, outcome="fixed", **vals):
        ticket = self._ticket(
            **{
                "cause_id": self.env.ref("service_ticket.cause_component").id,
                "outcome": outcome,
                **vals,
            }
        )
        ticket.action_resolve()
        return ticket.callback_ids


class TestCallback(CallbackCase):
    """Nobody is forgotten after the fix (R85, R117, R125, R149)."""

    def test_due_by_the_rule_of_the_outcome(self):
        start = datetime(2026, 3, 2, 9, 0)
        with freeze_time(start):
            for outcome, hours in (("advised", 2), ("untested", 2), ("doubtful", 3)):
                with self.subTest(outcome):
                    call = self._resolve(outcome)
                    self.assertEqual(call.due, start + timedelta(hours=hours))
                    self.assertEqual(call.call_from, call.due)
                    self.assertEqual(call.first_due, call.due)

    def test_other_jobs_within_a_business_day(self):
        with freeze_time(datetime(2026, 3, 6, 16, 0)):  # Friday, two hours to go
            call = self._resolve("fixed")
            self.assertEqual(call.call_from, datetime(2026, 3, 6, 16, 0))
        self.assertEqual(call.due, datetime(2026, 3, 9, 14, 0))

    def test_a_business_day_is_the_teams_also_over_a_clock_change(self):
        self.calendar.tz = "Europe/Brussels"
        with freeze_time(datetime(2026, 3, 27, 15, 0)):  # Friday 16:00 there
            call = self._resolve("fixed")
        self.assertEqual(call.due, datetime(2026, 3, 30, 12, 0))  # Monday 14:00

    def test_each_team_counts_in_its_own_hours(self):
        far = self.calendar.copy({"tz": "Asia/Shanghai"})
        team = self.team.copy({"calendar_id": far.id, "alias_name": False})
        with freeze_time(datetime(2026, 3, 2, 6, 0)):  # Monday, 14:00 there
            near, away = (
                self._ticket(
                    team_id=which.id,
                    cause_id=self.env.ref("service_ticket.cause_component").id,
                    outcome="fixed",
                )
                for which in (self.team, team)
            )
            (near | away).action_resolve()
        self.assertNotEqual(near.callback_due, away.callback_due)
        self.assertEqual(away.callback_due.date(), datetime(2026, 3, 3).date())

    def test_a_callback_is_owed_without_any_rule(self):
        self.env["service.callback.rule"].search([]).active = False
        call = self._resolve("fixed")
        self.assertEqual(len(call), 1)
        self.assertFalse(call.rule_id or call.script)
        call.action_unreachable()
        self.assertEqual(call.state, "owed")

    def test_the_rule_that_says_most_is_taken(self):
        rules = self.env["service.callback.rule"]
        severe = self.env.ref("service_ticket.severity_major")
        rule = rules.create(
            {"outcome": "fixed", "kind": "fault", "severity_id": severe.id, "hours": 1}
        )
        self.assertEqual(self._resolve(severity_id=severe.id).rule_id, rule)
        self.assertEqual(
            self._resolve().rule_id, self.env.ref("service_ticket.callback_rule_fixed")
        )
        call = self._resolve(kind="installation")
        self.assertIn("papers", call.script)
        self.assertEqual(rule.display_name, f"Fixed, Fault, {severe.name}")

    def test_two_rules_never_say_the_same(self):
        rules = self.env["service.callback.rule"]
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            rules.create({"outcome": "fixed", "hours": 1})

    def test_the_script_speaks_the_callers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        call = self._resolve("advised")
        call.rule_id.with_context(lang="zh_CN").script = "好了吗？"
        self.assertEqual(call.with_context(lang="zh_CN").script, "好了吗？")
        self.assertIn("advice", call.script)

    def test_one_callback_is_owed_however_often_it_is_asked_for(self):
        call = self._resolve("fixed")
        self.calls._owe(call.ticket_id)
        self.assertEqual(len(call.ticket_id.callback_ids), 1)

    def test_many_at_once_cost_no_query_each(self):
        cause = self.env.ref("service_ticket.cause_component").id
        counts = []
        for number in (10, 60):
            tickets = self.env["service.ticket"].create(
                [
                    {"subject": "x", "partner_id": self.customer.id, "kind": "support"}
                    for _n in range(number)
                ]
            )
            tickets.write({"outcome": "fixed", "cause_id": cause})
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.calls._owe(tickets)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1] - counts[0], 6)

    def test_satisfied_closes_and_the_ticket_knows(self):
        call = self._resolve()
        ticket = call.ticket_id
        self.assertEqual((ticket.state, ticket.callback_state), ("resolved", "owed"))
        with self._refused(UserError, "not been called back"):
            ticket.action_close()
        call.with_user(self.agent).action_satisfied()
        self.assertEqual((ticket.state, ticket.callback_state), ("closed", "done"))
        self.assertEqual(call.attempt_ids.mapped("reached"), [True])
        self.assertEqual(call.attempt_ids.user_id, self.agent)

    def test_not_satisfied_reopens_needs_the_reason_and_plans_the_next_step(self):
        call = self._resolve().with_user(self.agent)
        call.ticket_id.user_id = self.engineer
        with self._refused(UserError, "not satisfied with"):
            call.action_unsatisfied()
        call.write({"note": "It leaks again.", "next_step": "Bring a new seal"})
        call.action_unsatisfied()
        ticket = call.ticket_id
        self.assertEqual((ticket.state, call.state), ("open", "done"))
        todo = ticket.activity_ids
        self.assertEqual(todo.user_id, self.engineer)
        self.assertEqual(todo.summary, "Bring a new seal")
        self.assertIn("leaks", todo.note)
        ticket.action_resolve()
        self.assertEqual(ticket.callback_ids.mapped("state"), ["done", "owed"])
        self.assertEqual(ticket.callback_state, "owed")

    def test_the_next_step_goes_to_whom_the_caller_says(self):
        call = self._resolve().with_user(self.agent)
        call.write({"note": "Rude.", "next_user_id": self.manager.id})
        call.next_date = "2030-01-01"
        call.action_unsatisfied()
        todo = call.ticket_id.activity_ids
        self.assertEqual(todo.user_id, self.manager)
        self.assertEqual(str(todo.date_deadline), "2030-01-01")

    def test_a_complaint_ends_the_call_and_is_linked(self):
        call = self._resolve().with_user(self.agent)
        with self._refused(UserError, "not satisfied"):
            call.action_complain()
        call.note = "He smoked in our kitchen."
        action = call.action_complain()
        complaint = call.complaint_ids
        self.assertEqual(action["res_id"], complaint.id)
        self.assertEqual((call.outcome, call.ticket_id.state), ("unsatisfied", "open"))

    # --- Not reached -------------------------------------------------------------------

    def test_nobody_answered_is_tried_again(self):
        with freeze_time(datetime(2026, 3, 2, 9, 0)):
            call = self._resolve("advised")
        with freeze_time(datetime(2026, 3, 2, 12, 0)):
            call.with_user(self.agent).action_unreachable()
        self.assertEqual((call.attempts, call.state), (1, "owed"))
        self.assertEqual(call.due, datetime(2026, 3, 2, 13, 0))
        self.assertEqual(call.call_from, call.due)
        self.assertEqual(call.first_due, datetime(2026, 3, 2, 11, 0))
        self.assertEqual(call.attempt_ids.mapped("reached"), [False])
        self.assertEqual(call.attempt_ids.phone, self.customer.phone)

    def test_a_next_try_keeps_to_working_hours_where_the_rule_does(self):
        with freeze_time(datetime(2026, 3, 2, 9, 0)):
            call = self._resolve("fixed")
        call.rule_id.retry_hours = 2
        with freeze_time(datetime(2026, 3, 6, 17, 0)):  # Friday, one hour to go
            call.action_unreachable()
        self.assertEqual(call.due, datetime(2026, 3, 9, 9, 0))

    def test_after_the_last_try_the_customer_is_written_to(self):
        call = self._resolve("advised")
        call.rule_id.max_tries = 2
        for _try in range(2):
            call.with_user(self.agent).action_unreachable()
        ticket = call.ticket_id
        self.assertEqual((call.state, call.attempts), ("missed", 2))
        self.assertEqual((ticket.state, ticket.callback_state), ("closed", "missed"))
        self.assertIn("answered", call.reason_id.name)
        mail = self.env["mail.mail"].search(
            [("email_to", "=", self.customer.email)], limit=1, order="id desc"
        )
        self.assertIn(ticket.name, mail.subject)
        self.assertIn("/rate/", mail.body_html)
        self.assertEqual(ticket.closing_mail, "withheld")
        with self._refused(UserError, "made already"):
            call.action_unreachable()

    def test_without_an_address_it_is_closed_all_the_same(self):
        self.customer.email = False
        call = self._resolve("advised")
        call.rule_id.max_tries = 1
        call.action_unreachable()
        self.assertEqual(call.state, "missed")
        self.assertEqual(call.ticket_id.closing_mail, "due")

    def test_put_off_as_the_customer_asks_or_given_up_with_a_reason(self):
        call = self._resolve()
        dialogs = self.env["service.callback.decision"].with_user(self.agent)
        later = datetime(2035, 5, 5, 10, 0)
        with self._refused(UserError, "still to come"):
            dialogs.create(
                {"callback_id": call.id, "at": datetime(2020, 1, 1)}
            ).action_decide()
        dialogs.create({"callback_id": call.id, "at": later}).action_decide()
        self.assertEqual((call.due, call.call_from), (later, later))
        self.assertEqual((call.state, call.attempts), ("owed", 0))
        with self._refused(UserError, "why the customer"):
            dialogs.create(
                {"callback_id": call.id, "decision": "missed"}
            ).action_decide()
        reason = self.env.ref("service_ticket.callback_reason_no_calls")
        dialogs.create(
            {"callback_id": call.id, "decision": "missed", "reason_id": reason.id}
        ).action_decide()
        self.assertEqual((call.state, call.reason_id), ("missed", reason))
        self.assertNotEqual(call.ticket_id.closing_mail, "withheld")

    # --- Wants to buy --------------------------------------------------------------------

    def test_buying_interest_goes_to_sales_with_the_notes(self):
        seller = self._new_user("seller", "base.group_user")
        self.customer.user_id = seller
        call = self._resolve().with_user(self.agent)
        with self._refused(UserError, "wants to buy"):
            call.action_wants_to_buy()
        call.buying_note = "A second washer, bigger."
        call.action_wants_to_buy()
        self.assertTrue(call.wants_to_buy and call.handed_over_at)
        self.assertEqual((call.sales_user_id, call.state), (seller, "owed"))
        if "crm.lead" in self.env:
            lead = self.env["crm.lead"].search([("partner_id", "=", self.customer.id)])
            todo = lead.activity_ids
            self.assertEqual((lead.type, lead.user_id), ("opportunity", seller))
        else:
            todo = self.customer.activity_ids
        self.assertEqual(todo.user_id, seller)
        self.assertIn("second washer", todo.note)
        with self._refused(UserError, "knows already"):
            call.action_wants_to_buy()
        call.action_satisfied()
        self.assertEqual(call.outcome, "satisfied")

    def test_without_a_salesperson_the_leader_gets_it(self):
        self.team.leader_id = self.manager
        call = self._resolve().with_user(self.agent)
        call.buying_note = "A dryer."
        call.action_wants_to_buy()
        self.assertEqual(call.sales_user_id, self.manager)

    # --- Who may what ---------------------------------------------------------------------

    def test_nobody_writes_by_hand_that_a_call_was_made(self):
        call = self._resolve("fixed")
        for user in (self.agent, self.manager):
            for vals in (
                {"state": "done"},
                {"user_id": user.id},
                {"attempts": 3},
                {"claimed_by_id": user.id},
                {"wants_to_buy": True},
                {"is_check": True},
            ):
                with self.assertRaises(UserError):
                    call.with_user(user).write(vals)
        call.with_user(self.agent).action_satisfied()
        self.assertEqual((call.state, call.user_id), ("done", self.agent))
        with self._refused(UserError, "stays as it is"):
            call.with_user(self.agent).note = "Something else"
        crafted = self.calls.with_user(self.manager).with_context(default_state="done")
        vals = {"ticket_id": self._ticket().id, "due": call.due}
        self.assertEqual(crafted.create(vals).state, "owed")
        attempt = call.attempt_ids.with_user(self.manager)
        with self.assertRaises(AccessError):
            attempt.reached = False
        with self.assertRaises(UserError):
            call.ticket_id.with_user(self.manager).callback_state = False

    def test_made_once(self):
        call = self._resolve("fixed")
        call.action_satisfied()
        for action in (
            call.action_satisfied,
            call.action_unsatisfied,
            call.action_unreachable,
            call.action_call,
        ):
            call.note = "Again"
            with self.assertRaises(UserError):
                action()

    def test_engineers_call_where_the_rule_says_so_for_own_jobs(self):
        doubtful, fixed = (
            self._resolve(outcome, user_id=self.engineer.id)
            for outcome in ("doubtful", "fixed")
        )
        self.assertEqual((doubtful.caller, fixed.caller), ("engineer", "desk"))
        for call, user in ((fixed, self.engineer), (doubtful, self.engineer_2)):
            with self.assertRaises(AccessError):
                call.with_user(user).action_satisfied()
        mine = doubtful.with_user(self.engineer)
        mine.note = "Runs."
        mine.action_satisfied()
        self.assertEqual(doubtful.user_id, self.engineer)

    def test_another_company_sees_and_makes_no_call(self):
        call = self._resolve()
        _company, stranger = self._second_company()
        theirs = self.calls.with_user(stranger)
        self.assertFalse(theirs.search([("id", "=", call.id)]))
        for action in ("action_satisfied", "action_call", "action_unreachable"):
            with self.assertRaises(AccessError):
                getattr(call.with_user(stranger), action)()
        with self.assertRaises(AccessError):
            call.attempt_ids.create({"callback_id": call.id}).with_user(stranger).read()
        with freeze_time(datetime(2040, 1, 1)):
            action = theirs.action_next_call()
        self.assertEqual(action["tag"], "display_notification")
