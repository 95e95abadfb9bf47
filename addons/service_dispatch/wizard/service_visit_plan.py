from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_time

from ..engine import slots


class ServiceVisitPlan(models.TransientModel):
    """Which free slots suit this ticket?  The dispatcher picks one of the lines."""

    _name = "service.visit.plan"
    _description = "Plan a Visit"
    _inherit = ["service.dialog"]

    ticket_id = fields.Many2one("service.ticket", required=True, readonly=True)
    visit_id = fields.Many2one(
        "service.visit", readonly=True, help="Set when this visit is to be moved."
    )
    # not in sudo: these would read whatever ticket the dialog is made for
    company_id = fields.Many2one(related="ticket_id.company_id", related_sudo=False)
    partner_id = fields.Many2one(related="ticket_id.partner_id", related_sudo=False)
    severity_id = fields.Many2one(related="ticket_id.severity_id", related_sudo=False)
    wished_at = fields.Datetime(related="ticket_id.wished_at", related_sudo=False)
    promised = fields.Datetime(compute="_compute_promised", string="Promised On Site")
    template_id = fields.Many2one(
        "service.visit.template",
        string="Job Sheet",
        required=True,
        domain="[('company_id', 'in', [False, company_id])]",
        compute="_compute_template_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    duration = fields.Float(
        compute="_compute_duration", store=True, readonly=False, precompute=True
    )
    # public employees: who writes a many2many needs to read what it points to, and a
    # dispatcher has no rights on employees
    engineer_ids = fields.Many2many(
        "hr.employee.public",
        string="Engineers",
        domain="[('is_service_engineer', '=', True), ('company_id', '=', company_id)]",
        help="Empty: all engineers.",
    )
    date_from = fields.Datetime(
        string="Not Before", required=True, default=fields.Datetime.now
    )
    days = fields.Integer(string="Days To Look Ahead", default=14, required=True)
    slot_ids = fields.One2many(
        "service.visit.plan.slot", "plan_id", string="Free Slots"
    )
    hint = fields.Char(readonly=True)
    both_agree = fields.Boolean(
        "Customer and We Agree to This Visit",
        default=True,
        help="Tick it when you plan with the customer on the phone: both confirmations "
        "of a visit are then recorded in your name.",
    )

    @api.depends("ticket_id")
    def _compute_promised(self):
        for plan in self:
            plan.promised = plan.ticket_id._get_promised_on_site()

    @api.depends("ticket_id", "visit_id")
    def _compute_template_id(self):
        templates = self.env["service.visit.template"]
        for plan in self:
            plan.template_id = plan.visit_id.template_id or templates._get_for_ticket(
                plan.ticket_id
            )

    @api.depends("template_id", "visit_id")
    def _compute_duration(self):
        for plan in self:
            plan.duration = plan.visit_id.duration or plan.template_id.duration or 1.0

    @api.onchange("duration", "engineer_ids", "date_from", "days")
    def _onchange_question(self):
        """Lines that answer another question are taken away."""
        self.slot_ids = [Command.clear()]
        self.hint = self.env._("Press “Find free slots”.")

    @api.model_create_multi
    def create(self, vals_list):
        plans = super().create(vals_list)
        for plan in plans:
            plan._search_slots()
        return plans

    # ------------------------------------------------------------------- actions

    def action_search(self):
        """Free slots for what the form says now."""
        self.ensure_one()
        self._search_slots()
        return self._reopen()

    def _reopen(self):
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "service_dispatch.service_visit_plan_action"
            ),
            "res_id": self.id,
        }

    # -------------------------------------------------------------------- search

    def _get_engineers(self):
        employees = self.env["hr.employee"]
        if self.engineer_ids:
            return employees.browse(self.engineer_ids.ids)
        return employees.search(
            [
                ("is_service_engineer", "=", True),
                ("company_id", "=", self.company_id.id),
            ]
        )

    def _search_slots(self):
        self.ensure_one()
        if self.duration <= 0 or self.days <= 0:
            raise UserError(self.env._("Give the visit a length and days to look in."))
        engineers = self._get_engineers()
        found = self._propose(engineers)
        self.slot_ids.unlink()
        # Nobody writes a proposal by hand: who is free is no secret of a crafted call.
        self.env["service.visit.plan.slot"].sudo().create(
            [self._prepare_slot_vals(slot) for slot in found]
        )
        self.hint = False if found else self._get_empty_hint(engineers)

    def _propose(self, engineers):
        start = max(self.date_from, fields.Datetime.now())
        window = (start, start + timedelta(days=min(self.days, 60)))
        return slots.propose(
            engineers._get_service_availability(*window, without=self.visit_id),
            timedelta(minutes=max(1, round(self.duration * 60))),
            window,
            travel=timedelta(hours=self.template_id.travel),
            promised=self.promised or None,
        )

    def _prepare_slot_vals(self, slot):
        return {
            "plan_id": self.id,
            "engineer_id": slot.engineer,
            "start": slot.start,
            "end": slot.end,
            "keeps_promise": slot.keeps_promise,
            "promise": self._get_promise_text(slot),
        }

    def _get_promise_text(self, slot):
        if slot.margin is None:
            return self.env._("nothing promised")
        words = self._get_words(abs(slot.margin))
        if slot.keeps_promise:
            return self.env._("keeps the promise, %s to spare", words)
        return self.env._("%s late", words)

    def _get_words(self, length):
        """A length in words: minutes below two days, whole hours above."""
        minutes = round(length.total_seconds() / 60)
        days, minutes = divmod(minutes, 24 * 60)
        hours, minutes = divmod(minutes, 60)
        parts = []
        if days:
            parts.append(self.env._("%s d", days))
        if hours:
            parts.append(self.env._("%s h", hours))
        if minutes and days < 2:
            parts.append(self.env._("%s min", minutes))
        return " ".join(parts) or self.env._("0 min")

    def _get_empty_hint(self, engineers):
        if not engineers:
            return self.env._(
                "No employee is an engineer yet: tick “Service Engineer” on the "
                "employee's form."
            )
        return self.env._(
            "No engineer is free for %(length)s within %(days)s days. Look further "
            "ahead, shorten the visit, or move another one.",
            length=self._get_words(timedelta(hours=self.duration)),
            days=self.days,
        )


