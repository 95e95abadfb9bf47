from odoo import api, fields, models


class ServiceConsent(models.TransientModel):
    """The customer at the counter signs for what the job will cost."""

    _name = "service.consent"
    _description = "Consent at the Counter"

    ticket_id = fields.Many2one("service.ticket", required=True, ondelete="cascade")
    # Read with the rights of the user: a dialog can be made for any ticket's id.
    amount = fields.Monetary(related="ticket_id.order_amount", related_sudo=False)
    currency_id = fields.Many2one(
        related="ticket_id.order_currency_id", related_sudo=False
    )
    order_table = fields.Html(related="ticket_id.order_table", related_sudo=False)
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
    def _compute_signed_by(self):
        for consent in self:
            ticket = consent.ticket_id
            consent.signed_by = ticket.contact_name or ticket.partner_id.name

    def action_sign(self):
        """Record the consent and confirm the order."""
        self.ensure_one()
        self.ticket_id._record_consent(self.signature, self.signed_by)
        return {"type": "ir.actions.act_window_close"}
