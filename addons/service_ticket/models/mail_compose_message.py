from odoo import models

ANALYSIS_TEMPLATE = "service_ticket.mail_template_analysis"


class MailComposeMessage(models.TransientModel):
    _inherit = "mail.compose.message"

    def _action_send_mail(self, auto_commit=False):
        """A fault analysis that left for somebody is recorded as sent (R16)."""
        result = super()._action_send_mail(auto_commit=auto_commit)
        template = self.env.ref(ANALYSIS_TEMPLATE, raise_if_not_found=False)
        for composer in self:
            if (
                template
                and composer.template_id == template
                and composer.model == "service.ticket"
                and (composer.composition_mode == "mass_mail" or composer.partner_ids)
            ):
                tickets = self.env["service.ticket"].browse(
                    composer._evaluate_res_ids()
                )
                tickets._on_analysis_sent()
        return result
