from odoo import api, fields, models


class ServiceHandoverReason(models.Model):
    """Why a ticket goes to another branch."""

    _name = "service.handover.reason"
    _description = "Reason for Handing Over"
    _inherit = ["service.archivable"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)


class ServiceHandover(models.Model):
    """A ticket went from one branch to another: who sent it, why, how long it had lain.

    Written by the system, whatever way the team was changed. One call is served to its
    end (R152): how often that fails is counted here.
    """

    _name = "service.handover"
    _description = "Hand-Over"
    _order = "at desc, id desc"
    _rec_name = "ticket_id"

    ticket_id = fields.Many2one(
        "service.ticket", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="ticket_id.company_id", store=True, index=True, precompute=True
    )
    at = fields.Datetime("When", required=True, default=fields.Datetime.now, index=True)
    user_id = fields.Many2one("res.users", "By", required=True)
    from_team_id = fields.Many2one(
        "service.team", "From Team", index="btree_not_null", ondelete="restrict"
    )
    to_team_id = fields.Many2one(
        "service.team", "To Team", index="btree_not_null", ondelete="restrict"
    )
    from_user_id = fields.Many2one("res.users", "Was Assigned To")
    reason_id = fields.Many2one(
        "service.handover.reason", "Reason", index="btree_not_null", ondelete="restrict"
    )
    note = fields.Char()
    lay_hours = fields.Float(
        "Lay There (Hours)",
        aggregator="avg",
        help="From the request, or the hand-over before, to this one; round the clock.",
    )
    is_back = fields.Boolean(
        "Handed Back", help="It went back to the team that had sent it."
    )

    @api.depends("ticket_id", "from_team_id", "to_team_id")
    def _compute_display_name(self):
        for handover in self:
            handover.display_name = (
                f"{handover.ticket_id.name}: {handover.from_team_id.name or '–'}"
                f" → {handover.to_team_id.name or '–'}"
            )

    def action_open_ticket(self):
        """Open the ticket that was handed over."""
        self.ensure_one()
        return self.ticket_id.action_open_form()

    # --- Telling ----------------------------------------------------------------------

    def _tell(self):
        """Note it on the tickets, and tell each team that got some, once."""
        bodies = {}
        for handover in self:
            lang = handover.company_id.partner_id.lang
            bodies[handover.ticket_id.id] = handover.with_context(lang=lang)._get_note()
        self.ticket_id._message_log_batch(bodies=bodies)
        for team, mine in self.grouped("to_team_id").items():
            if team:
                mine._tell_team(team)

    def _get_note(self):
        self.ensure_one()
        why = ", ".join(filter(None, (self.reason_id.name, self.note)))
        body = self.env._(
            "Handed over from %(from)s to %(to)s.",
            **{
                "from": self.from_team_id.name or "–",
                "to": self.to_team_id.name or "–",
            },
        )
        return f"{body} {why}".rstrip()

    def _tell_team(self, team):
        """Tell the leader, else the members; who pressed the button knows."""
        people = team.leader_id or team.member_ids
        people = self.env["service.escalation.step"]._keep_able(people, team.company_id)
        for user in people - self.env.user:
            mine = self.with_context(lang=user.lang)
            tickets = mine.ticket_id
            subject = mine.env._(
                "%(count)s tickets handed over to %(team)s",
                count=len(tickets),
                team=team.with_context(lang=user.lang).name,
            )
            if len(tickets) == 1:
                subject = f"{tickets.display_name}: {mine._get_note()}"
            tickets[:1].message_notify(
                partner_ids=user.partner_id.ids,
                subject=subject,
                body=mine._get_notice(),
                model_description=mine.env._("Hand-Over"),
                force_send=False,
            )

    def _get_notice(self):
        return self.env["ir.qweb"]._render(
            "service_ticket.service_handover_notice", {"handovers": self}
        )
