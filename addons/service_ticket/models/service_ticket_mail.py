"""A mail to a team's address becomes a ticket."""

import re

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import html2plaintext
from odoo.tools.mail import email_split_tuples

_SERIAL_LIKE = re.compile(r"[\w][\w./-]{3,}")


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Open a ticket from a mail: who wrote, about which unit, in which words."""
        text = self._clean_text(html2plaintext(msg_dict.get("body") or ""), 100_000)
        subject = self._clean_text(msg_dict.get("subject"), 500)
        sender = email_split_tuples(msg_dict.get("email_from") or "")[:1]
        company_id = (custom_values or {}).get("company_id") or self.env.company.id
        own = Domain("company_id", "in", [False, company_id])
        partner = self.env["res.partner"].browse(msg_dict.get("author_id") or [])
        partner = partner.filtered_domain(own)
        vals = {
            "channel": "email",
            "subject": subject or self.env._("(no subject)"),
            "description": text,
            "contact_name": sender[0][0] if sender else False,
            "contact_email": sender[0][1] if sender else False,
            "partner_id": partner.id,
            "site_id": partner.id,
            **(custom_values or {}),
        }
        previous = self.browse(vals.get("previous_id") or [])
        unit = previous.unit_id
        unit = unit or self._find_unit_in_text(f"{subject}\n{text}", partner, own)
        if unit:
            vals.update(
                unit_id=unit.id,
                product_id=unit.product_id.id,
                partner_id=unit.end_customer_id.id or partner.id,
                site_id=unit.site_id.id or partner.id,
            )
        elif previous:
            vals.update(partner_id=previous.partner_id.id, site_id=previous.site_id.id)
        return super().message_new(msg_dict, custom_values=vals)

    @api.model
    def _find_unit_in_text(self, text, partner, own):
        """Return the one unit whose serial stands in the text, else none.

        A known sender's words only ever point at the sender's own units.

        :param own: Domain of what the team's company may see; the mail gateway runs
            with full rights, and a unit of another company would lose the mail
        """
        words = {word.strip("./-") for word in _SERIAL_LIKE.findall(text)}
        domain = own & Domain("name", "in", list(words))
        domain &= Domain("end_customer_id", "!=", False)
        if partner:
            domain &= Domain(
                "end_customer_id", "child_of", partner.commercial_partner_id.id
            )
        units = self.env["stock.lot"].search(domain, limit=2)
        return units if len(units) == 1 else units.browse()
