from odoo import api, fields, models


class ServiceConsent(models.TransientModel):
    """The customer at the counter signs for what the job will cost."""

    _name = "service.consent"
    _description = "Consent at the Counter"
    _inherit = ["service.dialog"]

    ticket_id = fields.Many2one("service.ticket", required=True, ondelete="cascade")
    amount = fields.Monetary("To Pay", compute="_compute_order")
    currency_id = fields.Many2one("res.currency", compute="_compute_order")
    order_table = fields.Html("Order Lines", compute="_compute_order", sanitize=False)
    signed_by = fields.Char(
        "Name",
        compute="_compute_signed_by",
        compute_sudo=False,
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    signature = fields.Binary(attachment=False)

    @api.depends("ticket_id")
    def _compute_order(self):
        """What the customer signs for; not a related field, because that would read
        whatever ticket the dialog is made for."""
        self.ticket_id.check_access("read")
        for consent in self:
            ticket = consent.ticket_id
            consent.amount = ticket.order_amount
            consent.currency_id = ticket.order_currency_id
            consent.order_table = ticket.order_table

    @api.depends("ticket_id")
    def _compute_signed_by(self):
        self.ticket_id.check_access("read")
        for consent in self:
            ticket = consent.ticket_id
            consent.signed_by = ticket.contact_name or ticket.partner_id.name

    def action_sign(self):
        """Record the consent and confirm the order."""
        self.ensure_one()
        self.ticket_id._record_consent(self.signature, self.signed_by)
        return {"type": "ir.actions.act_window_close"}
