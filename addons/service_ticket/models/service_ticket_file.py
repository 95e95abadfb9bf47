"""A ticket is a contact with its customer: the file begins with the first one."""

from odoo import api, fields, models
from odoo.fields import Domain

from .service_transition import OPEN_STATES

# After these somebody has looked after the customer's units.
SERVICED = ("fault", "inspection", "installation", "support")


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        tickets._open_customer_files()
        return tickets

    def write(self, vals):
        result = super().write(vals)
        if "partner_id" in vals or "unit_id" in vals:
            self._open_customer_files()
        return result

    def _open_customer_files(self):
        """Open the files of customers who are here for the first time."""
        for ticket in self.filtered(
            lambda t: t.partner_id
            and not t.sudo().partner_id.commercial_partner_id.service_first_contact_on
        ):
            day = fields.Datetime.context_timestamp(ticket, ticket.opened_at).date()
            ticket.partner_id._on_first_contact(day, ticket.company_id)

    def _set_state(self, state, *args, **kwargs):
        result = super()._set_state(state, *args, **kwargs)
        if state == "resolved":
            served = self.filtered(
                lambda t: t.kind in SERVICED and t.support_mode != "phone"
            )
            served.partner_id._on_serviced(fields.Date.context_today(self))
            errors = self.filtered(lambda t: t.fault_class == "user")
            errors.unit_id._suggest_training()
        return result

    @api.model
    def _correct_contact(self, partner, phone, email):
        """A customer's new number holds at once for what is open (R154).

        :param phone: the number before; a ticket that has another one keeps it
        """
        theirs = Domain("partner_id", "=", partner.id) & Domain(
            "state", "in", OPEN_STATES
        )
        for name, old, new in (
            ("contact_phone", phone, partner.phone),
            ("contact_email", email, partner.email),
        ):
            if old and new and old != new:
                tickets = self.sudo().search(theirs & Domain(name, "=", old))
                tickets.with_context(tracking_disable=True).write({name: new})
