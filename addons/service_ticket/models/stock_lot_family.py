"""What belongs together: a unit and its parts that are units themselves."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

_LINKS = ("parent_id", "replaces_id", "replaced_by_id")


class StockLot(models.Model):
    _inherit = "stock.lot"

    parent_id = fields.Many2one(
        "stock.lot",
        "Part Of",
        index="btree_not_null",
        tracking=True,
        copy=False,
        ondelete="restrict",
        help="The unit that this one is built into or belongs to.",
    )
    child_ids = fields.One2many("stock.lot", "parent_id", "Parts of This Unit")
    child_count = fields.Integer(compute="_compute_child_count")

    @api.depends("child_ids")
    def _compute_child_count(self):
        counts = dict(
            self._read_group(
                [("parent_id", "in", self.ids)], ["parent_id"], ["__count"]
            )
        )
        for unit in self:
            unit.child_count = counts.get(unit._origin, 0)

    @api.constrains("parent_id")
    def _check_parent_cycle(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A unit can't be a part of itself."))

    @api.constrains("company_id", *_LINKS)
    def _check_companies_of_links(self):
        """Units of one company belong together; a shared one joins that company."""
        for unit in self.sudo():
            linked = unit.parent_id + unit.replaces_id + unit.replaced_by_id
            below = unit.child_ids.filtered(
                lambda child, unit=unit: unit.company_id
                and child.company_id != unit.company_id
            )
            if below or linked.company_id - unit.company_id:
                raise ValidationError(
                    self.env._(
                        "%s: units that are linked belong to one company.", unit.name
                    )
                )

    @api.onchange("parent_id")
    def _onchange_parent_id(self):
        """A new part is where its parent is; what was said stays."""
        if self.parent_id and not self.end_customer_id:
            self.end_customer_id = self.parent_id.end_customer_id
        if self.parent_id and not self.site_id:
            self.site_id = self.parent_id.site_id

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [dict(vals) for vals in vals_list]
        default = self.env.context.get("default_parent_id")
        for vals in vals_list:
            parent = self.browse(vals.get("parent_id", default) or [])
            if not parent:
                continue
            parent.check_access("read")
            vals["company_id"] = vals.get("company_id") or parent.company_id.id
            if not vals.get("end_customer_id"):
                vals["end_customer_id"] = parent.end_customer_id.id
                vals["site_id"] = vals.get("site_id") or parent.site_id.id
        return super().create(vals_list)

    def write(self, vals):
        for name in _LINKS:
            if vals.get(name):
                linked = self.browse(vals[name])
                linked.check_access("read")
                self._join_company(linked)
        return super().write(vals)

    def _join_company(self, linked):
        """Make shared units those of the company whose unit they are linked to."""
        if linked.company_id:
            shared = self._with_descendants().filtered(lambda unit: not unit.company_id)
            if shared:
                shared.write({"company_id": linked.company_id.id})

    def _with_descendants(self):
        """Return the units and everything below them."""
        return self.search([("id", "child_of", self.ids)])

    def action_view_children(self):
        """Open the units that are parts of this one."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_ticket.service_unit_action"
        )
        return action | {
            "domain": [("parent_id", "=", self.id)],
            "context": {
                "default_parent_id": self.id,
                "default_unit_origin": "manual",
                "default_end_customer_id": self.end_customer_id.id,
                "default_site_id": self.site_id.id,
            },
        }
