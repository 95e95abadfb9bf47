from odoo import api, fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    service_ticket_ids = fields.Many2many(
        "service.ticket",
        string="Service Tickets",
        compute="_compute_service_ticket_ids",
        compute_sudo=True,
    )
    service_reference = fields.Char(
        "Service Ticket", compute="_compute_service_ticket_ids", compute_sudo=True
    )

    @api.depends("line_ids.sale_line_ids")
    def _compute_service_ticket_ids(self):
        for move in self:
            tickets = move.line_ids.sale_line_ids.order_id.ticket_id
            move.service_ticket_ids = tickets
            move.service_reference = tickets._get_reference()


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    cover_reason = fields.Char(
        "Because",
        help="Why the warranty covers this line, or does not; printed under it.",
    )
