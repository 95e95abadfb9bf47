from odoo import api, fields, models
from odoo.exceptions import UserError

from .service_visit import OPEN_STATES


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    visit_ids = fields.One2many("service.visit", "ticket_id", string="Visits")
    visit_state = fields.Selection(
        [
            ("none", "Unplanned"),
            ("planned", "Planned"),
            ("under_way", "Under Way"),
            ("done", "Done"),
        ],
        string="Visit",
        compute="_compute_visit_state",
        store=True,
    )
    visit_count = fields.Integer(compute="_compute_visit_count")

    _unplanned = models.Index(
        "(company_id) WHERE visit_state = 'none' AND support_mode = 'onsite' "
        "AND state IN ('new', 'open', 'waiting')"
    )

    @api.depends("visit_ids.state")
    def _compute_visit_state(self):
        for ticket in self:
            states = set(ticket.visit_ids.mapped("state"))
            if states & {"en_route", "on_site"}:
                ticket.visit_state = "under_way"
            elif states & set(OPEN_STATES):
                ticket.visit_state = "planned"
            elif "done" in states and ticket.visit_ids[:1].state == "done":
                ticket.visit_state = "done"
            else:
                ticket.visit_state = "none"

    @api.depends("visit_ids")
    def _compute_visit_count(self):
        counts = dict(
            self.env["service.visit"]._read_group(
                [("ticket_id", "in", self.ids)], ["ticket_id"], ["__count"]
            )
        )
        for ticket in self:
            ticket.visit_count = counts.get(ticket, 0)

    @api.model
    def _get_recorded_fields(self):
        return super()._get_recorded_fields() | {"visit_state"}

    # ------------------------------------------------------------------- actions

    def action_plan_visit(self):
        """Free slots for a visit."""
        self.ensure_one()
        self.check_access("write")
        return self._get_plan_action()

    def _get_plan_action(self, visit=None):
        plan = self.env["service.visit.plan"].create(
            {"ticket_id": self.id, "visit_id": visit.id if visit else False}
        )
        return plan._reopen()

    def action_view_visits(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_dispatch.service_visit_action"
        )
        action["domain"] = [("ticket_id", "=", self.id)]
        action["context"] = {"default_ticket_id": self.id}
        action["views"] = [(False, "list"), (False, "form"), (False, "calendar")]
        return action

    def action_print_service_report(self):
        self.check_access("read")
        return self.visit_ids.action_print()

    # --------------------------------------------------------------------- hooks

    def _get_resolve_obstacles(self):
        obstacles = super()._get_resolve_obstacles()
        # sudo: also an agent who sees no visits is told that one is open
        for visit in self.sudo().visit_ids:
            if visit.state in OPEN_STATES:
                obstacles.append(visit._get_open_text())
        return obstacles

    def _get_merge_obstacles(self, target):
        reasons = super()._get_merge_obstacles(target)
        # sudo: an agent who sees no visits is told all the same
        if self.sudo().visit_ids.filtered(lambda visit: visit.state != "cancelled"):
            reasons.append(
                self.env._(
                    "%s has a visit: let it be the ticket that goes on, or cancel the "
                    "visit first.",
                    self.name,
                )
            )
        return reasons

    def _set_state(self, state, reason=None, note=None):
        """Nobody drives to a customer who has withdrawn the request."""
        if state != "cancelled":
            return super()._set_state(state, reason=reason, note=note)
        # sudo: an agent who plans no visits withdraws the request all the same
        visits = self.sudo().visit_ids.filtered(lambda v: v.state in OPEN_STATES)
        for visit in visits.filtered(lambda v: v.state in ("en_route", "on_site")):
            raise UserError(visit._get_open_text())
        result = super()._set_state(state, reason=reason, note=note)
        visits._cancel(self.env._("the request is withdrawn"))
        return result

    def _get_promised_on_site(self):
        """When somebody was promised to be there, as naive UTC, or False."""
        self.ensure_one()
        promises = self.milestone_ids.filtered(
            lambda m: m.clock == "on_site" and m.due and not m.met_at
        )
        return min(promises.mapped("due"), default=False)

    def _get_customer_email(self):
        """Where mails about visits go, or False."""
        return self.contact_email or self.partner_id.email

    def _get_part_moves(self):
        """The parts planned for and fitted on this ticket, in sudo."""
        return (
            self.sudo()
            .repair_ids.move_ids.filtered(
                lambda m: m.repair_line_type == "add" and m.state != "cancel"
            )
            .sorted("id")
        )
