"""Where and when a promise was made, stored: promises are summed by both."""

from odoo import fields, models


class ServiceMilestone(models.Model):
    _inherit = "service.milestone"

    opened_at = fields.Datetime(related="ticket_id.opened_at", store=True)
    team_id = fields.Many2one(related="ticket_id.team_id", store=True)

    _by_opened = models.Index(
        "(company_id, opened_at) INCLUDE (status, clock, team_id)"
    )
