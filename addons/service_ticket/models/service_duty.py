from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models

from ..engine import roster


class ServiceDuty(models.Model):
    """Somebody answers the hotline of a team from one moment to another (R10)."""

    _name = "service.duty"
    _description = "Duty on the Hotline"
    _inherit = ["service.link.guard"]
    _order = "start, id"
    _rec_name = "user_id"
    _check_company_auto = True

    team_id = fields.Many2one(
        "service.team",
        required=True,
        ondelete="cascade",
        check_company=True,
        default=lambda self: self._default_team_id(),
    )
    company_id = fields.Many2one(
        related="team_id.company_id", store=True, index=True, precompute=True
    )
    user_id = fields.Many2one(
        "res.users",
        "On Duty",
        required=True,
        index=True,
        domain="[('share', '=', False)]",
        check_company=True,
    )
    phone = fields.Char(
        compute="_compute_phone",
        store=True,
        readonly=False,
        help="Where colleagues reach who is on duty; customers call the hotline.",
    )
    start = fields.Datetime("Begins", required=True)
    stop = fields.Datetime("Ends", required=True)
    note = fields.Char()
    hours = fields.Float(compute="_compute_hours", store=True)
    warning = fields.Char(compute="_compute_warning")

    _ends_later = models.Constraint(
        "CHECK (stop > start)", "A duty ends after it begins."
    )
    _by_team = models.Index("(team_id, stop)")

    @api.model
    def _default_team_id(self):
        teams = self.env["service.team"]
        return (
            teams.search([("has_roster", "=", True)], limit=1)
            or teams._get_of(self.env.company)[:1]
        )

    @api.depends("user_id")
    def _compute_phone(self):
        for duty in self:
            duty.phone = duty.user_id.partner_id.phone or duty.phone

    @api.depends("start", "stop")
    def _compute_hours(self):
        for duty in self:
            span = duty.stop - duty.start if duty.start and duty.stop else timedelta()
            duty.hours = span.total_seconds() / 3600

    @api.depends("user_id", "team_id")
    def _compute_display_name(self):
        for duty in self:
            duty.display_name = f"{duty.user_id.name or ''} · {duty.team_id.name or ''}"

    @api.depends("user_id", "start", "stop")
    def _compute_warning(self):
        """Say where somebody would have to be at two hotlines at once."""
        others = self._find_overlapping()
        for duty in self:
            mine = others.get(duty.user_id.id, self.browse()) - duty._origin
            clash = mine.filtered(
                lambda other, duty=duty: duty.start
                and duty.stop
                and other.start < duty.stop
                and other.stop > duty.start
            )
            duty.warning = bool(clash) and self.env._(
                "%(person)s is also on duty at %(team)s then.",
                person=duty.user_id.name,
                team=clash[:1].sudo().team_id.name,
            )

    def _find_overlapping(self):
        """Return {user id: duties} that may overlap with one of these, in one query."""
        timed = self.filtered(lambda duty: duty.start and duty.stop and duty.user_id)
        if not timed:
            return {}
        found = self.search(
            [
                ("user_id", "in", timed.user_id.ids),
                ("start", "<", max(timed.mapped("stop"))),
                ("stop", ">", min(timed.mapped("start"))),
            ]
        )
        result = defaultdict(self.browse)
        for duty in found:
            result[duty.user_id.id] |= duty
        return result

    @api.model
    def _get_now(self, teams, at=None):
        """Return {team: duties} of who is on duty, those of the centre for its branches.

        :param at: naive moment in UTC; now, where nothing is given
        """
        at = at or fields.Datetime.now()
        rosters = {team: team._get_roster_team() for team in teams}
        domain = [
            ("team_id", "in", [team.id for team in rosters.values() if team]),
            ("start", "<=", at),
            ("stop", ">", at),
        ]
        found = self.sudo().search(domain, order="start desc, id")
        return {
            team: found.filtered(lambda duty, o=origin: duty.team_id == o)
            for team, origin in rosters.items()
        }

    def _copy_weeks(self, weeks):
        """Repeat these duties in as many of the following weeks; what is there stays.

        :return: the new duties
        """
        vals_list = [
            vals
            for week in range(1, weeks + 1)
            for duty in self
            for vals in [duty._prepare_copy_vals(week)]
        ]
        known = {
            (duty.team_id.id, duty.user_id.id, duty.start)
            for duty in self.search(
                [
                    ("team_id", "in", self.team_id.ids),
                    ("start", ">", min(self.mapped("start"), default=False)),
                ]
            )
        }
        return self.create(
            [
                vals
                for vals in vals_list
                if (vals["team_id"], vals["user_id"], vals["start"]) not in known
            ]
        )

    def _prepare_copy_vals(self, weeks):
        self.ensure_one()
        zone = self.team_id._get_zone()
        return {
            "team_id": self.team_id.id,
            "user_id": self.user_id.id,
            "phone": self.phone,
            "note": self.note,
            "start": roster.move_weeks(self.start, weeks, zone),
            "stop": roster.move_weeks(self.stop, weeks, zone),
        }
