from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.sql import column_exists, create_column

from odoo.addons.service_ticket.models.guard import drop_defaults

from .product_template import LINE_KINDS
from .service_cover_layer import LAYERS

COVER_RULES = [
    *LAYERS,
    ("override", "Decided by hand"),
    ("paid", "Paid by the customer"),
]
COVER_BASES = [
    ("tariff", "Tariff"),
    ("cost", "Cost"),
    ("contract", "Original contract"),
    ("card", "Warranty card"),
]
# The verdict, and what it was made from: frozen when the order is confirmed.
_VERDICT = (
    "cover_share",
    "cover_rule",
    "cover_basis",
    "cover_price",
    "cover_reason",
    "cover_provisional",
    "cover_entitlement_id",
    "cover_used_qty",
    "cover_used_amount",
    "cover_facts",
)
_OVERRIDE = ("override_share", "override_reason", "override_note", "override_user_id")
_NO_VERDICT = dict.fromkeys(_VERDICT, False) | {
    "cover_share": 0,
    "cover_price": 0,
    "cover_used_qty": 0,
    "cover_used_amount": 0,
}

# In the context while Odoo recomputes prices; an object that no RPC call can send.
RECOMPUTING = object()


class SaleOrderLine(models.Model):
    """On the order of a ticket the covered share is the line's discount.

    So customers, accountants, taxes and reports all see it the way they know. The
    verdict stays as it is once the order is confirmed.
    """

    _inherit = "sale.order.line"

    service_line_kind = fields.Selection(
        LINE_KINDS,
        "Kind of Line",
        compute="_compute_service_line_kind",
        store=True,
        readonly=False,
        precompute=True,
    )
    cover_share = fields.Float(
        "Covered (%)",
        digits="Discount",
        compute="_compute_cover",
        store=True,
        precompute=True,
    )
    cover_rule = fields.Selection(
        COVER_RULES,
        "Decided By",
        compute="_compute_cover",
        store=True,
        precompute=True,
    )
    cover_reason = fields.Char(
        "Because",
        compute="_compute_cover",
        store=True,
        precompute=True,
        help="Printed under the line on quotation and invoice.",
    )
    cover_tariff = fields.Float(
        "Tariff",
        digits="Product Price",
        compute="_compute_cover_tariff",
        store=True,
        precompute=True,
        help="The published unit price.",
    )
    cover_price = fields.Float(
        "Price Allowed",
        digits="Product Price",
        compute="_compute_cover",
        store=True,
        precompute=True,
        help="The unit price of what is not covered.",
    )
    cover_basis = fields.Selection(
        COVER_BASES, "Price By", compute="_compute_cover", store=True, precompute=True
    )
    cover_provisional = fields.Boolean(
        "Before Diagnosis", compute="_compute_cover", store=True, precompute=True
    )
    cover_entitlement_id = fields.Many2one(
        "service.entitlement",
        "Covered By",
        compute="_compute_cover",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    cover_used_qty = fields.Float(
        "Taken From the Limit",
        digits="Product Unit",
        compute="_compute_cover",
        store=True,
        precompute=True,
    )
    cover_used_amount = fields.Float(
        "Amount Taken From the Limit",
        compute="_compute_cover",
        store=True,
        precompute=True,
        help="In the currency of the company.",
    )
    cover_facts = fields.Json(
        "Judged From", compute="_compute_cover", store=True, precompute=True
    )
    cover_others = fields.Text("Other Documents Gave", compute="_compute_cover_others")
    override_share = fields.Float(
        "Share by Hand (%)", digits="Discount", readonly=True, copy=False
    )
    override_reason = fields.Char("Reason for It", readonly=True, copy=False)
    override_note = fields.Char("Told to the Customer", readonly=True, copy=False)
    override_user_id = fields.Many2one(
        "res.users", "Decided by Hand By", readonly=True, copy=False
    )
    service_coverage_id = fields.Many2one(
        "service.coverage",
        "Warranty Terms",
        check_company=True,
        index="btree_not_null",
        help="What the units of this line are entitled to. Empty: the terms of the "
        "product or its category.",
    )

    def _auto_init(self):
        """Add the columns empty: no line that exists already belongs to a ticket.

        Otherwise Odoo would judge every order line of a company on installation.
        """
        for name, column_type in (
            ("service_line_kind", "varchar"),
            ("cover_share", "numeric"),
            ("cover_rule", "varchar"),
            ("cover_reason", "varchar"),
            ("cover_tariff", "numeric"),
            ("cover_price", "numeric"),
            ("cover_basis", "varchar"),
            ("cover_provisional", "bool"),
            ("cover_entitlement_id", "int4"),
            ("cover_used_qty", "numeric"),
            ("cover_used_amount", "float8"),
            ("cover_facts", "jsonb"),
        ):
            if not column_exists(self.env.cr, self._table, name):
                create_column(self.env.cr, self._table, name, column_type)
        return super()._auto_init()

    @api.depends("product_id")
    def _compute_service_line_kind(self):
        for line in self:
            line.service_line_kind = line.product_id.service_line_kind

    def _is_judged(self):
        """Whether the cover judge decides this line."""
        self.ensure_one()
        return bool(
            self.order_id.ticket_id
            and self.product_id
            and not self.display_type
            and not self.is_downpayment
            and not self._is_global_discount()
        )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_recorded(vals)
        names = {*_VERDICT, *_OVERRIDE, "cover_tariff"}
        lines = self.with_context(drop_defaults(self.env.context, names))
        return super(SaleOrderLine, lines).create(vals_list).with_env(self.env)

    def write(self, vals):
        self._refuse_recorded(vals)
        return super().write(vals)

    def _refuse_recorded(self, vals):
        """What the judge said is not written by hand, also not over RPC."""
        recorded = {*_VERDICT, *_OVERRIDE, "cover_tariff"} & vals.keys()
        if recorded and not self.env.su:
            raise UserError(
                self.env._(
                    "“%s” is recorded by the system and not written by hand.",
                    self._fields[min(recorded)]._description_string(self.env),
                )
            )

    def _is_frozen(self):
        return bool(self.cover_rule) and self.state not in ("draft", "sent")

    @api.depends(
        "order_id.ticket_id",
        "order_id.pricelist_id",
        "product_id",
        "product_uom_id",
        "product_uom_qty",
    )
    def _compute_cover_tariff(self):
        for line in self:
            if not line._is_judged():
                line.cover_tariff = 0
            elif line._is_frozen():
                line.cover_tariff = line.cover_tariff
            else:
                line.cover_tariff = line._get_pricelist_price()

    @api.depends(
        "order_id.ticket_id",
        "product_id",
        "service_line_kind",
        "product_uom_qty",
        "cover_tariff",
        "override_user_id",
        "override_share",
        "override_note",
    )
    def _compute_cover(self):
        judged = self.filtered(lambda line: line._is_judged())
        (self - judged).update(_NO_VERDICT)
        frozen = judged.filtered(lambda line: line._is_frozen())
        for line in frozen:
            line.update({name: line[name] for name in _VERDICT})
        for line, vals in (judged - frozen)._decide().items():
            line.update(vals)

    def _decide(self):
        """Return {line: verdict} of open lines: by hand where somebody did, else judged."""
        by_hand = self.filtered("override_user_id")
        verdicts = (self - by_hand)._judge_lines()
        return verdicts | {line: line._prepare_override_vals() for line in by_hand}

    def _prepare_override_vals(self):
        """What somebody with the right to it decided; the judge's facts stay away."""
        return _NO_VERDICT | {
            "cover_share": self.override_share,
            "cover_rule": "override",
            "cover_basis": "tariff",
            "cover_price": self.cover_tariff,
            "cover_reason": self.override_note,
        }

    def copy_data(self, default=None):
        """A copy of the order belongs to no ticket: nothing on it is covered."""
        vals_list = super().copy_data(default)
        for line, vals in zip(self, vals_list, strict=True):
            if line._is_judged():
                vals.pop("discount", None)
        return vals_list

    def _rejudge(self):
        """Ask the judge again, for lines whose order is not confirmed.

        Stored as a compute stores it, so that thousands cost little; prices, discounts
        and totals follow where the verdict moved them.
        """
        judged = self.filtered(lambda line: line._is_judged() and not line._is_frozen())
        moving = ("cover_share", "cover_price", "cover_basis")
        before = {line: [line[name] for name in moving] for line in judged}
        fields_ = [self._fields[name] for name in _VERDICT]
        with self.env.protecting(fields_, judged):
            for line, vals in judged._decide().items():
                for name, value in vals.items():
                    line[name] = value
        moved = judged.filtered(lambda line: before[line] != [line[n] for n in moving])
        moved.modified(moving)
