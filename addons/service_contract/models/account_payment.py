from odoo import fields, models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    service_ticket_ids = fields.Many2many(
        "service.ticket",
        string="Service Tickets",
        compute="_compute_service_ticket_ids",
        compute_sudo=True,
    )
    service_reference = fields.Char(
        "Service Ticket", compute="_compute_service_ticket_ids", compute_sudo=True
    )

    def _compute_service_ticket_ids(self):
        for payment in self:
            tickets = payment.reconciled_invoice_ids.service_ticket_ids
            payment.service_ticket_ids = tickets
            payment.service_reference = tickets._get_reference()
