"""What stands in a line stays a line, whoever writes it."""

import re

from odoo import api, models

# One line each on lists, papers and in the headers of mails.
_LINES = ("subject", "contact_name", "contact_phone", "contact_email")
_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._keep_in_line(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._keep_in_line(vals))

    @api.model
    def _keep_in_line(self, vals):
        """Return the values without line breaks where there is one line.

        A mail whose subject has a line break can't be sent.
        """
        broken = {
            name: _BREAKS.sub(" ", vals[name]).strip()
            for name in _LINES
            if isinstance(vals.get(name), str) and _BREAKS.search(vals[name])
        }
        return {**vals, **broken} if broken else vals
