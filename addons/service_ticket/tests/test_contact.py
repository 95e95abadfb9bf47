from datetime import timedelta

from dateutil.relativedelta import relativedelta
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import mute_logger

from .common import ServiceCase


class TestContact(ServiceCase):
    """Contacts are owed, planned once, made, and lead on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        users = cls.agent | cls.manager | cls.engineer | cls.engineer_2
        users.tz = cls.env.user.tz = "UTC"  # one day for all of them, at any hour
        cls.today = fields.Date.today()
        cls.usage = cls.env.ref("service_ticket.contact_kind_usage")
        cls.needs = cls.env.ref("service_ticket.contact_kind_needs")
        cls.contacts = cls.env["service.contact"].with_user(cls.agent)
        cls.cycles = cls.env["service.contact.cycle"].with_user(cls.manager)
        cls.env["service.walk"].search([]).unlink()

    def _since(self, **before):
        """Let the file have begun so long ago."""
        self.customer.sudo().service_first_contact_on = self.today - relativedelta(
            **before
        )
        self.env.flush_all()

    def _plan(self):
        self.env.flush_all()
        self.customer._walk_contacts()
        return self._owed()

    def _owed(self):
        return self.contacts.search(
            [("partner_id", "=", self.customer.id), ("state", "=", "owed")]
        )

    def _result(self, name):
        return self.env.ref(f"service_ticket.contact_result_{name}").id

    # --- Planning ----------------------------------------------------------------------

    def test_planned_ahead_and_never_twice(self):
        self._since(months=5, days=20)
        owed = self._plan()
        self.assertEqual(owed.kind_id, self.usage)
        self.assertEqual(
            owed.due, self.customer.service_first_contact_on + relativedelta(months=6)
        )
        self.assertEqual(owed.company_id, self.env.company)
        self.assertEqual(owed.method, "phone")
        self.assertEqual(self._plan(), owed)
        self.assertEqual(self.customer.service_contact_due, owed.due)
        # “new needs” comes after twelve months: looked at 30 days before
        self.assertEqual(
            self.customer.service_contact_check_on,
            self.customer.service_first_contact_on
            + relativedelta(months=12)
            - timedelta(days=30),
        )

    def test_whoever_was_never_called_is_spread(self):
        self._since(years=10)
        for contact in self._plan():
            self.assertLess((contact.due - self.today).days, 28)
            self.assertGreaterEqual(contact.due, self.today)

    def test_the_next_one_follows_the_last(self):
        self._since(years=2)
        owed = self._plan().filtered(lambda c: c.kind_id == self.usage)
        owed.result_id = self._result("well")
        owed.action_made()
        self.env.flush_all()
        self.assertEqual(self.customer.service_contact_check_on, self.today)
        self.assertNotIn(self.usage, self._plan().kind_id)
        owed.sudo().done_on = self.today - relativedelta(months=5, days=10)
        again = self._plan().filtered(lambda c: c.kind_id == self.usage)
        self.assertEqual(again.due, owed.done_on + relativedelta(months=6))

    def test_the_most_particular_cycle_counts(self):
        region, part = self.env["service.region"].create([{"name": "A"}, {"name": "B"}])
        part.parent_id = region
        tag = self.env["res.partner.category"].create({"name": "Key customer"})
        policy = self.env.ref("service_ticket.policy_tender")
        self.customer.write({"category_id": tag.ids, "service_region_id": part.id})
        kind = {"kind_id": self.usage.id}

        def months():
            found = self.cycles._find_for(self.customer)
            return found[self.customer].get(self.usage)

        self.assertEqual(months(), 6)
        for vals, expected in (
            ({"months": 5, "region_id": region.id}, 5),
            ({"months": 4, "region_id": part.id}, 4),
            ({"months": 3, "category_id": tag.id}, 3),
            ({"months": 2, "policy_id": policy.id}, 3),
            ({"months": 1, "partner_id": self.customer.id}, 1),
        ):
            self.cycles.create({**kind, **vals})
            self.assertEqual(months(), expected, vals)
        self.cycles.search([("partner_id", "=", self.customer.id)]).unlink()
        self.customer.service_policy_id = policy
        self.assertEqual(months(), 2)
        other = self.env["res.company"].create({"name": "Other"})
        self.cycles.sudo().create(
            {**kind, "months": 9, "company_id": other.id, "partner_id": False}
        )
        self.assertEqual(months(), 2)

    def test_zero_months_is_never(self):
        self._since(years=1)
        agent = self.customer.with_user(self.agent)
        agent.service_contact_cycle_ids = [
            (0, 0, {"kind_id": self.usage.id, "months": 0})
        ]
        self.assertNotIn(self.usage, self._plan().kind_id)
        with self.assertRaises(AccessError):
            self.cycles.with_user(self.agent).create(
                {"kind_id": self.usage.id, "months": 1}
            )

    def test_the_next_service_is_announced_once(self):
        kind = self.env.ref("service_ticket.contact_kind_service_due")
        self.customer.service_wish_on = self.today + timedelta(days=20)
        owed = self._plan().filtered(lambda c: c.kind_id == kind)
        self.assertEqual(owed.due, self.today + timedelta(days=6))
        self.assertEqual(owed.for_date, self.customer.service_next_on)
        owed.result_id = self._result("well")
        owed.action_made()
        self.assertNotIn(kind, self._plan().kind_id)
        self.customer.service_wish_on = self.today + timedelta(days=25)
        self.assertIn(kind, self._plan().kind_id)

    def test_cron_is_bounded_and_resumes(self):
        more = self.env["res.partner"].create([{"name": f"C{n}"} for n in range(5)])
        more._on_first_contact(self.today - relativedelta(years=1))
        self.env.flush_all()
        self.env["res.partner"].search(
            [("service_contact_check_on", "!=", False), ("id", "not in", more.ids)]
        ).sudo().service_contact_check_on = False
        self.assertEqual(self.contacts.sudo()._plan_next(batch=3), 3)
        self.assertEqual(self.contacts.sudo()._plan_next(batch=3), 2)
        self.assertEqual(self.contacts.sudo()._plan_next(batch=3), 0)
        owed = self.contacts.search([("partner_id", "in", more.ids)])
        self.assertEqual(len(owed), 10)
        with self.assertQueryCount(60):
            more._walk_contacts()
            self.env.flush_all()

    def test_one_that_fails_keeps_no_other(self):
        good, bad = self.env["res.partner"].create([{"name": "Good"}, {"name": "Bad"}])
        (good | bad)._on_first_contact(self.today - relativedelta(years=1))
        self.env.flush_all()
        plans = type(good)._get_contact_plans

        def fail(partners, today):
            if bad in partners:
                raise ValueError("broken")
            return plans(partners, today)

        self.patch(type(good), "_get_contact_plans", fail)
        with mute_logger("odoo.addons.service_ticket.models.res_partner_region"):
            (good | bad)._try_walk("contacts")
        self.assertTrue(self.contacts.search([("partner_id", "=", good.id)]))
        self.assertGreater(bad.service_contact_check_on, self.today)

    # --- Making them -------------------------------------------------------------------

    def _contact(self, **vals):
        return self.contacts.create(
            {
                "partner_id": self.customer.id,
                "kind_id": self.needs.id,
                "unit_id": self.unit.id,
                **vals,
            }
        )

    def test_a_problem_becomes_a_ticket(self):
        contact = self._contact()
        with self._refused(UserError, "Choose what came of it"):
            contact.action_made()
        contact.result_id = self._result("problem")
        with self._refused(UserError, "Write down"):
            contact.action_made()
        contact.feedback = "It hums at night"
        action = contact.action_made()
        self.assertEqual(action["res_id"], contact.ticket_id.id)
        ticket = contact.ticket_id
        self.assertEqual(
            (ticket.kind, ticket.description, ticket.unit_id, ticket.partner_id),
            ("fault", "It hums at night", self.unit, self.customer),
        )
        self.assertEqual((contact.state, contact.done_by_id), ("made", self.agent))
        with self._refused(UserError, "not owed any more"):
            contact.action_cancel()
        with self._refused(UserError, "stays as it was"):
            contact.partner_id = self.env["res.partner"].create({"name": "Else"})
        with self._refused(UserError, "stays as it was"):
            contact.with_user(self.manager).unlink()

    def test_a_crafted_call_brings_nothing_into_the_ticket(self):
        """An engineer opens it in sudo: only what the contact says comes in."""
        contact = self._contact(user_id=self.engineer.id, feedback="Nobody came")
        contact.result_id = (
            self.env["service.contact.result"]
            .search([("next_step", "=", "complaint")], limit=1)
            .id
            or self.env["service.contact.result"]
            .create({"name": "x", "next_step": "complaint"})
            .id
        )
        crafted = {
            "default_complaint_justified": "yes",
            "default_complaint_redress_amount": 500,
            "default_user_id": self.engineer.id,
            "default_state": "closed",
            "default_is_history": True,
        }
        contact.with_user(self.engineer).with_context(**crafted).action_made()
        ticket = contact.sudo().ticket_id
        self.assertEqual((ticket.kind, ticket.state), ("complaint", "new"))
        self.assertFalse(ticket.complaint_justified or ticket.user_id)
        self.assertFalse(ticket.complaint_redress_amount or ticket.is_history)
        with self.assertRaises(AccessError):
            ticket.with_user(self.engineer).check_access("read")

    def test_without_a_salesperson_the_leader_of_the_branch_gets_it(self):
        self.team.leader_id = self.manager
        self.customer.service_team_id = self.team
        self.customer.user_id = gone = self._new_user("gone", "base.group_user")
        gone.active = False
        contact = self._contact(feedback="A <big> dryer")
        contact.result_id = self._result("need")
        contact.action_made()
        task = self.customer.activity_ids
        self.assertEqual(task.user_id, self.manager)
        self.assertIn("A &lt;big&gt; dryer", task.note)

    def test_a_wish_to_buy_goes_to_sales(self):
        self.customer.user_id = self.manager
        contact = self._contact(feedback="A second dryer")
        contact.result_id = self._result("need")
        contact.action_made()
        task = self.customer.activity_ids
        self.assertEqual(task.user_id, self.manager)
        self.assertIn("A second dryer", task.note)

    def test_again_later(self):
        contact = self._contact(again_on=self.today + timedelta(days=7))
        contact.result_id = self._result("again")
        contact.action_made()
        self.assertEqual(contact.state, "made")
        again = self._owed().filtered(lambda c: c.kind_id == self.needs)
        self.assertEqual(again.due, self.today + timedelta(days=7))

    def test_nobody_there(self):
        contact = self._contact()
        contact.action_unreachable()
        self.assertEqual((contact.attempts, contact.state), (1, "owed"))
        self.assertEqual(contact.due, self.today + timedelta(days=1))

    def test_refusals(self):
        contact = self._contact()
        with (
            self._refused(IntegrityError, "service_contact_one_owed"),
            mute_logger("odoo.sql_db"),
        ):
            self._contact()
        with self._refused(UserError, "by its buttons"):
            contact.state = "made"
        with self._refused(UserError, "by its buttons"):
            self.contacts.create(
                {"partner_id": self.customer.id, "kind_id": 1, "done_on": self.today}
            )
        made = self.contacts.with_context(default_state="made")
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        other = made.create({"partner_id": stranger.id, "kind_id": self.needs.id})
        self.assertEqual(other.state, "owed")
        with self._refused(ValidationError, "does not belong"):
            other.unit_id = self.unit
        person = self.env["res.partner"].create(
            {"name": "Anna", "parent_id": self.customer.id}
        )
        found = self.contacts.create(
            {"partner_id": person.id, "kind_id": self.usage.id}
        )
        self.assertEqual((found.partner_id, found.person_id), (self.customer, person))

    def test_who_sees_them(self):
        contact = self._contact(user_id=self.engineer.id)
        self.assertTrue(contact.with_user(self.engineer).has_access("write"))
        self.assertFalse(contact.with_user(self.engineer_2).has_access("read"))
        _company, stranger = self._second_company()
        self.assertFalse(contact.with_user(stranger).has_access("read"))
        mine = contact.with_user(self.engineer)
        mine.write({"result_id": self._result("service"), "feedback": "Before May"})
        mine.action_made()
        self.assertEqual(contact.ticket_id.kind, "inspection")
