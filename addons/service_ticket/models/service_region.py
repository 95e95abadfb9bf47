from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..engine import places

_PLACES = {"country_id", "state_ids", "cities", "zip_prefixes", "parent_id", "active"}


class ServiceRegion(models.Model):
    """A part of the country that is served as one; regions form a tree (R154)."""

    _name = "service.region"
    _description = "Region"
    _inherit = ["service.cached", "service.archivable"]
    _order = "sequence, name, id"
    _parent_store = True

    name = fields.Char(required=True, translate=True)
    code = fields.Char()
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    parent_id = fields.Many2one(
        "service.region", "Part Of", index="btree_not_null", ondelete="restrict"
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("service.region", "parent_id", "Parts")
    country_id = fields.Many2one("res.country", index="btree_not_null")
    state_ids = fields.Many2many(
        "res.country.state", string="States or Provinces", domain="[]"
    )
    cities = fields.Text(
        help="One on each line, or with commas between them; in every language that "
        "addresses are written in."
    )
    zip_prefixes = fields.Text(
        "Zip Codes Beginning With", help="With commas or spaces between them."
    )
    note = fields.Text()
    customer_count = fields.Integer("Customers", compute="_compute_customer_count")

    # --- Names -----------------------------------------------------------------------

    @api.depends("name", "parent_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for region in self:
            names, above = [], region
            while above:
                names.insert(0, above.name or "")
                above = above.parent_id
            region.display_name = " / ".join(names)

    def _compute_customer_count(self):
        counts = dict(
            self.env["res.partner"]._read_group(
                [("service_region_id", "in", self.ids), ("parent_id", "=", False)],
                ["service_region_id"],
                ["__count"],
            )
        )
        for region in self:
            region.customer_count = counts.get(region._origin, 0)

    # --- What belongs to it ------------------------------------------------------------

    @api.constrains("country_id", "state_ids")
    def _check_states(self):
        for region in self:
            theirs = region.state_ids.country_id
            if region.country_id and theirs - region.country_id:
                raise ValidationError(
                    self.env._(
                        "%(region)s: its states lie in %(country)s.",
                        region=region.name,
                        country=", ".join(theirs.mapped("name")),
                    )
                )

    @api.model
    @tools.ormcache()
    def _get_places(self):
        """Return the rules of all active regions; cached."""
        regions = self._find_active()
        return places.Places(region._get_rule() for region in regions)

    def _get_rule(self):
        self.ensure_one()
        own = self.country_id or self.state_ids or self.cities or self.zip_prefixes
        country = (self.country_id or self.state_ids.country_id[:1]).id
        above = self.parent_id
        while own and not country and above:
            country, above = above.country_id.id, above.parent_id
        return places.Rule(
            region=self.id,
            depth=(self.parent_path or "").count("/"),
            country=country or None,
            states=frozenset(self.state_ids.ids),
            cities=places.split_cities(self.cities),
            prefixes=places.split_prefixes(self.zip_prefixes),
        )

    # --- CRUD --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        regions = super().create(vals_list)
        self._find_customers_anew()
        return regions

    def write(self, vals):
        result = super().write(vals)
        if _PLACES & vals.keys():
            self._find_customers_anew()
        return result

    def unlink(self):
        result = super().unlink()
        self._find_customers_anew()
        return result

    @api.model
    def _find_customers_anew(self):
        """Other rules may put any customer elsewhere: done in the background."""
        self.env["service.walk"]._begin("region")

    def action_view_customers(self):
        """Open the customers of this region and of its parts."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Customers in %s", self.name),
            "res_model": "res.partner",
            "view_mode": "list,kanban,form",
            "domain": list(
                Domain("service_region_id", "child_of", self.id)
                & Domain("parent_id", "=", False)
            ),
        }
