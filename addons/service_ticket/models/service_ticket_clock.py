"""What is promised for a ticket: by its policy, its severity and its kind."""

from collections import defaultdict
from datetime import datetime

from odoo import api, fields, models
from odoo.tools import format_datetime

from ..engine import clock, ticket_log


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    policy_id = fields.Many2one(
        "service.sla.policy", "Promised Times", readonly=True, copy=False
    )
    milestone_ids = fields.One2many("service.milestone", "ticket_id", "Promises")
    next_due = fields.Datetime("Next Promise", readonly=True, copy=False)
    remaining_hours = fields.Float(
        "Left While Paused",
        readonly=True,
        copy=False,
        help="What is left of the nearest promise while its clock stands still.",
    )
    clock_status = fields.Selection(
        [
            ("none", "No promise"),
            ("running", "In time"),
            ("paused", "Paused"),
            ("overdue", "Overdue"),
            ("met", "Kept"),
            ("late", "Broken"),
            ("void", "Not needed"),
        ],
        "Promise",
        readonly=True,
        copy=False,
        default="none",
        index=True,
    )
    response_due = fields.Datetime(
        "Promised Response", compute="_compute_promises", help="First response due."
    )
    on_site_due = fields.Datetime(
        "Promised on Site", compute="_compute_promises", help="Engineer on site due."
    )
    promise_summary = fields.Char("We Promise", compute="_compute_promises")

    # --- What is promised ------------------------------------------------------------

    def _get_policies(self):
        """Return {ticket: policy}: the customer's, the team's, the company's first."""
        policies = self.env["service.sla.policy"]._get_in_order()
        chosen = {}
        for ticket in self:
            company = ticket.company_id
            # sudo: a customer of two companies may have the policy of the other one
            own = ticket.partner_id.commercial_partner_id.sudo().service_policy_id
            candidates = own.with_env(self.env) + ticket.team_id.policy_id + policies
            chosen[ticket] = candidates.filtered(
                lambda p, c=company, held=ticket.policy_id: (
                    p.sudo().company_id in (c, c.browse())
                    # Archived: it promises nothing new; what was promised, stays.
                    and (p.sudo().active or p == held)
                )
            )[:1]
        return chosen

    @api.depends("milestone_ids.due", "severity_id", "partner_id", "team_id", "kind")
    def _compute_promises(self):
        """From the stored milestones; before the ticket is saved, what they would be."""
        unsaved = self.filtered(lambda ticket: not ticket._origin)
        preview = unsaved._preview_promises()
        for ticket in self:
            if ticket in unsaved:
                due = preview[ticket]
            else:
                due = {m.clock: m.due for m in ticket.milestone_ids}
            ticket.response_due = due.get("first_response", False)
            ticket.on_site_due = due.get("on_site", False)
            ticket.promise_summary = ticket._summarise_promises(due)

    def _preview_promises(self):
        """Return {ticket: {clock: due}}, nothing stored."""
        result = {ticket: {} for ticket in self}
        for ticket, vals in self._read_fresh(
            self._prepare_missing(self._get_targets())
        ):
            result[ticket][vals["clock"]] = vals["due"]
        return result

    def _summarise_promises(self, due):
        if not any(due.values()):
            return self.env._("Nothing is promised.")
        labels = dict(
            self.env["service.milestone"]
            ._fields["clock"]
            ._description_selection(self.env)
        )
        return "   ·   ".join(
            f"{labels[name]} {format_datetime(self.env, moment, dt_format='short')}"
            for name, moment in due.items()
            if moment
        )

    @api.depends("policy_id", "severity_id", "partner_id", "team_id")
    @api.depends_context("lang")
    def _compute_severity_definition(self):
        unsaved = self.filtered(lambda ticket: not ticket.policy_id)
        chosen = unsaved._get_policies()
        for ticket in self:
            policy = ticket.policy_id or chosen[ticket]
            # sudo: a definition is read by whoever reads the ticket
            ticket.severity_definition = policy.sudo()._get_definition(
                ticket.severity_id
            )

    # --- Whose hours ---------------------------------------------------------------

    def _get_clock_calendar(self, hours_of, fixed):
        """Return the calendar in which a promise counts; layers above add theirs.

        :param hours_of: whose hours, as on the target
        :param fixed: the calendar that the target names
        :return: resource.calendar, empty round the clock and where nothing is known
        """
        self.ensure_one()
        calendar = fixed.browse()
        if hours_of == "calendar":
            calendar = fixed
        elif hours_of == "team":
            calendar = self.team_id.calendar_id
        elif hours_of == "site":
            # sudo: hours are no secret of the customer's file
            site = (self.site_id or self.partner_id).sudo()
            calendar = (
                site.service_calendar_id
                or site.commercial_partner_id.service_calendar_id
            )
        return calendar.with_env(self.env)

    # --- Starting clocks -----------------------------------------------------------

    def _get_targets(self, policies=None):
        """Return {ticket: {clock: target}} of the tickets' policies."""
        policies = self._get_policies() if policies is None else policies
        asked = {t: (policies[t], t.severity_id, t.kind) for t in self}
        found = self.env["service.sla.policy"]._find_targets(set(asked.values()))
        return {ticket: found[asked[ticket]] for ticket in self}

    def _start_clocks(self, fresh=False):
        """Give the tickets the milestones that their policy and severity ask for.

        A changed severity, team or customer changes the promises; the log, and with
        it every pause, stays.

        :param fresh: the tickets are new: they have neither milestones nor a log
        """
        policies = self._get_policies()
        for policy, tickets in self.grouped(policies.__getitem__).items():
            moved = tickets.filtered(lambda t, p=policy: t.policy_id != p)
            moved.sudo().policy_id = policy
        targets = self._get_targets(policies)
        if fresh:
            prepared = self._read_fresh(self._prepare_missing(targets))
            self._create_milestones(prepared)
            self._store_fresh_due(prepared)
            return
        log = self._get_log()
        self._adapt_milestones(targets)
        kept = {
            (milestone.ticket_id.id, milestone.clock)
            for milestone in self.sudo().milestone_ids
        }
        self._create_milestones(self._prepare_missing(targets, kept, log))
        self._replay_clocks(log)

    @api.model
    def _get_promise_fields(self):
        """Return the fields that decide what is promised; layers above add theirs."""
        return {
            "severity_id",
            "criterion_ids",
            "kind",
            "team_id",
            "partner_id",
            "unit_id",
            "site_id",
            "company_id",
        }

    def _adapt_milestones(self, targets):
        """Change or remove the milestones whose target is not the ticket's any more."""
        stale = self.env["service.milestone"].sudo()
        for ticket in self:
            for milestone in ticket.sudo().milestone_ids:
                target = targets[ticket].get(milestone.clock)
                if target:
                    milestone._adopt(target)
                else:
                    stale += milestone
        stale.unlink()

    def _prepare_missing(self, targets, kept=(), log=None):
        """Return [(ticket, values of a milestone)] for the clocks that have started.

        :param targets: {ticket: {clock: target}}
        :param kept: pairs (ticket id, clock) that have their milestone
        :param log: {ticket id: lines}
        """
        return [
            (ticket, {"clock": name, **target._prepare_milestone_vals(ticket)})
            for ticket in self
            for name, target in targets[ticket].items()
            if (ticket.id, name) not in kept
            and ticket_log.find_start(
                (log or {}).get(ticket.id, ()), name, datetime.min
            )
        ]

    def _create_milestones(self, prepared):
        # What is read from the ticket is given: Odoo needs no second look at each.
        vals_list = [
            {
                "ticket_id": ticket.id,
                "company_id": ticket.company_id.id,
                "team_id": ticket.team_id.id,
                "opened_at": ticket.opened_at,
                **vals,
            }
            for ticket, vals in prepared
        ]
        self.env["service.milestone"].sudo().create(vals_list)

    def _read_fresh(self, prepared):
        """Add what each clock of a new ticket shows; return the same list."""
        now = fields.Datetime.now()
        milestones = self.env["service.milestone"]
        calendars = self.env["resource.calendar"]
        hours = self._get_hours_by_company(
            (
                ticket.company_id,
                calendars.browse(vals["calendar_id"] or ()),
                ticket.opened_at or now,
                round(vals["hours"] * 3600),
            )
            for ticket, vals in prepared
        )
        for ticket, vals in prepared:
            calendar = calendars.browse(vals["calendar_id"] or ())
            counts = vals["hours_of"] == "always" or calendar
            promise = clock.Promise(
                started=ticket.opened_at or now,
                seconds=round(vals["hours"] * 3600),
                hours=hours[ticket.company_id][calendar] if counts else None,
            )
            aim = round(vals["internal_hours"] * 3600)
            steps = ticket._get_steps(vals["clock"])
            reading, moments = milestones._read_promise(promise, aim, steps, now)
            vals.update(
                milestones._prepare_reading_vals(reading, aim, moments.values())
            )
        return prepared

    def _get_steps(self, name):
        """Return the escalation steps of the promise `name`, as tuples."""
        return self.env["service.escalation.step"]._get_steps(
            self.company_id.id, self.policy_id.id, self.severity_id.id, name
        )

    def _store_fresh_due(self, prepared):
        by_ticket = defaultdict(list)
        for ticket, vals in prepared:
            clock_shown = (vals["status"], vals["due"], vals["remaining_hours"])
            by_ticket[ticket].append(clock_shown)
        self._store_next(by_ticket)
        self.env["service.milestone"]._wake_sweep(
            vals["next_alert"] for _ticket, vals in prepared
        )
