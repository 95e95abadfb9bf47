from odoo import api, fields, models

from .service_sla_policy import CLOCKS


class ServiceMilestone(models.Model):
    """One clock of one ticket. What is stored is what the log replays to."""

    _name = "service.milestone"
    _description = "Promised Time"
    _order = "due, id"

    ticket_id = fields.Many2one(
        "service.ticket", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="ticket_id.company_id", store=True, index=True)
    clock = fields.Selection(CLOCKS, required=True)
    target_id = fields.Many2one("service.sla.target", ondelete="set null")
    # What was promised stays promised when the policy is edited later.
    hours = fields.Float("Promised (Hours)")
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
    met_at = fields.Datetime("Met On")
    paused_hours = fields.Float("Paused (Hours)")
    remaining_hours = fields.Float("Left When Paused (Hours)")

    _one_per_clock = models.UniqueIndex("(ticket_id, clock)")
    _running_due = models.Index("(due) WHERE status = 'running'")

    @api.depends("clock")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["clock"]._description_selection(self.env))
        for milestone in self:
            milestone.display_name = labels.get(milestone.clock)

    @api.model
    def _cron_mark_overdue(self, batch=500):
        """Mark what fell due without having been met; the cost is by breaches."""
        self.flush_model(["status", "due"])
        domain = [("status", "=", "running"), ("due", "<", fields.Datetime.now())]
        milestones = self.search(domain, limit=batch, order="due")
        milestones = milestones.try_lock_for_update().filtered_domain(domain)
        milestones._mark_overdue()
        remaining = self.search_count(domain) if len(milestones) == batch else 0
        self.env["ir.cron"]._commit_progress(len(milestones), remaining=remaining)

    def _mark_overdue(self):
        if not self:
            return
        self.write({"status": "overdue"})
        self.ticket_id.with_context(mail_notrack=True)._store_next_due()
        self._tell_broken()

    def _tell_broken(self):
        """Say it once in each ticket's thread, whoever noticed it first."""
        bodies = {
            ticket.id: self.env._(
                "Promise broken: %s",
                ", ".join(milestones.mapped("display_name")),
            )
            for ticket, milestones in self.grouped("ticket_id").items()
        }
        robot = self.env.ref("base.partner_root")
        self.ticket_id._message_log_batch(bodies=bodies, author_id=robot.id)
