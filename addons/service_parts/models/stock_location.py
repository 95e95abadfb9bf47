from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class StockLocation(models.Model):
    _inherit = "stock.location"

    service_role = fields.Selection(
        [("van", "Van"), ("defective", "Defective parts")],
        "Service Role",
        index="btree_not_null",
        help="Van: an engineer's stock on wheels. "
        "Defective parts: what was taken out of customers' units.",
    )
    van_user_id = fields.Many2one(
        "res.users",
        "Engineer",
        domain="[('share', '=', False)]",
        check_company=True,
        index="btree_not_null",
        help="Who drives the van and answers for its stock.",
    )
    van_part_count = fields.Integer("Parts on Board", compute="_compute_van_part_count")

    _one_van_per_user = models.UniqueIndex(
        "(van_user_id, company_id) WHERE service_role = 'van' AND active",
        "This engineer already has a van in this company.",
    )

    def _compute_van_part_count(self):
        """How many different parts lie here; bins inside a van count with it."""
        groups = self.env["stock.quant"]._read_group(
            [("location_id", "child_of", self.ids), ("quantity", ">", 0)],
            ["location_id"],
            ["product_id:recordset"],
        )
        for location in self:
            on_board = self.env["product.product"].union(
                *(
                    products
                    for place, products in groups
                    if place.parent_path.startswith(location.parent_path or "-")
                )
            )
            location.van_part_count = len(on_board)

    @api.constrains("service_role", "van_user_id", "usage", "company_id", "location_id")
    def _check_service_role(self):
        """A van stands beside a warehouse's stock: what lies below it, normal
        deliveries would reserve."""
        vans = self.filtered(lambda location: location.service_role == "van")
        for location in self.filtered("van_user_id") - vans:
            raise ValidationError(
                self.env._("%s isn't a van and can't have an engineer.", location.name)
            )
        stocks = self.env["stock.warehouse"].sudo().search([]).lot_stock_id
        for van in vans:
            if van.usage != "internal" or not van.company_id:
                raise ValidationError(
                    self.env._("The van %s needs a company's own stock.", van.name)
                )
            above = {int(part) for part in van.parent_path.split("/") if part}
            if above & set(stocks.ids):
                raise ValidationError(
                    self.env._(
                        "Put the van %s beside the warehouse's stock, not below it: "
                        "deliveries would take parts out of the van.",
                        van.name,
                    )
                )

    @api.model
    def default_get(self, fields):
        """A new van stands beside the stock of the company's first warehouse."""
        values = super().default_get(fields)
        if values.get("service_role") == "van" and not values.get("location_id"):
            warehouse = self.env["stock.warehouse"].search(
                [("company_id", "=", self.env.company.id)], limit=1
            )
            values["location_id"] = warehouse.view_location_id.id
        return values

    @api.onchange("van_user_id")
    def _onchange_van_user_id(self):
        if self.van_user_id and not self.name:
            self.name = self.env._("Van %s", self.van_user_id.name)

    def _should_be_valued(self):
        """What came out of a customer's unit cost nothing and isn't an asset."""
        return super()._should_be_valued() and self.service_role != "defective"

    def _search_is_valued(self, operator, value):
        domain = Domain(super()._search_is_valued(operator, value))
        valued = (operator == "=") == bool(value)
        defective = Domain("service_role", "=", "defective")
        return domain & ~defective if valued else domain | defective

    def action_view_van_stock(self):
        """Open what is on hand here, by part and serial."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_parts.stock_quant_action_van"
        )
        return action | {
            "display_name": self.display_name,
            "domain": [("location_id", "child_of", self.id), ("quantity", "!=", 0)],
        }
