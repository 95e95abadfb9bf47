from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from .guard import drop_defaults

_TRANSITIONS = {
    "draft": ("running", "cancelled"),
    "running": ("done", "cancelled"),
    "done": (),
    "cancelled": (),
}
_RECORDED = {"state", "last_id", "started_by_id"}


class ServiceCampaign(models.Model):
    """Something that many customers are told of: what, when, where (R172)."""

    _name = "service.campaign"
    _description = "Campaign"
    _inherit = ["mail.thread"]
    _order = "date_start desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    kind_id = fields.Many2one(
        "service.contact.kind",
        "Why",
        required=True,
        ondelete="restrict",
        index=True,
        default=lambda self: self.env.ref(
            "service_ticket.contact_kind_campaign", raise_if_not_found=False
        ),
    )
    content = fields.Html(help="What it offers; whoever makes the contacts reads it.")
    date_start = fields.Date(
        "First Day", required=True, default=fields.Date.context_today
    )
    date_end = fields.Date("Last Day")
    place = fields.Char("Venue")
    contact_by = fields.Date(
        "Customers Told By",
        compute="_compute_contact_by",
        store=True,
        readonly=False,
        help="When the contacts fall due.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        domain="[('share', '=', False)]",
        check_company=True,
        index="btree_not_null",
        default=lambda self: self.env.user,
        tracking=True,
    )
    contact_user_id = fields.Many2one(
        "res.users",
        "Who Gets in Touch",
        domain="[('share', '=', False)]",
        check_company=True,
        index="btree_not_null",
        help="Empty: whoever of the desk comes first.",
    )
    customers = fields.Char(
        "Which Customers", default="[]", help="Chosen by what is in their files."
    )
    customer_count = fields.Integer("Chosen", compute="_compute_customer_count")
    state = fields.Selection(
        [
            ("draft", "Prepared"),
            ("running", "Under way"),
            ("done", "Over"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        tracking=True,
        index=True,
    )
    last_id = fields.Integer("Planned Until", readonly=True, copy=False)
    started_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    contact_ids = fields.One2many("service.contact", "campaign_id", "Contacts")
    contact_count = fields.Integer("Contacts in All", compute="_compute_progress")
    made_count = fields.Integer("Contacts Made", compute="_compute_progress")
    progress = fields.Float(compute="_compute_progress")

    _dates_in_order = models.Constraint(
        "CHECK (date_end >= date_start)", "It can't end before it begins."
    )
    _being_planned = models.Index("(id) WHERE state = 'running' AND last_id >= 0")

    @api.depends("date_start")
    def _compute_contact_by(self):
        for campaign in self:
            campaign.contact_by = campaign.contact_by or campaign.date_start

    @api.depends("customers", "company_id")
    def _compute_customer_count(self):
        for campaign in self:
            partners = self.env["res.partner"]
            campaign.customer_count = partners.search_count(campaign._get_domain())

    def _compute_progress(self):
        groups = self.env["service.contact"]._read_group(
            [("campaign_id", "in", self.ids), ("state", "!=", "cancelled")],
            ["campaign_id", "state"],
            ["__count"],
        )
        counts = {(campaign, state): count for campaign, state, count in groups}
        for campaign in self:
            made = counts.get((campaign._origin, "made"), 0)
            owed = counts.get((campaign._origin, "owed"), 0)
            campaign.contact_count = owed + made
            campaign.made_count = made
            campaign.progress = 100 * made / (owed + made) if owed + made else 0.0

    # --- Which customers ---------------------------------------------------------------

    def _get_domain(self):
        """Return who is chosen: customers with a file that this company looks after."""
        self.ensure_one()
        chosen = Domain(literal_eval(self.customers or "[]"))
        return (
            chosen
            & Domain("service_first_contact_on", "!=", False)
            & Domain("service_company_id", "in", (False, self.company_id.id))
            & Domain("parent_id", "=", False)
        )

    @api.constrains("customers")
    def _check_customers(self):
        for campaign in self:
            try:
                self.env["res.partner"].search_count(campaign._get_domain(), limit=1)
            except (ValueError, SyntaxError, TypeError, AttributeError) as error:
                raise ValidationError(
                    self.env._("%s: choose the customers anew.", campaign.name)
                ) from error

    # --- CRUD --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_recorded(vals)
        campaigns = self.with_context(drop_defaults(self.env.context, _RECORDED))
        return super(ServiceCampaign, campaigns).create(vals_list).with_env(self.env)

    def write(self, vals):
        self._refuse_recorded(vals)
        return super().write(vals)

    def _refuse_recorded(self, vals):
        if _RECORDED & vals.keys() and not self.env.su:
            raise UserError(
                self.env._("A campaign is led by its buttons, not written by hand.")
            )

    def _set_state(self, state):
        self.check_access("write")
        for campaign in self:
            if state not in _TRANSITIONS[campaign.state]:
                raise UserError(
                    self.env._("“%s” can't do that any more.", campaign.name)
                )
        self.sudo().state = state

    # --- Leading it --------------------------------------------------------------------

    def action_start(self):
        """Owe each chosen customer a contact; many of them are planned by and by."""
        self._set_state("running")
        self.sudo().write({"last_id": 0, "started_by_id": self.env.uid})
        for campaign in self:
            campaign._plan_next()
        if any(campaign.last_id >= 0 for campaign in self):
            self.env.ref("service_ticket.ir_cron_campaigns").sudo()._trigger()

    def action_done(self):
        """It is over: what nobody got round to is not owed any more."""
        self._set_state("done")
        self._drop_owed()

    def action_cancel(self):
        """It does not take place: no contact is owed for it."""
        self._set_state("cancelled")
        self._drop_owed()

    def _drop_owed(self):
        """In one statement: there may be very many."""
        self.sudo().last_id = -1
        owed = (
            self.env["service.contact"]
            .sudo()
            .search([("campaign_id", "in", self.ids), ("state", "=", "owed")])
        )
        owed.write(
            {
                "state": "cancelled",
                "done_on": fields.Date.context_today(self),
                "done_by_id": self.env.uid,
            }
        )

    @api.model
    def _cron_start(self, batch=1000):
        """Plan the contacts of campaigns that have just begun; each step is committed."""
        while campaign := self.search(
            [("state", "=", "running"), ("last_id", ">=", 0)], limit=1, order="id"
        ):
            done = campaign._plan_next(batch)
            more = int(campaign.last_id >= 0)
            if not self.env["ir.cron"]._commit_progress(done, remaining=more):
                break

    def _plan_next(self, batch=1000):
        """Owe the next customers their contact; return how many they were.

        Who started it decides who is seen; a customer is never in it twice.
        """
        self.ensure_one()
        partners = self.env["res.partner"].with_user(self.started_by_id)
        partners = partners.with_context(allowed_company_ids=self.company_id.ids)
        domain = self._get_domain() & Domain("id", ">", self.last_id)
        found = partners.search(domain, order="id", limit=batch).sudo()
        there = (
            self.env["service.contact"]
            .sudo()
            ._read_group(
                [("campaign_id", "=", self.id), ("partner_id", "in", found.ids)],
                ["partner_id"],
            )
        )
        new = found - partners.union(*(row[0] for row in there)).sudo()
        self.env["service.contact"].sudo().create(
            [self._prepare_contact_vals(partner) for partner in new]
        )
        self.sudo().last_id = found[-1].id if len(found) == batch else -1
        return len(found)

    def _prepare_contact_vals(self, partner):
        return {
            "campaign_id": self.id,
            "company_id": self.company_id.id,
            "partner_id": partner.id,
            "kind_id": self.kind_id.id,
            "reason": self.name,
            "due": self.contact_by or self.date_start,
            "user_id": self.contact_user_id.id,
        }

    def action_view_contacts(self):
        """Open the contacts of this campaign."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_ticket.service_contact_action"
        )
        return action | {
            "domain": [("campaign_id", "=", self.id)],
            "context": {"default_partner_id": False},
        }

    def action_view_customers(self):
        """Open the customers that are chosen."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_ticket.service_customer_action"
        )
        return action | {"domain": list(self._get_domain()), "context": {}}