class ServiceVisitPlanSlot(models.TransientModel):
    """One proposal: this engineer, from then to then."""

    _name = "service.visit.plan.slot"
    _description = "Free Slot"
    _inherit = ["service.dialog"]
    _order = "keeps_promise desc, start, id"

    plan_id = fields.Many2one(
        "service.visit.plan", required=True, index=True, ondelete="cascade"
    )
    engineer_id = fields.Many2one("hr.employee", required=True, ondelete="cascade")
    start = fields.Datetime(required=True)
    end = fields.Datetime(required=True)
    when = fields.Char(compute="_compute_when")
    keeps_promise = fields.Boolean()
    promise = fields.Char()

    @api.depends("start", "end")
    def _compute_when(self):
        for slot in self:
            tz = self.env.tz.zone
            day = self.env["service.visit"]._format_day(slot.start)
            start, end = (
                format_time(self.env, moment, tz=tz, time_format="short")
                for moment in (slot.start, slot.end)
            )
            slot.when = f"{day}, {start} – {end}"

    def _get_planned_text(self):
        words = {"engineer": self.engineer_id.name, "when": self.when}
        if self.plan_id.ticket_id._get_customer_email():
            return self.env._(
                "%(engineer)s, %(when)s. The customer is informed by mail.", **words
            )
        return self.env._(
            "%(engineer)s, %(when)s. There is no e-mail address: call the customer.",
            **words,
        )

    def action_pick(self):
        """Plans, or moves, the visit into this slot."""
        self.ensure_one()
        plan = self.plan_id
        plan.ticket_id.check_access("write")
        duration = (self.end - self.start).total_seconds() / 3600
        visit = plan.visit_id
        if plan.both_agree:
            plan.ticket_id._agree_on_visit()
        if visit:
            visit._reschedule(self.engineer_id, self.start, duration)
        else:
            visit = self.env["service.visit"]._plan(
                plan.ticket_id,
                self.engineer_id,
                self.start,
                plan.template_id,
                duration,
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "title": self.env._("Visit planned"),
                "message": self._get_planned_text(),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
