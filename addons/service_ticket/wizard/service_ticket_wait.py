from odoo import fields, models


class ServiceTicketWait(models.TransientModel):
    """Say what a ticket waits for."""

    _name = "service.ticket.wait"
    _description = "Wait"
    _inherit = ["service.dialog"]

    ticket_ids = fields.Many2many("service.ticket", required=True)
    reason_id = fields.Many2one("service.waiting.reason", "Waiting For", required=True)
    pauses_clock = fields.Boolean(related="reason_id.pauses_clock")
    note = fields.Char()

    def action_wait(self):
        """Let the tickets wait; the clocks stand still where the reason says so."""
        self.ensure_one()
        self.ticket_ids.check_access("write")
        self.ticket_ids._set_state("waiting", self.reason_id, self.note)
