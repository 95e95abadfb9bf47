"""What becomes of open tickets when their unit goes to another customer."""

from odoo import models


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    def _go_on_for(self, customer, site):
        """Open each fault anew for the unit's new customer and cancel the old ticket.

        The old ticket keeps its conversation: it stays with whom it was led, and the
        new customer sees none of it. What the desk has to know goes into the internal
        note.
        """
        successors = self.create(
            [ticket._prepare_go_on_vals(customer, site) for ticket in self]
        )
        for ticket, successor in zip(self, successors, strict=True):
            ticket.message_post(
                body=self.env._(
                    "The unit changed hands; %s goes on for the new customer.",
                    successor.name,
                ),
                subtype_xmlid="mail.mt_note",
            )
        self.action_cancel()
        return successors

    def _prepare_go_on_vals(self, customer, site):
        """Return what the ticket of the new customer begins with."""
        self.ensure_one()
        said = [self.env._("Goes on from %s.", self.name), self.description]
        return {
            "company_id": self.company_id.id,
            "team_id": self.team_id.id,
            "kind": self.kind,
            "channel": "other",
            "subject": self.symptom_id.name or self.unit_id.model_label,
            "symptom_id": self.symptom_id.id,
            "severity_id": self.severity_id.id,
            "support_mode": self.support_mode,
            "unit_id": self.unit_id.id,
            "partner_id": customer.id,
            "site_id": site.id,
            "user_id": self.user_id.id,
            "internal_note": "\n".join(filter(None, [*said, self.internal_note])),
        }
