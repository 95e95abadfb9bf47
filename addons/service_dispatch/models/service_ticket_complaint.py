from odoo import fields, models


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    complaint_visit_id = fields.Many2one(
        "service.visit",
        "About Visit",
        check_company=True,
        index="btree_not_null",
        domain="[('ticket_id', '=', complaint_ticket_id)]",
        copy=False,
        help="The visit that the customer complains about.",
    )
