"""What key figures need of a ticket, stored where lists and sums can reach it."""

from collections import defaultdict

from odoo import api, fields, models


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    responded_at = fields.Datetime(
        "First Response",
        readonly=True,
        copy=False,
        help="When somebody first acted on the request.",
    )
    resolution_hours = fields.Float(
        "Working Hours Until Resolved",
        compute="_compute_resolution_hours",
        store=True,
        aggregator="avg",
        help="From receipt to the (last) solution, in the working hours of the team; "
        "round the clock where the team has none.",
    )

    # What the dashboard adds up: a scan of the index, the table is left alone.
    _by_opened = models.Index(
        "(company_id, opened_at) INCLUDE (state, kind, team_id, responded_at, is_repeat,"
        " unit_id, handover_count)"
    )
    _by_resolved = models.Index(
        "(company_id, resolved_at) INCLUDE (kind, team_id, support_mode, opened_at,"
        " resolution_hours, is_history, callback_state) WHERE resolved_at IS NOT NULL"
    )
    _by_closed = models.Index(
        "(company_id, closed_at) INCLUDE (state, team_id, rating_last_value)"
        " WHERE closed_at IS NOT NULL"
    )

    @api.model
    def _get_recorded_fields(self):
        return super()._get_recorded_fields() | {"responded_at", "resolution_hours"}

    @api.depends("opened_at", "resolved_at")
    def _compute_resolution_hours(self):
        done = self.filtered(lambda t: t.resolved_at and t.opened_at)
        (self - done).resolution_hours = 0.0
        hours = self._get_hours_by_company(
            (t.company_id, t.team_id.calendar_id, t.opened_at, 0) for t in done
        )
        for ticket in done:
            working = hours[ticket.company_id][ticket.team_id.calendar_id]
            seconds = working.elapsed(ticket.opened_at, ticket.resolved_at)
            ticket.resolution_hours = seconds / 3600

    def _replay_clocks(self, log=None):
        log = self._get_log() if log is None else log
        super()._replay_clocks(log)
        self._store_response(log)

    def _store_response(self, log):
        """Keep when somebody first acted, as the log has it."""
        by_moment = defaultdict(list)
        for ticket in self:
            lines = log[ticket.id]
            at = next((li.at for li in lines if li.clock == "first_response"), False)
            if ticket.responded_at != at:
                by_moment[at].append(ticket.id)
        for at, ids in by_moment.items():
            self.browse(ids).sudo().write({"responded_at": at})
