from odoo import api, fields, models

SYSTEM_STATES = [
    ("running", "Runs"),
    ("limited", "Runs with limits"),
    ("idle", "Not in use"),
    ("down", "Down"),
]


class ServiceSystemLog(models.Model):
    """What a big system was like on one day: state, use, people, problems (R56, R57)."""

    _name = "service.system.log"
    _description = "Running File"
    _inherit = ["service.link.guard"]
    _order = "date desc, id desc"

    unit_id = fields.Many2one(
        "stock.lot",
        "System",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('is_system', '=', True)]",
    )
    company_id = fields.Many2one(related="unit_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        related="unit_id.end_customer_id", store=True, index="btree_not_null"
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    user_id = fields.Many2one(
        "res.users", "Written By", readonly=True, default=lambda self: self.env.user
    )
    state = fields.Selection(SYSTEM_STATES, required=True, default="running")
    hours = fields.Float("Hours in Use", help="Since the last entry.")
    line_ids = fields.One2many("service.system.log.line", "log_id", "Devices")
    operator_error = fields.Boolean(
        "Operator Errors", help="Something went wrong because it was operated wrongly."
    )
    problem = fields.Text("Problems", help="What keeps coming back, in short.")
    operators = fields.Integer(
        "Operators Then",
        readonly=True,
        help="How many worked with the system on that day.",
    )
    note = fields.Text()

    @api.depends("unit_id", "date")
    def _compute_display_name(self):
        for log in self:
            log.display_name = f"{log.unit_id.name} {log.date or ''}".strip()

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals["user_id"] = self.env.uid
        logs = super().create(vals_list)
        for log in logs.sudo():
            log.operators = len(
                log.unit_id.operator_ids.filtered(lambda o: not o.until)
            )
        logs.filtered("operator_error").unit_id._suggest_training()
        return logs

    def write(self, vals):
        if not self.env.su:
            vals = {
                name: value
                for name, value in vals.items()
                if name not in ("user_id", "operators")
            }
        result = super().write(vals)
        if vals.get("operator_error"):
            self.unit_id._suggest_training()
        return result


class ServiceSystemLogLine(models.Model):
    """How much one device of the system was used."""

    _name = "service.system.log.line"
    _description = "Use of a Device"
    _inherit = ["service.link.guard"]
    _order = "log_id, sequence, id"

    log_id = fields.Many2one(
        "service.system.log", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="log_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    device_id = fields.Many2one(
        "stock.lot",
        "Unit",
        index="btree_not_null",
        help="Where the device is a unit of its own.",
    )
    name = fields.Char(
        "Device",
        required=True,
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
    )
    use = fields.Float("Use (%)", help="How much of its time it is used.")
    counter = fields.Float(help="What its counter says: hours, cycles, pages …")
    state = fields.Char(help="In a few words.")

    _use_is_a_share = models.Constraint(
        "CHECK (use BETWEEN 0 AND 100)", "Use lies between 0 and 100 %."
    )

    @api.depends("device_id")
    def _compute_name(self):
        for line in self:
            unit = line.device_id
            parts = filter(None, (unit.model_label, unit.name))
            line.name = " ".join(parts) or line.name
