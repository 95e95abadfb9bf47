"""Phone first; a visit needs both sides (R13, R14, R91); where we are (R27)."""

from odoo import api, fields, models

from .service_transition import OPEN_STATES

_CONFIRMATION = (
    "visit_agreed_by",
    "visit_agreed_at",
    "visit_confirmed_uid",
    "visit_confirmed_at",
)


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    advice_ids = fields.One2many("service.advice", "ticket_id", "Advice")
    visit_agreed_by = fields.Char(
        "Customer Agreed", readonly=True, copy=False, help="Who, at the customer's."
    )
    visit_agreed_at = fields.Datetime(
        "Customer Agreed On", readonly=True, copy=False, tracking=True
    )
    visit_confirmed_uid = fields.Many2one(
        "res.users", "We Confirmed", readonly=True, copy=False
    )
    visit_confirmed_at = fields.Datetime(
        "We Confirmed On", readonly=True, copy=False, tracking=True
    )
    visit_gap = fields.Char(compute="_compute_visit_gap")
    steps = fields.Json(compute="_compute_steps", string="Where We Are")

    @api.model
    def _get_recorded_fields(self):
        return super()._get_recorded_fields() | set(_CONFIRMATION)

    def write(self, vals):
        result = super().write(vals)
        if vals.get("support_mode", "onsite") != "onsite":
            # Another visit, later, is agreed upon anew.
            stale = self.filtered(lambda t: t.visit_agreed_at or t.visit_confirmed_at)
            stale.sudo().write(dict.fromkeys(_CONFIRMATION, False))
        return result

    # --- Both sides confirm a visit ---------------------------------------------------

    @api.depends("support_mode", "visit_agreed_at", "visit_confirmed_at", "state")
    @api.depends_context("lang")
    def _compute_visit_gap(self):
        for ticket in self:
            asked = ticket.support_mode == "onsite" and ticket.state in OPEN_STATES
            ticket.visit_gap = ticket._get_visit_gap() if asked else False

    def _get_visit_gap(self):
        """Say which side has not confirmed the visit, and what to do; False if both."""
        self.ensure_one()
        if self.visit_agreed_at and self.visit_confirmed_at:
            return False
        if self.visit_confirmed_at:
            return self.env._(
                "The customer has not agreed to the visit: ask, then press “Customer "
                "Agrees to Visit”."
            )
        if self.visit_agreed_at:
            return self.env._(
                "The customer wants a visit, we have not confirmed it: press “Confirm "
                "Visit”."
            )
        return self.env._(
            "A visit needs both sides: press “Customer Agrees to Visit” and “Confirm "
            "Visit”."
        )

    def _agree_to_visit(self, by=None):
        """Record that the customer agrees to a visit; the ticket is served on site."""
        for ticket in self:
            vals = {
                "visit_agreed_by": by
                or ticket.contact_name
                or ticket.partner_id.name
                or self.env._("the customer"),
                "visit_agreed_at": fields.Datetime.now(),
            }
            ticket.sudo().write(vals)
        self.filtered(lambda t: t.support_mode != "onsite").support_mode = "onsite"
        self._touch()

    def _confirm_visit(self):
        """Record that we confirm the visit; the ticket is served on site."""
        self.filtered(lambda t: t.support_mode != "onsite").support_mode = "onsite"
        self.sudo().write(
            {
                "visit_confirmed_uid": self.env.uid,
                "visit_confirmed_at": fields.Datetime.now(),
            }
        )
        self._touch()

    def _agree_on_visit(self):
        """Both sides are on the phone: record what is missing of the two."""
        self.filtered(lambda t: not t.visit_agreed_at)._agree_to_visit()
        self.filtered(lambda t: not t.visit_confirmed_at)._confirm_visit()

    def _refuse_unconfirmed_visit(self):
        """Refuse a visit that one side has not confirmed (R14)."""
        for ticket in self:
            if gap := ticket._get_visit_gap():
                ticket._refuse_obstacles([f"{ticket.name}: {gap}"])

    def action_agree_to_visit(self):
        """The customer agrees that somebody comes."""
        self.check_access("write")
        self._require_state(*OPEN_STATES)
        self._agree_to_visit()

    def action_confirm_visit(self):
        """We confirm that a visit is needed."""
        self.check_access("write")
        self._require_state(*OPEN_STATES)
        self._confirm_visit()

    # --- The seven steps ------------------------------------------------------------------

    @api.depends(
        "state",
        "kind",
        "support_mode",
        "visit_agreed_at",
        "visit_confirmed_at",
        "advice_ids",
        "fault_class",
        "remedy_id",
        "work_done",
        "callback_ids.state",
    )
    @api.depends_context("lang")
    def _compute_steps(self):
        """List the steps of a fault with their state: done, now, next or not needed."""
        for ticket in self:
            if ticket.kind != "fault" or ticket.state == "cancelled":
                ticket.steps = False
                continue
            # sudo: who reads the ticket alone sees where it is, too
            facts, current = ticket.sudo()._get_step_facts(), None
            steps = []
            for name, label in ticket._get_step_labels().items():
                state = facts[name]
                if state == "next" and not current:
                    state = current = "now"
                steps.append({"name": name, "label": label, "state": state})
            ticket.steps = steps

    def _get_step_labels(self):
        """Return {step: label} of R27, in its order."""
        return {
            "receive": self.env._("Fault received"),
            "mode": self.env._("Phone or visit"),
            "judge": self.env._("Hardware or software"),
            "part": self.env._("Part or replacement"),
            "adjust": self.env._("Adjustment"),
            "cleared": self.env._("Cleared"),
            "report": self.env._("Customer told"),
        }

    def _get_step_facts(self):
        """Return {step: done, next or skipped}, from what is on record."""
        self.ensure_one()
        judged = bool(self.fault_class)
        repaired = bool(self.remedy_id or self.work_done)
        soft = self.fault_class in ("software", "user")
        cleared = self.state in ("resolved", "closed")
        told = self.state == "closed" or any(
            call.state == "done" for call in self.callback_ids
        )
        if self.support_mode == "phone":
            decided = bool(self.advice_ids or judged)
        else:
            decided = self.support_mode == "workshop" or not self._get_visit_gap()
        repair = "done" if repaired or cleared else "next"
        done = {
            "receive": self.state != "new" or judged,
            "mode": decided or cleared,
            "judge": judged,
            "cleared": cleared,
            "report": cleared and told,
        }
        facts = {name: "done" if is_done else "next" for name, is_done in done.items()}
        facts["part"] = "skipped" if judged and soft else repair
        facts["adjust"] = "skipped" if judged and not soft else repair
        if repaired and not judged or cleared and not judged:
            facts["part"] = facts["adjust"] = "done"
        return facts
