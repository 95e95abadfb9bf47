"""Whose request it is: the customer, the caller, the site and the unit."""

from odoo import api, fields, models
from odoo.fields import Domain

from .service_transition import OPEN_STATES

_DUPLICATES = 20  # the newest are offered


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        index="btree_not_null",
        tracking=True,
        check_company=True,
        compute="_compute_partner_id",
        store=True,
        readonly=False,
    )
    contact_name = fields.Char("Caller")
    contact_phone = fields.Char(
        "Phone", compute="_compute_contact_phone", store=True, readonly=False
    )
    contact_email = fields.Char(
        "E-mail", compute="_compute_contact_email", store=True, readonly=False
    )
    site_id = fields.Many2one(
        "res.partner",
        "Site",
        check_company=True,
        index="btree_not_null",
        compute="_compute_site_id",
        store=True,
        readonly=False,
        help="Where the unit stands and the visit goes.",
    )
    unit_id = fields.Many2one(
        "stock.lot",
        "Unit",
        index="btree_not_null",
        check_company=True,
        tracking=True,
        help="Type a part of the serial, the phone number, the name or the e-mail.",
    )
    product_id = fields.Many2one(
        "product.product",
        compute="_compute_product_id",
        store=True,
        readonly=False,
        check_company=True,
    )
    last_ticket_ids = fields.Many2many(
        "service.ticket",
        string="Last Faults of This Unit",
        compute="_compute_last_ticket_ids",
    )
    duplicate_ids = fields.Many2many(
        "service.ticket",
        string="Still Open for This Unit or Customer",
        compute="_compute_duplicate_ids",
    )

    # --- Filled from one another ---------------------------------------------------

    # One method a field: what is given for one must not keep the others empty.

    @api.depends("unit_id")
    def _compute_partner_id(self):
        for ticket in self:
            ticket.partner_id = ticket.unit_id.end_customer_id or ticket.partner_id

    @api.depends("unit_id", "partner_id")
    def _compute_site_id(self):
        """Where the unit stands, else one of the customer's addresses."""
        for ticket in self:
            unit, site, customer = ticket.unit_id, ticket.site_id, ticket.partner_id
            if site.commercial_partner_id != customer.commercial_partner_id:
                site = customer
            ticket.site_id = unit.site_id or unit.end_customer_id or site

    @api.depends("unit_id")
    def _compute_product_id(self):
        for ticket in self:
            ticket.product_id = ticket.unit_id.product_id or ticket.product_id

    @api.depends("partner_id")
    def _compute_contact_phone(self):
        for ticket in self:
            ticket.contact_phone = ticket.partner_id.phone or ticket.contact_phone

    @api.depends("partner_id")
    def _compute_contact_email(self):
        for ticket in self:
            ticket.contact_email = ticket.partner_id.email or ticket.contact_email

    @api.depends("unit_id")
    def _compute_last_ticket_ids(self):
        for ticket in self:
            ticket.last_ticket_ids = ticket.unit_id.last_ticket_ids - ticket._origin

    @api.depends("unit_id", "partner_id", "company_id")
    def _compute_duplicate_ids(self):
        """Open tickets of the same unit, or of the customer where no unit is known."""
        for ticket in self:  # shown on forms only
            ticket.duplicate_ids = ticket._find_duplicates()

    def _find_duplicates(self):
        same = Domain("partner_id", "=", self.partner_id.id or 0)
        if self.unit_id:
            same &= Domain("unit_id", "=", False)
            same |= Domain("unit_id", "=", self.unit_id.id)
        domain = same & Domain("state", "in", OPEN_STATES)
        domain &= Domain("company_id", "=", self.company_id.id)
        domain &= Domain("id", "!=", self._origin.id)
        return self.search(domain, limit=_DUPLICATES)
