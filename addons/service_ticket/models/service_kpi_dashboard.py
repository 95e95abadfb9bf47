"""What the dashboard asks: tiles, charts, and the records behind a number."""

import datetime
from typing import NamedTuple

import pytz

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..engine import kpi
from .service_transition import OPEN_STATES

_PICKS = {"team": "service.team", "category": "product.category"}
_PICKS |= {"partner": "res.partner", "user": "res.users"}
_UNITS = ("week", "month", "quarter", "year")
_OLDEST = -520  # ten years of weeks
_BUCKETS = {"week": 13, "month": 12}
_PARTS = ("top", "base", "rest")
_ACTIONS = {
    "service.ticket": "service_ticket.service_ticket_action",
    "service.milestone": "service_ticket.service_milestone_action",
    "service.callback": "service_ticket.service_callback_action",
    "res.partner": "service_ticket.service_customer_action",
    "stock.lot": "service_ticket.service_unit_action",
}


class View(NamedTuple):
    """What a reader looks at: whose records, which period, in which time zone."""

    scope: dict
    period: kpi.Period
    before: kpi.Period
    zone: datetime.tzinfo
    unit: str

    def get_bounds(self):
        return kpi.find_bounds([self.before, self.period], self.zone)


class ServiceKpi(models.Model):
    _inherit = "service.kpi"

    # --- What is asked for ---------------------------------------------------------------

    @api.model
    def _check_manager(self):
        if not self.env.user.has_group("service_ticket.group_service_manager"):
            raise AccessError(self.env._("Key figures are for service managers."))

    @api.model
    def _refuse(self, what):
        raise UserError(self.env._("The dashboard can't show that: %s", what))

    @api.model
    def _read_params(self, params):
        """Return the View that a client asks for, whatever it sends.

        :raise UserError: where it is none
        """
        self._check_manager()
        if not isinstance(params, dict):
            self._refuse(self.env._("nothing was chosen."))
        known = {"unit", "offset", *_PICKS}
        if set(params) - known:
            self._refuse(self.env._("there is no such choice."))
        unit, offset = params.get("unit", "month"), params.get("offset", 0)
        if unit not in _UNITS:
            self._refuse(self.env._("the period is a week, month, quarter or year."))
        if type(offset) is not int or not _OLDEST <= offset <= 0:
            self._refuse(self.env._("the period is not within the last ten years."))
        scope = {"companies": self.env.companies.ids}
        for name, model in _PICKS.items():
            scope[name] = self._read_pick(model, params.get(name))
        zone = pytz.timezone(self.env.user.tz or "UTC")
        today = fields.Datetime.context_timestamp(
            self.with_context(tz=zone.zone), fields.Datetime.now()
        ).date()
        try:
            period, before = kpi.find_periods(today, unit, offset)
        except (OverflowError, ValueError):
            self._refuse(self.env._("the period is not within the last ten years."))
        return View(scope, period, before, zone, unit)

    @api.model
    def _read_pick(self, model, value):
        """Return the id of a record that the reader may see, or False."""
        if value is None or value is False:
            return False
        fits = type(value) is int and 0 < value < 2**31
        found = fits and self.env[model].search([("id", "=", value)])
        if not found:
            self._refuse(self.env._("what was chosen is not there any more."))
        return found.id

    @api.model
    def _read_key(self, key):
        figure = self._get_figures().get(key) if isinstance(key, str) else None
        found = self.search([("key", "=", key)]) if figure else self
        if not found:
            self._refuse(self.env._("there is no such figure."))
        return found, figure

    # --- Tiles -----------------------------------------------------------------------------

    @api.model
    @api.readonly
    def get_dashboard(self, params):
        """Return the figures of a period with what they are compared with."""
        view = self._read_params(params)
        tiles = self._compute_tiles(view)
        figures = self._get_figures()
        requests = [
            tile
            for tile in tiles
            if figures[tile["key"]].shown.model == "service.ticket"
        ]
        return {
            "period": self._describe_period(view.period, view.unit),
            "before": self._describe_period(view.before, view.unit),
            "groups": [
                {"key": key, "name": name, "tiles": grouped}
                for key, name in self._fields["group"]._description_selection(self.env)
                if (grouped := [tile for tile in tiles if tile["group"] == key])
            ],
            "severities": self._count_open(view.scope),
            "empty": not any(tile["base"] for tile in requests),
        }

    @api.model
    def _compute_tiles(self, view):
        """Return all figures of a period, as texts and numbers."""
        figures = self._get_figures()
        records = self.search([]).filtered(lambda record: record.key in figures)
        values = self._compute_values(
            records.mapped("key"), view.scope, view.get_bounds()
        )
        last = len(view.get_bounds()) - 2
        return [
            record._prepare_tile(figures[record.key], values[record.key], last)
            for record in records
        ]

    def _prepare_tile(self, figure, values, last):
        self.ensure_one()
        nothing = (None, 0, 0)
        now = values.get((last, None)) or values.get((None, None)) or nothing
        value, top, base = now
        before = values.get((0, None), nothing)[0]
        if figure.shown.date is None:
            before = None
        moved = kpi.change(value, before)
        target = self._get_target()
        return {
            "key": self.key,
            "group": self.group,
            "name": self.name,
            "definition": self.definition,
            "unit": self.unit,
            "better": self.better,
            "value": value,
            "text": self._format(value),
            "top": top,
            "base": base,
            "is_share": bool(figure.base),
            "splits": self.unit == "percent",  # a share: the others are a list, too
            "target": target,
            "target_text": "" if target is None else self._format(target),
            "reached": kpi.judge_target(value, target, self.better),
            "before_text": self._format(before),
            "change": moved,
            "change_text": self._format_change(moved),
            "trend": kpi.judge_change(moved, self.better),
            "has_history": figure.shown.date is not None,
        }

    @api.model
    def _count_open(self, scope):
        """Return how many requests are open now, by severity, the worst first."""
        domain = self._get_scope_domain("service.ticket", scope)
        domain &= Domain("state", "in", OPEN_STATES)
        found = self.env["service.ticket"]._read_group(
            domain, ["severity_id"], ["__count"]
        )
        found.sort(key=lambda pair: (pair[0].level, pair[0].id))
        return [
            {"id": severity.id, "name": severity.display_name, "count": count}
            for severity, count in found
        ]

    # --- Charts ----------------------------------------------------------------------------

    @api.model
    @api.readonly
    def get_chart(self, params, key, unit="week"):
        """Return a figure by week or month, and by branch."""
        view = self._read_params(params)
        record, figure = self._read_key(key)
        if not isinstance(unit, str) or unit not in _BUCKETS:
            self._refuse(self.env._("a chart goes by week or by month."))
        return {
            "key": record.key,
            "name": record.name,
            "definition": record.definition,
            "unit": record.unit,
            "target": record._get_target(),
            "buckets": record._compute_buckets(view, figure, unit),
            "teams": record._compute_teams(view),
        }

    def _compute_buckets(self, view, figure, unit):
        if figure.shown.date is None:
            return []
        periods = kpi.find_buckets(view.period, unit, _BUCKETS[unit])
        bounds = kpi.find_bounds(periods, view.zone)
        values = self._compute_values([self.key], view.scope, bounds)[self.key]
        return [
            {
                "label": self._describe_period(period, unit, short=True),
                "since": fields.Date.to_string(period.start),
                "until": fields.Date.to_string(period.end),
                **self._prepare_point(values.get((place, None))),
            }
            for place, period in enumerate(periods)
        ]

    def _compute_teams(self, view):
        bounds = kpi.find_bounds([view.period], view.zone)
        values = self._compute_values([self.key], view.scope, bounds, by="team")
        points = {team: value for (_place, team), value in values[self.key].items()}
        teams = self.env["service.team"].with_context(active_test=False)
        return [
            {"id": team.id, "label": team.display_name}
            | self._prepare_point(points[team.id])
            for team in teams.search([("id", "in", list(filter(None, points)))])
        ]

    def _prepare_point(self, found):
        value, top, base = found or (None, 0, 0)
        return {
            "value": value,
            "text": self._format(value),
            "top": top,
            "base": base,
        }

    # --- Records ---------------------------------------------------------------------------

    @api.model
    def action_open_records(self, params, key, part="base", since=None, until=None):
        """Return the list of records behind a number: what was counted, no other.

        :param part: ``base`` all that count, ``top`` those that are the share, ``rest``
            the others
        :param since: first day, and the day after the last, of another stretch
        """
        view = self._read_params(params)
        record, figure = self._read_key(key)
        period = view.period
        if since or until:
            period = self._read_days(since, until)
        domain = self._get_part_domain(figure, part, view, period)
        count = figure.top if part == "top" else figure.shown
        return self._prepare_records_action(count.model, record.name, domain)

    @api.model
    def action_open_severity(self, params, severity):
        """Return the list of what is open now with this severity."""
        view = self._read_params(params)
        found = self.env["service.severity"].browse(
            self._read_pick("service.severity", severity)
        )
        domain = self._get_scope_domain("service.ticket", view.scope)
        domain &= Domain("state", "in", OPEN_STATES)
        domain &= Domain("severity_id", "=", found.id)
        return self._prepare_records_action(
            "service.ticket", found.display_name, domain
        )

    @api.model
    def _get_part_domain(self, figure, part, view, period):
        if not isinstance(part, str) or part not in _PARTS:
            self._refuse(self.env._("there is no such list."))
        bounds = period.get_bounds(view.zone)
        count = figure.top if part == "top" else figure.shown
        domain = self._get_domain(count, view.scope, *bounds)
        if part == "rest":
            domain &= ~Domain(self._fix_domain(figure.top.domain))
        return domain

    @api.model
    def _read_days(self, since, until):
        try:
            days = kpi.Period(
                datetime.date.fromisoformat(since), datetime.date.fromisoformat(until)
            )
        except (TypeError, ValueError):
            days = None
        if not days or not 1990 <= days.start.year <= days.end.year <= 2100:
            self._refuse(self.env._("these are no days."))
        return days

    @api.model
    def _prepare_records_action(self, model, name, domain):
        action = self.env["ir.actions.act_window"]._for_xml_id(_ACTIONS[model])
        terms = [
            term
            if isinstance(term, str)
            else [
                fields.Datetime.to_string(part)
                if isinstance(part, datetime.datetime)
                else part
                for part in term
            ]
            for term in domain
        ]
        return action | {"name": name, "domain": terms, "context": {"create": False}}
