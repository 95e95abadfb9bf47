from odoo import models


class ServiceMail(models.Model):
    """A mail about a new number that comes back."""

    _inherit = "service.mail"

    def _note_bounce(self, message_dict):
        super()._note_bounce(message_dict)
        message = message_dict.get("bounced_message")
        if message:
            address = message_dict.get("bounced_email")
            self.env["service.hotline.notice"]._note_bounce(message, address)
