from odoo import api, fields, models


class ServiceFaultCode(models.Model):
    """A symptom, a cause or a remedy, so that faults can be counted."""

    _name = "service.fault.code"
    _description = "Fault Code"
    _order = "kind, sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char()
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [("symptom", "Symptom"), ("cause", "Cause"), ("remedy", "Remedy")],
        required=True,
        index=True,
    )
    fault_class = fields.Selection(
        [
            ("hardware", "Hardware"),
            ("software", "Software"),
            ("user", "Use"),
            ("environment", "Environment"),
        ],
        help="For a cause: where it comes from.",
    )
    categ_ids = fields.Many2many(
        "product.category",
        string="Product Categories",
        help="Empty: for every product.",
    )

    @api.depends("name", "code")
    def _compute_display_name(self):
        for fault in self:
            fault.display_name = (
                f"[{fault.code}] {fault.name}" if fault.code else fault.name
            )
