from odoo import api, fields, models
from odoo.exceptions import UserError

from .product_template import LINE_KINDS

# What was promised with a unit: fixed once a unit carries it.
_TERMS = {"months", "start_on", "line_ids", "exclusion_ids", "company_id"}


class ServiceCoverage(models.Model):
    """Terms as a template: for which kinds of line, how much, for how long."""

    _name = "service.coverage"
    _description = "Warranty Terms"
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index="btree_not_null")
    months = fields.Integer(required=True, default=24)
    start_on = fields.Selection(
        [("delivery", "Delivery"), ("commissioning", "Commissioning")],
        "Starts On",
        required=True,
        default="delivery",
        help="Commissioning is the day on which the customer signs that the unit "
        "works; until then the day of delivery counts.",
    )
    line_ids = fields.One2many(
        "service.coverage.line", "coverage_id", "Covered", copy=True
    )
    exclusion_ids = fields.Many2many(
        "service.exclusion",
        string="Exclusions",
        context={"active_test": False},
        help="Which reasons void the cover. Empty: every one of them.",
    )
    note = fields.Text(
        "Printed Note", translate=True, help="Stands on the warranty papers."
    )
    entitlement_count = fields.Integer(
        "Promised", compute="_compute_entitlement_count", compute_sudo=True
    )

    _months_positive = models.Constraint(
        "CHECK(months > 0)", "Terms run for one month at least."
    )

    def _compute_entitlement_count(self):
        counts = dict(
            self.env["service.entitlement"]._read_group(
                [("coverage_id", "in", self.ids)], ["coverage_id"], ["__count"]
            )
        )
        for coverage in self:
            coverage.entitlement_count = counts.get(coverage._origin, 0)

    def write(self, vals):
        if _TERMS & vals.keys():
            self._check_not_promised()
        return super().write(vals)

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for coverage, vals in zip(self, vals_list, strict=True):
            vals["name"] = self.env._("%s (copy)", coverage.name)
        return vals_list

    def _check_not_promised(self):
        """Terms that a customer holds don't change behind the customer's back."""
        for coverage in self:
            if coverage.entitlement_count:
                raise UserError(
                    self.env._(
                        "“%(terms)s” is promised with %(count)s units and stays as it "
                        "is. Duplicate it, change the copy, set the copy on the "
                        "products, and archive this one.",
                        terms=coverage.name,
                        count=coverage.entitlement_count,
                    )
                )

    def action_view_entitlements(self):
        """Open what was promised by these terms."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_contract.service_entitlement_action"
        )
        return action | {"domain": [("coverage_id", "=", self.id)], "context": {}}


class ServiceCoverageLine(models.Model):
    """The share of one kind of line that terms cover."""

    _name = "service.coverage.line"
    _description = "Warranty Terms Line"
    _order = "coverage_id, id"

    coverage_id = fields.Many2one(
        "service.coverage", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="coverage_id.company_id", store=True)
    kind = fields.Selection(LINE_KINDS, required=True)
    share = fields.Float("Share (%)", digits="Discount", required=True, default=100)
    months = fields.Integer(
        "Own Months", help="Shorter or longer than the terms; 0: the same."
    )

    _kind_unique = models.Constraint(
        "UNIQUE(coverage_id, kind)", "Each kind of line stands once in the terms."
    )
    _share_range = models.Constraint(
        "CHECK(share >= 0 AND share <= 100)",
        "The covered share is a percentage from 0 to 100.",
    )
    _months_not_negative = models.Constraint(
        "CHECK(months >= 0)", "Months can't be negative."
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.coverage_id._check_not_promised()
        return lines

    def write(self, vals):
        moved_to = self.coverage_id.browse(vals.get("coverage_id") or [])
        (self.coverage_id | moved_to)._check_not_promised()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_not_promised(self):
        self.coverage_id._check_not_promised()
