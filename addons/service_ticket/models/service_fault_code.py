from odoo import api, fields, models
from odoo.fields import Domain


class ServiceFaultCode(models.Model):
    """A symptom, a cause or a remedy, so that faults can be counted."""

    _name = "service.fault.code"
    _description = "Fault Code"
    _inherit = ["service.archivable"]
    _order = "kind, sequence, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char()
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [("symptom", "Symptom"), ("cause", "Cause"), ("remedy", "Remedy")],
        required=True,
        index=True,
    )
    fault_class = fields.Selection(
        [
            ("hardware", "Hardware"),
            ("software", "Software"),
            ("user", "Use"),
            ("environment", "Environment"),
        ],
        help="For a cause: where it comes from.",
    )
    group_ids = fields.Many2many(
        "service.fault.group",
        string="Kinds of Equipment",
        help="Empty, and no product category either: for every product.",
    )
    categ_ids = fields.Many2many(
        "product.category",
        string="Product Categories",
        help="For the products of these categories and of those below them.",
    )
    fits_product_id = fields.Many2one(
        "product.product",
        "Fits Product",
        store=False,
        search="_search_fits_product_id",
        help="Finds the codes that are offered for a product.",
    )

    @api.depends("name", "code")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for fault in self:
            fault.display_name = (
                f"[{fault.code}] {fault.name}" if fault.code else fault.name
            )

    # --- What fits ------------------------------------------------------------------

    def _search_fits_product_id(self, operator, value):
        """Find the codes for one of these products; no product: the broad ones."""
        if operator != "in":
            return NotImplemented
        products = self.env["product.product"].browse(filter(None, value))
        # sudo: who may not read products is offered their fault codes all the same
        return self._get_fitting_domain(products.sudo().categ_id)

    @api.model
    def _get_fitting_domain(self, categories):
        """Return the domain of what fits products of these categories.

        Where nobody said yet which kind of equipment they are, the codes of the broad
        groups are offered: of appliances, but not those of refrigerators alone.
        """
        everywhere = Domain("group_ids", "=", False) & Domain("categ_ids", "=", False)
        groups = categories._get_fault_groups()
        if groups:
            by_group = Domain("group_ids", "in", groups._get_family().ids)
        else:
            by_group = Domain("group_ids.parent_id", "=", False) & Domain(
                "group_ids", "!=", False
            )
        by_category = Domain("categ_ids", "parent_of", categories.ids)
        return everywhere | by_group | by_category

    @api.model
    def _get_fitting(self, kinds, products):
        """Return the codes of these kinds that fit one of the products, in sudo."""
        codes = self.sudo()
        domain = codes._get_fitting_domain(products.sudo().categ_id)
        return codes.search(domain & Domain("kind", "in", kinds))
