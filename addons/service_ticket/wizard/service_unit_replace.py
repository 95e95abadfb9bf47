from odoo import fields, models


class ServiceUnitReplace(models.TransientModel):
    """Another unit takes the place of this one."""

    _name = "service.unit.replace"
    _description = "Replace a Unit"
    _inherit = ["service.dialog"]

    unit_id = fields.Many2one("stock.lot", "Old Unit", required=True, readonly=True)
    customer_id = fields.Many2one(related="unit_id.end_customer_id")
    company_id = fields.Many2one(related="unit_id.company_id")
    new_unit_id = fields.Many2one(
        "stock.lot",
        "New Unit",
        required=True,
        domain="[('id', '!=', unit_id), ('end_customer_id', 'in', [False, customer_id]),"
        " ('company_id', 'in', [False, company_id]), ('replaces_id', '=', False),"
        " ('replaced_by_id', '=', False), ('service_state', '!=', 'retired')]",
    )
    ticket_id = fields.Many2one(
        "service.ticket", "Because Of", domain="[('unit_id', '=', unit_id)]"
    )
    reason = fields.Char(required=True)
    old_state = fields.Selection(
        [("returned", "Comes back to us"), ("retired", "Is out of service")],
        "The Old Unit",
        required=True,
        default="returned",
    )

    def action_replace(self):
        """Let the new unit take over; the tickets stay with their unit."""
        self.ensure_one()
        (self.unit_id + self.new_unit_id).check_access("write")
        self.unit_id._replace_with(
            self.new_unit_id, self.ticket_id, self.reason, self.old_state
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "stock.lot",
            "res_id": self.new_unit_id.id,
            "views": [
                [self.env.ref("service_ticket.service_unit_view_form").id, "form"]
            ],
        }
