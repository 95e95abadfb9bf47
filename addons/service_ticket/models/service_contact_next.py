"""What comes after a contact: a ticket, a note to sales, another contact."""

from datetime import timedelta

from odoo import fields, models

from .guard import drop_all_defaults

_KINDS = {
    "fault": "fault",
    "inspection": "inspection",
    "training": "training",
    "complaint": "complaint",
}
_AGAIN_AFTER = timedelta(days=30)


class ServiceContact(models.Model):
    _name = "service.contact"
    _inherit = ["service.contact", "service.sales"]

    def _take_next_step(self):
        """Do what the result asks for; layers above add their own steps."""
        self.ensure_one()
        step = self.result_id.next_step
        if step in _KINDS:
            # sudo: engineers open no tickets, yet a customer's word in their ear counts
            # … but nothing of it comes from a crafted call.
            clean = drop_all_defaults(self.env.context)
            tickets = self.env["service.ticket"].with_context(clean).sudo()
            self.sudo().ticket_id = tickets.create(self._prepare_ticket_vals())
        elif step == "sales":
            self._hand_to_sales()
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

    def _prepare_wish(self):
        person = self.person_id or self.partner_id
        return {
            "company_id": self.company_id,
            "partner_id": self.partner_id,
            "team_id": self.partner_id.service_team_id,
            "title": self.kind_id.name,
            "wish": self.feedback or self.kind_id.name,
            "name": person.name,
            "phone": self.phone,
            "unit_id": self.unit_id,
        }

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
