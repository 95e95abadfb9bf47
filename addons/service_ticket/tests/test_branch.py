from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form

from ..engine.branch import Branch, find
from .common import ServiceCase


class BranchCase(ServiceCase):
    """A centre with two branches, each with its people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.north = cls._team("North", cls.agent | cls.engineer, cls.agent)
        cls.south = cls._team("South", cls.engineer_2 | cls.dispatcher, cls.dispatcher)
        cls.washer.categ_id = cls.env["product.category"].create({"name": "Washers"})
        cls.reason = cls.env.ref("service_ticket.handover_reason_region")

    @classmethod
    def _team(cls, name, members=None, leader=None, **vals):
        return cls.env["service.team"].create(
            {
                "name": name,
                "parent_id": cls.team.id,
                "tier": "branch",
                "member_ids": [Command.set(members.ids if members else [])],
                "leader_id": leader.id if leader else False,
                **vals,
            }
        )

    def _hand_over(self, tickets, team, user=None, **vals):
        """Press the button as the desk does."""
        dialogs = self.env["service.ticket.handover"].with_user(user or self.agent)
        dialog = dialogs.with_context(default_ticket_ids=tickets.ids).create(
            {"team_id": team.id, "reason_id": self.reason.id, **vals}
        )
        return dialog.action_hand_over()


class TestBranchEngine(ServiceCase):
    def test_precedence(self):
        """Region and category, region, category; the nearest; the order."""

        def branch(name, regions=(), categories=()):
            return Branch(name, frozenset(regions), frozenset(categories))

        coast, town = 2, 1  # the town lies at the coast
        pumps, machines = 20, 10  # pumps are machines
        both = branch("both", [coast], [machines])
        region = branch("region", [town])
        category = branch("category", (), [pumps])
        nearer = branch("nearer", [town], [machines])
        line = [town, coast], [pumps, machines]
        table = [
            ([both, region, category], *line, ("both", "region_category")),
            ([region, category], *line, ("region", "region")),
            ([category], *line, ("category", "category")),
            ([both, nearer], *line, ("nearer", "region_category")),
            ([both], [town, coast], [], (None, "")),
            ([both, category], [], [pumps, machines], ("category", "category")),
            ([region, branch("later", [town])], *line, ("region", "region")),
            ([branch("first", [coast]), region], *line, ("region", "region")),
            ([], *line, (None, "")),
        ]
        for branches, regions, categories, expected in table:
            with self.subTest(expected=expected, branches=branches):
                self.assertEqual(find(branches, regions, categories), expected)


class TestBranch(BranchCase):
    def test_a_tree_has_no_cycle(self):
        with self._refused(UserError, "."):
            self.team.parent_id = self.north

    def test_members_and_roles_are_the_same_people(self):
        self.assertEqual(self.north.member_ids, self.agent | self.engineer)
        self.north.member_ids -= self.engineer
        self.assertEqual(self.north.membership_ids.user_id, self.agent)
        role = self.env.ref("service_ticket.team_role_engineer")
        self.north.membership_ids = [
            Command.create({"user_id": self.engineer.id, "role_id": role.id})
        ]
        self.assertEqual(self.north.member_ids, self.agent | self.engineer)

    def test_the_hotline_is_the_own_or_the_one_above(self):
        self.env.company.phone = "100"
        self.assertEqual(self.north.hotline_shown, "100")
        self.team.hotline = "200"
        self.assertEqual(self.north.hotline_shown, "200")
        self.north.hotline = "300"
        self.assertEqual(self.north.hotline_shown, "300")
        ticket = self._ticket(team_id=self.south.id)
        self.assertEqual(ticket.hotline, "200")

    def test_load_counts_the_branches_below(self):
        before = self.team.open_count
        ticket = self._ticket(team_id=self.north.id)
        self._ticket(team_id=self.south.id, user_id=self.engineer_2.id)
        teams = self.team | self.north | self.south
        teams.invalidate_recordset()
        self.assertEqual(
            teams.mapped("open_count"), [before + 2, 1, 1], self.team.child_ids
        )
        self.assertEqual(self.south.unassigned_count, 0)
        self.assertEqual(self.north.unassigned_count, 1)
        action = self.north.action_view_tickets()
        self.assertIn(ticket, self.env["service.ticket"].search(action["domain"]))

    def test_my_branch_and_those_below(self):
        self._ticket(team_id=self.north.id)
        own = [("team_id.is_mine", "=", True)]
        teams = self.env["service.team"]
        found = teams.with_user(self.agent).search([("is_mine", "=", True)])
        self.assertEqual(found, self.north)
        tickets = self.env["service.ticket"].with_user(self.agent).search(own)
        self.assertEqual(tickets.team_id, self.north)
        self.team.leader_id = self.manager
        found = teams.with_user(self.manager).search([("is_mine", "=", True)])
        self.assertLessEqual(self.team | self.north | self.south, found)

    def test_who_belongs_to_no_branch_sees_all(self):
        found = self.env["service.team"].with_user(self.manager)
        self.assertIn(self.south, found.search([("is_mine", "=", True)]))


class TestFindingATeam(BranchCase):
    def _find(self, **vals):
        ticket = self._ticket(**vals)
        return ticket.team_id, ticket.team_found_by

    def test_by_the_kind_of_product(self):
        category = self.env["product.category"].create({"name": "Laundry"})
        self.washer.categ_id.parent_id = category
        self.south.category_ids = category
        self.assertEqual(self._find(), (self.south, "category"))
        self.assertEqual(
            self._find(unit_id=False, product_id=self.washer.id),
            (self.south, "category"),
        )

    def test_by_the_region_of_the_site(self):
        region = self.env["service.region"].create({"name": "Brabant"})
        town = region.create(
            {"name": "Leuven", "parent_id": region.id, "cities": "Leuven"}
        )
        self.env.add_to_compute(
            self.customer._fields["service_region_id"], self.customer
        )
        self.assertEqual(self.customer.service_region_id, town)
        self.north.region_ids = region
        self.assertEqual(self._find(), (self.north, "region"))
        self.south.category_ids = self.washer.categ_id
        self.assertEqual(self._find(), (self.north, "region"))
        self.south.region_ids = region
        self.assertEqual(self._find(), (self.south, "region_category"))
        self.north.category_ids = self.washer.categ_id
        self.north.region_ids = town
        self.assertEqual(self._find(), (self.north, "region_category"))
        site = self.env["res.partner"].create(
            {"name": "Hasselt", "parent_id": self.customer.id, "type": "other"}
        )
        self.assertFalse(site.service_region_id)
        ticket = self._ticket(
            unit_id=False,
            product_id=self.washer.id,
            partner_id=self.customer.id,
            site_id=site.id,
        )
        self.assertEqual(ticket.team_found_by, "region_category", "the customer's")

    def test_the_customers_own_branch_wins(self):
        self.south.category_ids = self.washer.categ_id
        self.customer.service_team_id = self.north
        self.assertEqual(self._find(), (self.north, "customer"))
        self.assertEqual(
            self._find(channel="email", team_id=self.south.id, unit_id=False)[0],
            self.south,
            "another customer's mail stays where it came",
        )
        mail = {"channel": "email", "partner_id": self.customer.id}
        self.assertEqual(
            self._find(team_id=self.south.id, **mail), (self.north, "customer")
        )

    def test_by_hand_by_mail_by_member_and_first(self):
        self.assertEqual(self._find(team_id=self.south.id), (self.south, "hand"))
        self.assertEqual(
            self._find(team_id=self.south.id, channel="email"), (self.south, "address")
        )
        first = self.env["service.team"]._get_of(self.env.company)[:1]
        self.assertEqual(self._find(), (first, "first"))
        tickets = self.env["service.ticket"].with_user(self.dispatcher)
        ticket = tickets.create({"subject": "Dead"})
        self.assertEqual((ticket.team_id, ticket.team_found_by), (self.south, "member"))

    def test_the_form_finds_anew_until_somebody_chooses(self):
        self.customer.service_team_id = self.south
        with Form(self.env["service.ticket"].with_user(self.agent)) as form:
            form.subject = "Dead"
            self.assertEqual(form.team_id, self.north, "the team of the desk")
            form.partner_id = self.customer
            self.assertEqual(form.team_id, self.south)
            self.assertEqual(form.team_found_by, "customer")
            form.team_id = self.north
            self.assertEqual(form.team_found_by, "hand")
            form.partner_id = self.env.company.partner_id
            self.assertEqual(form.team_id, self.north)
        self.assertEqual(form.record.team_found_by, "member")

    def test_a_saved_ticket_stays_where_it_is(self):
        ticket = self._ticket()
        before = ticket.team_id
        self.customer.service_team_id = self.south
        ticket.partner_id = self.env.company.partner_id
        ticket.partner_id = self.customer
        self.assertEqual(ticket.team_id, before)
        self.assertFalse(ticket.handover_count)

    def test_another_companys_branch_is_none(self):
        company, _stranger = self._second_company()
        foreign = self.env["service.team"].create(
            {"name": "Foreign", "company_id": company.id}
        )
        self.customer.service_team_id = foreign
        self.assertNotEqual(self._find()[0], foreign)
        with self._refused(UserError, "."):
            self._ticket(team_id=foreign.id)

    def test_a_thousand_cost_no_query_each(self):
        self.south.category_ids = self.washer.categ_id
        vals = {
            "subject": "Dead",
            "unit_id": self.unit.id,
            "partner_id": self.customer.id,
        }
        counts = []
        for size in (10, 100):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["service.ticket"].create([dict(vals) for _one in range(size)])
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 9, counts)


class TestHandover(BranchCase):
    def setUp(self):
        super().setUp()
        self.ticket = self._ticket(team_id=self.north.id, user_id=self.engineer.id)

    def test_a_hand_over_is_logged_and_counted(self):
        opened = fields.Datetime.now() - timedelta(hours=3)
        self.ticket.opened_at = opened
        self._hand_over(self.ticket, self.south, note="Customer was told")
        line = self.ticket.handover_ids
        self.assertEqual(line.from_team_id, self.north)
        self.assertEqual(line.to_team_id, self.south)
        self.assertEqual(line.user_id, self.agent)
        self.assertEqual(line.from_user_id, self.engineer)
        self.assertEqual(line.reason_id, self.reason)
        self.assertEqual(line.note, "Customer was told")
        self.assertAlmostEqual(line.lay_hours, 3, 1)
        self.assertFalse(line.is_back)
        self.assertEqual(self.ticket.handover_count, 1)
        self.assertEqual(self.ticket.team_found_by, "handover")
        self.assertFalse(self.ticket.user_id, "does not belong to the south")

    def test_who_belongs_to_both_keeps_it(self):
        self.south.member_ids += self.engineer
        self._hand_over(self.ticket, self.south)
        self.assertEqual(self.ticket.user_id, self.engineer)

    def test_the_new_team_is_told_once(self):
        tickets = self.ticket | self._ticket(team_id=self.north.id)
        messages = self.env["mail.message"]
        told = [("partner_ids", "in", self.dispatcher.partner_id.id)]
        before = messages.search_count(told)
        self._hand_over(tickets, self.south)
        new = messages.search(told)
        self.assertEqual(len(new), before + 1)
        for ticket in tickets:
            self.assertIn(ticket.name, new[:1].body)

    def test_handing_back_is_proposed_and_marked(self):
        self._hand_over(self.ticket, self.south)
        dialogs = self.env["service.ticket.handover"].with_user(self.dispatcher)
        dialog = dialogs.with_context(default_ticket_ids=self.ticket.ids)
        self.assertEqual(dialog.default_get(["team_id"])["team_id"], self.north.id)
        self._hand_over(self.ticket, self.north, self.dispatcher)
        self.assertTrue(self.ticket.handover_ids.sorted("id")[-1:].is_back)
        self.assertEqual(self.ticket.handover_count, 2)

    def test_the_promises_of_the_new_team_hold(self):
        policy = self.env.ref("service_ticket.policy_tender")
        self.south.policy_id = policy
        self._hand_over(self.ticket, self.south)
        self.assertEqual(self.ticket.policy_id, policy)

    def test_whoever_writes_the_team_is_logged(self):
        """Form, import and RPC all come through `write`."""
        self.ticket.with_user(self.agent).write({"team_id": self.south.id})
        self.assertEqual(self.ticket.handover_ids.user_id, self.agent)
        self.assertFalse(self.ticket.handover_ids.reason_id)
        self.env["ir.model.data"].create(
            {
                "module": "__import__",
                "name": "handed_over",
                "model": "service.ticket",
                "res_id": self.ticket.id,
            }
        )
        result = (
            self.env["service.ticket"]
            .with_user(self.manager)
            .load(["id", "team_id"], [["__import__.handed_over", "North"]])
        )
        self.assertFalse(result["messages"])
        self.assertEqual(self.ticket.handover_count, 2)
        self.ticket.write({"team_id": self.north.id})
        self.assertEqual(self.ticket.handover_count, 2, "nothing changed")

    def test_two_hand_overs_at_once(self):
        dialogs = self.env["service.ticket.handover"].with_context(
            default_ticket_ids=self.ticket.ids
        )
        first, second = (
            dialogs.with_user(user).create(
                {"team_id": team.id, "reason_id": self.reason.id}
            )
            for user, team in ((self.agent, self.south), (self.dispatcher, self.team))
        )
        first.action_hand_over()
        with self._refused(UserError, "Somebody was quicker"):
            second.action_hand_over()
        self.assertEqual(self.ticket.team_id, self.south)
        self.assertEqual(self.ticket.handover_count, 1)

    def test_an_engineer_hands_over_and_loses_sight(self):
        action = self._hand_over(self.ticket, self.south, self.engineer)
        self.assertEqual(action["res_model"], "service.ticket")
        self.assertEqual(self.ticket.team_id, self.south)
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.engineer).read(["subject"])

    def test_refusals(self):
        with self._refused(UserError, "with North already"):
            self._hand_over(self.ticket, self.north)
        other = self._ticket(team_id=self.north.id, user_id=self.engineer_2.id)
        with self._refused(AccessError, "."):
            self._hand_over(other, self.south, self.engineer)
        with self._refused(UserError, "recorded by the system"):
            self.ticket.with_user(self.manager).handover_count = 0
        self._hand_over(self.ticket, self.south)
        line = self.ticket.handover_ids.with_user(self.manager)
        for attempt in (lambda: line.write({"note": "x"}), line.unlink):
            with self._refused(AccessError, "."):
                attempt()
        company, stranger = self._second_company()
        with self._refused(AccessError, "."):
            line.with_user(stranger).read(["note"])
        foreign = self.env["service.team"].create(
            {"name": "Foreign", "company_id": company.id}
        )
        with self._refused(UserError, "."):
            self._hand_over(self.ticket, foreign, self.manager)

    def test_a_forged_reason_is_none(self):
        forged = {"service_handover": {"reason": self.reason.id, "note": "x"}}
        self.ticket.with_user(self.agent).with_context(**forged).write(
            {"team_id": self.south.id}
        )
        self.assertFalse(self.ticket.handover_ids.reason_id)

    def test_many_at_once_write_few_messages(self):
        tickets = self.env["service.ticket"].create(
            [{"subject": "Dead", "team_id": self.north.id} for _one in range(30)]
        )
        self.env.flush_all()
        with patch.object(type(tickets), "message_post") as posted:
            tickets.write({"team_id": self.south.id})
        posted.assert_not_called()
        self.assertEqual(set(tickets.mapped("handover_count")), {1})
