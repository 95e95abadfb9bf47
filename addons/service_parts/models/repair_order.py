from odoo import api, fields, models
from odoo.exceptions import UserError


class RepairOrder(models.Model):
    """The material side of a ticket, in the workshop or out of a van."""

    _inherit = "repair.order"

    ticket_id = fields.Many2one(
        "service.ticket",
        "Ticket",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        readonly=True,
    )
    # Odoo takes it from the operation type (a loss location); what comes out of a
    # customer's unit is kept until somebody looked at it.
    parts_location_id = fields.Many2one(
        related=None, compute="_compute_parts_location_id", store=True, readonly=True
    )

    @api.depends("picking_type_id", "ticket_id")
    def _compute_parts_location_id(self):
        for repair in self:
            operation = repair.picking_type_id
            defective = operation.warehouse_id.service_defective_id
            repair.parts_location_id = (
                repair.ticket_id and defective
            ) or operation.default_remove_location_dest_id

    def action_repair_start(self):
        self._refuse_without_consent()
        return super().action_repair_start()

    def action_repair_done(self):
        """End repairs; whoever ends them, every serial is still where it is taken."""
        of_tickets = self.filtered("ticket_id")
        of_tickets._refuse_without_consent()
        of_tickets.move_ids._check_serials_in_place()
        return super().action_repair_done()

    def _refuse_without_consent(self):
        """Nothing chargeable starts without consent on record (R108)."""
        for ticket in self.ticket_id.sudo():
            gap = ticket._get_consent_gap()
            if gap:
                raise UserError(gap)
