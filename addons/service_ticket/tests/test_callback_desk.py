import random
from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import mute_logger

from .test_callback import CallbackCase


class TestCallbackDesk(CallbackCase):
    """Two people never call one customer; nobody waits unseen; no job is left out."""

    def _other_customer(self, name="Bakery"):
        partner = self.env["res.partner"].create({"name": name, "phone": "1"})
        return self._resolve(unit_id=False, partner_id=partner.id)

    # --- Whose call it is ------------------------------------------------------------------

    def test_a_claimed_call_is_nobody_elses(self):
        call = self._resolve()
        call.with_user(self.agent).action_call()
        theirs = call.with_user(self.agent_2)
        self.assertIn(self.agent.name, theirs.busy)
        self.assertFalse(call.with_user(self.agent).busy)
        for action in ("action_call", "action_satisfied", "action_unreachable"):
            with self._refused(UserError, "has been calling"):
                getattr(theirs, action)()
        theirs.action_release()
        self.assertEqual(call.claimed_by_id, self.agent)
        call.with_user(self.agent).action_release()
        theirs.action_satisfied()
        self.assertEqual((call.user_id, call.state), (self.agent_2, "done"))

    def test_the_customers_other_calls_are_claimed_too(self):
        first, second = self._resolve(), self._resolve()
        first.with_user(self.agent).action_call()
        with self._refused(UserError, "has been calling"):
            second.with_user(self.agent_2).action_call()
        second.with_user(self.agent).action_call()
        self.assertFalse(first.claimed_by_id)
        self.assertEqual(second.claimed_by_id, self.agent)

    def test_a_claim_runs_out(self):
        call = self._resolve()
        now = fields.Datetime.now()
        with freeze_time(now):
            call.with_user(self.agent).action_call()
        with freeze_time(now + timedelta(minutes=20)):
            call.with_user(self.agent_2).action_call()
        self.assertEqual(call.claimed_by_id, self.agent_2)

    def test_a_customer_of_two_companies_may_be_called_by_both(self):
        company, stranger = self._second_company()
        call = self._resolve()
        call.with_user(self.agent).action_call()
        team = self.env["service.team"].create({"name": "B", "company_id": company.id})
        ticket = self.env["service.ticket"].create(
            {
                "subject": "x",
                "kind": "support",
                "company_id": company.id,
                "team_id": team.id,
                "partner_id": self.customer.id,
                "outcome": "fixed",
            }
        )
        ticket.action_resolve()
        other = ticket.callback_ids.with_user(stranger)
        other.action_call()
        self.assertFalse(other.busy)

    # --- The next one ----------------------------------------------------------------------

    def test_the_next_call_is_the_one_due_first_that_nobody_makes(self):
        self.calls.search([("state", "=", "owed")]).sudo().write({"state": "cancelled"})
        late, soon = self._resolve(), self._other_customer()
        now = fields.Datetime.now()
        late.due, soon.due = now - timedelta(hours=2), now + timedelta(hours=2)
        desk = self.calls.with_user(self.agent)
        self.assertEqual(desk.action_next_call()["res_id"], late.id)
        self.assertEqual(late.claimed_by_id, self.agent)
        action = self.calls.with_user(self.agent_2).action_next_call()
        self.assertEqual(action["res_id"], soon.id)
        flow = late.with_user(self.agent).with_context(**action["context"])
        action = flow.action_satisfied()
        self.assertEqual(action["tag"], "display_notification")
        self.assertIn("due on", action["params"]["message"])

    def test_nobody_is_called_before_the_time(self):
        self.calls.search([("state", "=", "owed")]).sudo().write({"state": "cancelled"})
        call = self._resolve("advised")
        desk = self.calls.with_user(self.agent)
        self.assertEqual(desk.action_next_call()["tag"], "display_notification")
        with freeze_time(call.due):
            self.assertEqual(desk.action_next_call()["res_id"], call.id)

    def test_own_teams_come_first(self):
        self.calls.search([("state", "=", "owed")]).sudo().write({"state": "cancelled"})
        first, second = self._resolve(), self._other_customer()
        second.ticket_id.team_id = self.team.copy({"member_ids": self.agent.ids})
        first.due = fields.Datetime.now() - timedelta(hours=5)
        desk = self.calls.with_user(self.agent)
        self.assertEqual(desk.action_next_call()["res_id"], second.id)

    # --- Overdue ---------------------------------------------------------------------------

    def test_an_overdue_call_is_told_to_the_leader_once(self):
        self.team.leader_id = self.manager
        call = self._resolve()
        with freeze_time(call.due + timedelta(minutes=30)):
            self.calls._escalate_overdue()
        self.assertFalse(call.escalated_at)
        for minutes in (61, 90):
            with freeze_time(call.due + timedelta(minutes=minutes)):
                self.calls._escalate_overdue()
        todo = call.ticket_id.activity_ids
        self.assertEqual(todo.user_id, self.manager)
        self.assertIn("not been called back", todo.summary)
        call.action_satisfied()
        self.assertFalse(call.ticket_id.activity_ids)

    def test_without_a_leader_a_manager_is_told(self):
        self.team.leader_id = False
        call = self._resolve()
        with freeze_time(call.due + timedelta(hours=2)):
            self.calls._escalate_overdue()
        self.assertEqual(len(call.ticket_id.activity_ids), 1)

    def test_one_that_fails_keeps_no_other_from_it(self):
        bad, good = self._resolve(), self._other_customer()
        told = type(bad)._tell_leaders

        def stumble(calls):
            if bad in calls:
                raise ValueError("no")
            told(calls)

        self.patch(type(bad), "_tell_leaders", stumble)
        logger = "odoo.addons.service_ticket.models.batch"
        with freeze_time(good.due + timedelta(hours=9)), mute_logger(logger):
            self.calls._escalate_overdue()
        self.assertTrue(good.ticket_id.activity_ids)
        self.assertTrue(bad.escalated_at)

    # --- Coverage ----------------------------------------------------------------------------

    def test_a_hole_is_found_and_repaired(self):
        call = self._resolve()
        ticket = call.ticket_id
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM service_callback WHERE id = %s", [call.id])
        self.env.cr.execute(
            "UPDATE service_ticket SET state = 'closed', callback_state = NULL"
            " WHERE id = %s",
            [ticket.id],
        )
        self.env.invalidate_all()
        domain = [("id", "=", ticket.id)]
        self.assertEqual(self.calls._get_coverage(domain)["covered"], 0)
        self.calls._check_coverage()
        self.assertEqual(ticket.callback_ids.state, "owed")
        self.assertEqual(self.calls._get_coverage(domain)["covered"], 100)

    def test_a_call_from_before_does_not_stand_for_the_jobs_own(self):
        """A check call owed while the job was open again would have hidden it."""
        ticket = self._resolve().ticket_id
        ticket.action_reopen()
        check = self.calls._owe(ticket, is_check=True)
        self.assertEqual((check.state, ticket.callback_state), ("owed", False))
        ticket.action_resolve()
        self.assertEqual(check.state, "cancelled")
        self.assertEqual(ticket.callback_state, "owed")

    def test_nobody_calls_for_what_was_cancelled(self):
        ticket = self._ticket(kind="support")
        call = self.calls._owe(ticket, is_check=True)
        ticket.action_open()
        self.assertEqual(call.state, "owed")
        ticket.action_cancel()
        self.assertEqual(call.state, "cancelled")

    def test_the_figure(self):
        first, second, third = (self._other_customer(name) for name in "abc")
        first.action_satisfied()
        second.rule_id.max_tries = 1
        second.action_unreachable()
        tickets = (first | second | third).ticket_id
        figure = self.calls._get_coverage([("id", "in", tickets.ids)])
        self.assertEqual(
            figure,
            {
                "jobs": 3,
                "done": 1,
                "missed": 1,
                "owed": 1,
                "none": 0,
                "covered": 100.0,
                "reached": 50.0,
            },
        )

    def test_whatever_people_press_no_job_ends_without_its_call(self):
        """100 % by construction: random buttons, forced moves included (R149)."""
        cause = self.env.ref("service_ticket.cause_component").id
        for seed in range(12):
            dice = random.Random(seed)
            ticket = self._ticket(cause_id=cause, outcome="fixed")
            for _step in range(25):
                self._press(dice, ticket)
                self.env.invalidate_all()
                regular = ticket.callback_ids.filtered(lambda call: not call.is_check)
                states = regular.mapped("state")
                self.assertLessEqual(states.count("owed"), 1)
                if ticket.state in ("resolved", "closed"):
                    self.assertTrue({"owed", "done", "missed"} & set(states))
                    self.assertTrue(ticket.callback_state)
                    self.assertNotEqual(regular[-1:].state, "cancelled")
                else:
                    self.assertNotIn("owed", states)

    def _press(self, dice, ticket):
        call = ticket.callback_ids.filtered(lambda c: c.state == "owed")[:1]
        call.note = dice.choice([False, "It leaks."])
        call.sudo().rule_id.max_tries = 2
        actions = [
            ticket.action_open,
            ticket.action_resolve,
            ticket.action_close,
            ticket.action_reopen,
            ticket.action_cancel,
            lambda: ticket._set_state("resolved"),
            lambda: ticket._set_state("closed"),
            lambda: ticket._set_state("open"),
            lambda: ticket._follow_bad_rating(self.env["rating.rating"]),
            lambda: self.calls._owe(ticket, is_check=True)
            if ticket.state == "closed"
            else None,
        ]
        if call:
            actions += [
                call.action_satisfied,
                call.action_unsatisfied,
                call.action_unreachable,
                call.action_complain,
            ]
        try:
            with self.env.cr.savepoint():
                dice.choice(actions)()
        except UserError:
            self.env.invalidate_all()

    def test_due_texts_follow_the_readers_zone(self):
        with freeze_time(datetime(2026, 3, 2, 9, 0)):
            call = self._resolve("advised")
        ticket = call.ticket_id.with_context(tz="Asia/Shanghai")
        self.assertIn("7:00", ticket._get_portal_next_step())
