from odoo import api, fields, models, tools


class ServiceContactCycle(models.Model):
    """How often customers of this sort hear from us; the most particular one counts."""

    _name = "service.contact.cycle"
    _description = "Cycle of Contacts"
    _inherit = ["service.cached"]
    _order = "kind_id, sequence, id"
    _check_company_auto = True

    kind_id = fields.Many2one(
        "service.contact.kind", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", help="Empty: all companies."
    )
    months = fields.Integer(
        "Every (Months)", required=True, default=6, help="0: never."
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        check_company=True,
        index="btree_not_null",
        ondelete="cascade",
        domain="[('service_first_contact_on', '!=', False)]",
    )
    policy_id = fields.Many2one(
        "service.sla.policy",
        "Promised Times",
        check_company=True,
        index="btree_not_null",
        help="Customers with these promises.",
    )
    category_id = fields.Many2one("res.partner.category", "Tag", index="btree_not_null")
    region_id = fields.Many2one(
        "service.region",
        "Region",
        index="btree_not_null",
        help="Customers of this region and of its parts.",
    )

    _months_positive = models.Constraint(
        "CHECK (months BETWEEN 0 AND 600)", "A cycle lies between 0 and 600 months."
    )

    @api.depends("kind_id", "months")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for cycle in self:
            cycle.display_name = self.env._(
                "%(kind)s every %(months)s months",
                kind=cycle.kind_id.name,
                months=cycle.months,
            )

    # --- Which one counts --------------------------------------------------------------

    @api.model
    @tools.ormcache()
    def _get_general(self):
        """Return the ids of the cycles that are not one customer's, the most particular
        first: by promised times, by tag, by region (the deeper one), for everybody."""
        cycles = self._find_active([("partner_id", "=", False)])
        return tuple(
            cycles.sorted(
                lambda cycle: (
                    bool(cycle.policy_id),
                    bool(cycle.category_id),
                    (cycle.region_id.parent_path or "").count("/"),
                ),
                reverse=True,
            ).ids
        )

    @api.model
    def _find_for(self, partners):
        """Return {customer: {kind: months}} of these customers, in bulk, in sudo."""
        partners = partners.sudo()
        cycles = self.sudo()
        general = cycles.browse(cycles._get_general())
        own = cycles._find_active([("partner_id", "in", partners.ids)])
        own = own.grouped("partner_id")
        found = {}
        for partner in partners:
            months = found[partner] = {}
            for cycle in [*own.get(partner, ()), *general]:
                if cycle.kind_id not in months and cycle._fits(partner):
                    months[cycle.kind_id] = cycle.months
        return found

    def _fits(self, partner):
        self.ensure_one()
        region = partner.service_region_id
        path = region.parent_path or ""
        return (
            (not self.company_id or self.company_id == partner.service_company_id)
            and (not self.policy_id or self.policy_id == partner.service_policy_id)
            and (not self.category_id or self.category_id in partner.category_id)
            and (
                not self.region_id or path.startswith(self.region_id.parent_path or "-")
            )
        )

    # --- CRUD --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        cycles = super().create(vals_list)
        cycles._plan_anew(cycles.partner_id)
        return cycles

    def write(self, vals):
        before = self.partner_id
        result = super().write(vals)
        self._plan_anew(before | self.partner_id)
        return result

    def unlink(self):
        general = self.filtered(lambda cycle: not cycle.partner_id)
        partners = self.partner_id
        result = super().unlink()
        if general:
            self.env["service.walk"]._begin("contacts")
        partners._plan_contacts_soon()
        return result

    def _plan_anew(self, partners):
        """A customer's own cycle concerns that one only, any other all of them."""
        if self.filtered(lambda cycle: not cycle.partner_id):
            self.env["service.walk"]._begin("contacts")
        partners._plan_contacts_soon()
