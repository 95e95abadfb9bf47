from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.service_ticket.models.guard import drop_defaults

KINDS = [
    ("repair", "Repair"),
    ("replace", "Replacement by a new unit"),
    ("refund", "Refund"),
    ("compensation", "Compensation"),
]
BASES = [
    ("doa", "Wrong at unboxing"),
    ("strikes", "Repairs failed too often"),
    ("quality", "Quality fault in warranty"),
    ("other", "Special case"),
]
STATES = [
    ("proposed", "To decide"),
    ("approved", "Approved"),
    ("refused", "Refused"),
    ("done", "Done"),
    ("cancelled", "Withdrawn"),
]
_TRANSITIONS = {
    "proposed": ("approved", "refused", "cancelled"),
    "approved": ("done", "cancelled"),
    "refused": ("proposed",),
    "done": (),
    "cancelled": (),
}
_RECORDED = {"state", "decided_by_id", "decided_on", "new_unit_id", "asked_by_id"}
OPEN_CLAIMS = ("proposed", "approved")
_APPROVAL = "service_contract.activity_type_approval"


class ServiceClaim(models.Model):
    """A customer's wish for repair, replacement or refund, and what was decided (R34).

    The engineer asks, the manager decides (R114).
    """

    _name = "service.claim"
    _description = "Repair, Replace or Refund"
    _inherit = ["mail.thread", "mail.activity.mixin", "service.link.guard"]
    _order = "id desc"
    _check_company_auto = True

    ticket_id = fields.Many2one(
        "service.ticket",
        required=True,
        check_company=True,
        index=True,
        ondelete="cascade",
    )
    unit_id = fields.Many2one(
        related="ticket_id.unit_id", store=True, index="btree_not_null"
    )
    partner_id = fields.Many2one(related="ticket_id.partner_id", string="Customer")
    company_id = fields.Many2one(related="ticket_id.company_id", store=True, index=True)
    kind = fields.Selection(
        KINDS, "Wish", required=True, default="replace", tracking=True
    )
    basis = fields.Selection(
        BASES,
        "On the Ground That",
        required=True,
        tracking=True,
        compute="_compute_basis",
        store=True,
        precompute=True,
        readonly=False,
    )
    reason = fields.Text(required=True, help="What happened, for whoever decides.")
    conditions_met = fields.Boolean(compute="_compute_conditions")
    conditions = fields.Char(compute="_compute_conditions")
    amount = fields.Monetary(help="What the customer gets back.", tracking=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        default="proposed",
        copy=False,
        index=True,
        tracking=True,
    )
    asked_by_id = fields.Many2one(
        "res.users", "Asked By", readonly=True, default=lambda self: self.env.user
    )
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    decided_on = fields.Datetime(readonly=True, copy=False)
    decision_note = fields.Char("Told to the Customer", copy=False)
    new_unit_id = fields.Many2one(
        "stock.lot", "New Unit", readonly=True, copy=False, index="btree_not_null"
    )

    _to_decide = models.Index("(company_id, id) WHERE state = 'proposed'")

    @api.depends("ticket_id", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for claim in self:
            claim.display_name = f"{labels[claim.kind]}, {claim.ticket_id.name}"

    @api.depends("ticket_id")
    def _compute_basis(self):
        for claim in self:
            ticket = claim.ticket_id
            if ticket.is_doa:
                claim.basis = "doa"
            elif ticket.strikes_reached:
                claim.basis = "strikes"
            else:
                covered = ticket.cover_state == "covered"
                claim.basis = "quality" if covered else "other"

    @api.depends("ticket_id", "basis", "kind")
    @api.depends_context("lang")
    def _compute_conditions(self):
        """Say whether the three guarantees give what is asked for (R34, R114)."""
        for claim in self:
            claim.conditions_met, claim.conditions = claim._judge_conditions()

    def _judge_conditions(self):
        ticket = self.ticket_id.sudo()
        if self.kind == "compensation":
            return False, self.env._("A compensation is always a special case.")
        if self.basis == "doa" and ticket.is_doa:
            return True, self.env._(
                "Reported within %s days of the delivery.",
                ticket.company_id.service_doa_days,
            )
        if ticket.cover_state not in ("covered", "partly"):
            return False, ticket.cover_reason
        if self.kind == "repair":
            return True, ticket.cover_reason
        if ticket.strikes_reached:
            return True, self.env._("In warranty, failed repairs: %s.", ticket.strikes)
        return False, self.env._(
            "In warranty, but only %s repairs have failed: a special case.",
            ticket.strikes,
        )

    # --- CRUD ---------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_recorded(vals)
        claims = self.with_context(drop_defaults(self.env.context, _RECORDED))
        claims = super(ServiceClaim, claims).create(vals_list).with_env(self.env)
        claims._ask_manager()
        return claims

    def write(self, vals):
        self._refuse_recorded(vals)
        if not self.env.su and {"kind", "basis", "amount", "ticket_id"} & vals.keys():
            for claim in self:
                if claim.state != "proposed":
                    raise UserError(
                        self.env._("What was decided on is not changed any more.")
                    )
        return super().write(vals)

    def _refuse_recorded(self, vals):
        recorded = _RECORDED & vals.keys()
        if recorded and not self.env.su:
            raise UserError(
                self.env._(
                    "“%s” is recorded by the system and not written by hand.",
                    self._fields[min(recorded)]._description_string(self.env),
                )
            )

    def _ask_manager(self):
        for claim in self.sudo():
            user = claim.ticket_id._get_senior()
            if user:
                claim.activity_schedule(
                    _APPROVAL, user_id=user.id, summary=claim.display_name
                )

    # --- Deciding -----------------------------------------------------------------

    def _set_state(self, state, **vals):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for claim in self:
            if state not in _TRANSITIONS[claim.state]:
                raise UserError(
                    self.env._(
                        "%(claim)s is “%(from)s” and can't become “%(to)s”.",
                        claim=claim.display_name,
                        **{"from": labels[claim.state], "to": labels[state]},
                    )
                )
        self.sudo().write({"state": state, **vals})
        self.sudo().activity_unlink([_APPROVAL])

    def _decide(self, state):
        self.check_access("write")
        if not self.env.user.has_group("service_ticket.group_service_manager"):
            raise AccessError(self.env._("Only a manager decides on this."))
        if state == "refused" and not all(claim.decision_note for claim in self):
            raise UserError(self.env._("Write what the customer is told."))
        decided = {
            "decided_by_id": self.env.uid,
            "decided_on": fields.Datetime.now(),
        }
        self._set_state(state, **decided)
        for claim in self:
            labels = dict(self._fields["state"]._description_selection(self.env))
            claim.ticket_id.sudo().message_post(
                body=self.env._(
                    "%(claim)s: %(state)s by %(user)s. %(note)s",
                    claim=claim.display_name,
                    state=labels[state],
                    user=self.env.user.name,
                    note=claim.decision_note or "",
                )
            )

    def action_approve(self):
        """Let the customer have it."""
        self._decide("approved")

    def action_refuse(self):
        """Say no, and what the customer is told."""
        self._decide("refused")

    def action_propose(self):
        """Ask again, with better reasons."""
        self.check_access("write")
        self._set_state("proposed", decided_by_id=False, decided_on=False)
        self._ask_manager()

    def action_done(self):
        """The customer has got it."""
        self.check_access("write")
        self._set_state("done")

    def action_withdraw(self):
        """The customer does not ask for it any more."""
        self.check_access("write")
        self._set_state("cancelled")

    def action_replace(self):
        """Choose the new unit that stands in for the old one."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "approved" or self.kind != "replace":
            raise UserError(self.env._("A replacement is approved first."))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_ticket.service_unit_replace_action"
        )
        return action | {
            "context": {
                "default_unit_id": self.unit_id.id,
                "default_ticket_id": self.ticket_id.id,
                "default_reason": self.display_name,
            }
        }
