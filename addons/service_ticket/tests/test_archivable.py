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

    def test_lists_that_desks_fill_are_archived_too(self):
        complaint = self._ticket(
            kind="complaint",
            complaint_reason_id=self.env["service.complaint.reason"].search([])[:1].id,
        )
        complaint.complaint_root_cause_id = self.env["service.root.cause"].search([])[
            :1
        ]
        department = self.env["service.department"].create({"name": "x"})
        self.env["service.complaint.notice"].create(
            {"ticket_id": complaint.id, "department_id": department.id}
        )
        contact = self.env["service.contact"].create(
            {
                "partner_id": self.customer.id,
                "kind_id": self.env.ref("service_ticket.contact_kind_needs").id,
                "result_id": self.env["service.contact.result"].search([])[:1].id,
            }
        )
        region = self.env["service.region"].create({"name": "x"})
        self.customer.service_region_id = region
        job = self._ticket(outcome="fixed", kind="support")
        job.action_resolve()
        call = job.callback_ids
        call.sudo().reason_id = self.env.ref("service_ticket.callback_reason_no_calls")
        job.milestone_ids[:1].sudo().breach_reason_id = self.env[
            "service.breach.reason"
        ].search([])[:1]
        handover = self.env["service.handover"].create(
            {
                "ticket_id": job.id,
                "user_id": self.env.uid,
                "reason_id": self.env["service.handover.reason"].search([])[:1].id,
            }
        )
        role = self.env["service.team.role"].create({"name": "x"})
        self.env["service.team.member"].create(
            {"team_id": self.team.id, "user_id": self.agent.id, "role_id": role.id}
        )
        for record in (
            complaint.complaint_reason_id,
            complaint.complaint_root_cause_id,
            department,
            contact.kind_id,
            contact.result_id,
            region,
            call.reason_id,
            call.rule_id,
            job.milestone_ids[:1].breach_reason_id,
            handover.reason_id,
            role,
        ):
            with self.subTest(record._name):
                self.assertTrue(record)
                with self._refused(UserError, "is in use .*Archive it instead"):
                    record.with_user(self.manager).unlink()
                record.with_user(self.manager).active = False

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
