from odoo import models


class StockLot(models.Model):
    _inherit = "stock.lot"

    def _collect_history(self):
        """Visits, kept and failed, belong to what happened to the unit."""
        visits = self.env["service.visit"].search(
            [("ticket_id.unit_id", "=", self.id), ("state", "in", ("done", "failed"))]
        )
        states = dict(visits._fields["state"]._description_selection(self.env))
        return super()._collect_history() + [
            self._event(
                visit.done_at or visit.start,
                self.env._("Visit: %s", states[visit.state]),
                " · ".join(filter(None, (visit.ticket_id.name, visit.user_id.name))),
                visit.fail_reason_id.name if visit.state == "failed" else "",
            )
            for visit in visits
        ]
