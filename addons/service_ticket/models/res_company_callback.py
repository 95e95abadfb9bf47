from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    service_satisfaction_target = fields.Float(
        "Satisfied Customers (%)",
        default=98.0,
        help="So many of a hundred customers who were asked are to be satisfied.",
    )
    service_asks_rating = fields.Boolean(
        "Ask for a Rating",
        default=True,
        help="The mail about a closed ticket asks for a rating, once, where none was "
        "given yet.",
    )
    service_callback_claim_minutes = fields.Integer(
        "A Call Takes (Minutes)",
        default=15,
        help="For so long nobody else calls a customer whose call was taken.",
    )
    service_callback_grace_minutes = fields.Integer(
        "Tell the Leader After (Minutes)",
        default=60,
        help="A callback that is overdue for so long is told to the team's leader.",
    )

    _service_callbacks_bounded = models.Constraint(
        "CHECK (service_satisfaction_target BETWEEN 0 AND 100"
        " AND service_callback_claim_minutes BETWEEN 1 AND 1440"
        " AND service_callback_grace_minutes BETWEEN 0 AND 525600)",
        "A share lies between 0 and 100 %, a call takes up to a day, and leaders are "
        "told within a year.",
    )
