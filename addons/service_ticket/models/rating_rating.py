from odoo import api, fields, models
from odoo.exceptions import UserError

RATING_WAYS = [
    ("phone", "Phone"),
    ("link", "Link in a mail"),
    ("portal", "Customer Portal"),
    ("sheet", "Signed Sheet"),
]
# Who is rated how, and by which way, is no colleague's to write.
_SEALED = {
    "rating",
    "feedback",
    "consumed",
    "partner_id",
    "rated_partner_id",
    "res_id",
    "res_model_id",
    "service_ticket_id",
    "service_company_id",
    "service_team_id",
    "service_way",
    "service_quality",
    "service_attitude",
}


class RatingRating(models.Model):
    """A rating of a ticket: of the work's quality and of the people's attitude (R123)."""

    _inherit = "rating.rating"

    service_ticket_id = fields.Many2one(
        "service.ticket",
        "Ticket",
        compute="_compute_service_ticket_id",
        store=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    service_company_id = fields.Many2one(
        related="service_ticket_id.company_id", store=True, string="Service Company"
    )
    service_team_id = fields.Many2one(
        related="service_ticket_id.team_id", store=True, string="Service Team"
    )
    service_way = fields.Selection(RATING_WAYS, "Rated By", readonly=True)
    # 0 stands for what was not said: no average of these would be true.
    service_quality = fields.Integer("Quality", readonly=True, aggregator=None)
    service_attitude = fields.Integer("Attitude", readonly=True, aggregator=None)

    @api.depends("res_model", "res_id")
    def _compute_service_ticket_id(self):
        for rating in self:
            ours = rating.res_model == "service.ticket"
            rating.service_ticket_id = rating.res_id if ours else False

    @api.model_create_multi
    def create(self, vals_list):
        ratings = super().create(vals_list)
        ratings._refuse_sealed(_SEALED)
        return ratings

    def write(self, vals):
        self._refuse_sealed(vals.keys())
        return super().write(vals)

    def _refuse_sealed(self, names):
        if self.env.su or not (_SEALED & set(names)):
            return
        if self.filtered(lambda rating: rating.res_model == "service.ticket"):
            raise UserError(
                self.env._("A rating is the customer's: nobody else writes it.")
            )

    def reset(self):
        self._refuse_sealed(_SEALED)
        return super().reset()

    def action_check_by_phone(self):
        """Have the customer called to check these ratings (R127)."""
        tickets = self.service_ticket_id
        tickets.check_access("write")
        note = self.env._("Is the rating the customer's own?")
        self.env["service.callback"]._owe(tickets, is_check=True, note=note)
