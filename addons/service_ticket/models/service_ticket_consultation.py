from datetime import timedelta

from odoo import api, fields, models

from .service_transition import OPEN_STATES

_CONSULT_AFTER = 2  # faults of one unit with one symptom, before this one
_WITHIN = 180  # days


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    consultation_ids = fields.One2many(
        "service.consultation", "ticket_id", "Joint Consultations"
    )
    consultation_count = fields.Integer(compute="_compute_consultation_count")
    consultation_hint = fields.Char(compute="_compute_consultation_hint")

    def _compute_consultation_count(self):
        # sudo: a number is shown also to who reads the ticket alone
        counts = dict(
            self.env["service.consultation"]
            .sudo()
            ._read_group([("ticket_id", "in", self.ids)], ["ticket_id"], ["__count"])
        )
        for ticket in self:
            ticket.consultation_count = counts.get(ticket._origin, 0)

    @api.depends("unit_id", "symptom_id", "state", "consultation_ids")
    @api.depends_context("lang")
    def _compute_consultation_hint(self):
        """Suggest a consultation where the same fault comes again and again (R48)."""
        least = self._get_consult_after()
        for ticket in self:
            times = ticket._count_same_faults() if least else 0
            ticket.consultation_hint = (
                self.env._(
                    "This unit had the same fault %s times before. Ask colleagues: "
                    "press “Consult”.",
                    times,
                )
                if times and times >= least
                else False
            )

    @api.model
    def _get_consult_after(self):
        """Return after how many equal faults a consultation is suggested; 0: never."""
        return self.env["service.rate.limit"]._get_limit(
            "service_ticket.consult_after", _CONSULT_AFTER
        )

    def _count_same_faults(self):
        """Count earlier faults of this unit with this symptom; 0 once over or asked."""
        self.ensure_one()
        if (
            self.state not in OPEN_STATES
            or not (self.unit_id and self.symptom_id)
            or self.sudo().consultation_ids
        ):
            return 0
        # sudo: also colleagues' tickets count; nothing but the number is shown
        return (
            self.env["service.ticket"]
            .sudo()
            .search_count(
                [
                    ("unit_id", "=", self.unit_id.id),
                    ("company_id", "=", self.company_id.id),
                    ("symptom_id", "=", self.symptom_id.id),
                    ("kind", "=", "fault"),
                    ("state", "!=", "cancelled"),
                    ("id", "!=", self._origin.id),
                    ("opened_at", ">=", fields.Datetime.now() - timedelta(_WITHIN)),
                ]
            )
        )

    def action_consult(self):
        """Put a question about this ticket to colleagues."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Joint Consultation"),
            "res_model": "service.consultation",
            "views": [[False, "form"]],
            "context": {"default_ticket_id": self.id},
        }

    def action_view_consultations(self):
        """Open the consultations about this ticket."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_ticket.service_consultation_action"
        )
        return action | {
            "domain": [("ticket_id", "=", self.id)],
            "context": {"default_ticket_id": self.id},
        }

    def _get_resolve_obstacles(self):
        obstacles = super()._get_resolve_obstacles()
        if self.sudo().consultation_ids.filtered(lambda c: c.state == "open"):
            obstacles.append(
                self.env._(
                    "%s: decide or cancel the joint consultation first.", self.name
                )
            )
        return obstacles

    def _set_state(self, state, reason=None, note=None):
        """A request that is withdrawn needs no opinion any more."""
        result = super()._set_state(state, reason=reason, note=note)
        if state == "cancelled":
            asked = self.sudo().consultation_ids.filtered(lambda c: c.state == "open")
            asked._end("cancelled")
        return result
