from odoo import fields, models

from .service_visit_template import PHASES


class ServiceVisitStep(models.Model):
    """One check on one visit: to do, done by whom and when, with a note."""

    _name = "service.visit.step"
    _description = "Visit Step"
    _inherit = ["service.link.guard"]
    _order = "visit_id, sequence, id"

    visit_id = fields.Many2one(
        "service.visit", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="visit_id.company_id", store=True, precompute=True
    )
    sequence = fields.Integer(default=10)
    phase = fields.Selection(PHASES, required=True, default="work")
    name = fields.Char(required=True)
    help = fields.Char()
    required = fields.Boolean()
    done = fields.Boolean()
    done_at = fields.Datetime()
    note = fields.Char()

    def _tick(self, done, note=None):
        """Sets the answer; the moment is kept from the first time it was done."""
        self.ensure_one()
        vals = {"done": bool(done)}
        if done != self.done:
            vals["done_at"] = fields.Datetime.now() if done else False
        if note is not None:
            vals["note"] = note or False
        self.write(vals)

    def _get_sheet(self):
        return {
            "id": self.id,
            "name": self.name,
            "help": self.help or "",
            "required": self.required,
            "done": self.done,
            "note": self.note or "",
        }
