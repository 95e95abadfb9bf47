"""Big systems: their running file, their operators, and who has duty (R57–R59, R70)."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import format_date

from .service_system_log import SYSTEM_STATES


class StockLot(models.Model):
    _inherit = "stock.lot"

    is_system = fields.Boolean(
        "Big System",
        tracking=True,
        help="It has a running file: state, use of each device, operators.",
    )
    system_log_ids = fields.One2many("service.system.log", "unit_id", "Running File")
    operator_ids = fields.One2many("service.system.operator", "unit_id", "Operators")
    system_state = fields.Selection(
        SYSTEM_STATES, "Running State", compute="_compute_system_state"
    )
    operator_count = fields.Integer("Operators Now", compute="_compute_operators")
    operator_turnover = fields.Float(
        "Operator Turnover",
        compute="_compute_operators",
        help="The share of operators who left within twelve months.",
    )
    system_procedure = fields.Html(
        "Operating Procedures", help="How it is switched on, run, cleaned, shut down."
    )
    system_duties = fields.Text(
        "Duty Boundaries",
        help="What the operators do, what the customer's engineers, what we.",
    )
    system_handover = fields.Text(
        "Shift Hand-Over",
        help="What one shift tells the next, and where it is written.",
    )

    _systems = models.Index("(end_customer_id) WHERE is_system IS TRUE")

    @api.depends("system_log_ids.state", "system_log_ids.date")
    def _compute_system_state(self):
        for unit in self:
            unit.system_state = unit.system_log_ids[:1].state

    @api.depends("operator_ids.since", "operator_ids.until")
    def _compute_operators(self):
        year_ago = fields.Date.context_today(self) - relativedelta(years=1)
        for unit in self:
            now = unit.operator_ids.filtered(lambda operator: not operator.until)
            left = unit.operator_ids.filtered(
                lambda operator: operator.until and operator.until >= year_ago
            )
            unit.operator_count = len(now)
            everybody = len(now) + len(left)
            unit.operator_turnover = len(left) / everybody if everybody else 0.0

    # --- Recurring errors: training (R58) ----------------------------------------------

    def _suggest_training(self):
        """Owe the customers a contact about training where errors keep coming back."""
        kind = self.env["service.contact.kind"].sudo()._get_by("training")[:1]
        today = fields.Date.context_today(self)
        contacts = self.env["service.contact"].sudo()
        for unit in self.sudo() if kind else ():
            customer = unit.end_customer_id.commercial_partner_id
            company = unit.company_id or customer.service_company_id or self.env.company
            if not (customer and company.service_training_errors):
                continue
            since = today - timedelta(days=company.service_training_days)
            domain = [
                ("partner_id", "=", customer.id),
                ("kind_id", "=", kind.id),
                ("unit_id", "=", unit.id),
                ("company_id", "=", company.id),
            ]
            past = contacts.search(domain)
            if past.filtered(lambda contact: contact.state == "owed"):
                continue
            since = max([since, *(day for day in past.mapped("done_on") if day)])
            count = unit._count_operator_errors(since)
            if count >= company.service_training_errors:
                contacts.create(
                    {
                        "partner_id": customer.id,
                        "company_id": company.id,
                        "kind_id": kind.id,
                        "unit_id": unit.id,
                        "due": today,
                        "reason": self.env._(
                            "%(count)s operator errors on %(unit)s since %(day)s",
                            count=count,
                            unit=unit.name,
                            day=format_date(self.env, since),
                        ),
                    }
                )

    def _count_operator_errors(self, since):
        """Count faults that were operating errors, and entries that name such."""
        self.ensure_one()
        tickets = self.env["service.ticket"].search_count(
            [
                ("unit_id", "=", self.id),
                ("fault_class", "=", "user"),
                ("opened_at", ">=", since),
            ]
        )
        entries = self.env["service.system.log"].search_count(
            [
                ("unit_id", "=", self.id),
                ("operator_error", "=", True),
                ("date", ">=", since),
            ]
        )
        return tickets + entries
