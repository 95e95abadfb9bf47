from odoo import fields, models

NEXT_STEPS = [
    ("none", "Nothing"),
    ("fault", "Ticket: fault"),
    ("inspection", "Ticket: inspection"),
    ("training", "Ticket: training"),
    ("complaint", "Ticket: complaint"),
    ("sales", "Note to sales"),
    ("again", "Another contact"),
]


class ServiceContactResult(models.Model):
    """What a contact brought, and what is done about it."""

    _name = "service.contact.result"
    _description = "Result of a Contact"
    _inherit = ["service.archivable"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    next_step = fields.Selection(NEXT_STEPS, required=True, default="none")
    needs_feedback = fields.Boolean(help="What the customer said has to be written.")
