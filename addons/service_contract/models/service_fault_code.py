from odoo import fields, models


class ServiceFaultCode(models.Model):
    _inherit = "service.fault.code"

    exclusion_id = fields.Many2one(
        "service.exclusion",
        index="btree_not_null",
        help="This cause is an exclusion: a fault that has it is not covered.",
    )
