from odoo import api, fields, models


class ServicePartPlan(models.TransientModel):
    """A part for a job, out of somebody's van."""

    _name = "service.part.plan"
    _description = "Plan a Part"
    _inherit = ["service.dialog"]
    _check_company_auto = True

    ticket_id = fields.Many2one("service.ticket", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="ticket_id.company_id", related_sudo=False)
    user_id = fields.Many2one(
        "res.users",
        "Engineer",
        required=True,
        check_company=True,
        domain="[('id', 'in', van_user_ids)]",
        default=lambda self: self._default_user_id(),
    )
    van_user_ids = fields.Many2many("res.users", compute="_compute_van_user_ids")
    product_id = fields.Many2one(
        "product.product", "Part", required=True, domain="[('type', '=', 'consu')]"
    )
    quantity = fields.Float(default=1.0, required=True, digits="Product Unit")
    on_board = fields.Float(compute="_compute_on_board", digits="Product Unit")

    @api.model
    def _default_user_id(self):
        """Whoever does the job and has a van; else the user's own."""
        ticket = self.env["service.ticket"].browse(
            self.env.context.get("default_ticket_id")
        )
        van = ticket._get_van(ticket.user_id) if ticket else False
        return van and ticket.user_id or self.env.user

    @api.depends("ticket_id")
    @api.depends_context("uid")
    def _compute_van_user_ids(self):
        """The engineer's own van; a dispatcher's choice of all."""
        vans = self.env["stock.location"].search([("service_role", "=", "van")])
        if not self.env.user.has_group("service_ticket.group_service_dispatcher"):
            vans = vans.filtered(lambda van: van.van_user_id == self.env.user)
        for plan in self:
            company = plan.ticket_id.company_id
            plan.van_user_ids = vans.filtered(
                lambda van, company=company: van.company_id == company
            ).van_user_id

    @api.depends("ticket_id", "user_id", "product_id")
    def _compute_on_board(self):
        for plan in self:
            van = plan.user_id and plan.ticket_id._get_van(plan.user_id)
            quants = self.env["stock.quant"]
            if van and plan.product_id:
                quants = quants.search(
                    [
                        ("location_id", "child_of", van.id),
                        ("product_id", "=", plan.product_id.id),
                    ]
                )
            plan.on_board = sum(quants.mapped("quantity"))

    def action_plan(self):
        """Put the part on the job and on the order."""
        self.ensure_one()
        self.ticket_id._plan_part(self.product_id, self.quantity, self.user_id)
        return {"type": "ir.actions.act_window_close"}
