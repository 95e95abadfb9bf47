"""Repeats and failed repairs: stored marks on tickets and units (R33, R145)."""

from odoo import api, fields, models

from ..engine import repeats

_JUDGED_BY = {"unit_id", "symptom_id", "cause_id", "kind", "opened_at", "company_id"}
_QUALITY = ("hardware", "software")
_DONE = ("resolved", "closed")
_STORED = ("is_repeat", "repeat_of_id", "repeat_rate", "strike_count")


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    is_repeat = fields.Boolean("Repeat", readonly=True, copy=False)
    repeat_of_id = fields.Many2one(
        "service.ticket",
        "Repeats",
        groups="service_ticket.group_service_agent",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The same fault on the same unit, not long before.",
    )
    repeat_rate = fields.Float(
        default=0.0,  # an average leaves out what is empty
        readonly=True,
        copy=False,
        aggregator="avg",
        help="1 for a repeat, 0 for the others: the average is the share of repeats.",
    )
    strike_count = fields.Integer(
        "Failed Repairs",
        readonly=True,
        copy=False,
        aggregator="max",
        help="How often in a row this quality problem came back after a repair.",
    )
    strikes = fields.Char(compute="_compute_strikes")
    strikes_reached = fields.Boolean(compute="_compute_strikes")

    # IS TRUE as Odoo asks: PostgreSQL does not take the bare column for the same.
    _repeats = models.Index(
        "(unit_id, opened_at) INCLUDE (company_id, kind, state) WHERE is_repeat IS TRUE"
    )
    _failed_repairs = models.Index("(id) WHERE strike_count > 0")

    @api.depends("strike_count", "company_id")
    def _compute_strikes(self):
        for ticket in self:
            limit = ticket.company_id.service_strike_limit
            ticket.strikes = ticket.company_id._describe_strikes(ticket.strike_count)
            ticket.strikes_reached = bool(limit and ticket.strike_count >= limit)

    @api.model
    def _get_recorded_fields(self):
        return super()._get_recorded_fields() | set(_STORED)

    # --- When it is judged ---------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        tickets.filtered(lambda t: t.kind == "fault").unit_id._judge_repeats()
        return tickets

    def write(self, vals):
        judged = _JUDGED_BY & vals.keys()
        units = self.unit_id if judged else self.env["stock.lot"]
        result = super().write(vals)
        if judged:
            (units | self.unit_id)._judge_repeats()
            without = self.sudo().filtered(lambda ticket: not ticket.unit_id)
            without.filtered(
                lambda ticket: ticket.is_repeat or ticket.strike_count
            )._store_repeat(False, 0)
        return result

    def unlink(self):
        units = self.unit_id
        result = super().unlink()
        units._judge_repeats()
        return result

    def _set_state(self, state, reason=None, note=None):
        # A first response or a wait changes nothing; an end or a return does.
        ended = self.filtered(lambda t: t.state in (*_DONE, "cancelled"))
        result = super()._set_state(state, reason=reason, note=note)
        if state in ("resolved", "cancelled"):
            self.unit_id._judge_repeats()
        elif state == "open":
            ended.unit_id._judge_repeats()
        return result

    def _store_repeat(self, repeat_of, strikes):
        if self:
            self.write(
                {
                    "repeat_of_id": repeat_of,
                    "is_repeat": bool(repeat_of),
                    "repeat_rate": 1.0 if repeat_of else 0.0,
                    "strike_count": strikes,
                }
            )

    # --- What the engine is told ---------------------------------------------------------

    def _to_cases(self):
        """Return the tickets as the engine's values, in one more query at most."""
        attempts = {}
        if any(ticket.state != "new" for ticket in self):
            attempts = dict(
                self.env["service.transition"]._read_group(
                    [
                        ("ticket_id", "in", self.ids),
                        ("to_state", "=", "resolved"),
                        ("clock", "=", False),
                    ],
                    ["ticket_id"],
                    ["__count"],
                )
            )
        return {
            ticket: repeats.Case(
                key=ticket.id,
                opened=ticket.opened_at,
                resolved=ticket.resolved_at or None,
                symptom=ticket.symptom_id.id or None,
                cause=ticket.cause_id.id or None,
                quality=ticket.fault_class in _QUALITY if ticket.cause_id else None,
                attempts=attempts.get(ticket, 0),
            )
            for ticket in self
        }
