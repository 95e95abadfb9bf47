from odoo import api, fields, models
from odoo.exceptions import LockError, UserError


class ServiceTicketHandover(models.TransientModel):
    """Hand tickets over to another branch, with the reason."""

    _name = "service.ticket.handover"
    _description = "Hand Over"
    _inherit = ["service.dialog"]

    ticket_ids = fields.Many2many("service.ticket", required=True)
    company_id = fields.Many2one("res.company", compute="_compute_from")
    from_team_ids = fields.Many2many(
        "service.team", string="From Team", compute="_compute_from"
    )
    team_id = fields.Many2one(
        "service.team",
        "To Team",
        required=True,
        domain="[('company_id', '=', company_id), ('id', 'not in', from_team_ids)]",
    )
    reason_id = fields.Many2one("service.handover.reason", "Reason", required=True)
    note = fields.Char("What They Should Know")
    seen_count = fields.Integer(
        help="Hand-overs there were when the dialog was opened."
    )

    @api.model
    def default_get(self, fields):
        """Propose to hand back what came from elsewhere."""
        values = super().default_get(fields)
        tickets = self.env["service.ticket"].browse(
            self.env.context.get("default_ticket_ids") or ()
        )
        values["seen_count"] = sum(tickets.mapped("handover_count"))
        last = tickets.sudo().mapped(
            lambda ticket: ticket.handover_ids.sorted("id")[-1:].from_team_id
        )
        if len(last) == 1 and "team_id" not in values:
            values["team_id"] = last.id
        return values

    @api.depends("ticket_ids")
    def _compute_from(self):
        for dialog in self:
            dialog.from_team_ids = dialog.ticket_ids.team_id
            dialog.company_id = dialog.ticket_ids.company_id[:1]

    def action_hand_over(self):
        """Hand over, unless somebody else was quicker."""
        self.ensure_one()
        tickets = self.ticket_ids
        tickets.check_access("write")
        try:
            tickets.sudo().lock_for_update()
        except LockError:
            raise UserError(self._get_late_message()) from None
        tickets.invalidate_recordset(["team_id", "handover_count"])
        if sum(tickets.mapped("handover_count")) != self.seen_count:
            raise UserError(self._get_late_message())
        if self.team_id in tickets.team_id:
            raise UserError(self.env._("It is with %s already.", self.team_id.name))
        tickets._hand_over(self.team_id, self.reason_id, self.note)
        if all(ticket.has_access("read") for ticket in tickets):
            return {"type": "ir.actions.act_window_close"}
        # An engineer sees own tickets only: this one has left the screen.
        return self.env["ir.actions.act_window"]._for_xml_id(
            "service_ticket.service_ticket_action"
        ) | {"target": "main"}

    def _get_late_message(self):
        last = self.sudo().ticket_ids.handover_ids.sorted("id")[-1:]
        if last:
            return self.env._(
                "Somebody was quicker: %(user)s handed it over to %(team)s. Look at it "
                "again.",
                user=last.user_id.name,
                team=last.to_team_id.name,
            )
        return self.env._("Somebody is handing it over right now. Look at it again.")
