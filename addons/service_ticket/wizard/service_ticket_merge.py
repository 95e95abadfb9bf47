from odoo import api, fields, models
from odoo.exceptions import UserError


class ServiceTicketMerge(models.TransientModel):
    """Say which of several tickets about the same fault goes on."""

    _name = "service.ticket.merge"
    _description = "Merge Tickets"
    _inherit = ["service.dialog"]

    ticket_ids = fields.Many2many("service.ticket", string="Tickets", required=True)
    target_id = fields.Many2one(
        "service.ticket",
        "Goes On As",
        required=True,
        compute="_compute_target_id",
        precompute=True,
        store=True,
        readonly=False,
        domain="[('id', 'in', ticket_ids)]",
        help="The oldest is proposed: the customer's time counts from the first call.",
    )

    @api.depends("ticket_ids")
    def _compute_target_id(self):
        for wizard in self:
            tickets = wizard.ticket_ids._origin
            if wizard.target_id not in tickets:
                wizard.target_id = tickets.sorted("opened_at")[:1]

    def action_merge(self):
        """Merge the others into the chosen one and open it."""
        self.ensure_one()
        others = self.ticket_ids - self.target_id
        if not others:
            raise UserError(
                self.env._("Choose at least two tickets: which other one is merged?")
            )
        others._merge_into(self.target_id)
        return self.target_id.action_open_form()
