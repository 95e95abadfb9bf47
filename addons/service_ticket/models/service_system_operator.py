from odoo import api, fields, models

SKILLS = [
    ("1", "Beginner"),
    ("2", "Works under guidance"),
    ("3", "Works alone"),
    ("4", "Trains others"),
]


class ServiceSystemOperator(models.Model):
    """Who works with a big system at the customer's, how well, and who has duty (R57)."""

    _name = "service.system.operator"
    _description = "Operator of a System"
    _inherit = ["service.link.guard"]
    _order = "until desc nulls first, since desc, id desc"

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
        "res.partner",
        "Contact Person",
        index="btree_not_null",
        help="Where the operator is one of the customer's contact persons.",
    )
    name = fields.Char(
        "Operator",
        required=True,
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
    )
    skill = fields.Selection(SKILLS, "Skill Level", required=True, default="1")
    duty = fields.Char(help="Shift, area, what this person answers for.")
    is_responsible = fields.Boolean(
        "Has Duty", help="Answers for the system on the customer's side."
    )
    since = fields.Date(default=fields.Date.context_today)
    until = fields.Date(help="Empty: still.")
    trained_on = fields.Date("Trained On")
    note = fields.Char()

    _dates_in_order = models.Constraint(
        "CHECK (until >= since)", "It can't end before it begins."
    )

    @api.depends("partner_id")
    def _compute_name(self):
        for operator in self:
            operator.name = operator.partner_id.name or operator.name
