from odoo import api, fields, models


class StockLot(models.Model):
    _inherit = "stock.lot"

    entitlement_ids = fields.One2many(
        "service.entitlement", "unit_id", "Entitlements", copy=False
    )
    covered_until = fields.Date(
        compute="_compute_covered_until",
        compute_sudo=True,
        help="The last day on which an entitlement of this unit runs.",
    )

    @api.depends(
        "entitlement_ids.date_start",
        "entitlement_ids.date_end",
        "entitlement_ids.void_on",
    )
    def _compute_covered_until(self):
        for unit in self:
            running = unit.entitlement_ids.filtered(
                lambda e: e.state == "running" and e._covers_the_unit()
            )
            unit.covered_until = max(running.mapped("date_end"), default=False)

    def write(self, vals):
        result = super().write(vals)
        if {"commissioned_on", "purchased_on"} & vals.keys():
            self.sudo().entitlement_ids._redate()
        return result

    def _change_hands(self, customer, site, since, note=None):
        owners = {unit: unit.end_customer_id.commercial_partner_id for unit in self}
        super()._change_hands(customer, site, since, note=note)
        sold_on = self.filtered(lambda u: owners[u] != customer.commercial_partner_id)
        # sudo: whoever notes the new owner ends what was bound to the old one, no more
        sold_on.sudo().entitlement_ids._change_owner(since)

    def _replace_with(self, new_unit, ticket=None, reason=None, state="returned"):
        super()._replace_with(new_unit, ticket, reason, state)
        # sudo: whoever exchanges the unit moves its cover along, no more
        self.sudo().entitlement_ids._hand_over(new_unit.sudo())
        approved = (
            self.env["service.claim"]
            .sudo()
            .search(
                [
                    ("unit_id", "=", self.id),
                    ("kind", "=", "replace"),
                    ("state", "=", "approved"),
                ]
            )
        )
        if approved:
            approved._set_state("done", new_unit_id=new_unit.id)

    def _on_failed_repairs(self):
        """At two a senior is asked for, at three a new unit is offered (R33)."""
        super()._on_failed_repairs()
        tickets = self.env["service.ticket"].sudo()
        tickets = tickets.search(
            [("unit_id", "in", self.ids), ("strike_count", ">", 0)],
            order="opened_at desc, id desc",
        )
        latest = tickets.browse(
            found[0].id for found in tickets.grouped("unit_id").values()
        )
        for company, group in latest.grouped("company_id").items():
            senior, limit = company.service_senior_limit, company.service_strike_limit
            group.filtered(
                lambda t, n=senior: n and t.unit_id.failed_repair_count >= n
            )._ask_senior()
            group.filtered(
                lambda t, n=limit: n and t.unit_id.failed_repair_count >= n
            )._offer_replacement()

    def _on_registered(self):
        super()._on_registered()
        # sudo: whoever takes the receipt gives what the product promises, no more
        self.env["service.entitlement"].sudo()._grant_from_proof(self.sudo())

    def _on_delivered(self, picking):
        super()._on_delivered(picking)
        self.env["service.entitlement"]._grant_from_delivery(self, picking)

    def _on_returned(self, picking):
        super()._on_returned(picking)
        # Goods that are taken back lower what was delivered (“Update quantities on
        # SO/PO”, as Odoo's returns propose); a unit taken in for repair does not.
        taken_back = picking.move_ids.filtered("to_refund").lot_ids
        (self & taken_back).entitlement_ids._void_by_return(picking)
