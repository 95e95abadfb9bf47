from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .guard import drop_defaults
from .service_contact_kind import METHODS

_TRANSITIONS = {"owed": ("made", "cancelled"), "made": (), "cancelled": ()}
# What only the buttons write, and what says for whom the contact is owed.
_RECORDED = {
    "state",
    "done_on",
    "done_by_id",
    "attempts",
    "ticket_id",
    "campaign_id",
    "for_date",
}
_FIXED = {"partner_id", "kind_id", "unit_id", "company_id"}


class ServiceContact(models.Model):
    """We owe a customer a call or a visit, or made it (R56, R144, R171, R172)."""

    _name = "service.contact"
    _description = "Contact with a Customer"
    _order = "due, id"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        domain="[('parent_id', '=', False)]",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    region_id = fields.Many2one(
        related="partner_id.service_region_id", store=True, index="btree_not_null"
    )
    person_id = fields.Many2one(
        "res.partner",
        "Contact Person",
        check_company=True,
        domain="[('id', 'child_of', partner_id)]",
        index="btree_not_null",
    )
    phone = fields.Char(compute="_compute_phone")
    unit_id = fields.Many2one(
        "stock.lot",
        "Unit",
        check_company=True,
        index="btree_not_null",
        domain="[('end_customer_id', 'child_of', partner_id)]",
    )
    kind_id = fields.Many2one(
        "service.contact.kind", "Why", required=True, index=True, ondelete="restrict"
    )
    script = fields.Text(related="kind_id.script")
    reason = fields.Char(help="What made it owed, in words.")
    campaign_id = fields.Many2one(
        "service.campaign",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
    )
    for_date = fields.Date(
        "For the Service On", readonly=True, help="Which service date it announces."
    )
    method = fields.Selection(
        METHODS,
        compute="_compute_method",
        store=True,
        readonly=False,
        precompute=True,
    )
    due = fields.Date(required=True, default=fields.Date.context_today)
    user_id = fields.Many2one(
        "res.users",
        "Who",
        domain="[('share', '=', False)]",
        check_company=True,
        index="btree_not_null",
        help="Who gets in touch; empty: whoever of the desk comes first.",
    )
    state = fields.Selection(
        [("owed", "To be contacted"), ("made", "Made"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
        default="owed",
        copy=False,
    )
    result_id = fields.Many2one(
        "service.contact.result", "Result", index="btree_not_null", copy=False
    )
    next_step = fields.Selection(related="result_id.next_step")
    needs_feedback = fields.Boolean(related="result_id.needs_feedback")
    feedback = fields.Text("What the Customer Said", copy=False)
    again_on = fields.Date("Again On", copy=False)
    attempts = fields.Integer("Not Reached", readonly=True, copy=False)
    done_on = fields.Date(readonly=True, copy=False)
    done_by_id = fields.Many2one("res.users", "By", readonly=True, copy=False)
    ticket_id = fields.Many2one(
        "service.ticket",
        "Ticket Opened",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )

    _one_owed = models.UniqueIndex(
        "(company_id, partner_id, kind_id, (COALESCE(unit_id, 0)))"
        " WHERE state = 'owed' AND campaign_id IS NULL",
        "A contact of this kind is owed to this customer already.",
    )
    _one_per_campaign = models.UniqueIndex(
        "(campaign_id, partner_id) WHERE campaign_id IS NOT NULL",
        "This customer is in the campaign already.",
    )
    _owed_due = models.Index("(due, id) WHERE state = 'owed'")
    _last_done = models.Index("(partner_id, kind_id, done_on) WHERE state <> 'owed'")

    @api.depends("partner_id", "kind_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for contact in self:
            parts = contact.kind_id.name, contact.partner_id.display_name
            contact.display_name = " · ".join(filter(None, parts))

    @api.depends("person_id.phone", "partner_id.phone")
    def _compute_phone(self):
        for contact in self:
            contact.phone = contact.person_id.phone or contact.partner_id.phone

    @api.depends("kind_id")
    def _compute_method(self):
        for contact in self:
            contact.method = contact.kind_id.method or "phone"

    # --- CRUD --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._find_customer(vals) for vals in vals_list]
        for vals in vals_list:
            self._refuse_recorded(vals, _RECORDED)
        contacts = self.with_context(drop_defaults(self.env.context, _RECORDED))
        contacts = super(ServiceContact, contacts).create(vals_list)
        contacts.partner_id._on_first_contact()
        return contacts.with_env(self.env)

    def write(self, vals):
        self._refuse_recorded(vals, _RECORDED)
        if _FIXED & vals.keys() and any(c.state != "owed" for c in self):
            raise UserError(self.env._("What was done stays as it was."))
        return super().write(self._find_customer(vals))

    @api.model
    def _find_customer(self, vals):
        """A contact is owed to the customer; whoever is named is the person there."""
        named = self.env["res.partner"].browse(vals.get("partner_id") or [])
        named.check_access("read")
        customer = named.commercial_partner_id
        if named == customer:
            return vals
        return {"person_id": named.id, **vals, "partner_id": customer.id}

    def _refuse_recorded(self, vals, names):
        if names & vals.keys() and not self.env.su:
            raise UserError(
                self.env._("A contact is made by its buttons, not written by hand.")
            )

    @api.constrains("partner_id", "person_id", "unit_id")
    def _check_theirs(self):
        for contact in self.sudo():
            theirs = contact.partner_id
            for other in (contact.person_id, contact.unit_id.end_customer_id):
                if other and other.commercial_partner_id != theirs:
                    raise ValidationError(
                        self.env._(
                            "%(other)s does not belong to %(customer)s.",
                            other=other.display_name,
                            customer=theirs.display_name,
                        )
                    )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_owed(self):
        if any(contact.state != "owed" for contact in self):
            raise UserError(self.env._("What was done stays as it was."))

    # --- Getting in touch --------------------------------------------------------------

    def _check_open(self):
        self.check_access("write")
        for contact in self:
            if "made" not in _TRANSITIONS[contact.state]:
                raise UserError(
                    self.env._("%s is not owed any more.", contact.display_name)
                )

    def _finish(self, state):
        self._check_open()
        self.sudo().write(
            {
                "state": state,
                "done_on": fields.Date.context_today(self),
                "done_by_id": self.env.uid,
            }
        )

    def action_made(self):
        """We were in touch: keep what came of it, and take the next step."""
        for contact in self:
            if not contact.result_id:
                raise UserError(self.env._("Choose what came of it."))
            if contact.result_id.needs_feedback and not contact.feedback:
                raise UserError(self.env._("Write down what the customer said."))
        self._finish("made")
        for contact in self:
            contact._take_next_step()
        if len(self) == 1 and self.ticket_id.has_access("read"):
            return self.action_view_ticket()
        return None

    def action_unreachable(self):
        """Nobody there: the attempt is counted, tomorrow is another day."""
        self._check_open()
        today = fields.Date.context_today(self)
        for contact in self.sudo():
            contact.attempts += 1
            contact.due = max(today, contact.due) + timedelta(days=1)

    def action_cancel(self):
        """It is not to be made; the next one is planned from today."""
        self._finish("cancelled")

    def action_take(self):
        """I do it."""
        self._check_open()
        self.user_id = self.env.user

    def action_view_ticket(self):
        """Open the ticket that came of it."""
        self.ensure_one()
        return self.ticket_id._get_records_action()
