from odoo import fields, models


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    repair_ids = fields.One2many(
        "repair.order",
        "ticket_id",
        "Repair Orders",
        readonly=True,
        groups="stock.group_stock_user",
    )
    part_ids = fields.One2many(
        "service.part.usage",
        "ticket_id",
        "Parts",
        readonly=True,
        groups="service_ticket.group_service_engineer,"
        "service_ticket.group_service_agent,stock.group_stock_user",
    )

    def _set_state(self, state, reason=None, note=None):
        result = super()._set_state(state, reason=reason, note=note)
        if state == "cancelled":
            for ticket in self:
                ticket._drop_planned_parts()
        return result

    def _get_resolve_obstacles(self):
        return super()._get_resolve_obstacles() + self._get_parts_obstacles()

    def _get_merge_obstacles(self, target):
        reasons = super()._get_merge_obstacles(target)
        # sudo: the desk reads no repair orders
        if self.sudo().repair_ids.filtered(lambda repair: repair.state != "cancel"):
            reasons.append(
                self.env._(
                    "%s has parts booked for it: let it be the ticket that goes on.",
                    self.name,
                )
            )
        return reasons

    def _get_parts_obstacles(self):
        """Return a sentence per part that is neither fitted nor taken off."""
        self.ensure_one()
        return [
            self.env._(
                "%(ticket)s: %(part)s is planned: fit it or take it off the job first.",
                ticket=self.name,
                part=move.product_id.display_name,
            )
            for move in self._get_planned_moves()
        ]

    def _after_resolve(self):
        result = super()._after_resolve()
        for ticket in self:
            ticket._finish_repairs()
        return result

    def action_plan_part(self):
        """Choose a part out of a van."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Plan a Part for %s", self.name),
            "res_model": "service.part.plan",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_ticket_id": self.id},
        }

    def action_view_repairs(self):
        """Open the repair orders that carry the parts of this ticket."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_parts.repair_order_action"
        )
        return action | {"domain": [("ticket_id", "=", self.id)], "context": {}}
