"""Three strikes, wrong at unboxing, and who decides about a new unit."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError

from .common import ContractCase


class TestClaim(ContractCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.leader_id = cls.manager
        cls.senior = cls.env.ref("service_contract.activity_type_senior")

    def _fail(self, times):
        """Let the same quality problem come back so often; return the last ticket."""
        for _time in range(times):
            ticket = self._ticket(cause_id=self.quality.id, outcome="fixed")
            ticket.user_id = self.engineer
            ticket.action_resolve()
        return self._ticket(cause_id=self.quality.id)

    def test_at_two_a_senior_is_asked_at_three_a_new_unit_is_offered(self):
        ticket = self._fail(1)
        self.assertFalse(ticket.activity_ids)
        ticket.write({"outcome": "fixed", "user_id": self.engineer.id})
        ticket.action_resolve()
        second = self._ticket(cause_id=self.quality.id)
        self.assertEqual(self.unit.failed_repair_count, 2)
        activity = second.activity_ids
        self.assertEqual(activity.activity_type_id, self.senior)
        self.assertEqual(activity.user_id, self.manager)
        self.assertFalse(self.env["service.claim"].search([]) & second.claim_ids)
        second.write({"outcome": "fixed", "user_id": self.engineer.id})
        second.action_resolve()
        third = self._ticket(cause_id=self.quality.id)
        claim = third.claim_ids
        self.assertEqual((claim.kind, claim.basis), ("replace", "strikes"))
        self.assertEqual((claim.state, claim.conditions_met), ("proposed", True))
        self.assertEqual(claim.activity_ids.user_id, self.manager)
        third.symptom_id = self.env.ref("service_ticket.symptom_no_power", False)
        self.assertEqual(third.claim_ids, claim, "offered once")

    def test_a_manager_approves_and_the_new_unit_ends_it(self):
        claim = self._fail(3).claim_ids
        for user in (self.agent, self.engineer):
            with self.assertRaises(AccessError):
                claim.with_user(user).action_approve()
        with self.assertRaisesRegex(UserError, "approved first"):
            claim.with_user(self.manager).action_replace()
        claim.with_user(self.manager).action_approve()
        self.assertEqual(claim.decided_by_id, self.manager)
        self.assertFalse(claim.activity_ids)
        self.assertEqual(
            claim.with_user(self.manager).action_replace()["context"][
                "default_unit_id"
            ],
            self.unit.id,
        )
        new = self.env["stock.lot"].create(
            {"name": "W1-2002", "product_id": self.washer.id}
        )
        self.unit.with_user(self.manager)._replace_with(new, reason="Third failure")
        self.assertEqual((claim.state, claim.new_unit_id), ("done", new))
        taken = new.entitlement_ids._still_counts()
        self.assertEqual(taken.date_end, self.entitlement.date_end)

    def test_who_is_refused_is_told_why(self):
        claim = self._fail(3).claim_ids.with_user(self.manager)
        with self.assertRaisesRegex(UserError, "customer is told"):
            claim.action_refuse()
        claim.decision_note = "The fault was shown to be another one"
        claim.action_refuse()
        self.assertEqual(claim.state, "refused")
        self.assertIn("another one", claim.ticket_id.message_ids[0].body)
        with self.assertRaisesRegex(UserError, "can't become"):
            claim.action_done()

    def test_wrong_at_unboxing(self):
        ticket = self._ticket()
        self.assertTrue(ticket.is_doa)
        claims = self.env["service.claim"].with_user(self.agent)
        claim = claims.create({"ticket_id": ticket.id, "reason": "Dented"})
        self.assertEqual((claim.basis, claim.conditions_met), ("doa", True))
        self.unit.delivered_on -= timedelta(days=30)
        self.assertFalse(ticket.is_doa)
        claim.invalidate_recordset()
        self.assertFalse(claim.conditions_met)

    def test_special_cases_are_named(self):
        ticket = self._ticket(user_id=self.engineer.id, cause_id=self.lightning.id)
        claims = self.env["service.claim"].with_user(self.engineer)
        claim = claims.create(
            {"ticket_id": ticket.id, "kind": "compensation", "reason": "A wet floor"}
        )
        self.assertFalse(claim.conditions_met)
        self.assertIn("special case", claim.conditions)
        claim.kind = "refund"
        claim.basis = "quality"
        self.assertIn("lightning", claim.conditions)

    def test_engineers_see_their_own_and_write_no_decision(self):
        ticket = self._ticket(user_id=self.engineer.id)
        claims = self.env["service.claim"].with_user(self.engineer)
        vals = {"ticket_id": ticket.id, "reason": "Dented"}
        claim = claims.create(vals)
        self.assertFalse(
            self.env["service.claim"]
            .with_user(self.engineer_2)
            .search([("id", "=", claim.id)])
        )
        for forged in (
            {"state": "approved"},
            {"decided_by_id": self.manager.id},
            {"new_unit_id": self.unit.id},
        ):
            with self.assertRaises(UserError):
                claim.write(forged)
            with self.assertRaises(UserError):
                claims.create(vals | forged)
        crafted = claims.with_context(default_state="approved").create(vals)
        self.assertEqual(crafted.state, "proposed")
        claim.with_user(self.manager).action_approve()
        with self.assertRaisesRegex(UserError, "not changed any more"):
            claim.kind = "refund"
