"""What the demo's branches have done: hand-overs, a roster, a new number."""

from datetime import datetime, time, timedelta, timezone

from odoo import api, fields, models

_NIGHT = time(18), time(8)
_ROLES = {
    "manager": "manager",
    "frontdesk": "clerk",
    "dispatcher": "dispatcher",
    "engineer": "engineer",
}


class ServiceDemo(models.AbstractModel):
    _inherit = "service.demo"

    def _do_hand_over(self, ticket, moment, word, text):
        """To the team `word`; the text is the reason and, after a dash, the note."""
        reason, _dash, note = text.partition(" - ")
        ticket._hand_over(
            self.env.ref(f"service_ticket.team_{word}"),
            self.env.ref(f"service_ticket.handover_reason_{reason}"),
            note,
        )
        line = ticket.sudo().handover_ids.sorted("id")[-1]
        before = ticket.sudo().handover_ids - line
        since = max(before.mapped("at"), default=ticket.opened_at)
        line.at = moment
        line.lay_hours = (moment - since).total_seconds() / 3600

    @api.model
    def _give_roles(self):
        """Say what the people of each branch are there."""
        for member in self.env["service.team.member"].search([]):
            name = _ROLES.get(member.user_id.login.rstrip("0123456789"))
            if name:
                member.role_id = self.env.ref(f"service_ticket.team_role_{name}")

    @api.model
    def _roll_out_roster(self, team_id, logins):
        """Fill this week and the next; the last night of the next one is still open."""
        team = self.env["service.team"].browse(team_id)
        team.has_roster = True
        zone = team._get_zone()
        today = datetime.now(zone).date()
        monday = today - timedelta(days=today.weekday())
        users = [
            self.env["res.users"].search([("login", "=", login)]) for login in logins
        ]
        duties = self.env["service.duty"].create(
            [
                {
                    "team_id": team.id,
                    "user_id": users[index % len(users)].id,
                    "phone": f"555 01{60 + index % len(users)}",
                    "start": start,
                    "stop": stop,
                }
                for index, (start, stop) in enumerate(self._get_nights(monday, zone))
            ]
        )
        duties._copy_weeks(1)[-1].unlink()

    def _get_nights(self, monday, zone):
        """Yield the spans of a week outside of office hours, in UTC."""
        for day in range(7):
            evening, morning = _NIGHT
            begin = morning if day > 4 else evening
            yield tuple(
                datetime.combine(monday + timedelta(days=date), at, zone)
                .astimezone(timezone.utc)
                .replace(tzinfo=None)
                for date, at in ((day, begin), (day + 1, morning))
            )

    @api.model
    def _change_hotline(self, change_id, days_ago, login):
        """Let everybody have been told of a number so many days ago."""
        change = self.env["service.hotline.change"].browse(change_id)
        change.action_find_customers()
        begun = fields.Datetime.now().replace(minute=12, second=0)
        begun -= timedelta(days=days_ago)
        change._set_state("notifying", announced_at=begun)
        change._take_effect()
        user = self.env["res.users"].search([("login", "=", login)])
        for notice in change.notice_ids:
            if notice.email:
                sent = {"state": "sent", "sent_at": begun + timedelta(minutes=4)}
                notice.write({**sent, "sent_to": notice.email})
                continue
            notice.write(
                {
                    "state": "told",
                    "failure": self.env._("No e-mail address"),
                    "told_how": "phone",
                    "told_by_id": user.id,
                    "told_at": begun + timedelta(hours=3),
                }
            )
        change._set_state("done")
