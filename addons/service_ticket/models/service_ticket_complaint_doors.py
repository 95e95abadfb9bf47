"""Ways to a complaint and on from it: from a job, to its complaints and actions."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    corrective_action_count = fields.Integer(
        compute="_compute_corrective_action_count",
        groups="service_ticket.group_service_agent",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_corrective_action_count(self):
        actions = self.env["service.corrective.action"]
        counts = dict(
            actions._read_group(
                [("ticket_id", "in", self.ids)], ["ticket_id"], ["__count"]
            )
        )
        for ticket in self:
            ticket.corrective_action_count = counts.get(ticket._origin, 0)

    # --- Buttons ---------------------------------------------------------------------

    def action_complain(self):
        """Take down a complaint about this job."""
        self.ensure_one()
        if self.kind == "complaint":
            raise UserError(self.env._("%s is a complaint itself.", self.name))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Complaint"),
            "res_model": self._name,
            "views": [[False, "form"]],
            "context": {
                f"default_{name}": value
                for name, value in self._prepare_complaint_vals().items()
            },
        }

    def _prepare_complaint_vals(self):
        """Return what a complaint about this job begins with."""
        self.ensure_one()
        return {
            "kind": "complaint",
            "complaint_ticket_id": self.id,
            "company_id": self.company_id.id,
            "team_id": self.team_id.id,
            "unit_id": self.unit_id.id,
            "product_id": self.product_id.id,
            "partner_id": self.partner_id.id,
            "site_id": self.site_id.id,
            "contact_name": self.contact_name,
            "contact_phone": self.contact_phone,
            "contact_email": self.contact_email,
        }

    def action_view_complaints(self):
        """Open the complaints about this job."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_ticket.service_complaint_action"
        )
        return action | {
            "domain": [("complaint_ticket_id", "=", self.id)],
            "context": {"default_kind": "complaint"},
        }

    def action_correct(self):
        """Plan what keeps this from happening again."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Corrective Action"),
            "res_model": "service.corrective.action",
            "views": [[False, "form"]],
            "context": {
                "default_ticket_id": self.id,
                "default_team_id": self.team_id.id,
                "default_company_id": self.company_id.id,
                "default_root_cause_id": self.complaint_root_cause_id.id,
                "default_cause": self.complaint_root_note,
            },
        }

    def action_view_corrective_actions(self):
        """Open what is put right because of this ticket."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_ticket.service_corrective_action_action"
        )
        return action | {
            "domain": [("ticket_id", "=", self.id)],
            "context": {"default_ticket_id": self.id},
        }
