from odoo import api, fields, models, tools
from odoo.exceptions import UserError

LAYERS = [
    ("warranty", "Warranty"),
    ("extension", "Extension"),
    ("contract", "Contract"),
    ("goodwill", "Goodwill"),
]


class ServiceCoverLayer(models.Model):
    """A place in the order of precedence: who bears the cost among equals."""

    _name = "service.cover.layer"
    _description = "Order of Cover"
    _inherit = ["service.cached"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Selection(LAYERS, required=True, readonly=True)
    sequence = fields.Integer(
        default=10,
        help="Where two documents leave the customer the same to pay, the upper one "
        "bears the cost.",
    )
    other_makes = fields.Boolean(
        "Also for Other Makes",
        help="Whether it counts for products that we did not supply.",
    )

    _code_unique = models.Constraint("UNIQUE(code)", "This layer is there already.")

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The order of cover is sorted, not shortened."))

    @tools.ormcache()
    def _get_precedence(self):
        """Return ((codes in their order), {codes that count for other makes})."""
        layers = self._find_active()
        return (
            tuple(layers.mapped("code")),
            frozenset(layer.code for layer in layers if layer.other_makes),
        )
