from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..engine import cover

# Which layer of the judge's order of precedence a document belongs to.
_LAYERS = {
    "sale": "warranty",
    "delivery": "warranty",
    "proof": "warranty",
    "manual": "warranty",
    "extension": "extension",
    "goodwill": "goodwill",
}


class ServiceEntitlement(models.Model):
    """This unit is covered by these terms from–to because of this document."""

    _name = "service.entitlement"
    _description = "Entitlement"
    _inherit = ["mail.thread"]
    _order = "date_end desc, id desc"
    _check_company_auto = True

    unit_id = fields.Many2one(
        "stock.lot",
        required=True,
        check_company=True,
        ondelete="cascade",
        index=True,
        tracking=True,
    )
    product_id = fields.Many2one(related="unit_id.product_id")
    partner_id = fields.Many2one(related="unit_id.end_customer_id", string="Customer")
    coverage_id = fields.Many2one(
        "service.coverage",
        "Terms",
        required=True,
        check_company=True,
        ondelete="restrict",
        index=True,
        tracking=True,
    )
    source = fields.Selection(
        [
            ("sale", "Sale"),
            ("delivery", "Delivery"),
            ("proof", "Proof of purchase"),
            ("extension", "Extension"),
            ("goodwill", "Goodwill"),
            ("manual", "By hand"),
        ],
        required=True,
        default="manual",
        tracking=True,
    )
    date_start = fields.Date(
        "From", required=True, default=fields.Date.context_today, tracking=True
    )
    date_end = fields.Date(
        "Until",
        required=True,
        compute="_compute_date_end",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="The last covered day.",
    )
    sale_line_id = fields.Many2one(
        "sale.order.line", "Sold By", index="btree_not_null", check_company=True
    )
    picking_id = fields.Many2one(
        "stock.picking", "Delivered By", index="btree_not_null", check_company=True
    )
    note = fields.Char("Because", help="Why this was given by hand.")
    void_reason = fields.Char(tracking=True, copy=False)
    void_on = fields.Date(
        "Void From",
        compute="_compute_void_on",
        store=True,
        readonly=False,
        copy=False,
        tracking=True,
        help="The first day on which it no longer counts.",
    )
    void_picking_id = fields.Many2one(
        "stock.picking",
        "Voided By",
        index="btree_not_null",
        check_company=True,
        copy=False,
        help="The return that voided it.",
    )
    state = fields.Selection(
        [
            ("upcoming", "Not yet started"),
            ("running", "Running"),
            ("ended", "Ended"),
            ("void", "Void"),
        ],
        compute="_compute_state",
        search="_search_state",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )

    _dates_in_order = models.Constraint(
        "CHECK(date_end >= date_start)", "It can't end before it begins."
    )
    _one_by_delivery = models.UniqueIndex(
        "(unit_id, picking_id) WHERE picking_id IS NOT NULL",
        "This delivery has given the unit its entitlement already.",
    )

    _one_by_proof = models.UniqueIndex(
        "(unit_id) WHERE source = 'proof'",
        "The proof of purchase has given the unit its entitlement already.",
    )

    @api.depends("coverage_id", "date_start", "date_end")
    def _compute_display_name(self):
        for entitlement in self:
            entitlement.display_name = entitlement.coverage_id.name

    @api.depends("coverage_id", "date_start")
    def _compute_date_end(self):
        for entitlement in self:
            if entitlement.coverage_id and entitlement.date_start:
                entitlement.date_end = cover.last_day(
                    entitlement.date_start, entitlement.coverage_id.months
                )

    @api.depends("void_reason")
    def _compute_void_on(self):
        for entitlement in self:
            if not entitlement.void_reason:
                entitlement.void_on = False
            elif not entitlement.void_on:
                entitlement.void_on = fields.Date.context_today(entitlement)

    @api.depends("void_on", "date_start", "date_end")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for entitlement in self:
            if entitlement.void_on and entitlement.void_on <= today:
                entitlement.state = "void"
            elif entitlement.date_start and entitlement.date_start > today:
                entitlement.state = "upcoming"
            elif entitlement.date_end and entitlement.date_end < today:
                entitlement.state = "ended"
            else:
                entitlement.state = "running"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        valid = Domain("void_on", "=", False) | Domain("void_on", ">", today)
        domains = {
            "void": Domain("void_on", "<=", today),
            "upcoming": valid & Domain("date_start", ">", today),
            "ended": valid & Domain("date_end", "<", today),
            "running": valid
            & Domain("date_start", "<=", today)
            & Domain("date_end", ">=", today),
        }
        return Domain.OR(domains[state] for state in value if state in domains)

    @api.constrains("source", "note")
    def _check_note(self):
        for entitlement in self:
            if entitlement.source in ("manual", "goodwill") and not entitlement.note:
                raise ValidationError(
                    self.env._(
                        "Say why %(unit)s gets “%(terms)s” by hand.",
                        unit=entitlement.unit_id.name,
                        terms=entitlement.coverage_id.name,
                    )
                )

    # --- To the judge ---------------------------------------------------------

    def _to_engine(self):
        """Return the document as the judge's value."""
        self.ensure_one()
        coverage = self.coverage_id
        return cover.Entitlement(
            document=str(self.id),
            layer=_LAYERS[self.source],
            start=self.date_start,
            grants=tuple(
                cover.Grant(
                    line.kind,
                    Decimal(str(line.share)),
                    cover.last_day(self.date_start, line.months)
                    if line.months
                    else self.date_end,
                )
                for line in coverage.line_ids
            ),
            excluded=frozenset(str(i) for i in coverage.exclusion_ids.ids) or None,
            void_on=self.void_on or None,
        )
