"""Branches: teams in a tree, what each is there for, and what lies on its desk."""

from collections import Counter

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..engine.branch import Branch
from .service_transition import OPEN_STATES


class ServiceTeam(models.Model):
    _inherit = "service.team"
    _parent_store = True

    parent_id = fields.Many2one(
        "service.team",
        "Belongs To",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="The centre or region above this branch.",
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("service.team", "parent_id", "Branches")
    tier = fields.Selection(
        [
            ("centre", "National centre"),
            ("region", "Regional centre"),
            ("branch", "Branch"),
            ("partner", "Service partner"),
        ],
        help="The place in the service network.",
    )
    is_in_tree = fields.Boolean(compute="_compute_is_in_tree")
    region_ids = fields.Many2many(
        "service.region",
        string="Regions",
        help="Takes the requests of sites in these regions.",
    )
    category_ids = fields.Many2many(
        "product.category",
        string="Product Categories",
        help="Takes the requests for these products. With regions: only from there.",
    )
    hotline = fields.Char(
        help="The number that customers call. Empty: that of the centre above, else of "
        "the company. It stands on documents, in mails and in the portal."
    )
    hotline_shown = fields.Char(
        "Customers Call", compute="_compute_hotline_shown", recursive=True
    )
    address_id = fields.Many2one(
        "res.partner", "Address", check_company=True, index="btree_not_null"
    )
    is_mine = fields.Boolean(
        "My Branch", compute="_compute_is_mine", search="_search_is_mine"
    )
    open_count = fields.Integer("Open Tickets", compute="_compute_load")
    overdue_count = fields.Integer("Promises Broken", compute="_compute_load")
    unassigned_count = fields.Integer("Unassigned", compute="_compute_load")

    @api.constrains("parent_id")
    def _check_parent_id(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._("A branch can't belong to itself or to one below it.")
            )

    # --- What a ticket asks -------------------------------------------------------

    @api.model
    @tools.ormcache("company_id")
    def _get_branches(self, company_id):
        """Return the branches of a company that are found by rule; cached."""
        teams = self._find_active([("company_id", "=", company_id)])
        return tuple(
            Branch(team.id, *team._get_scope())
            for team in teams
            if any(team._get_scope())
        )

    @api.model
    @tools.ormcache("team_id")
    def _get_ids_below(self, team_id):
        """Return the ids of a branch and of those below it, archived or not; cached."""
        teams = self.sudo().with_context(active_test=False)
        return teams.search([("id", "child_of", team_id)]).ids

    def _get_scope(self):
        """Return (ids of regions, ids of categories) that the branch is there for."""
        return frozenset(self.region_ids.ids), frozenset(self.category_ids.ids)

    def _get_hotline(self):
        """Return the number that customers call: the own, the centre's, the company's."""
        team = self
        while team and not team.hotline:
            team = team.parent_id
        return team.hotline or self.company_id.phone or ""

    @api.depends("hotline", "parent_id.hotline_shown", "company_id.phone")
    def _compute_hotline_shown(self):
        for team in self:
            # sudo: a number for customers is no secret
            team.hotline_shown = team.sudo()._get_hotline()

    @api.depends("parent_id", "child_ids")
    def _compute_is_in_tree(self):
        for team in self:
            team.is_in_tree = bool(team.parent_id or team.child_ids)

    def _get_unit_domain(self):
        """Return the units whose requests the branch's own rule finds."""
        self.ensure_one()
        domain = Domain.TRUE if self.region_ids or self.category_ids else Domain.FALSE
        if self.region_ids:
            ids = self.region_ids.ids
            domain &= Domain("site_id.service_region_id", "child_of", ids) | (
                Domain("site_id.service_region_id", "=", False)
                & Domain("end_customer_id.service_region_id", "child_of", ids)
            )
        if self.category_ids:
            domain &= Domain("product_id.categ_id", "child_of", self.category_ids.ids)
        return domain

    # --- Whose branch ---------------------------------------------------------------

    @api.model
    def _get_mine(self):
        """Return the user's branches with those below; all of who belongs to none."""
        own = Domain("member_ids", "in", self.env.uid)
        own |= Domain("leader_id", "=", self.env.uid)
        mine = self.search(own)
        return self.search([("id", "child_of", mine.ids)] if mine else [])

    @api.depends_context("uid")
    def _compute_is_mine(self):
        mine = self._get_mine()
        for team in self:
            team.is_mine = team in mine

    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("id", "in" if True in value else "not in", self._get_mine().ids)]

    # --- What lies on its desk ------------------------------------------------------

    def _compute_load(self):
        """Count with the branches below: who leads a region sees the region."""
        counts = {
            name: Counter()
            for name in ("open_count", "overdue_count", "unassigned_count")
        }
        below = self.search([("id", "child_of", self.ids)])
        domain = [("state", "in", OPEN_STATES), ("team_id", "in", below.ids)]
        for team, status, user, count in self.env["service.ticket"]._read_group(
            domain, ["team_id", "clock_status", "user_id"], ["__count"]
        ):
            for above in map(int, (team.parent_path or "").split("/")[:-1]):
                counts["open_count"][above] += count
                counts["overdue_count"][above] += count * (status == "overdue")
                counts["unassigned_count"][above] += count * (not user)
        for team in self:
            for name, counter in counts.items():
                team[name] = counter[team._origin.id]

    def action_view_tickets(self):
        """Open what is open at the branch and below it."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_ticket.service_ticket_action"
        )
        context = {"search_default_open": 1, "default_team_id": self.id}
        if self.env.context.get("service_overdue"):
            context["search_default_overdue"] = 1
        return action | {
            "domain": [("team_id", "child_of", self.id)],
            "context": context,
        }
