from odoo.exceptions import UserError

from .common import ServiceCase


class TestArchivable(ServiceCase):
    """What is in use is archived; the refusal says so in a sentence."""

    def test_what_is_named_is_not_deleted(self):
        ticket = self._ticket(
            cause_id=self.env.ref("service_ticket.cause_component").id
        )
        ticket._set_state(
            "waiting", reason=self.env.ref("service_ticket.waiting_customer")
        )
        step = self.env["service.escalation.step"].search([], limit=1)
        milestone = ticket.milestone_ids[:1]
        self.env["service.alert"].create(
            {"milestone_id": milestone.id, "step_id": step.id}
        )
        group = self.env["service.fault.group"].search(
            [("parent_id", "!=", False)], limit=1
        )
        for record, where in (
            (ticket.severity_id, "Service Ticket"),
            (ticket.policy_id, "Service Ticket"),
            (ticket.symptom_id, "Service Ticket"),
            (ticket.cause_id, "Service Ticket"),
            (ticket.waiting_reason_id, "Ticket Log"),
            (ticket.team_id, "Service Ticket"),
            (step, "Escalation"),
            (group.parent_id, "Kind of Equipment"),
        ):
            with (
                self.subTest(record._name),
                self._refused(UserError, f"is in use .*{where}.*Archive it instead"),
            ):
                record.with_user(self.manager).unlink()

    def test_what_nobody_uses_goes(self):
        for model, vals in (
            ("service.severity", {"name": "x"}),
            ("service.sla.policy", {"name": "x"}),
            ("service.fault.code", {"name": "x", "kind": "cause"}),
            ("service.fault.group", {"name": "x"}),
            ("service.waiting.reason", {"name": "x"}),
            ("service.escalation.step", {"name": "x", "share": 50}),
        ):
            with self.subTest(model):
                record = self.env[model].with_user(self.manager).create(vals)
                record.unlink()
                self.assertFalse(record.exists())

    def test_an_archived_policy_promises_nothing_new(self):
        policy = self.env.ref("service_ticket.policy_tender")
        self.customer.service_policy_id = policy
        before = self._ticket()
        self.assertEqual(before.policy_id, policy)
        policy.with_user(self.manager).active = False
        after = self._ticket()
        self.assertTrue(after.policy_id)
        self.assertNotEqual(after.policy_id, policy)
        # What was promised stays promised, also when something else is changed.
        before.severity_id = self.env.ref("service_ticket.severity_minor")
        self.assertEqual(before.policy_id, policy)
