from datetime import datetime, time, timedelta, timezone

from odoo import api, fields, models
from odoo.exceptions import UserError

_MOST_WEEKS = 26


class ServiceDutyCopy(models.TransientModel):
    """Repeat a week of the duty roster in the weeks that follow."""

    _name = "service.duty.copy"
    _description = "Copy a Week of the Duty Roster"
    _inherit = ["service.dialog"]

    team_id = fields.Many2one(
        "service.team",
        required=True,
        default=lambda self: self.env["service.duty"]._default_team_id(),
    )
    day = fields.Date(
        "Week Of",
        required=True,
        default=fields.Date.context_today,
        help="Any day of the week that is copied.",
    )
    weeks = fields.Integer("Number of Weeks", default=4, required=True)
    duty_count = fields.Integer("Duties in This Week", compute="_compute_duty_count")

    @api.depends("team_id", "day")
    def _compute_duty_count(self):
        for dialog in self:
            dialog.duty_count = len(dialog._find_duties())

    def _find_duties(self):
        """Return the duties that begin in the week, Monday to Sunday where the team is."""
        if not (self.team_id and self.day):
            return self.env["service.duty"]
        zone = self.team_id._get_zone()
        monday = self.day - timedelta(days=self.day.weekday())
        begin, end = (
            datetime.combine(day, time.min, zone)
            .astimezone(timezone.utc)
            .replace(tzinfo=None)
            for day in (monday, monday + timedelta(weeks=1))
        )
        return self.env["service.duty"].search(
            [
                ("team_id", "=", self.team_id.id),
                ("start", ">=", begin),
                ("start", "<", end),
            ]
        )

    def action_copy(self):
        """Copy, and show the roster."""
        self.ensure_one()
        if not 1 <= self.weeks <= _MOST_WEEKS:
            raise UserError(
                self.env._("Choose between 1 and %s weeks.", _MOST_WEEKS),
            )
        duties = self._find_duties()
        if not duties:
            raise UserError(
                self.env._(
                    "%s has no duties in that week. Choose a week with a roster.",
                    self.team_id.name,
                )
            )
        duties._copy_weeks(self.weeks)
        return self.team_id.action_view_roster()
