from odoo import fields, models


class ServiceTeam(models.Model):
    _inherit = "service.team"

    cash_journal_id = fields.Many2one(
        "account.journal",
        "Cash Book",
        domain="[('type', '=', 'cash')]",
        check_company=True,
        help="Where the cash that this team collects is entered.",
    )
