"""Which contacts fall due: planned ahead in bounded steps, never doubled."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

# Customers whom nobody has called for years don't all fall due on one day.
_SPREAD_DAYS = 28


class ServiceContact(models.Model):
    _inherit = "service.contact"

    @api.model
    def _cron_plan(self, batch=500):
        """Plan what falls due; the cost is by the customers to look at today."""
        while done := self._plan_next(batch):
            more = done == batch
            if not self.env["ir.cron"]._commit_progress(done, remaining=int(more)):
                break
            if not more:
                break

    @api.model
    def _plan_next(self, batch=500):
        """Look at the next customers; return how many they were."""
        today = fields.Date.context_today(self)
        partners = self.env["res.partner"].search(
            [("service_contact_check_on", "<=", today)],
            order="service_contact_check_on, id",
            limit=batch,
        )
        partners.with_context(tracking_disable=True)._try_walk("contacts")
        return len(partners)


class ResPartner(models.Model):
    _inherit = "res.partner"

    service_contact_ids = fields.One2many(
        "service.contact", "partner_id", "Contacts Owed and Made"
    )
    service_contact_cycle_ids = fields.One2many(
        "service.contact.cycle",
        "partner_id",
        "Own Cycles",
        help="Where this customer hears from us more or less often than others.",
    )
    service_contact_check_on = fields.Date(
        compute="_compute_service_contact_check_on",
        store=True,
        copy=False,
        help="When it is looked at which contacts fall due.",
    )
    service_contact_due = fields.Date(
        "Contact Due",
        compute="_compute_service_contact_due",
        store=True,
        copy=False,
    )

    _service_contact_check = models.Index(
        "(service_contact_check_on, id) WHERE service_contact_check_on IS NOT NULL"
    )
    _service_contact_due_on = models.Index(
        "(service_contact_due) WHERE service_contact_due IS NOT NULL"
    )

    @api.depends(
        "service_first_contact_on",
        "service_company_id",
        "service_next_on",
        "service_policy_id",
        "service_region_id",
        "category_id",
        "service_contact_ids.state",
    )
    def _compute_service_contact_check_on(self):
        """What decides about contacts has changed: look at it in the next run."""
        today = fields.Date.context_today(self)
        for partner in self:
            day = bool(partner.service_first_contact_on) and today
            if partner.service_contact_check_on != day:
                partner.service_contact_check_on = day

    @api.depends("service_contact_ids.due", "service_contact_ids.state")
    def _compute_service_contact_due(self):
        due = dict(
            self.env["service.contact"]
            .sudo()
            ._read_group(
                [("partner_id", "in", self.ids), ("state", "=", "owed")],
                ["partner_id"],
                ["due:min"],
            )
        )
        for partner in self:
            day = due.get(partner._origin, False)
            if partner.service_contact_due != day:
                partner.service_contact_due = day

    def _plan_contacts_soon(self):
        self.env.add_to_compute(self._fields["service_contact_check_on"], self)

    # --- Planning ----------------------------------------------------------------------

    def _walk_contacts(self):
        """Owe these customers what falls due soon; say when to look again."""
        customers = self.sudo().filtered("service_first_contact_on")
        today = fields.Date.context_today(self)
        vals_list, checks = [], {}
        for partner, planned in customers._get_contact_plans(today).items():
            company = partner.service_company_id or self.env.company
            soon = today + timedelta(days=company.service_contact_ahead_days)
            owed = [vals for vals in planned if vals["due"] <= soon]
            vals_list += [
                {**vals, "partner_id": partner.id, "company_id": company.id}
                for vals in owed
            ]
            later = [vals["due"] for vals in planned if vals["due"] > soon]
            checks[partner] = min(later) - (soon - today) if later else False
        self.env["service.contact"].sudo().create(vals_list)
        for partner, day in checks.items():
            partner.service_contact_check_on = day

    def _get_contact_plans(self, today):
        """Return {customer: [values of a contact that is to be owed]}, in bulk."""
        cycles = self.env["service.contact.cycle"]._find_for(self)
        kinds = self.env["service.contact.kind"]
        by_cycle, by_service = kinds._get_by("cycle"), kinds._get_by("service")
        owed, done, announced = self._get_contact_past(by_cycle | by_service)
        plans = {}
        for partner in self:
            plan = plans[partner] = []
            for kind in (by_cycle | by_service).filtered(
                lambda kind, partner=partner: (partner, kind) not in owed
            ):
                if kind in by_cycle:
                    months = cycles[partner].get(kind)
                    last = done.get((partner, kind))
                    due = months and partner._get_contact_day(months, last, today)
                    vals = {}
                else:
                    day = partner.service_next_on
                    told = announced.get((partner, kind))
                    due = day and (not told or told < day) and day
                    due = due and max(due - timedelta(days=kind.days_before), today)
                    vals = {"for_date": day}
                if due:
                    plan.append({"kind_id": kind.id, "due": due, **vals})
        return plans

    def _get_contact_past(self, kinds):
        """Return what is owed, when each kind was done last, and what it announced."""
        contacts = self.env["service.contact"].sudo()
        domain = [
            ("partner_id", "in", self.ids),
            ("kind_id", "in", kinds.ids),
            ("campaign_id", "=", False),
        ]
        groups = contacts._read_group(
            domain, ["partner_id", "kind_id", "state"], ["done_on:max", "for_date:max"]
        )
        owed, done, announced = set(), {}, {}
        for partner, kind, state, last, told in groups:
            key = partner, kind
            if state == "owed":
                owed.add(key)
            elif last:
                done[key] = max(done.get(key, last), last)
            if told:
                announced[key] = max(announced.get(key, told), told)
        return owed, done, announced

    def _get_contact_day(self, months, last, today):
        """Return when a contact of a cycle falls due."""
        self.ensure_one()
        begun = last or self.service_first_contact_on
        due = begun + relativedelta(months=months)
        if due >= today or last:
            return max(due, today)
        return today + timedelta(days=self.id % _SPREAD_DAYS)

    def _on_walk_failed(self, name):
        super()._on_walk_failed(name)
        if name == "contacts":
            tomorrow = fields.Date.context_today(self) + timedelta(days=1)
            self.sudo().service_contact_check_on = tomorrow
