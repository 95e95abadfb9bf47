from odoo import api, fields, models

PHASES = [
    ("call", "Confirm call"),
    ("set_out", "Set out"),
    ("arrive", "Arrive"),
    ("diagnose", "Diagnosis, price"),
    ("work", "Work and parts"),
    ("test", "Test and sign"),
]


class ServiceVisitTemplate(models.Model):
    """The job sheet for a kind of job: how long, what to check, what is charged."""

    _name = "service.visit.template"
    _description = "Job Sheet Template"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index="btree_not_null")
    kind = fields.Selection(
        selection="_selection_kind",
        string="For Tickets Of Kind",
        help="Proposed when a visit is planned for such a ticket. Empty: for any.",
    )
    duration = fields.Float(
        default=1.0, required=True, help="Planned time on site, in hours."
    )
    travel = fields.Float(
        default=0.5,
        help="Time kept free before and after other visits, in hours.",
    )
    callout_product_id = fields.Many2one(
        "product.product",
        string="Call-out",
        check_company=True,
        domain=[("type", "=", "service")],
        help="Put on the order once at the diagnosis. Whether it is charged is "
        "decided by the unit's warranty.",
    )
    labour_product_id = fields.Many2one(
        "product.product",
        string="Labour",
        check_company=True,
        domain=[("type", "=", "service")],
    )
    labour_hours = fields.Float(default=1.0, help="Labour proposed at the diagnosis.")
    step_ids = fields.One2many(
        "service.visit.template.step", "template_id", copy=True, string="Steps"
    )

    _duration_positive = models.Constraint(
        "CHECK (duration > 0)", "A visit takes longer than nothing."
    )
    _times_positive = models.Constraint(
        "CHECK (travel >= 0 AND labour_hours >= 0)", "Times cannot be negative."
    )

    @api.model
    def _selection_kind(self):
        return (
            self.env["service.ticket"]._fields["kind"]._description_selection(self.env)
        )

    @api.model
    def _get_for_ticket(self, ticket):
        """The template made for this kind of ticket, else the first for any kind."""
        companies = [False, ticket.company_id.id]
        templates = self.search([("company_id", "in", companies)])
        own = templates.filtered(lambda t: t.kind and t.kind == ticket.kind)
        return own[:1] or templates.filtered(lambda t: not t.kind)[:1] or templates[:1]

    def _prepare_step_vals(self):
        """One dict for each step that a new visit copies."""
        return [
            {
                "name": step.name,
                "help": step.help,
                "phase": step.phase,
                "sequence": step.sequence,
                "required": step.required,
            }
            for step in self.step_ids
        ]


class ServiceVisitTemplateStep(models.Model):
    """One thing to check, copied to every visit planned with the template."""

    _name = "service.visit.template.step"
    _description = "Job Sheet Template Step"
    _inherit = ["service.link.guard"]
    _order = "template_id, sequence, id"

    template_id = fields.Many2one(
        "service.visit.template", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    phase = fields.Selection(PHASES, required=True, default="work")
    name = fields.Char(required=True, translate=True)
    help = fields.Char(translate=True)
    required = fields.Boolean(help="The visit cannot be finished without it.")
