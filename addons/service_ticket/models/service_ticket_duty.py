"""What comes in outside of working hours goes to who is on duty."""

from odoo import api, fields, models


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    on_duty = fields.Char(related="team_id.on_duty", string="On Duty Now")

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        if not self._get_import():
            tickets._assign_to_duty()
        return tickets

    def _assign_to_duty(self):
        """Assign what nobody has; one question for a whole batch of each team."""
        new = self.filtered(
            lambda t: t.state == "new"
            and t.kind
            != "complaint"  # that is the leader's, and may be about the person
            and not t.user_id
            and t.team_id
        )
        teams = new.team_id.filtered(lambda team: team._get_roster_team())
        if not teams:
            return
        now = fields.Datetime.now()
        away = teams.filtered(lambda team: not team._is_at_work(now))
        steps = self.env["service.escalation.step"].sudo()
        for team, duties in self.env["service.duty"]._get_now(away, now).items():
            users = steps._keep_able(duties.user_id, team.sudo().company_id)
            if users:
                mine = new.filtered(lambda t, team=team: t.team_id == team)
                mine.sudo().user_id = users[:1]
