from odoo import fields, models


class HrEmployeePublic(models.Model):
    _inherit = "hr.employee.public"

    # Not stored: a column would become part of this SQL view, and dropping it at
    # uninstall would take the view along.
    is_service_engineer = fields.Boolean(related="employee_id.is_service_engineer")
