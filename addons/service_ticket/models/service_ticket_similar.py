from odoo import api, fields, models

from .service_solution import LEARNED_FROM
from .service_transition import OPEN_STATES

_MOST = 5


class ServiceTicket(models.Model):
    """Solved faults like this one, beside the description, so that nobody starts from
    zero (R84, R87)."""

    _inherit = "service.ticket"

    similar_ids = fields.Many2many(
        "service.solution",
        string="Similar Solved Faults",
        compute="_compute_similar_ids",
        help="Best first, with what fixed them. Found by model, symptom and words, in "
        "any language.",
    )

    @api.depends(
        "symptom_id", "product_id", "subject", "description", "company_id", "state"
    )
    def _compute_similar_ids(self):
        for ticket in self:
            found = ticket._find_similar()
            ticket.similar_ids = [solution.id for solution, _score, _times in found]

    def _find_similar(self, most=_MOST):
        """Return [(solution, score, times)], best first; none for work that is over."""
        self.ensure_one()
        if self.state not in OPEN_STATES:
            return []
        return self.env["service.solution"]._find_similar(
            self.company_id,
            self.product_id,
            self.symptom_id,
            (self.subject, self.description),
            most=most,
            without=self._origin,
        )

    def _get_similar_faults(self, most=_MOST):
        """Return the similar solved faults as plain dicts, for a phone.

        Nothing in them says whose fault it was.
        """
        return [
            {
                "id": solution.id,
                "product": solution.product_id.name or "",
                "symptom": solution.symptom_id.name or "",
                "cause_id": solution.cause_id.id,
                "cause": solution.cause_id.name or "",
                "remedy": solution.remedy_id.name or "",
                "diagnosis": solution.diagnosis or "",
                "work_done": solution.work_done or "",
                "day": fields.Date.to_string(solution.solved_on) or "",
                "score": score,
                "times": times,
            }
            for solution, score, times in self.sudo()._find_similar(most)
        ]

    # --- Learning -----------------------------------------------------------------------

    def write(self, vals):
        result = super().write(vals)
        if LEARNED_FROM & vals.keys():
            solved = self.filtered(lambda t: t.state in ("resolved", "closed"))
            if solved:
                self.env["service.solution"]._learn(solved)
        return result

    def _set_state(self, state, reason=None, note=None):
        """What was solved is known from now on; what is open again is not solved."""
        before = {ticket.id: ticket.state for ticket in self}
        result = super()._set_state(state, reason=reason, note=note)
        over = ("resolved", "closed")
        changed = self.filtered(lambda t: (before[t.id] in over) != (t.state in over))
        if changed:
            self.env["service.solution"]._learn(changed)
        return result
