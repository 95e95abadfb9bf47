"""Three strikes, what was wrong at unboxing, and who is asked about it."""

from odoo import api, fields, models

from .service_claim import OPEN_CLAIMS

_SENIOR = "service_contract.activity_type_senior"


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    claim_ids = fields.One2many("service.claim", "ticket_id", "Claims", copy=False)
    claim_count = fields.Integer(compute="_compute_claim_count")
    is_doa = fields.Boolean(
        "Wrong at Unboxing",
        compute="_compute_is_doa",
        help="Reported within a few days of the delivery.",
    )

    def _compute_claim_count(self):
        counts = dict(
            self.env["service.claim"]._read_group(
                [("ticket_id", "in", self.ids)], ["ticket_id"], ["__count"]
            )
        )
        for ticket in self:
            ticket.claim_count = counts.get(ticket._origin, 0)

    @api.depends("unit_id.delivered_on", "opened_at", "kind", "company_id")
    def _compute_is_doa(self):
        for ticket in self:
            delivered = ticket.unit_id.delivered_on
            days = ticket.company_id.sudo().service_doa_days
            ticket.is_doa = bool(
                days
                and delivered
                and ticket.kind in ("fault", "installation", "complaint")
                and 0 <= (ticket._get_cover_day() - delivered).days <= days
            )

    def _get_senior(self):
        """Return who is asked: the leader of the team, else somebody who manages."""
        self.ensure_one()
        if self.team_id.leader_id:
            return self.team_id.leader_id
        group = self.env.ref("service_ticket.group_service_manager")
        users = group.sudo().all_user_ids.filtered(
            lambda user: self.company_id in user.company_ids and not user.share
        )
        return users.sorted("id")[:1]

    def _ask_senior(self):
        """Ask somebody senior for help, once for a ticket (R33)."""
        asked = self.activity_search([_SENIOR], only_automated=False)
        for ticket in self - self.browse(asked.mapped("res_id")):
            user = ticket._get_senior()
            if user:
                ticket.activity_schedule(
                    _SENIOR,
                    user_id=user.id,
                    summary=self.env._("Failed repairs: %s", ticket.strikes),
                )

    def _offer_replacement(self):
        """Offer a new unit of the same model for approval, once for a unit (R33)."""
        claims = self.env["service.claim"].sudo()
        offered = claims.search(
            [("unit_id", "in", self.unit_id.ids), ("state", "in", OPEN_CLAIMS)]
        )
        return claims.create(
            [
                {
                    "ticket_id": ticket.id,
                    "kind": "replace",
                    "basis": "strikes",
                    "reason": self.env._(
                        "The same quality problem came back after %(count)s repairs: a "
                        "new unit of the same model, %(product)s, is due.",
                        count=ticket.strike_count,
                        product=ticket.product_id.display_name,
                    ),
                }
                for ticket in self
                if ticket.unit_id not in offered.unit_id
            ]
        )

    def action_claim(self):
        """Ask for a repair, a replacement or a refund on the customer's behalf."""
        action = self._open_dialog(
            "service.claim", self.env._("Repair, Replace or Refund")
        )
        view = self.env.ref("service_contract.service_claim_view_form_new")
        return action | {"views": [[view.id, "form"]]}

    def action_view_claims(self):
        """Open what was asked for, and decided."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_contract.service_claim_action"
        )
        return action | {"domain": [("ticket_id", "=", self.id)], "context": {}}

    # --- The warranty of a repair (R138) --------------------------------------------

    def _after_resolve(self):
        super()._after_resolve()
        for ticket in self:
            # sudo: whoever clears the fault gives what the part promises, no more
            ticket.sudo()._grant_repair_warranty()

    def _get_fitted_parts(self):
        """Return the products that were fitted; layers above know better."""
        return (
            self.order_id.order_line.filtered(
                lambda line: line.service_line_kind == "part"
                and line.product_uom_qty > 0
                and line.product_id.type == "consu"
            )
        ).product_id

    def _grant_repair_warranty(self):
        """Give the unit what each fitted part carries; again: only from today anew."""
        self.ensure_one()
        if not self.unit_id:
            return self.env["service.entitlement"]
        parts = self._get_fitted_parts()
        return self.env["service.entitlement"]._grant_from_repair(self, parts)
