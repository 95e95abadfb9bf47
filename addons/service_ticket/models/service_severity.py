from odoo import api, fields, models, tools


class ServiceSeverity(models.Model):
    """How bad a fault is, with its written definition (R5-R8)."""

    _name = "service.severity"
    _description = "Severity"
    _inherit = ["service.cached", "service.archivable"]
    _order = "level, id"

    name = fields.Char(required=True, translate=True)
    level = fields.Integer(
        required=True, default=3, help="1 is the worst; lists are sorted by it."
    )
    definition = fields.Text(
        translate=True, help="When a fault has this severity, in words for the desk."
    )
    letter = fields.Char(
        "Service Level",
        size=4,
        help="What agreements call this severity, e.g. A, B or C.",
    )
    color = fields.Integer()
    active = fields.Boolean(default=True)

    _level_positive = models.Constraint(
        "CHECK (level > 0)", "The level of a severity starts at 1."
    )

    @api.model
    def _get_mildest(self):
        """Return the severity of a fault of which nothing is known yet."""
        return self.browse(self._get_mildest_id())

    @api.model
    @tools.ormcache()
    def _get_mildest_id(self):
        order = "level desc, id"
        # All archived: a request is taken all the same.
        archived = self.sudo().with_context(active_test=False)
        found = self._find_active(order=order) or archived.search([], order=order)
        return found[:1].id
