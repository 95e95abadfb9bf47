"""The customer's file on one page, and what is opened from it."""

from odoo import api, fields, models

_LAST = 20  # what a page shows; the buttons open all
_CHANGED = ("name", "phone", "email", "contact_address_inline", "parent_id", "function")


class ResPartner(models.Model):
    _inherit = "res.partner"

    service_contact_count = fields.Integer(compute="_compute_service_contact_count")
    service_last_ticket_ids = fields.Many2many(
        "service.ticket",
        compute="_compute_service_last_ids",
        string="Repair History",
        groups="service_ticket.group_service_agent",
    )
    service_last_contact_ids = fields.Many2many(
        "service.contact",
        compute="_compute_service_last_ids",
        string="Contacts",
        groups="service_ticket.group_service_agent",
    )
    service_operator_ids = fields.Many2many(
        "service.system.operator",
        compute="_compute_service_last_ids",
        string="Operators",
        groups="service_ticket.group_service_agent",
    )
    service_changes = fields.Html(
        "Changes",
        compute="_compute_service_changes",
        sanitize=False,
        groups="service_ticket.group_service_agent",
    )

    def _compute_service_contact_count(self):
        counts = dict(
            self.env["service.contact"]._read_group(
                [("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.service_contact_count = counts.get(partner._origin, 0)

    def _compute_service_last_ids(self):
        """The latest of a customer; shown on forms and papers only."""
        for partner in self:
            customer = partner._origin.id
            partner.service_last_ticket_ids = self.env["service.ticket"].search(
                [("partner_id", "child_of", customer)],
                order="opened_at desc, id desc",
                limit=_LAST,
            )
            partner.service_last_contact_ids = self.env["service.contact"].search(
                [("partner_id", "=", customer)],
                order="state desc, due desc, id desc",
                limit=_LAST,
            )
            partner.service_operator_ids = self.env["service.system.operator"].search(
                [("unit_id.end_customer_id", "child_of", customer)], limit=2 * _LAST
            )

    # --- Changes of name, address, phone, persons (R154) -------------------------------

    @api.depends("message_ids", "child_ids.message_ids")
    def _compute_service_changes(self):
        for partner in self:
            partner.service_changes = self.env["ir.qweb"]._render(
                "service_ticket.customer_file_changes",
                {"changes": partner._get_file_changes()},
            )

    def _get_file_changes(self):
        """Return the latest changes as dicts: when, who, whose, what, from, to.

        Odoo keeps them with the contact and with each of its persons.
        """
        self.ensure_one()
        partners = self.with_context(active_test=False)
        theirs = partners.search([("id", "child_of", self._origin.id)])
        # sudo: values that changed are for administrators; these fields are not secret
        values = (
            self.env["mail.tracking.value"]
            .sudo()
            .search(
                [
                    ("mail_message_id.model", "=", "res.partner"),
                    ("mail_message_id.res_id", "in", theirs.ids),
                    ("field_id.name", "in", _CHANGED),
                ],
                limit=_LAST,
            )
        )
        labels = {"contact_address_inline": self.env._("Address")}
        whose = {partner.id: partner for partner in theirs}
        return [
            {
                "on": value.mail_message_id.date,
                "by": value.mail_message_id.author_id.name or "",
                "who": whose[value.mail_message_id.res_id].name or "",
                "what": labels.get(value.field_id.name)
                or value.field_id.field_description,
                "old": value.old_value_char or value.old_value_text or "",
                "new": value.new_value_char or value.new_value_text or "",
            }
            for value in values
        ]

    # --- Actions -----------------------------------------------------------------------

    def action_view_service_contacts(self):
        """Open the contacts that this customer is owed, and those made."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_ticket.service_contact_action"
        )
        return action | {
            "domain": [("partner_id", "=", self.id)],
            "context": {"default_partner_id": self.id},
        }

    def action_new_service_contact(self):
        """Note a contact with this customer by hand."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Contact"),
            "res_model": "service.contact",
            "view_mode": "form",
            "context": {"default_partner_id": self.commercial_partner_id.id},
        }

    def action_open_contact(self):
        """Open the contact with all that other departments keep of it."""
        self.ensure_one()
        return self._get_records_action()

    def action_view_file_page(self):
        """Show everything that the printed file holds, in the client."""
        self.ensure_one()
        self.check_access("read")
        report = self.env.ref("service_ticket.action_report_customer_file")
        return report.report_action(self) | {"report_type": "qweb-html"}
