from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tools import mute_logger

from ..models.service_ticket_flow import _TRANSITIONS
from .common import ServiceCase


class TestSettings(ServiceCase):
    def test_no_setting_keeps_a_request_out(self):
        """What would overflow is refused where it is set, not where a ticket is made."""
        policy = self.team.policy_id or self.env["service.sla.policy"].search([])[:1]
        target = {"policy_id": policy.id, "clock": "report", "kind": "training"}
        for model, vals in (
            ("service.sla.target", {**target, "hours": 1e9}),
            ("service.escalation.step", {"name": "x", "share": 100, "minutes": 10**9}),
        ):
            with (
                self.subTest(model),
                mute_logger("odoo.sql_db"),
                self._refused(IntegrityError, "bounded"),
            ):
                self.env[model].create(vals)
        for name in ("service_repeat_days", "service_held_days"):
            with (
                self.subTest(name),
                mute_logger("odoo.sql_db"),
                self._refused(IntegrityError, "bounded"),
            ):
                self.env.company[name] = 10**9
                self.env.flush_all()

    def test_with_every_severity_archived_a_request_is_taken(self):
        self.env["service.severity"].search([]).active = False
        ticket = self.env["service.ticket"].create({"subject": "x"})
        self.assertEqual(
            ticket.severity_id, self.env.ref("service_ticket.severity_minor")
        )


class TestTicket(ServiceCase):
    def _resolvable(self, **vals):
        return self._ticket(
            cause_id=self.env.ref("service_ticket.cause_component").id,
            outcome="fixed",
            **vals,
        )

    def test_numbers_are_given_in_one_batch(self):
        tickets = self.env["service.ticket"].create(
            [{"subject": f"Fault {index}"} for index in range(5)]
        )
        numbers = tickets.mapped("name")
        self.assertEqual(len(set(numbers)), 5)
        self.assertEqual(numbers, sorted(numbers))
        self.assertTrue(all(number.startswith("ST") for number in numbers))

    def test_numbers_follow_the_sequence_as_it_is_set(self):
        sequence = self.env.ref("service_ticket.sequence_ticket")
        sequence.write({"implementation": "no_gap", "prefix": "CASE"})
        first, second = self._ticket(), self._ticket()
        self.assertTrue(first.name.startswith("CASE"))
        self.assertLess(first.name, second.name)

    def test_state_moves_only_along_its_table(self):
        for start, allowed in _TRANSITIONS.items():
            for target in _TRANSITIONS:
                with self.subTest(f"{start} → {target}"):
                    ticket = self._ticket()
                    self._force_state(ticket, start)
                    if target in allowed:
                        ticket._set_state(target)
                        self.assertEqual(ticket.state, target)
                        continue
                    lines = len(ticket.transition_ids)
                    with self.assertRaises(UserError):
                        ticket._set_state(target)
                    self.assertEqual(ticket.state, start)
                    self.assertEqual(len(ticket.transition_ids), lines)

    def _force_state(self, ticket, state):
        ticket.flush_recordset()
        self.env.cr.execute(
            "UPDATE service_ticket SET state = %s WHERE id = %s", [state, ticket.id]
        )
        ticket.invalidate_recordset()

    def test_nobody_writes_the_state_by_hand(self):
        ticket = self._ticket()
        for env in (ticket, ticket.with_context(service_state_change=True)):
            with self.assertRaises(UserError):
                env.write({"state": "closed"})
        with self.assertRaises(UserError):
            self._ticket(state="closed")
        self.assertEqual(ticket.state, "new")

    def test_a_crafted_context_sets_no_state(self):
        tickets = self.env["service.ticket"].with_user(self.agent)
        crafted = tickets.with_context(
            default_state="closed", default_closed_at="2026-01-01 00:00:00"
        )
        ticket = crafted.create({"subject": "Does not start"})
        self.assertEqual((ticket.state, ticket.closed_at), ("new", False))

    def test_nobody_writes_what_the_clocks_and_buttons_record(self):
        ticket = self._ticket(user_id=self.engineer.id)
        status = ticket.clock_status
        for user in (self.engineer, self.agent, self.manager):
            for name, value in (
                ("clock_status", "met"),
                ("next_due", False),
                ("policy_id", False),
                ("resolved_at", "2026-01-01 00:00:00"),
            ):
                with self.subTest(name), self.assertRaises(UserError):
                    ticket.with_user(user).write({name: value})
        self.assertEqual(ticket.clock_status, status)
        ticket.with_user(self.engineer).write({"diagnosis": "Fuse blown"})

    def test_taking_in_hand_assigns_and_answers(self):
        ticket = self._ticket().with_user(self.agent)
        ticket.action_open()
        self.assertEqual(ticket.user_id, self.agent)
        with self.assertRaises(UserError):
            ticket.action_open()

    def test_resolving_needs_cause_and_outcome(self):
        ticket = self._ticket()
        with self.assertRaisesRegex(UserError, "cause of the fault"):
            ticket.action_resolve()
        ticket.cause_id = self.env.ref("service_ticket.cause_component")
        with self.assertRaisesRegex(UserError, "outcome"):
            ticket.action_resolve()
        ticket.outcome = "fixed"
        ticket.action_resolve()
        self.assertEqual(ticket.state, "resolved")
        self.assertTrue(ticket.resolved_at)

    def test_not_closed_before_the_customer_was_told(self):
        ticket = self._resolvable()
        ticket.action_resolve()
        with self.assertRaisesRegex(UserError, "not been called back"):
            ticket.action_close()
        ticket.callback_ids.action_satisfied()
        self.assertEqual(ticket.state, "closed")

    def test_only_untouched_requests_may_be_deleted(self):
        ticket = self._ticket()
        ticket.action_open()
        with self.assertRaisesRegex(UserError, "stays on record"):
            ticket.unlink()
        self._ticket().unlink()

    def test_waiting_by_wizard(self):
        ticket = self._ticket()
        wizard = (
            self.env["service.ticket.wait"]
            .with_user(self.agent)
            .with_context(default_ticket_ids=ticket.ids)
            .create(
                {
                    "reason_id": self.env.ref("service_ticket.waiting_customer").id,
                    "note": "Asked for the error code",
                }
            )
        )
        wizard.action_wait()
        self.assertEqual(ticket.state, "waiting")
        self.assertEqual(ticket.transition_ids[-1].note, "Asked for the error code")
        self.assertEqual(ticket.transition_ids[-1].user_id, self.agent)

    def test_notes_of_a_batch_say_what_those_of_one_ticket_say(self):
        tickets = self._ticket() + self._ticket() + self._ticket()
        tickets = tickets.with_user(self.agent).with_context(tracking_disable=False)
        self.env.cr.flush()  # what was just created is not tracked
        for batch in (tickets[0], tickets[1:]):
            batch.action_open()
            self.env.flush_all()
            self.env.cr.flush()
        one, *others = (
            ticket.message_ids.filtered("tracking_value_ids")[0]
            for ticket in tickets.sudo()
        )
        for other in others:
            for name in ("author_id", "email_from", "subtype_id", "message_type"):
                self.assertEqual(other[name], one[name], name)
            self.assertEqual(
                other.tracking_value_ids.mapped("new_value_char"),
                one.tracking_value_ids.mapped("new_value_char"),
            )
            self.assertTrue(other.is_internal)
