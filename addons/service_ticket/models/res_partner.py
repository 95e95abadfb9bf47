from odoo import fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    _inherit = "res.partner"

    service_policy_id = fields.Many2one(
        "service.sla.policy",
        "Promised Times",
        help="What this customer is promised when it differs from the team's policy.",
    )
    service_unit_ids = fields.One2many("stock.lot", "end_customer_id", "Units")
    service_unit_count = fields.Integer(compute="_compute_service_counts")
    service_ticket_count = fields.Integer(compute="_compute_service_counts")

    def _compute_service_counts(self):
        units = dict(
            self.env["stock.lot"]._read_group(
                [("end_customer_id", "in", self.ids)], ["end_customer_id"], ["__count"]
            )
        )
        tickets = dict(
            self.env["service.ticket"]._read_group(
                [("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.service_unit_count = units.get(partner._origin, 0)
            partner.service_ticket_count = tickets.get(partner._origin, 0)

    def _search_display_name(self, operator, value):
        domain = super()._search_display_name(operator, value)
        if (
            self.env.context.get("service_caller_search")
            and operator == "ilike"
            and isinstance(value, str)
        ):
            domain = Domain(domain) | Domain("phone", "ilike", value)
        return domain

    def action_view_service_units(self):
        """Open the units that stand at this customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_ticket.service_unit_action"
        )
        return action | {
            "domain": [("end_customer_id", "child_of", self.id)],
            "context": {"default_end_customer_id": self.id},
        }

    def action_view_service_tickets(self):
        """Open the tickets of this customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_ticket.service_ticket_action"
        )
        return action | {
            "domain": [("partner_id", "child_of", self.id)],
            "context": {"default_partner_id": self.id},
        }
