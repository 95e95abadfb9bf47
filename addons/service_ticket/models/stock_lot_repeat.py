"""The unit judges its faults: which are repeats, and how many repairs failed."""

from collections import defaultdict

from odoo import fields, models

_READ = (
    "unit_id",
    "company_id",
    "kind",
    "state",
    "opened_at",
    "resolved_at",
    "symptom_id",
    "cause_id",
    "fault_class",
    "is_repeat",
    "repeat_of_id",
    "strike_count",
)


class StockLot(models.Model):
    _inherit = "stock.lot"

    repeat_count = fields.Integer("Repeats", compute="_compute_repeat_count")

    def _compute_repeat_count(self):
        counts = dict(
            self.env["service.ticket"]._read_group(
                [("unit_id", "in", self.ids), ("is_repeat", "=", True)],
                ["unit_id"],
                ["__count"],
            )
        )
        for unit in self:
            unit.repeat_count = counts.get(unit._origin, 0)

    def action_view_repeats(self):
        """Open the repeats among the tickets of this unit."""
        self.ensure_one()
        action = self.action_view_tickets()
        return action | {
            "domain": [("unit_id", "=", self.id), ("is_repeat", "=", True)]
        }

    def _judge_repeats(self):
        """Mark the repeats among the units' faults and count their failed repairs.

        In sudo: an engineer's ticket may repeat a colleague's. Only what changed is
        written, so that a lone fault costs one query. What another company knows of a
        shared unit stays there.
        """
        if not self:
            return
        tickets = (
            self.env["service.ticket"]
            .sudo()
            .search_fetch([("unit_id", "in", self.ids)], _READ)
        )
        cases = tickets.filtered(
            lambda ticket: ticket.kind == "fault" and ticket.state != "cancelled"
        )._to_cases()
        verdicts = dict.fromkeys(tickets, (False, 0))
        counts = defaultdict(int)
        groups = defaultdict(list)
        for ticket, case in cases.items():
            groups[ticket.unit_id, ticket.company_id].append((ticket, case))
        for (unit, company), group in groups.items():
            repeated, strikes, count = company._judge_faults(
                [case for _t, case in group]
            )
            counts[unit.id] = max(counts[unit.id], count)
            for ticket, case in group:
                verdicts[ticket] = (repeated[case.key] or False, strikes[case.key])
        self._store_verdicts(verdicts, counts)

    def _store_verdicts(self, verdicts, counts):
        """Write what differs, in as few statements as there are different values."""
        by_values = defaultdict(self.env["service.ticket"].sudo().browse)
        for ticket, (repeat_of, strikes) in verdicts.items():
            stored = (ticket.is_repeat, ticket.repeat_of_id.id, ticket.strike_count)
            if stored != (bool(repeat_of), repeat_of, strikes):
                by_values[repeat_of, strikes] += ticket
        for (repeat_of, strikes), tickets in by_values.items():
            tickets._store_repeat(repeat_of, strikes)
        for count, units in self.sudo().grouped(lambda u: counts[u.id]).items():
            changed = units.filtered(lambda u, c=count: u.failed_repair_count != c)
            if changed:
                changed.write({"failed_repair_count": count})
                changed._on_failed_repairs()

    def _on_failed_repairs(self):
        """The count of failed repairs changed: layers above may act on it (R33)."""
