from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    service_hidden_ticket_ids = fields.Many2many(
        "service.ticket",
        string="Complaints About This Person",
        compute="_compute_service_hidden_ticket_ids",
        compute_sudo=True,
        help="Whoever is complained about does not read the complaint; managers do.",
    )

    def _compute_service_hidden_ticket_ids(self):
        """For the record rule: an id list, so that the search stays on its indexes."""
        complaints = self.env["service.ticket"].search(
            [("complaint_user_id", "in", self.ids)]
        )
        for user in self:
            hidden = complaints.filtered(
                lambda ticket, user=user: ticket.complaint_user_id == user
            )
            if user.has_group("service_ticket.group_service_manager"):
                hidden = hidden.browse()
            user.service_hidden_ticket_ids = hidden
