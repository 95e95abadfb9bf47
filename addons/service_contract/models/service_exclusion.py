from odoo import api, fields, models
from odoo.exceptions import UserError


class ServiceExclusion(models.Model):
    """A reason that voids cover for one fault, with the sentence that is printed."""

    _name = "service.exclusion"
    _description = "Warranty Exclusion"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Short key for imports and reports.")
    sentence = fields.Char(
        "Printed Sentence",
        required=True,
        translate=True,
        help="Stands under the line on quotation and invoice, after “Not covered”.",
    )
    needs_evidence = fields.Boolean(
        help="It voids the cover only once a photo or a paper that shows it is on the "
        "ticket.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_unique = models.Constraint(
        "UNIQUE(code)", "There is an exclusion with this code already."
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_unused(self):
        """Terms that name no exclusion void for every one: the last must not vanish."""
        terms = self.env["service.coverage"].sudo().with_context(active_test=False)
        used = terms.search([("exclusion_ids", "in", self.ids)]).exclusion_ids & self
        if used:
            raise UserError(
                self.env._(
                    "“%s” stands in warranty terms. Archive it instead.",
                    ", ".join(used.mapped("name")),
                )
            )
