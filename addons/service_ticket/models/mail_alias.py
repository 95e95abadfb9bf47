from odoo import models


class MailAlias(models.Model):
    _inherit = "mail.alias"

    def _alias_bounce_incoming_email(self, message, message_dict, set_invalid=True):
        """A mail that the desk keeps in quarantine is not sent back as well."""
        if self.env["mail.thread"]._get_intake():
            return
        super()._alias_bounce_incoming_email(
            message, message_dict, set_invalid=set_invalid
        )
