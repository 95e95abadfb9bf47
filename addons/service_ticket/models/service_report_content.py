"""What a report says, gathered once: texts, in the language and zone of its reader."""

from collections import defaultdict

import pytz

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_datetime

from ..engine import kpi
from .service_kpi_dashboard import View
from .service_transition import OPEN_STATES

_WEEKS = 8
_MONTHS = 6
_JOB_FIELDS = (
    "name",
    "subject",
    "kind",
    "state",
    "severity_id",
    "partner_id",
    "unit_id",
    "user_id",
    "team_id",
    "opened_at",
    "resolved_at",
    "closed_at",
    "clock_status",
    "outcome",
    "is_repeat",
    "touched_at",
    "next_due",
    "waiting_reason_id",
    "work_done",
)
_CHARTS = ("received", "closed", "kept", "repeats", "satisfied")
_SHORT = 160


class ServiceReport(models.Model):
    _inherit = "service.report"

    def _gather(self):
        """Return all that the report says, as values that JSON knows."""
        self.ensure_one()
        if not self.env["service.kpi"].has_access("read"):
            raise UserError(self.env._("Reports are made by service managers."))
        view = self._get_asked()
        data = {
            "title": self._describe_choice(),
            "period": self.env["service.kpi"]._describe_period(view.period, self.unit),
            "before": self.env["service.kpi"]._describe_period(view.before, self.unit),
            "made": self._format_moment(fields.Datetime.now()),
            "zone": view.zone.zone,
            "company": self.company_id.name,
        }
        if self.document == "daily":
            return data | self._gather_open(view)
        return (
            data
            | self._gather_figures(view)
            | self._gather_jobs(view)
            | self._gather_lists(view)
        )

    # --- Whose and when --------------------------------------------------------------

    def _get_zone(self):
        """The branch's zone; it decides where a month begins, too."""
        name = (
            self.team_id.calendar_id.tz
            or self.partner_id.tz
            or self.company_id.partner_id.tz
            or self.env.user.tz
        )
        return pytz.timezone(name or "UTC")

    def _get_asked(self):
        period = self._get_period()
        before = kpi.Period(kpi.shift(period.start, self.unit, -1), period.start)
        scope = {
            "companies": self.company_id.ids,
            "team": self.team_id.id,
            "category": False,
            "partner": self.partner_id.commercial_partner_id.id,
            "user": self.person_id.id,
        }
        return View(scope, period, before, self._get_zone(), self.unit)

    def _get_tickets(self, view, domain, order="opened_at, id"):
        kpis = self.env["service.kpi"]
        domain = kpis._get_scope_domain("service.ticket", view.scope) & Domain(domain)
        return self.env["service.ticket"].search_fetch(domain, _JOB_FIELDS, order=order)

    def _format_moment(self, moment):
        if not moment:
            return ""
        zone = self._get_zone().zone
        return format_datetime(self.env, moment, tz=zone, dt_format="short")

    # --- Figures -----------------------------------------------------------------------

    def _gather_figures(self, view):
        tiles = self.env["service.kpi"]._compute_tiles(view)
        keys = ("key", "name", "definition", "value", "text", "top", "base")
        keys += ("is_share", "target_text", "reached", "before_text", "change_text")
        keys += ("trend", "group")
        words = {
            "good": self.env._("better"),
            "bad": self.env._("worse"),
            "reached": self.env._("reached"),
            "missed": self.env._("missed"),
        }
        figures = [
            {key: tile[key] for key in keys}
            | {
                "trend_word": words.get(tile["trend"], ""),
                "reached_word": words.get(tile["reached"], ""),
            }
            for tile in tiles
        ]
        return {"figures": figures, "charts": self._gather_charts(view)}

    def _gather_charts(self, view):
        """Return a row of bars for a few figures, with the share of the longest."""
        kpis = self.env["service.kpi"]
        records = kpis.search([("key", "in", _CHARTS)])
        unit, count = ("week", _WEEKS) if self.unit == "week" else ("month", _MONTHS)
        periods = kpi.find_buckets(view.period, unit, count)
        bounds = kpi.find_bounds(periods, view.zone)
        values = kpis._compute_values(records.mapped("key"), view.scope, bounds)
        charts = []
        for record in records:
            found = [
                values[record.key].get((place, None), (None,))[0]
                for place in range(len(periods))
            ]
            longest = max((value or 0 for value in found), default=0)
            charts.append(
                {
                    "name": record.name,
                    "bars": [
                        {
                            "label": kpis._describe_period(period, unit, short=True),
                            "text": record._format(value),
                            "width": round(100 * (value or 0) / longest)
                            if longest
                            else 0,
                        }
                        for period, value in zip(periods, found, strict=True)
                    ],
                }
            )
        return charts

    # --- Jobs --------------------------------------------------------------------------

    def _gather_jobs(self, view):
        """Every job of the period: received, resolved or closed in it (R148)."""
        since, until = view.period.get_bounds(view.zone)
        tickets = self._get_tickets(
            view,
            Domain.OR(
                Domain(name, ">=", since) & Domain(name, "<", until)
                for name in ("opened_at", "resolved_at", "closed_at")
            ),
        )
        return {"jobs": self._describe_jobs(tickets)}

    def _describe_jobs(self, tickets):
        labels = {
            name: dict(tickets._fields[name]._description_selection(self.env))
            for name in ("kind", "state", "clock_status", "outcome")
        }
        return [
            {
                "id": ticket.id,
                "name": ticket.name,
                "subject": ticket.subject or "",
                "customer": ticket.partner_id.display_name or "",
                "unit": ticket.unit_id.name or "",
                "branch": ticket.team_id.display_name or "",
                "person": ticket.user_id.name or "",
                "severity": ticket.severity_id.name,
                "received": self._format_moment(ticket.opened_at),
                "resolved": self._format_moment(ticket.resolved_at),
                "closed": self._format_moment(ticket.closed_at),
                "kind": labels["kind"][ticket.kind],
                "state": labels["state"][ticket.state],
                "promise": labels["clock_status"].get(ticket.clock_status, ""),
                "is_broken": ticket.clock_status in ("late", "overdue"),
                "outcome": labels["outcome"].get(ticket.outcome, ""),
                "is_repeat": ticket.is_repeat,
                "done": (ticket.work_done or "")[:_SHORT],
            }
            for ticket in tickets
        ]

    def _gather_lists(self, view):
        """What went wrong: broken promises, complaints, repeats."""
        since, until = view.period.get_bounds(view.zone)
        received = Domain("opened_at", ">=", since) & Domain("opened_at", "<", until)
        figures = self.env["service.kpi"]._get_figures()
        bounds = (since, until)
        breaches = self.env["service.milestone"].search(
            self.env["service.kpi"]._get_domain(
                figures["breaches"].top, view.scope, *bounds
            ),
            order="due, id",
        )
        counted = received & Domain("state", "!=", "cancelled")
        complaints = self._get_tickets(view, counted & Domain("kind", "=", "complaint"))
        repeats = self._get_tickets(view, counted & Domain("is_repeat", "=", True))
        return {
            "breaches": [
                {
                    "name": milestone.ticket_id.name,
                    "subject": milestone.ticket_id.subject or "",
                    "customer": milestone.partner_id.display_name or "",
                    "person": milestone.user_id.name or "",
                    "promise": milestone.display_name,
                    "due": self._format_moment(milestone.due),
                    "met": self._format_moment(milestone.met_at),
                }
                for milestone in breaches
            ],
            "complaints": self._describe_jobs(complaints),
            "repeats": self._describe_jobs(repeats),
            "people": self._gather_people(view),
        }

    def _gather_people(self, view):
        """Who resolved how many, and how they were rated by the promises kept."""
        if self.person_id:
            return []
        since, until = view.period.get_bounds(view.zone)
        kpis = self.env["service.kpi"]
        tickets, promises = self.env["service.ticket"], self.env["service.milestone"]
        found = tickets._read_group(
            kpis._get_scope_domain("service.ticket", view.scope)
            & Domain("resolved_at", ">=", since)
            & Domain("resolved_at", "<", until)
            & Domain("user_id", "!=", False),
            ["user_id"],
            ["__count", "resolution_hours:avg"],
        )
        judged = defaultdict(lambda: [0, 0])
        figure = kpis._get_figures()["kept"]
        for place, count in enumerate((figure.top, figure.base)):
            for user, number in promises._read_group(
                kpis._get_domain(count, view.scope, since, until),
                ["ticket_id.user_id"],
                ["__count"],
            ):
                judged[user][place] = number
        return [
            {
                "name": user.name,
                "resolved": number,
                "hours": kpis._format_hours(hours or 0),
                "kept": judged[user][0],
                "judged": judged[user][1],
            }
            for user, number, hours in found
        ]

    # --- The daily list ------------------------------------------------------------------

    def _gather_open(self, view):
        """Everything logged and not finished, what was left alone longest first (R167)."""
        tickets = self._get_tickets(
            view, Domain("state", "in", OPEN_STATES), order="touched_at, id"
        )
        reviews = self.env["service.review"].search(
            [("ticket_id", "in", tickets.ids), ("date", "=", view.period.start)]
        )
        reviewers = defaultdict(list)
        for review in reviews:
            reviewers[review.ticket_id.id].append(review.user_id.name)
        branches = defaultdict(list)
        extra = {
            ticket.id: {
                "touched": self._format_moment(ticket.touched_at),
                "due": self._format_moment(ticket.next_due),
                "reason": ticket.waiting_reason_id.name or "",
                "reviewed": ", ".join(reviewers[ticket.id]),
            }
            for ticket in tickets
        }
        for job in self._describe_jobs(tickets):
            branches[job["branch"]].append(job | extra[job["id"]])
        return {
            "branches": [
                {"name": name, "jobs": jobs} for name, jobs in sorted(branches.items())
            ],
            "count": len(tickets),
        }
