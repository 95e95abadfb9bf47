from odoo import fields, models

WAYS = [
    ("phone", "Phone"),
    ("message", "Text Message"),
    ("mail", "E-mail"),
    ("visit", "In Person"),
    ("portal", "Customer Portal"),
]


class ServiceCallbackAttempt(models.Model):
    """One try to reach a customer: when, who, by which way, and whether it worked.

    Written by the buttons of the callback, and never changed.
    """

    _name = "service.callback.attempt"
    _description = "Callback Attempt"
    _order = "at desc, id desc"
    _rec_name = "at"

    callback_id = fields.Many2one(
        "service.callback", required=True, ondelete="cascade", index=True
    )
    ticket_id = fields.Many2one(
        related="callback_id.ticket_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="callback_id.company_id", store=True, index=True, precompute=True
    )
    at = fields.Datetime(required=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users", "By", required=True, default=lambda self: self.env.user
    )
    way = fields.Selection(WAYS, required=True, default="phone")
    phone = fields.Char(help="The number that was called.")
    reached = fields.Boolean()
    note = fields.Char()
