"""Taking a call: who is it, what is missing, how bad is it?"""

from odoo import api, fields, models
from odoo.fields import Domain

from .service_transition import OPEN_STATES

_FOUND = 6  # of each kind, in the list under the search box
_CARDS = 12


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    criterion_ids = fields.Many2many(
        "service.severity.criterion",
        string="The Caller Says",
        help="The worst answer decides the severity; it can still be set by hand.",
    )
    demand = fields.Char(
        "Asks For", help="What the customer wants of us, in the customer's words."
    )
    gap_count = fields.Integer(
        "Gaps",
        compute="_compute_gap_count",
        store=True,
        help="Required facts that nobody has asked for yet.",
    )
    gaps = fields.Char("Still to Ask", compute="_compute_gaps")
    customer_unit_ids = fields.Many2many(
        "stock.lot",
        string="Units of This Customer",
        compute="_compute_customer_unit_ids",
    )

    # --- How bad it is -----------------------------------------------------------------

    @api.depends("criterion_ids")
    def _compute_severity_id(self):
        for ticket in self:
            ticket.severity_id = (
                ticket.criterion_ids._get_severity() or self._default_severity_id()
            )

    # --- What is missing (R83) ---------------------------------------------------------

    @api.depends(
        "kind",
        "partner_id",
        "site_id",  # its address: see res.partner, which leaves alone what is done
        "contact_phone",
        "product_id",
        "unit_id.delivered_on",
        "unit_id.purchased_on",
        "symptom_id",
        "description",
        "demand",
    )
    def _compute_gap_count(self):
        for ticket in self:
            ticket.gap_count = len(ticket._get_missing_facts())

    @api.depends("gap_count")
    @api.depends_context("lang")
    def _compute_gaps(self):
        facts = self.env["service.required.fact"]._fields["fact"]
        labels = dict(facts._description_selection(self.env))
        for ticket in self:
            ticket.gaps = ", ".join(labels[f] for f in ticket._get_missing_facts())

    @api.model
    def _recount_gaps(self, domain=()):
        """Count the gaps of what is open anew; what is done stays as it was."""
        domain = [("state", "in", OPEN_STATES), *domain]
        still_open = self.sudo().search(domain)
        self.env.add_to_compute(self._fields["gap_count"], still_open)

    def _get_missing_facts(self):
        """Return the names of the facts that this ticket lacks, in order."""
        self.ensure_one()
        known = {
            "customer": self.partner_id,
            "address": self.site_id.street or self.site_id.city,
            "phone": self.contact_phone,
            "product": self.product_id,
            "purchase_date": self.unit_id.delivered_on or self.unit_id.purchased_on,
            "symptom": self.symptom_id or self.description,
            "demand": self.demand or self.wished_at,
        }
        return [
            fact
            for fact, only_faults in self.env["service.required.fact"]._get_required()
            if not known[fact] and (self.kind == "fault" or not only_faults)
        ]

    # --- Who is calling ----------------------------------------------------------------

    @api.depends("partner_id", "company_id")
    def _compute_customer_unit_ids(self):
        """The units of the customer, those of its other addresses too."""
        for ticket in self:  # shown on forms only
            ticket.customer_unit_ids = ticket._find_customer_units()

    def _find_customer_units(self):
        units = self.env["stock.lot"]
        customer = self.partner_id.commercial_partner_id._origin
        if not customer:
            return units
        domain = Domain("end_customer_id", "child_of", customer.id)
        domain &= Domain("company_id", "in", (False, self.company_id.id))
        domain &= Domain("service_state", "!=", "retired")
        return units.search(
            domain, order="delivered_on desc nulls last, id desc", limit=_CARDS
        )

    @api.model
    @api.readonly
    def find_callers(self, term):
        """Return the units and customers that a caller's words point at.

        Promised to the intake screen.

        :param term: str, a part of a serial, plate, phone number, name or e-mail
        :return: list of dicts with ``unit_id`` or ``partner_id``, ``label``, ``note``
        """
        if not isinstance(term, str) or len(term.strip()) < 2:
            return []
        words = term.strip()
        return self._find_caller_units(words) + self._find_caller_partners(words)

    def _find_caller_units(self, words):
        units = self.env["stock.lot"].with_context(service_unit_search=True)
        domain = units._search_display_name("ilike", words)
        domain = Domain(domain) & Domain("service_state", "!=", "retired")
        return [
            {
                "unit_id": unit.id,
                "label": f"{unit.name} · {unit.model_label}",
                "note": " · ".join(
                    filter(None, (unit.end_customer_id.name, unit.site_id.city))
                ),
            }
            for unit in units.search(domain, limit=_FOUND)
        ]

    def _find_caller_partners(self, words):
        partners = self.env["res.partner"]
        domain = partners._get_caller_domain(words)
        own = Domain("company_id", "in", [False, *self.env.companies.ids])
        return [
            {
                "partner_id": partner.id,
                "label": partner.display_name,
                "note": " · ".join(filter(None, (partner.phone, partner.city))),
            }
            for partner in partners.search(domain & own, limit=_FOUND)
        ]
