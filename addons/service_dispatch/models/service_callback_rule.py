from odoo import fields, models


class ServiceCallbackRule(models.Model):
    _inherit = "service.callback.rule"

    outcome = fields.Selection(
        selection_add=[("vain", "Visit in vain")], ondelete={"vain": "cascade"}
    )
