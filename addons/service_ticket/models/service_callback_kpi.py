"""Callbacks are summed by when they fell due, and by when they were made."""

from odoo import models


class ServiceCallback(models.Model):
    _inherit = "service.callback"

    _by_due = models.Index("(company_id, due) INCLUDE (state, team_id, ticket_id)")
    _by_done = models.Index(
        "(company_id, done_at) INCLUDE (state, outcome, team_id, ticket_id)"
        " WHERE done_at IS NOT NULL"
    )
