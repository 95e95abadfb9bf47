from odoo import api, fields, models, tools

FACTS = [
    ("customer", "Customer's name"),
    ("address", "Address"),
    ("phone", "Phone"),
    ("product", "Product model"),
    ("purchase_date", "Date of purchase"),
    ("symptom", "Symptom"),
    ("demand", "What the customer asks for"),
]


class ServiceRequiredFact(models.Model):
    """A fact that the desk has to ask for; a ticket without it has a gap (R83)."""

    _name = "service.required.fact"
    _description = "Required Fact"
    _inherit = ["service.cached"]
    _order = "sequence, id"

    fact = fields.Selection(FACTS, required=True)
    sequence = fields.Integer(default=10)
    only_faults = fields.Boolean(
        "Only for Faults", help="A question or a training needs no such fact."
    )
    active = fields.Boolean(
        default=True, help="Archive a fact that your desk does not ask for."
    )

    _one_per_fact = models.UniqueIndex("(fact)", "This fact is already on the list.")

    @api.depends("fact")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["fact"]._description_selection(self.env))
        for record in self:
            record.display_name = labels.get(record.fact)

    @api.model
    @tools.ormcache()
    def _get_required(self):
        """Return ((fact, only for faults), ...) in the order in which to ask."""
        return tuple((r.fact, r.only_faults) for r in self._find_active())

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env["service.ticket"]._recount_gaps()
        return records

    def write(self, vals):
        result = super().write(vals)
        self.env["service.ticket"]._recount_gaps()
        return result

    def unlink(self):
        result = super().unlink()
        self.env["service.ticket"]._recount_gaps()
        return result
