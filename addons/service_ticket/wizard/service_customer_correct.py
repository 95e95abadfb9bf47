from odoo import api, fields, models
from odoo.exceptions import UserError

_CORRECTED = ("name", "phone", "email", "street", "street2", "zip", "city")


class ServiceCustomerCorrect(models.TransientModel):
    """Whoever learns that a name, number or address is wrong puts it right (R154)."""

    _name = "service.customer.correct"
    _description = "Correct the Customer's Data"
    _inherit = ["service.dialog"]

    ticket_id = fields.Many2one("service.ticket", required=True, readonly=True)
    partner_ids = fields.Many2many("res.partner", compute="_compute_partner_ids")
    partner_id = fields.Many2one(
        "res.partner",
        "Whose Data",
        required=True,
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('id', 'in', partner_ids)]",
    )
    name = fields.Char(compute="_compute_data", store=True, readonly=False)
    phone = fields.Char(compute="_compute_data", store=True, readonly=False)
    email = fields.Char("E-mail", compute="_compute_data", store=True, readonly=False)
    street = fields.Char(compute="_compute_data", store=True, readonly=False)
    street2 = fields.Char(compute="_compute_data", store=True, readonly=False)
    zip = fields.Char("ZIP", compute="_compute_data", store=True, readonly=False)
    city = fields.Char(compute="_compute_data", store=True, readonly=False)

    @api.depends("ticket_id")
    def _compute_partner_ids(self):
        for wizard in self:
            wizard.partner_ids = wizard._get_theirs()

    def _get_theirs(self):
        """Return whom a ticket concerns: the caller, the site, their company."""
        ticket = self.ticket_id.sudo()
        concerned = ticket.partner_id | ticket.site_id
        return (concerned | concerned.commercial_partner_id).with_env(self.env)

    @api.depends("ticket_id")
    def _compute_partner_id(self):
        for wizard in self:
            ticket = wizard.ticket_id
            wizard.partner_id = ticket.site_id or ticket.partner_id

    @api.depends("partner_id")
    def _compute_data(self):
        for wizard in self:
            for name in _CORRECTED:
                wizard[name] = wizard.partner_id[name]

    def action_correct(self):
        """Write what is different; who did it and what it was is kept."""
        self.ensure_one()
        self.ticket_id.check_access("write")
        if self.partner_id not in self._get_theirs():
            raise UserError(self.env._("This ticket concerns somebody else."))
        if not self.name:
            raise UserError(self.env._("A customer has a name."))
        # sudo: engineers may not write contacts, yet they stand at the door
        partner = self.partner_id.sudo()
        partner.write(
            {
                name: self[name]
                for name in _CORRECTED
                if (self[name] or "") != (partner[name] or "")
            }
        )
