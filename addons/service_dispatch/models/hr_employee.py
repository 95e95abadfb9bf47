from collections import defaultdict
from datetime import UTC, datetime, timedelta

from odoo import fields, models

from ..engine.slots import Availability, Interval
from .service_visit import OPEN_STATES


def _naive(moment: datetime) -> datetime:
    """To the nearest second: Odoo ends a full day at 23:59:59.999999."""
    moment += timedelta(microseconds=500_000)
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    is_service_engineer = fields.Boolean(
        string="Service Engineer",
        help="Visits are planned for this employee.",
    )

    def _get_service_work(self, start: datetime, end: datetime):
        """Working hours without leaves and public holidays.

        :param start: naive UTC
        :param end: naive UTC
        :return: ``{employee id: [(start, end)]}`` in naive UTC, one calendar query
            for all who share a calendar
        """
        resources = self.sudo().resource_id
        intervals, _calendars = resources._get_valid_work_intervals(
            start.replace(tzinfo=UTC), end.replace(tzinfo=UTC)
        )
        return {
            employee.id: [
                (_naive(from_), _naive(to))
                for from_, to, _meta in intervals[employee.resource_id.id]
            ]
            for employee in self.sudo()
        }

    def _get_service_busy(self, start: datetime, end: datetime, without=None):
        """When visits already fill the time: ``{employee id: [(start, end)]}``."""
        groups: dict[int, list[Interval]] = defaultdict(list)
        domain = [
            ("engineer_id", "in", self.ids),
            ("state", "in", OPEN_STATES),
            ("start", "<", end),
            ("end", ">", start),
            ("id", "not in", without.ids if without else []),
        ]
        visits = self.env["service.visit"]
        for visit in visits.search_fetch(domain, ["engineer_id", "start", "end"]):
            groups[visit.engineer_id.id].append((visit.start, visit.end))
        return groups

    def _get_service_availability(self, start, end, without=None):
        """What the slot search needs to know of these engineers."""
        work = self._get_service_work(start, end)
        busy = self._get_service_busy(start, end, without)
        return [Availability(e.id, work[e.id], busy[e.id]) for e in self]
