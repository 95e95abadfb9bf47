"""The daily list: everything logged and not finished, looked at by somebody (R167)."""

from odoo import api, fields, models


class ServiceReview(models.Model):
    """One person looked at one open request on one day."""

    _name = "service.review"
    _description = "Daily Review"
    _order = "date desc, id desc"

    ticket_id = fields.Many2one(
        "service.ticket", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="ticket_id.company_id", store=True, index=True, precompute=True
    )
    user_id = fields.Many2one(
        "res.users", "Reviewed By", required=True, readonly=True, index=True
    )
    date = fields.Date(required=True, readonly=True)

    _once_a_day = models.UniqueIndex(
        "(ticket_id, user_id, date)", "This was reviewed today already."
    )

    @api.depends("ticket_id.name", "user_id.name", "date")
    def _compute_display_name(self):
        for review in self:
            review.display_name = f"{review.ticket_id.name} {review.user_id.name}"


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    review_ids = fields.One2many("service.review", "ticket_id", "Reviews")
    reviewed_today = fields.Boolean(
        "Reviewed",
        compute="_compute_reviewed_today",
        search="_search_reviewed_today",
        help="Whether you looked at it today.",
    )

    def _get_my_reviews(self):
        # sudo: one's own ticks, whatever else of the list one may read
        return (
            self.env["service.review"]
            .sudo()
            .search(
                [
                    ("ticket_id", "in", self.ids),
                    ("user_id", "=", self.env.uid),
                    ("date", "=", fields.Date.context_today(self)),
                ]
            )
        )

    @api.depends("review_ids.date", "review_ids.user_id")
    @api.depends_context("uid", "tz")
    def _compute_reviewed_today(self):
        reviewed = self._get_my_reviews().ticket_id.with_env(self.env)
        for ticket in self:
            ticket.reviewed_today = ticket._origin in reviewed

    @api.model
    def _search_reviewed_today(self, operator, value):
        if operator != "in":
            return NotImplemented
        mine = [
            ("user_id", "=", self.env.uid),
            ("date", "=", fields.Date.context_today(self)),
        ]
        return [("review_ids", "any!" if True in value else "not any!", mine)]

    def action_review(self):
        """Tick the requests as looked at today; ticked ones are unticked again."""
        self.check_access("write")
        reviews = self._get_my_reviews()
        missing = self - reviews.ticket_id.with_env(self.env)
        if not missing:
            reviews.unlink()
            return
        self.env["service.review"].sudo().create(
            [
                {
                    "ticket_id": ticket.id,
                    "user_id": self.env.uid,
                    "date": fields.Date.context_today(self),
                }
                for ticket in missing
            ]
        )
