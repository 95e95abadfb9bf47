from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.service_ticket.models.guard import drop_defaults

from .service_cover_layer import LAYERS

SOURCES = [
    ("sale", "Sale"),
    ("delivery", "Delivery"),
    ("proof", "Proof of purchase"),
    ("follow", "After the warranty"),
    ("repair", "Repair"),
    ("contract", "Contract"),
    ("extension", "Extension"),
    ("goodwill", "Goodwill"),
    ("manual", "By hand"),
]
BY_HAND = ("extension", "goodwill", "manual")
# Where the document itself says what it counts as; else its terms do.
_LAYERS = {"extension": "extension", "contract": "contract", "goodwill": "goodwill"}
# What is promised to a customer: changed by the dialog that asks for a reason.
_PROMISED = {
    "unit_id",
    "coverage_id",
    "source",
    "date_start",
    "date_end",
    "void_on",
    "void_reason",
    "company_id",
    "pricelist_id",
    "scope_product_id",
}
_RECORDED = {
    "sale_line_id",
    "picking_id",
    "void_picking_id",
    "ticket_id",
    "follows_id",
    "inherited_from_id",
    "fallback_on",
    "layer",
}
# In the context of the dialog; an object that no RPC call can send.
CORRECTING = object()


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
    source = fields.Selection(SOURCES, required=True, default="manual", tracking=True)
    layer = fields.Selection(
        LAYERS,
        "Counts As",
        compute="_compute_layer",
        store=True,
        precompute=True,
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
    pricelist_id = fields.Many2one(
        "product.pricelist",
        "Agreed Prices",
        check_company=True,
        index="btree_not_null",
        tracking=True,
        help="Unit prices that were agreed for this unit; besides them those in the "
        "order by which it was sold.",
    )
    scope_product_id = fields.Many2one(
        "product.product",
        "Only for the Part",
        check_company=True,
        index="btree_not_null",
        help="A repair warranty is about the part that was fitted.",
    )
    sale_line_id = fields.Many2one(
        "sale.order.line", "Sold By", index="btree_not_null", check_company=True
    )
    picking_id = fields.Many2one(
        "stock.picking", "Delivered By", index="btree_not_null", check_company=True
    )
    ticket_id = fields.Many2one(
        "service.ticket",
        "Because of Ticket",
        index="btree_not_null",
        check_company=True,
        readonly=True,
    )
    follows_id = fields.Many2one(
        "service.entitlement",
        "Follows",
        index="btree_not_null",
        ondelete="cascade",
        readonly=True,
        copy=False,
    )
    follower_ids = fields.One2many("service.entitlement", "follows_id", copy=False)
    inherited_from_id = fields.Many2one(
        "service.entitlement",
        "Taken Over From",
        index="btree_not_null",
        readonly=True,
        copy=False,
        help="What was left for the unit that this one replaces.",
    )
    fallback_on = fields.Date(
        "Starts at the Latest",
        readonly=True,
        copy=False,
        help="It waits for the customer's signature until this day.",
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
        "(unit_id) WHERE source = 'proof' AND inherited_from_id IS NULL",
        "The proof of purchase has given the unit its entitlement already.",
    )
    _one_by_repair = models.UniqueIndex(
        "(unit_id, ticket_id, scope_product_id) WHERE source = 'repair'",
        "This repair has given the unit its warranty already.",
    )
    _one_follower = models.UniqueIndex(
        "(follows_id) WHERE follows_id IS NOT NULL",
        "Something follows this entitlement already.",
    )
    _expiring = models.Index("(date_end, company_id) WHERE void_on IS NULL")
    _waiting = models.Index("(fallback_on) WHERE fallback_on IS NOT NULL")

    @api.depends("coverage_id", "scope_product_id")
    def _compute_display_name(self):
        for entitlement in self:
            name = entitlement.coverage_id.name
            part = entitlement.scope_product_id.name
            entitlement.display_name = f"{name} ({part})" if part else name

    @api.depends("source", "coverage_id")
    def _compute_layer(self):
        for entitlement in self:
            of_terms = entitlement.coverage_id.layer or "warranty"
            entitlement.layer = _LAYERS.get(entitlement.source, of_terms)

    @api.depends("coverage_id", "date_start")
    def _compute_date_end(self):
        for entitlement in self:
            if entitlement.coverage_id and entitlement.date_start:
                entitlement.date_end = entitlement.coverage_id._get_end(
                    entitlement.date_start
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
            if entitlement.source in BY_HAND and not entitlement.note:
                raise ValidationError(
                    self.env._(
                        "Say why %(unit)s gets “%(terms)s” by hand.",
                        unit=entitlement.unit_id.name,
                        terms=entitlement.coverage_id.name,
                    )
                )

    # --- CRUD ---------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self.check_access("create")
        for vals in vals_list:
            self._refuse_recorded(_RECORDED, vals)
            if not self.env.su and vals.get("source", "manual") not in BY_HAND:
                raise UserError(
                    self.env._("By hand you give an extension, goodwill, or by hand.")
                )
        names = _RECORDED | {"source"} if not self.env.su else _RECORDED
        context = drop_defaults(self.env.context, names)
        given = super(ServiceEntitlement, self.with_context(context)).create(vals_list)
        given = given.with_env(self.env)
        given._create_followers()
        return given

    def write(self, vals):
        if self.env.context.get("service_correction") is not CORRECTING:
            self._refuse_recorded(_RECORDED | _PROMISED, vals)
        result = super().write(vals)
        if {"date_end", "date_start", "coverage_id"} & vals.keys():
            self._move_followers()
        return result

    def action_change(self):
        """Extend, correct or void it, with the reason."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Extend, Correct or Void"),
            "res_model": "service.entitlement.change",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_entitlement_id": self.id},
        }

    def _refuse_recorded(self, names, vals):
        refused = names & vals.keys()
        if refused and not self.env.su:
            raise UserError(
                self.env._(
                    "“%s” stands as it was promised. Use “Correct”, which asks for the "
                    "reason.",
                    self._fields[min(refused)]._description_string(self.env),
                )
            )
