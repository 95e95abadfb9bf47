from odoo import api, fields, models

from .service_sla_policy import CLOCKS
from .service_sla_target import HOURS_OF

RUNNING = ("running", "overdue")
UNSETTLED = ("none", "running", "paused", "overdue")


class ServiceMilestone(models.Model):
    """One clock of one ticket. What is stored is what the log replays to."""

    _name = "service.milestone"
    _description = "Promised Time"
    _order = "due, id"

    ticket_id = fields.Many2one(
        "service.ticket", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="ticket_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="ticket_id.partner_id")
    severity_id = fields.Many2one(related="ticket_id.severity_id")
    team_id = fields.Many2one(related="ticket_id.team_id")
    user_id = fields.Many2one(related="ticket_id.user_id")
    opened_at = fields.Datetime(related="ticket_id.opened_at")
    clock = fields.Selection(CLOCKS, "Promise", required=True)
    target_id = fields.Many2one("service.sla.target", ondelete="set null")
    # What was promised stays promised when the policy is edited later.
    hours = fields.Float("Promised")
    internal_hours = fields.Float("Own Aim")
    hours_of = fields.Selection(HOURS_OF, "Counts")
    calendar_id = fields.Many2one(
        "resource.calendar", "Counts During", ondelete="restrict"
    )
    status = fields.Selection(
        [
            ("none", "No promise"),
            ("running", "Running"),
            ("paused", "Paused"),
            ("overdue", "Overdue"),
            ("met", "Kept"),
            ("late", "Broken"),
            ("void", "Not needed"),
        ],
        required=True,
        default="none",
    )
    due = fields.Datetime()
    internal_due = fields.Datetime(
        "Own Aim Due", help="When our own aim is over, before the promise is."
    )
    met_at = fields.Datetime("Met On")
    paused_hours = fields.Float("Paused")
    remaining_hours = fields.Float("Left When Paused")
    next_alert = fields.Datetime(
        "Looked At Next", help="When the next warning or escalation is due."
    )
    alert_error = fields.Char("Could Not Tell", help="Why nobody could be told.")
    alert_ids = fields.One2many("service.alert", "milestone_id", "Escalations")

    _one_per_clock = models.UniqueIndex("(ticket_id, clock)")
    _open_due = models.Index("(due) WHERE status IN ('running', 'overdue')")
    _paused_due = models.Index("(due, id) WHERE status = 'paused'")
    _open_internal_due = models.Index(
        "(internal_due)"
        " WHERE internal_due IS NOT NULL AND status IN ('running', 'overdue')"
    )
    _by_next_alert = models.Index("(next_alert) WHERE next_alert IS NOT NULL")
    _unsettled_calendar = models.Index(
        "(calendar_id) WHERE calendar_id IS NOT NULL"
        " AND status IN ('none', 'running', 'paused', 'overdue')"
    )

    @api.depends("clock", "ticket_id.name")
    @api.depends_context("lang", "promise_with_ticket")
    def _compute_display_name(self):
        labels = dict(self._fields["clock"]._description_selection(self.env))
        for milestone in self:
            name = labels.get(milestone.clock)
            if self.env.context.get("promise_with_ticket"):
                name = f"{milestone.ticket_id.name} {name}"
            milestone.display_name = name

    def action_open_ticket(self):
        """Open the ticket that this was promised for."""
        self.ensure_one()
        return self.ticket_id.action_open_form()

    def action_record_met(self):
        """Ask when and how this promise was met."""
        self.ensure_one()
        return self.ticket_id._ask_what_was_met(self.clock)
