from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..engine import cover
from .service_cover_layer import LAYERS

# What was promised with a unit: fixed once a unit carries it.
_TERMS = {
    "months",
    "start_on",
    "fallback_days",
    "layer",
    "line_ids",
    "exclusion_ids",
    "all_risks",
    "transferable",
    "follow_id",
    "card_pricelist_id",
    "company_id",
}


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
    layer = fields.Selection(
        LAYERS,
        "Counts As",
        required=True,
        default="warranty",
        help="Its place in the order of cover, where a document does not say otherwise.",
    )
    months = fields.Integer(
        required=True, default=24, help="0: without an end, for the life of the unit."
    )
    start_on = fields.Selection(
        [("delivery", "Delivery"), ("commissioning", "Commissioning")],
        "Starts On",
        required=True,
        default="delivery",
        help="Commissioning is the day on which the customer signs that the unit "
        "works; until then the day of delivery counts.",
    )
    fallback_days = fields.Integer(
        "At the Latest After (Days)",
        help="Days from the delivery after which the terms start, although nobody has "
        "signed that the unit works. 0: they wait for the signature.",
    )
    follow_id = fields.Many2one(
        "service.coverage",
        "Followed By",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The terms that begin by themselves when these end.",
    )
    transferable = fields.Boolean(
        default=True, help="Whether the cover goes along when the unit changes hands."
    )
    card_pricelist_id = fields.Many2one(
        "product.pricelist",
        "Prices on the Warranty Card",
        check_company=True,
        index="btree_not_null",
        help="For price rules that compare the tariff with the warranty card.",
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
    all_risks = fields.Boolean(
        "No Exclusion Counts", help="Whatever caused the fault, it is covered."
    )
    note = fields.Text(
        "Printed Note", translate=True, help="Stands on the warranty papers."
    )
    entitlement_count = fields.Integer(
        "Promised", compute="_compute_entitlement_count", compute_sudo=True
    )

    _months_positive = models.Constraint(
        "CHECK(months >= 0 AND months <= 1200)",
        "Terms run for up to a hundred years, or (0) without an end.",
    )
    _fallback_not_negative = models.Constraint(
        "CHECK(fallback_days >= 0 AND fallback_days <= 3650)",
        "Terms wait for ten years at most.",
    )

    def _compute_entitlement_count(self):
        counts = dict(
            self.env["service.entitlement"]._read_group(
                [("coverage_id", "in", self.ids)], ["coverage_id"], ["__count"]
            )
        )
        for coverage in self:
            coverage.entitlement_count = counts.get(coverage._origin, 0)

    @api.constrains("follow_id")
    def _check_follow(self):
        for coverage in self:
            seen = coverage
            while seen[-1].follow_id:
                if seen[-1].follow_id in seen:
                    raise ValidationError(self.env._("Terms can't follow themselves."))
                seen += seen[-1].follow_id

    def write(self, vals):
        if _TERMS & vals.keys():
            self._check_not_promised()
        return super().write(vals)

    def _get_end(self, start):
        """Return the last covered day of what begins on `start`."""
        if not self.months:
            return cover.lifelong(start)
        return cover.last_day(start, self.months)

    def _get_excluded(self):
        """Return the exclusions that count, as the judge names them; `None`: all."""
        if self.all_risks:
            return frozenset()
        return frozenset(str(i) for i in self.exclusion_ids.ids) or None

    def _get_exclusion_sentences(self):
        """Return what voids these terms, in words; all of it where one names none."""
        counting = self.filtered(lambda coverage: not coverage.all_risks)
        if not counting:
            return []
        exclusions = counting.exclusion_ids
        if any(not coverage.exclusion_ids for coverage in counting):
            exclusions = self.env["service.exclusion"].search([])
        return exclusions.sorted("sequence").mapped("sentence")

    def _describe_months(self, months=0):
        """Return for how long in words; `months` are a line's own."""
        months = months or self.months
        if not months:
            return self.env._("the life of the unit")
        return self.env._("%s months", months)

    def _describe_start(self):
        """Return in words when these terms begin, and for how long they run."""
        words = {"months": self._describe_months(), "days": self.fallback_days}
        if self.layer == "contract" and self.search_count(
            [("follow_id", "=", self.id)]
        ):
            return self.env._(
                "Begins by itself when the warranty ends, for %(months)s.", **words
            )
        if self.start_on != "commissioning":
            return self.env._("From the delivery, for %(months)s.", **words)
        if self.fallback_days:
            return self.env._(
                "From the day on which the customer signs that the unit works, at the "
                "latest %(days)s days after the delivery, for %(months)s.",
                **words,
            )
        return self.env._(
            "From the day on which the customer signs that the unit works, for "
            "%(months)s.",
            **words,
        )

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
