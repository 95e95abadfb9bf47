"""Units that nobody delivered here: entered by hand."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

BY_HAND = ("manual", "other_make", "proof")


class StockLot(models.Model):
    _inherit = "stock.lot"

    unit_origin = fields.Selection(
        [
            ("delivered", "Delivered by us"),
            ("manual", "Entered by hand"),
            ("proof", "Proof of purchase"),
            ("other_make", "Another make"),
        ],
        "Origin",
        index="btree_not_null",
        tracking=True,
        copy=False,
        help="How we came to know the unit. Another make was not supplied by us.",
    )
    unit_make = fields.Char("Make", help="Who made it, where the product doesn't say.")
    unit_model = fields.Char("Model", help="As the plate says.")
    model_label = fields.Char("Make and Model", compute="_compute_model_label")
    photo = fields.Image(max_width=1024, max_height=1024, copy=False)
    photo_256 = fields.Image(
        "Small Photo", related="photo", max_width=256, max_height=256, store=True
    )

    # Odoo looks for a serial before it writes it: two at once would both succeed.
    _one_by_hand = models.UniqueIndex(
        "(product_id, lower(name), (COALESCE(company_id, 0)))"
        " WHERE unit_origin IN ('manual', 'proof', 'other_make')",
        "This serial number is on record already.",
    )

    @api.depends("product_id", "unit_origin")
    def _compute_name(self):
        """The product's own numbers are for what is made here."""
        by_hand = self.filtered(lambda unit: unit.unit_origin in BY_HAND)
        super(StockLot, self - by_hand)._compute_name()
        for unit in by_hand:
            unit.name = unit.name or False

    @api.depends("unit_make", "unit_model", "product_id")
    @api.depends_context("lang")
    def _compute_model_label(self):
        for unit in self:
            own = " ".join(filter(None, (unit.unit_make, unit.unit_model)))
            unit.model_label = own or unit.product_id.name

    @api.onchange("unit_origin")
    def _onchange_unit_origin(self):
        generic = self._get_other_make_product()
        if self.unit_origin == "other_make" and not self.product_id.service_other_make:
            self.product_id = generic
        elif self.unit_origin != "other_make" and self.product_id.service_other_make:
            self.product_id = False

    @api.onchange("end_customer_id")
    def _onchange_end_customer_id(self):
        if self.end_customer_id and not self.site_id:
            self.site_id = self.end_customer_id

    @api.model
    def _get_other_make_product(self):
        return self.env.ref(
            "service_ticket.product_other_make", raise_if_not_found=False
        ) or self.env["product.product"].search(
            [("service_other_make", "=", True)], limit=1
        )

    # --- Constraints -------------------------------------------------------------------

    @api.constrains("unit_origin", "product_id", "unit_make", "unit_model")
    def _check_make(self):
        for unit in self.filtered("unit_origin"):
            foreign = unit.unit_origin == "other_make"
            if foreign != unit.product_id.service_other_make:
                raise ValidationError(
                    self.env._(
                        "%(unit)s: “%(product)s” does not fit the origin. Units of "
                        "another make, and only they, have a product that stands for "
                        "other makes.",
                        unit=unit.name,
                        product=unit.product_id.display_name,
                    )
                )
            if foreign and not (unit.unit_make or unit.unit_model):
                raise ValidationError(
                    self.env._("%s: say the make or the model.", unit.name)
                )

    # --- CRUD --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [dict(vals) for vals in vals_list]
        default = self.env.context.get("default_unit_origin")
        by_hand = []
        for index, vals in enumerate(vals_list):
            self._refuse_origin(vals.get("unit_origin", default))
            if vals.get("unit_origin", default) in BY_HAND:
                self._prepare_by_hand(vals, vals.get("unit_origin", default))
                by_hand.append(index)
        self._refuse_known_serials([vals_list[index] for index in by_hand])
        units = super().create(vals_list)
        if by_hand:
            self.browse(units[index].id for index in by_hand)._on_registered()
        return units

    def write(self, vals):
        if "unit_origin" in vals:
            self._refuse_origin(vals["unit_origin"], by_hand=True)
        return super().write(vals)

    def _refuse_origin(self, origin, by_hand=False):
        """Who delivered it is recorded; a mistake of the desk is the manager's."""
        manager = self.env.user.has_group("service_ticket.group_service_manager")
        if self.env.su or (origin != "delivered" and (manager or not by_hand)):
            return
        raise AccessError(
            self.env._("The origin of a unit is recorded; a manager corrects it.")
        )

    # --- Registration ------------------------------------------------------------------

    def _prepare_by_hand(self, vals, origin):
        """Complete the values of a unit that is entered by hand, in place."""
        products = self.env["product.product"]
        product_id = vals.get("product_id", self.env.context.get("default_product_id"))
        if origin == "other_make" and not product_id:
            product_id = self._get_other_make_product().id
        product = products.browse(product_id)
        if product.tracking == "lot":
            raise UserError(
                self.env._(
                    "“%s” is tracked by lot: a lot is many pieces and no unit.",
                    product.display_name,
                )
            )
        company = product.company_id or self.env.company
        vals.update(
            unit_origin=origin,
            product_id=product.id,
            company_id=vals.get("company_id") or company.id,
            name=(vals.get("name") or "").strip() or self._next_serial(product),
        )
        if vals.get("service_state", "stock") == "stock":
            vals["service_state"] = "in_service"
        # Where nothing else is said the unit stands at the customer's address.
        if vals.get("end_customer_id") and not vals.get("site_id"):
            vals["site_id"] = vals["end_customer_id"]

    @api.model
    def _next_serial(self, product):
        """Return a serial of ours for a unit without one, not in use for the product."""
        sequence = self.env.ref("service_ticket.sequence_unit").sudo()
        while True:
            name = sequence.next_by_id()
            taken = [("product_id", "=", product.id), ("name", "=", name)]
            if not self.sudo().search_count(taken, limit=1):
                return name

    @api.model
    def _refuse_known_serials(self, vals_list):
        """Name the unit that has the serial already, in whatever case it is written."""
        if not vals_list:
            return
        # A known serial is named to nobody who may not enter it.
        self.check_access("create")
        companies = {vals["company_id"] for vals in vals_list}
        self.env["res.company"].browse(companies).check_access("read")
        asked = set()
        for vals in vals_list:
            key = (vals["product_id"], vals["name"].lower(), vals["company_id"])
            if key in asked:
                raise UserError(
                    self.env._("Serial %s is in your list twice.", vals["name"])
                )
            asked.add(key)
        self.flush_model(["name", "product_id", "company_id"])
        keys = SQL(", ").join(SQL("(%s, %s)", *key[:2]) for key in asked)
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM stock_lot WHERE (product_id, lower(name)) IN (%s)", keys
            )
        )
        for unit in self.sudo().browse(row[0] for row in rows):
            companies = unit.company_id.ids or [key[2] for key in asked]
            if any(
                (unit.product_id.id, unit.name.lower(), company) in asked
                for company in companies
            ):
                raise UserError(unit._describe_known_serial())

    def _describe_known_serial(self):
        names = {
            "serial": self.name,
            "model": self.model_label,
            "customer": self.end_customer_id.display_name,
        }
        if self.product_id.service_other_make:
            return self.env._(
                "Serial %(serial)s is on record already: %(model)s, %(customer)s. If "
                "this is another unit, write its make before the serial.",
                **names | {"customer": names["customer"] or self.env._("no customer")},
            )
        if names["customer"]:
            return self.env._(
                "Serial %(serial)s is on record already: %(model)s at %(customer)s. "
                "If the unit changed hands, open it and say so.",
                **names,
            )
        return self.env._(
            "Serial %(serial)s is on record already: %(model)s, without a customer. "
            "Open it and enter the customer there.",
            **names,
        )

    def _on_registered(self):
        """Units were entered by hand, or their proof of purchase was completed.

        Layers above add what a proof starts (a warranty).
        """
