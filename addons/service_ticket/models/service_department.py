from odoo import fields, models


class ServiceDepartment(models.Model):
    """A department that is told in writing of complaints that concern it (R156, R164)."""

    _name = "service.department"
    _description = "Department"
    _inherit = ["service.archivable"]
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        domain="[('share', '=', False)]",
        check_company=True,
        help="Answers for the department.",
    )
    email = fields.Char("E-mail", help="Notices go here, else to the one responsible.")
    reason_ids = fields.Many2many(
        "service.complaint.reason",
        string="Concerned By",
        help="A complaint with one of these reasons has a notice prepared for this "
        "department.",
    )
    active = fields.Boolean(default=True)

    def _get_address(self):
        """Return where a notice goes, an empty text where nobody can be reached."""
        self.ensure_one()
        return self.email or self.sudo().user_id.email or ""
