"""Key figures and periods as readers of a language say them."""

import datetime

from babel.dates import format_date as babel_date
from babel.dates import format_skeleton

from odoo import api, models
from odoo.tools import babel_locale_parse, format_date, formatLang, get_lang

from ..engine import kpi


class ServiceKpi(models.Model):
    _inherit = "service.kpi"

    @api.model
    def _describe_period(self, period, unit, short=False):
        """Say which days these are, as readers of the language do."""
        locale = babel_locale_parse(get_lang(self.env).code)
        last = period.end - datetime.timedelta(days=1)
        whole = period.end == kpi.shift(period.start, unit, 1)
        if short:
            skeleton = "yMMM" if unit == "month" else "MMMd"
            return format_skeleton(skeleton, period.start, locale=locale)
        if whole and unit == "month":
            return format_skeleton("yMMMM", period.start, locale=locale)
        if whole and unit == "quarter":
            return babel_date(period.start, "QQQ y", locale=locale)
        if whole and unit == "year":
            return babel_date(period.start, "y", locale=locale)
        if period.start == last:
            return format_date(self.env, last)
        return f"{format_date(self.env, period.start)} – {format_date(self.env, last)}"

    def _format(self, value):
        """Say a value in its unit; a dash where there is none."""
        self.ensure_one()
        if value is None:
            return "–"
        if self.unit == "percent":
            return self.env._("%s %%", formatLang(self.env, value, digits=1))
        if self.unit == "hours":
            return self._format_hours(value)
        return formatLang(self.env, value, digits=2 if self.unit == "mean" else 0)

    def _format_change(self, moved):
        if moved is None:
            return ""
        sign = "+" if moved > 0 else "−" if moved < 0 else "±"
        text = self._format(abs(moved))
        if self.unit == "percent":
            points = formatLang(self.env, abs(moved), digits=1)
            text = self.env._("%s points", points)
        return f"{sign}{text}"

    @api.model
    def _format_hours(self, value):
        minutes = round(value * 60)
        hours, minutes = divmod(minutes, 60)
        if hours >= 100 or not minutes:
            return self.env._("%s h", hours)
        if not hours:
            return self.env._("%s min", minutes)
        return self.env._("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)
