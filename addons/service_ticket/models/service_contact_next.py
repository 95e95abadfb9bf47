"""What comes after a contact: a ticket, a note to sales, another contact."""

from datetime import timedelta

from odoo import fields, models

_KINDS = {
    "fault": "fault",
    "inspection": "inspection",
    "training": "training",
    "complaint": "complaint",
}
_AGAIN_AFTER = timedelta(days=30)


class ServiceContact(models.Model):
    _inherit = "service.contact"

    def _take_next_step(self):
        """Do what the result asks for; layers above add their own steps."""
        self.ensure_one()
        step = self.result_id.next_step
        if step in _KINDS:
            # sudo: engineers open no tickets, yet a customer's word in their ear counts
            tickets = self.env["service.ticket"].sudo()
            self.sudo().ticket_id = tickets.create(self._prepare_ticket_vals())
        elif step == "sales":
            self._tell_sales()
        elif step == "again":
            self._owe_again()

    def _prepare_ticket_vals(self):
        return {
            "subject": self.kind_id.name,
            "kind": _KINDS[self.result_id.next_step],
            "channel": "phone" if self.method == "phone" else "other",
            "company_id": self.company_id.id,
            "partner_id": (self.person_id or self.partner_id).id,
            "contact_name": self.person_id.name or self.partner_id.name,
            "contact_phone": self.phone,
            "unit_id": self.unit_id.id,
            "description": self.feedback,
        }

    def _tell_sales(self):
        """Give the note to whom the customer belongs, as a task on the customer."""
        customer = self.partner_id.sudo()
        user = customer.user_id
        if not user.active or self.company_id not in user.company_ids:
            user = self.env.user
        task = "service_ticket.activity_type_sales"
        if not self.env.ref(task, raise_if_not_found=False):
            task = "mail.mail_activity_data_todo"
        customer.activity_schedule(
            task,
            user_id=user.id,
            summary=self.env._("Wants to buy: %s", self.kind_id.name),
            note=self.feedback,
        )

    def _owe_again(self):
        """Owe it once more, on the day that was agreed; what is owed already moves."""
        today = fields.Date.context_today(self)
        day = max(self.again_on or today + _AGAIN_AFTER, today)
        same = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "=", self.partner_id.id),
                ("kind_id", "=", self.kind_id.id),
                ("unit_id", "=", self.unit_id.id),
                ("campaign_id", "=", False),
                ("state", "=", "owed"),
            ],
            limit=1,
        )
        if same:
            same.due = day
            return same
        return self.sudo().create(
            {
                "company_id": self.company_id.id,
                "partner_id": self.partner_id.id,
                "person_id": self.person_id.id,
                "kind_id": self.kind_id.id,
                "unit_id": self.unit_id.id,
                "user_id": self.user_id.id,
                "method": self.method,
                "reason": self.env._("As agreed"),
                "due": day,
            }
        )
