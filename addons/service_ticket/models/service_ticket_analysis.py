"""The fault analysis report after a fault on site: cause, and how to avoid it (R16)."""

from odoo import api, fields, models
from odoo.fields import Domain

from .mail_compose_message import ANALYSIS_TEMPLATE

_OVER = ("resolved", "closed")


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    analysis_cause = fields.Text(
        "Cause, in Full", copy=False, help="Why it happened, for the customer to read."
    )
    analysis_prevention = fields.Text(
        "How to Avoid It",
        copy=False,
        help="What the customer and we do, so that it does not happen again.",
    )
    analysis_sent_at = fields.Datetime("Analysis Sent", readonly=True, copy=False)
    analysis_sent_uid = fields.Many2one(
        "res.users", "Analysis Sent By", readonly=True, copy=False
    )
    analysis_owed = fields.Boolean(
        "Fault Analysis Owed",
        compute="_compute_analysis_owed",
        search="_search_analysis_owed",
    )

    _analysis_owed = models.Index(
        "(company_id, id) WHERE analysis_sent_at IS NULL AND support_mode = 'onsite' "
        "AND kind = 'fault' AND state IN ('resolved', 'closed')"
    )

    @api.model
    def _get_recorded_fields(self):
        sent = {"analysis_sent_at", "analysis_sent_uid"}
        return super()._get_recorded_fields() | sent

    @api.model
    def _get_analysis_domain(self):
        return [
            ("analysis_sent_at", "=", False),
            ("support_mode", "=", "onsite"),
            ("kind", "=", "fault"),
            ("state", "in", _OVER),
        ]

    @api.depends("analysis_sent_at", "support_mode", "kind", "state")
    def _compute_analysis_owed(self):
        owed = self.filtered_domain(self._get_analysis_domain())
        for ticket in self:
            ticket.analysis_owed = ticket in owed

    def _search_analysis_owed(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = Domain(self._get_analysis_domain())
        return domain if True in value else ~domain

    def action_send_analysis(self):
        """Open the mail with the report as a PDF, in the customer's language."""
        self.ensure_one()
        self.check_access("write")
        self._refuse_obstacles(self._get_analysis_obstacles())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send Fault Analysis"),
            "res_model": "mail.compose.message",
            "views": [[False, "form"]],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_template_id": self.env.ref(ANALYSIS_TEMPLATE).id,
                "default_composition_mode": "comment",
                "default_email_layout_xmlid": "mail.mail_notification_light",
                "force_email": True,
            },
        }

    def _get_analysis_obstacles(self):
        """Return sentences that say what is missing before the analysis is sent."""
        self.ensure_one()
        obstacles = []
        if not self.cause_id:
            obstacles.append(
                self.env._("%s: record the cause of the fault first.", self.name)
            )
        for name in ("analysis_cause", "analysis_prevention"):
            if not (self[name] or "").strip():
                label = self._fields[name]._description_string(self.env)
                obstacles.append(self.env._("Fill in “%s” first.", label))
        if not (self.partner_id.email or self.contact_email):
            obstacles.append(
                self.env._(
                    "There is no e-mail address: add one to the customer, or print the "
                    "report and hand it over."
                )
            )
        return obstacles

    def _on_analysis_sent(self):
        """The report reached the customer: its promise is met."""
        self._log_event("report")
        self.sudo().write(
            {
                "analysis_sent_at": fields.Datetime.now(),
                "analysis_sent_uid": self.env.uid,
            }
        )

    def action_analysis_handed_over(self):
        """The customer was given the printed report."""
        self.check_access("write")
        for ticket in self:
            obstacles = ticket._get_analysis_obstacles()
            if not (ticket.partner_id.email or ticket.contact_email):
                obstacles = obstacles[:-1]
            ticket._refuse_obstacles(obstacles)
        self._on_analysis_sent()
        for ticket in self:
            ticket.message_post(
                body=self.env._("The printed fault analysis was handed over.")
            )

    def _get_analysis_times(self):
        """Return [(what, when)] for the report, in the customer's time zone."""
        self.ensure_one()
        zone = self.site_id.tz or self.partner_id.tz or self.company_id.partner_id.tz
        ticket = self.with_context(tz=zone or self.env.context.get("tz"))
        met = {m.clock: m.met_at for m in self.sudo().milestone_ids}
        moments = [
            (self.env._("Received"), self.opened_at),
            (self.env._("On site"), met.get("on_site")),
            (self.env._("Cleared"), self.resolved_at),
        ]
        return [(label, ticket._format_moment(at)) for label, at in moments if at]

    def _set_state(self, state, reason=None, note=None):
        """What is open again is analysed again, as its clock runs again."""
        result = super()._set_state(state, reason=reason, note=note)
        if state == "open":
            stale = self.sudo().filtered("analysis_sent_at")
            stale.write({"analysis_sent_at": False, "analysis_sent_uid": False})
        return result

    def _get_portal_values(self):
        """Add the analysis to the customer's page, once it was sent."""
        values = super()._get_portal_values()
        ticket = self.sudo()
        values["analysis"] = ticket.analysis_sent_at and {
            "cause": ticket.analysis_cause,
            "prevention": ticket.analysis_prevention,
            "day": ticket._format_moment(ticket.analysis_sent_at),
        }
        return values
