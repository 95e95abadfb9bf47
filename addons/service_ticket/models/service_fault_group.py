from odoo import api, fields, models


class ServiceFaultGroup(models.Model):
    """A kind of equipment that has faults of its own: washing machines, printers.

    Groups stand in a tree (appliances, washing machines). A company says at its
    product categories which of them it serves, and so gets the fault codes that fit.
    """

    _name = "service.fault.group"
    _description = "Kind of Equipment"
    _inherit = ["service.archivable"]
    _order = "sequence, id"
    _parent_store = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    parent_id = fields.Many2one(
        "service.fault.group", "Part Of", index="btree_not_null", ondelete="restrict"
    )
    parent_path = fields.Char(index=True)
    category_ids = fields.Many2many(
        "product.category",
        "product_category_fault_group_rel",
        "group_id",
        "category_id",
        string="Product Categories",
        help="Products of these categories, and of those below them, are of this kind.",
    )
    code_ids = fields.Many2many("service.fault.code", string="Fault Codes")
    code_count = fields.Integer(compute="_compute_code_count")

    @api.depends("name", "parent_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for group in self:
            names = (group.parent_id.name, group.name)
            group.display_name = " / ".join(name for name in names if name)

    @api.depends("code_ids")
    def _compute_code_count(self):
        for group in self:
            group.code_count = len(group.code_ids)

    def _get_family(self):
        """Return the groups above and below these, with themselves.

        What holds for all appliances holds for a washing machine; and who only knows
        that it is an appliance may need any of their codes.
        """
        above = {
            int(i) for path in self.mapped("parent_path") for i in path.split("/")[:-1]
        }
        return self.browse(above) | self.search([("id", "child_of", self.ids)])

    def action_view_codes(self):
        """Open the fault codes of this kind of equipment."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_ticket.service_fault_code_action"
        )
        return action | {
            "domain": [("group_ids", "in", self.ids)],
            "context": {"default_group_ids": self.ids},
        }
