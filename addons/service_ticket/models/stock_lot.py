from odoo import api, fields, models
from odoo.fields import Domain

_FACTS = ("end_customer_id.name", "install_place", "site_id.street", "site_id.city")
_CALLERS = 500  # whom a caller may mean; more words make it fewer


class StockLot(models.Model):
    """A serial number is the unit that stands at the customer (installed base)."""

    _inherit = "stock.lot"

    end_customer_id = fields.Many2one(
        "res.partner",
        "Customer",
        index="btree_not_null",
        tracking=True,
        check_company=True,
        help="Who owns the unit; set when it is delivered, corrected by hand.",
    )
    site_id = fields.Many2one(
        "res.partner",
        "Site",
        index="btree_not_null",
        tracking=True,
        check_company=True,
        help="The address where the unit stands.",
    )
    install_place = fields.Char(
        "Place", tracking=True, help="Where exactly at the site: building, floor, room."
    )
    delivered_on = fields.Date("Delivered", tracking=True)
    commissioned_on = fields.Date(
        "Commissioned",
        tracking=True,
        help="When the customer signed that the unit works.",
    )
    service_state = fields.Selection(
        [
            ("stock", "In stock"),
            ("in_service", "In service"),
            ("returned", "Returned"),
            ("retired", "Out of service"),
        ],
        "Service State",
        default="stock",
        required=True,
        index=True,
        tracking=True,
    )
    missing_facts = fields.Char("Missing", compute="_compute_missing_facts")
    completeness = fields.Float(
        compute="_compute_completeness",
        store=True,
        aggregator="avg",
        help="1 where the customer's name and the installation place are recorded, "
        "else 0: the average is the share of complete units.",
    )
    ticket_ids = fields.One2many("service.ticket", "unit_id", "Tickets")
    ticket_count = fields.Integer(compute="_compute_ticket_count")
    last_ticket_ids = fields.Many2many(
        "service.ticket", compute="_compute_last_ticket_ids", string="Last Faults"
    )

    _plates = models.Index(
        lambda registry: (
            "USING gin (ref gin_trgm_ops, unit_make gin_trgm_ops,"
            " unit_model gin_trgm_ops)"
            if registry.has_trigram
            else ""
        )
    )

    # --- What is on record (R168) ----------------------------------------------------

    @api.depends(*_FACTS)
    def _compute_completeness(self):
        for unit in self:
            unit.completeness = float(not unit._get_missing_facts())

    @api.depends(*_FACTS)
    @api.depends_context("lang")
    def _compute_missing_facts(self):
        for unit in self:
            missing = unit._get_missing_facts()
            unit.missing_facts = ", ".join(missing)

    def _get_missing_facts(self):
        """Return what is not recorded of a unit at a customer, in words."""
        self.ensure_one()
        missing = []
        if not self.end_customer_id.name:
            missing.append(self.env._("the customer's name"))
        if not (self.install_place or self.site_id.street or self.site_id.city):
            missing.append(self.env._("the installation place"))
        return missing

    # --- Tickets -----------------------------------------------------------------------

    def _compute_ticket_count(self):
        counts = dict(
            self.env["service.ticket"]._read_group(
                [("unit_id", "in", self.ids)], ["unit_id"], ["__count"]
            )
        )
        for unit in self:
            unit.ticket_count = counts.get(unit._origin, 0)

    def _compute_last_ticket_ids(self):
        """The five latest tickets of each unit, newest first."""
        tickets = self.env["service.ticket"].search([("unit_id", "in", self.ids)])
        by_unit = tickets.grouped("unit_id")
        for unit in self:
            unit.last_ticket_ids = by_unit.get(unit._origin, tickets.browse())[:5]

    def _on_delivered(self, picking):
        """Make these lots units of the picking's customer.

        Layers above add what a delivery starts (a warranty). Called in sudo, once
        for all serials of one done picking.
        """
        site = picking.partner_id
        self.write(
            {
                "end_customer_id": site.commercial_partner_id.id,
                "site_id": site.id,
                "delivered_on": fields.Date.context_today(picking, picking.date_done),
                "service_state": "in_service",
            }
        )
        self.filtered(lambda unit: not unit.unit_origin).unit_origin = "delivered"

    def _on_returned(self, picking):
        """Take these lots back from the customer; the history stays with them."""
        self.write({"service_state": "returned"})

    def _mail_get_partner_fields(self, introspect_fields=False):
        """Write to the owner; Odoo's own answer reads stock moves, which not everybody
        who may see a unit may read."""
        return ["end_customer_id"]

    # --- Finding a unit by what a caller says --------------------------------

    @api.depends("product_id", "end_customer_id", "unit_make", "unit_model")
    @api.depends_context("service_unit_search")
    def _compute_display_name(self):
        super()._compute_display_name()
        if not self.env.context.get("service_unit_search"):
            return
        for unit in self:
            parts = [unit.name, unit.model_label, unit.end_customer_id.name]
            unit.display_name = " · ".join(part for part in parts if part)

    def _search_display_name(self, operator, value):
        domain = super()._search_display_name(operator, value)
        if (
            not self.env.context.get("service_unit_search")
            or operator != "ilike"
            or not isinstance(value, str)
        ):
            return domain
        partners = self.env["res.partner"]
        # By their ids, so that each condition finds its index.
        found = partners.search(partners._get_caller_domain(value), limit=_CALLERS)
        return (
            Domain(domain)
            | Domain("ref", "ilike", value)
            | Domain("unit_make", "ilike", value)
            | Domain("unit_model", "ilike", value)
            | Domain("end_customer_id", "in", found.ids)
            | Domain("site_id", "in", found.ids)
        )

    def action_new_ticket(self):
        """Open the intake screen for this unit."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_ticket.service_ticket_intake_action"
        )
        return action | {"context": {"default_unit_id": self.id}}

    def action_view_tickets(self):
        """Open every ticket of this unit."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_ticket.service_ticket_action"
        )
        return action | {
            "domain": [("unit_id", "=", self.id)],
            "context": {"default_unit_id": self.id},
        }
