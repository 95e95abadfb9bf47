from collections import Counter
from datetime import datetime

import pytz
from babel.dates import format_skeleton
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import babel_locale_parse, format_datetime, get_lang

from ..engine import clock

_MONTHS = [
    ("1", "January"),
    ("2", "February"),
    ("3", "March"),
    ("4", "April"),
    ("5", "May"),
    ("6", "June"),
    ("7", "July"),
    ("8", "August"),
    ("9", "September"),
    ("10", "October"),
    ("11", "November"),
    ("12", "December"),
]
_REPORT = "service_ticket.action_report_promise_statement"


class ServicePromiseStatement(models.TransientModel):
    """What became of everything that was promised to one customer in one month.

    A promise belongs to the month in which its request was received, so that each
    stands in exactly one statement.
    """

    _name = "service.promise.statement"
    _description = "Statement of Promises"
    _inherit = ["service.dialog"]
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, check_company=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    month = fields.Selection(
        _MONTHS, required=True, default=lambda self: self._get_last_month()[0]
    )
    year = fields.Integer(required=True, default=lambda self: self._get_last_month()[1])
    promise_count = fields.Integer("Promises", compute="_compute_totals")
    kept_count = fields.Integer("Kept", compute="_compute_totals")
    broken_count = fields.Integer("Broken", compute="_compute_totals")
    open_count = fields.Integer("Running", compute="_compute_totals")
    void_count = fields.Integer("Not Needed", compute="_compute_totals")
    kept_share = fields.Float("Share Kept", compute="_compute_totals")

    _month_of_a_year = models.Constraint(
        "CHECK (year BETWEEN 2000 AND 2100)", "Give the year with four digits."
    )

    @api.model
    def _get_last_month(self):
        last = fields.Date.context_today(self) - relativedelta(months=1)
        return str(last.month), last.year

    @api.depends("partner_id")
    def _compute_display_name(self):
        for statement in self:
            statement.display_name = self.env._(
                "Statement of Promises %(customer)s %(year)s-%(month)s",
                customer=statement.partner_id.name or "",
                year=statement.year,
                month=f"{int(statement.month or 0):02}",
            )

    @api.depends("partner_id", "company_id", "month", "year")
    def _compute_totals(self):
        for statement in self:
            counts = Counter(statement._get_promises().mapped("status"))
            kept = counts["met"]
            broken = counts["late"] + counts["overdue"]
            statement.promise_count = counts.total()
            statement.kept_count = kept
            statement.broken_count = broken
            statement.open_count = counts["running"] + counts["paused"]
            statement.void_count = counts["void"]
            statement.kept_share = kept / (kept + broken) if kept + broken else 0.0

    # --- What it is about ------------------------------------------------------------

    def _get_zone(self):
        """The customer's time zone; it decides where the month begins, too."""
        return pytz.timezone(self.partner_id.tz or self.env.user.tz or "UTC")

    def _get_domain(self):
        if not (self.partner_id and self.month and 2000 <= self.year <= 2100):
            return Domain.FALSE
        first = datetime(self.year, int(self.month), 1)
        start, end = (
            self._get_zone().localize(moment).astimezone(pytz.utc).replace(tzinfo=None)
            for moment in (first, first + relativedelta(months=1))
        )
        customer = self.partner_id.commercial_partner_id
        return (
            Domain("company_id", "=", self.company_id.id)
            & Domain("ticket_id.partner_id", "child_of", customer.id)
            & Domain("ticket_id.opened_at", ">=", start)
            & Domain("ticket_id.opened_at", "<", end)
            & Domain("status", "!=", "none")
        )

    def _get_promises(self):
        """Return the promises in the order in which they were made."""
        promises = self.env["service.milestone"].search(self._get_domain())
        order = list(promises._fields["clock"].get_values(self.env))
        return promises.sorted(
            lambda m: (m.opened_at, m.ticket_id.id, order.index(m.clock))
        )

    # --- Buttons -----------------------------------------------------------------------

    def action_view(self):
        """Show the promises on the screen."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_ticket.service_milestone_action"
        )
        return action | {
            "name": self.display_name,
            "domain": list(self._get_domain()),
            "views": [[False, "list"], [False, "form"], [False, "pivot"]],
            "context": {},
        }

    def action_print(self):
        """Print the statement in the customer's language."""
        self.ensure_one()
        return self.env.ref(_REPORT).report_action(self)

    def action_send(self):
        """Write a mail to the customer with the statement attached."""
        self.ensure_one()
        statement = self.with_context(lang=self.partner_id.lang or self.env.lang)
        content, _kind = (
            self.env["ir.actions.report"].sudo()._render_qweb_pdf(_REPORT, self.ids)
        )
        attachment = self.env["ir.attachment"].create(
            {
                "name": f"{statement.display_name}.pdf",
                "raw": content,
                "mimetype": "application/pdf",
                "res_model": "mail.compose.message",
                "res_id": 0,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "mail.compose.message",
            "views": [[False, "form"]],
            "target": "new",
            "context": {
                "default_model": "res.partner",
                "default_res_ids": self.partner_id.ids,
                "default_composition_mode": "comment",
                "default_partner_ids": self.partner_id.ids,
                "default_subject": statement.display_name,
                "default_body": statement._get_mail_body(),
                "default_attachment_ids": attachment.ids,
                "default_email_layout_xmlid": "mail.mail_notification_light",
            },
        }

    def _get_mail_body(self):
        return self.env._(
            "Dear %(customer)s, attached is what we promised you in %(month)s, and "
            "what we kept of it.",
            customer=self.partner_id.name,
            month=self._get_month_name(),
        )

    # --- The document ------------------------------------------------------------------

    def _get_month_name(self):
        first = datetime(self.year, int(self.month), 1)
        locale = babel_locale_parse(get_lang(self.env).code)
        return format_skeleton("yMMMM", first, locale=locale)

    def _get_lines(self):
        """Return what the document says of each promise, as texts."""
        milestones = self._get_promises().with_env(self.env)
        # sudo: the log of what is on the statement, whoever prints it
        log = milestones.sudo().ticket_id._get_log()
        promises = milestones.sudo()._get_promises(log)
        labels = dict(milestones._fields["status"]._description_selection(self.env))
        return [
            {
                "ticket": milestone.ticket_id,
                "severity": milestone.severity_id.name,
                "clock": milestone.display_name,
                "promised": self._format_hours(milestone.hours),
                "received": self._format(milestone.opened_at),
                "due": self._format(milestone.due),
                "met": self._format(milestone.met_at),
                "status": milestone.status,
                "result": labels[milestone.status],
                "paused": milestone.paused_hours
                and self._format_hours(milestone.paused_hours),
                "pauses": self._get_pauses(
                    promises[milestone], log[milestone.ticket_id.id]
                ),
            }
            for milestone in milestones
        ]

    def _get_pauses(self, promise, lines):
        """Return a sentence for each time that the clock stood still."""
        by_moment = {}
        for line in lines:
            by_moment.setdefault(line.at, line)
            if line.pauses_clock:
                by_moment[line.at] = line
        return [
            self._describe_pause(start, end, counted, by_moment.get(start))
            for start, end, counted in clock.find_pauses(promise)
            if counted or not end
        ]

    def _describe_pause(self, start, end, counted, line):
        if line and line.pauses_clock:
            why = line.reason_id.name
        elif end:
            why = self.env._("cleared, until it was reopened")
        else:
            why = self.env._("ended without it")
        why = ", ".join(part for part in (why, line and line.note) if part)
        span = f"{self._format(start)} – {self._format(end) if end else '…'}"
        counted = f" ({self._format_hours(counted / 3600)})" if end else ""
        person = f" · {line.user_id.name}" if line and line.user_id else ""
        return f"{span}{counted}: {why}{person}"

    def _format(self, moment):
        if not moment:
            return ""
        zone = self._get_zone().zone
        return format_datetime(self.env, moment, tz=zone, dt_format="short")

    def _format_hours(self, hours):
        """Say a duration in words, e.g. 1 h 20 min."""
        total = round(hours * 60)
        hours, minutes = divmod(total, 60)
        if not hours:
            return self.env._("%s min", minutes)
        if not minutes:
            return self.env._("%s h", hours)
        return self.env._("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)
