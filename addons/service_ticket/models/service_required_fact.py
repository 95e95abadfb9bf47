from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

FACTS = [
    ("customer", "Customer's name"),
    ("address", "Address"),
    ("phone", "Phone"),
    ("product", "Product model"),
    ("purchase_date", "Date of purchase"),
    ("symptom", "Symptom"),
    ("demand", "What the customer asks for"),
    ("email", "E-mail"),
    ("person", "Contact person"),
    ("region", "Region"),
    ("since", "Customer since"),
    ("site", "Installation place of every unit"),
    ("items", "Service items"),
    ("cycle", "Service cycle"),
    ("next_service", "Next service date"),
    ("wish", "Wishes"),
]
# What can be asked of each; customer files: R154, R168, R170.
_BOTH = {"customer", "address", "phone", "product"}
_OF_TICKETS = _BOTH | {"purchase_date", "symptom", "demand"}
_OF_FILES = {fact for fact, _label in FACTS} - _OF_TICKETS | _BOTH
_FITTING = {"ticket": _OF_TICKETS, "customer": _OF_FILES}


class ServiceRequiredFact(models.Model):
    """A fact that has to be on record; without it a ticket (R83), or the file of a
    customer (R168), has a gap."""

    _name = "service.required.fact"
    _description = "Required Fact"
    _inherit = ["service.cached"]
    _order = "scope desc, sequence, id"

    scope = fields.Selection(
        [("ticket", "Tickets"), ("customer", "Customer files")],
        "Asked For In",
        required=True,
        default="ticket",
    )
    fact = fields.Selection(FACTS, required=True)
    sequence = fields.Integer(default=10)
    only_faults = fields.Boolean(
        "Only for Faults", help="A question or a training needs no such fact."
    )
    active = fields.Boolean(
        default=True, help="Archive a fact that your desk does not ask for."
    )

    _one_per_fact = models.UniqueIndex(
        "(scope, fact)", "This fact is already on the list."
    )

    @api.depends("fact")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["fact"]._description_selection(self.env))
        for record in self:
            record.display_name = labels.get(record.fact)

    @api.model
    @tools.ormcache("scope")
    def _get_required(self, scope="ticket"):
        """Return ((fact, only for faults), ...) in the order in which to ask."""
        found = self._find_active([("scope", "=", scope)])
        return tuple((record.fact, record.only_faults) for record in found)

    @api.constrains("scope", "fact")
    def _check_fitting(self):
        for record in self:
            if record.fact not in _FITTING[record.scope]:
                raise ValidationError(
                    self.env._("“%s” is not asked for there.", record.display_name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self._count_anew(set(records.mapped("scope")))
        return records

    def write(self, vals):
        scopes = set(self.mapped("scope"))
        result = super().write(vals)
        self._count_anew(scopes | set(self.mapped("scope")))
        return result

    def unlink(self):
        scopes = set(self.mapped("scope"))
        result = super().unlink()
        self._count_anew(scopes)
        return result

    @api.model
    def _count_anew(self, scopes):
        """Count what lacks facts now: open tickets at once, customers by and by."""
        if "ticket" in scopes:
            self.env["service.ticket"]._recount_gaps()
        if "customer" in scopes:
            self.env["service.walk"]._begin("file")
