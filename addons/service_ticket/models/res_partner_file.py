"""The customer's file: what it holds, what it lacks, since when (R154, R168, R170)."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .guard import drop_defaults

_CALLED = {"phone", "email"}
_RECORDED = {
    "service_first_contact_on",
    "service_file_due_on",
    "service_file_completed_on",
    "service_completeness",
    "service_last_on",
    "service_next_on",
    "service_next_reason",
    "service_contact_check_on",
    "service_contact_due",
}
_FACTS = (
    "name",
    "street",
    "city",
    "state_id",
    "phone",
    "email",
    "service_region_id",
    "service_since",
    "service_item_ids",
    "service_cycle_months",
    "service_next_on",
    "service_wish",
    "service_wish_on",
    "service_first_contact_on",
    "child_ids.name",
    "child_ids.type",
    "service_unit_ids.completeness",
    "service_unit_ids.service_state",
)


class ResPartner(models.Model):
    _inherit = "res.partner"

    service_first_contact_on = fields.Date(
        "First Contact",
        readonly=True,
        copy=False,
        help="The day of the first request or the first unit: from then on the customer "
        "has a file.",
    )
    service_company_id = fields.Many2one(
        "res.company",
        "Looked After By",
        copy=False,
        help="Which of our companies owes this customer its contacts.",
    )
    service_since = fields.Date("Customer Since", copy=False)
    service_file_due_on = fields.Date("File Due", readonly=True, copy=False)
    service_file_completed_on = fields.Date(
        "File Complete Since",
        compute="_compute_service_completeness",
        store=True,
        copy=False,
        help="The first day on which nothing was missing.",
    )
    service_file_late = fields.Boolean(
        "File Late",
        compute="_compute_service_file_late",
        search="_search_service_file_late",
        help="It was not complete when it was due.",
    )
    service_completeness = fields.Float(
        "Complete",
        compute="_compute_service_completeness",
        store=True,
        aggregator="avg",
        help="The share of what a file must hold that is on record; 1 is everything.",
    )
    service_below_target = fields.Boolean(compute="_compute_service_file_late")
    service_missing_facts = fields.Char(
        "Missing in the File", compute="_compute_service_missing_facts"
    )
    service_item_ids = fields.Many2many("service.item", string="Service Items")

    _service_files = models.Index(
        "(service_completeness, id) WHERE service_first_contact_on IS NOT NULL"
    )
    _service_files_due = models.Index(
        "(service_file_due_on) WHERE service_file_completed_on IS NULL"
        " AND service_file_due_on IS NOT NULL"
    )

    # --- What is on record (R168) ------------------------------------------------------

    @api.depends(*_FACTS)
    def _compute_service_completeness(self):
        today = fields.Date.context_today(self)
        gaps = self._get_file_gaps()
        asked = len(self._get_file_facts())
        for partner in self:
            missing = gaps.get(partner)
            share = 0.0 if missing is None else 1 - len(missing) / (asked or 1)
            # Writing what is there already would meet those who write the customer.
            if partner.service_completeness != share:
                partner.service_completeness = share
            if missing == [] and not partner.service_file_completed_on:
                partner.service_file_completed_on = today

    @api.depends(*_FACTS)
    @api.depends_context("lang")
    def _compute_service_missing_facts(self):
        facts = self.env["service.required.fact"]._fields["fact"]
        labels = dict(facts._description_selection(self.env))
        gaps = self._get_file_gaps()
        for partner in self:
            missing = gaps.get(partner) or ()
            partner.service_missing_facts = ", ".join(labels[fact] for fact in missing)

    @api.model
    def _get_file_facts(self):
        """Return what a file must hold, in the order in which to ask."""
        required = self.env["service.required.fact"]._get_required("customer")
        return [fact for fact, _only_faults in required]

    def _get_file_gaps(self):
        """Return {customer: [fact that is missing]} of those that have a file."""
        files = self.filtered("service_first_contact_on")
        facts = self._get_file_facts()
        units = files._count_file_units(facts)
        return {
            partner: [
                fact
                for fact in facts
                if not partner._is_on_file(fact, *units.get(partner._origin, (0, 0)))
            ]
            for partner in files
        }

    def _count_file_units(self, facts):
        """Return {customer: (units, units whose place is known)}, with one query."""
        if not {"product", "site"} & set(facts) or not self.ids:
            return {}
        groups = (
            self.env["stock.lot"]
            .sudo()
            ._read_group(
                [
                    ("end_customer_id", "in", self.ids),
                    ("service_state", "=", "in_service"),
                ],
                ["end_customer_id"],
                ["__count", "completeness:sum"],
            )
        )
        return {partner: (count, known) for partner, count, known in groups}

    def _is_on_file(self, fact, units, known):
        """Say whether a fact is on record; every fact that can be asked for is here."""
        self.ensure_one()
        match fact:
            case "customer":
                return self.name
            case "address":
                return self.street and (self.city or self.state_id)
            case "person":
                persons = self.child_ids.filtered(lambda c: c.type == "contact")
                return not self.is_company or any(persons.mapped("name"))
            case "product":
                return units
            case "site":
                return known >= units
            case "wish":
                return self.service_wish or self.service_wish_on
        name = {
            "phone": "phone",
            "email": "email",
            "region": "service_region_id",
            "since": "service_since",
            "items": "service_item_ids",
            "cycle": "service_cycle_months",
            "next_service": "service_next_on",
        }[fact]
        return self[name]

    def _walk_file(self):
        """Facts that files must hold were changed."""
        self.env.add_to_compute(self._fields["service_completeness"], self)
        self._recompute_recordset(["service_completeness"])

    @api.model
    def _get_walk_domain(self, name):
        domain = super()._get_walk_domain(name)
        if name == "region":
            return domain
        return domain & Domain("service_first_contact_on", "!=", False)

    # --- Within two days of the first contact (R170) -----------------------------------

    @api.depends(
        "service_file_due_on", "service_file_completed_on", "service_completeness"
    )
    @api.depends_context("company")
    def _compute_service_file_late(self):
        today = fields.Date.context_today(self)
        target = self.env.company.service_file_target / 100
        for partner in self:
            due = partner.service_file_due_on
            done = partner.service_file_completed_on or today
            partner.service_file_late = bool(due) and done > due
            partner.service_below_target = (
                bool(partner.service_first_contact_on)
                and partner.service_completeness < target
            )

    def _search_service_file_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        late = Domain("service_file_due_on", "!=", False) & (
            Domain("service_file_completed_on", "=", False)
            & Domain("service_file_due_on", "<", today)
            | Domain.custom(
                to_sql=lambda model, alias, query: model._late_to_sql(alias, query)
            )
        )
        return late if True in value else ~late

    @api.model
    def _late_to_sql(self, alias, query):
        return SQL(
            "%s > %s",
            self._field_to_sql(alias, "service_file_completed_on", query),
            self._field_to_sql(alias, "service_file_due_on", query),
        )

    def _on_first_contact(self, day=None, company=None):
        """Open the file of customers that have none yet; called in bulk, in sudo.

        :param day: when it was; the days until it has to be complete count from today
        """
        today = fields.Date.context_today(self)
        new = self.sudo().commercial_partner_id.filtered(
            lambda partner: not partner.service_first_contact_on
        )
        if not new:
            return
        company = company or self.env.company
        due = today + timedelta(days=company.service_file_days)
        for partner in new.with_context(tracking_disable=True):
            first = min(day or today, today)
            partner.write(
                {
                    "service_first_contact_on": first,
                    "service_file_due_on": due,
                    "service_since": partner.service_since or first,
                    "service_company_id": (partner.company_id or company).id,
                }
            )

    # --- CRUD --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_file_record(vals)
        partners = self.with_context(drop_defaults(self.env.context, _RECORDED))
        return super(ResPartner, partners).create(vals_list).with_env(self.env)

    def write(self, vals):
        self._refuse_file_record(vals)
        before = {}
        if _CALLED & vals.keys():
            before = {partner: (partner.phone, partner.email) for partner in self}
        result = super().write(vals)
        for partner, (phone, email) in before.items():
            self.env["service.ticket"]._correct_contact(partner, phone, email)
        return result

    def _refuse_file_record(self, vals):
        recorded = _RECORDED & vals.keys()
        if recorded and not self.env.su:
            raise UserError(
                self.env._(
                    "“%s” is recorded by the system and not written by hand.",
                    self._fields[min(recorded)]._description_string(self.env),
                )
            )

    # --- Actions -----------------------------------------------------------------------

    def action_open_service_file(self):
        """Open the customer's file; a customer that has none gets one."""
        self.ensure_one()
        customer = self.commercial_partner_id
        customer.check_access("read")
        if not customer.service_first_contact_on:
            customer.check_access("write")
            customer._on_first_contact()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_ticket.service_customer_action"
        )
        form = self.env.ref("service_ticket.service_customer_view_form")
        return action | {
            "res_id": customer.id,
            "view_mode": "form",
            "views": [(form.id, "form")],
        }
