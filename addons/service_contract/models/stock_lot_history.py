from odoo import models
from odoo.tools import format_date


class StockLot(models.Model):
    _inherit = "stock.lot"

    def _collect_history(self):
        """What covered the unit, and when it ended, belongs to what happened to it."""
        events = super()._collect_history()
        if not self.env["service.entitlement"].has_access("read"):
            return events
        for entitlement in self.entitlement_ids:
            name = entitlement.coverage_id.name
            events += [
                self._event(
                    entitlement.date_start,
                    self.env._("Cover begins"),
                    self.env._(
                        "%(name)s until %(day)s",
                        name=name,
                        day=format_date(self.env, entitlement.date_end),
                    ),
                    entitlement.note,
                ),
                self._event(
                    entitlement.void_on,
                    self.env._("Cover void"),
                    name,
                    entitlement.void_reason,
                ),
            ]
        return events
