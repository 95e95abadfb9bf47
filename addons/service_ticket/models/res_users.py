from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    service_consulted_ticket_ids = fields.Many2many(
        "service.ticket",
        string="Tickets Consulted On",
        compute="_compute_service_consulted_ticket_ids",
        compute_sudo=True,
        help="Tickets that this colleague may read for a joint consultation.",
    )

    def _compute_service_consulted_ticket_ids(self):
        """For the record rule: an id list, so that the search stays on its indexes."""
        consultations = self.env["service.consultation"].search(
            [("state", "=", "open"), ("invited_ids", "in", self.ids)]
        )
        for user in self:
            user.service_consulted_ticket_ids = consultations.filtered(
                lambda c, user=user: user in c.invited_ids
            ).ticket_id
