"""Key figures: what a share, a mean and a trend are, and which days a period has.

Plain values in, plain values out. A figure without a base is ``None`` and never 0: no
call kept is something else than no call promised.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Literal

import pytz
from dateutil.relativedelta import relativedelta

UNITS = ("day", "week", "month", "quarter", "year")
_STEP = {
    "day": relativedelta(days=1),
    "week": relativedelta(weeks=1),
    "month": relativedelta(months=1),
    "quarter": relativedelta(months=3),
    "year": relativedelta(years=1),
}
Better = Literal["up", "down", "none"]


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `start` until the day before `end`."""

    start: date
    end: date

    def get_bounds(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """Return its first moment and the first after it, naive UTC."""
        return to_utc(self.start, zone), to_utc(self.end, zone)


# --- Figures ---------------------------------------------------------------------------


def ratio(top: float, base: float, factor: float = 1.0) -> float | None:
    """Return `top` in `base`, times `factor`; ``None`` where there is no base."""
    return top * factor / base if base else None


def change(value: float | None, before: float | None) -> float | None:
    """Return by how much a figure moved; ``None`` where there is nothing to compare."""
    return None if value is None or before is None else value - before


def judge_change(moved: float | None, better: Better) -> str:
    """Return 'good', 'bad', 'same' or 'none' for a move, whatever its sign means."""
    if moved is None:
        return "none"
    if better == "none" or not round(moved, 6):
        return "same"
    return "good" if (moved > 0) == (better == "up") else "bad"


def judge_target(value: float | None, target: float | None, better: Better) -> str:
    """Return 'reached', 'missed' or 'none' (no figure, or nothing was aimed at)."""
    if value is None or target is None or better == "none":
        return "none"
    # A share of 98 % that is 0.98 but for a bit of a float is 98 %.
    gap = round(value - target, 6)
    return "reached" if (gap >= 0 if better == "up" else gap <= 0) else "missed"


# --- Periods ---------------------------------------------------------------------------


def to_utc(day: date, zone: tzinfo) -> datetime:
    """Return the first moment of a day in a zone, naive UTC.

    Where midnight does not exist (the clock goes forward then), the day begins at the
    moment that takes its place.
    """
    moment = datetime(day.year, day.month, day.day)
    if hasattr(zone, "localize"):
        moment = zone.localize(moment)
    else:
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(pytz.utc).replace(tzinfo=None)


def find_start(day: date, unit: str) -> date:
    """Return the first day of the week (Monday), month, quarter or year of a day."""
    if unit == "day":
        return day
    if unit == "week":
        return day - timedelta(days=day.weekday())
    month = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1}.get(unit, 1)
    return day.replace(month=month, day=1)


def shift(day: date, unit: str, count: int) -> date:
    """Return the day so many units later."""
    return day + _STEP[unit] * count


def find_periods(today: date, unit: str, offset: int = 0) -> tuple[Period, Period]:
    """Return a period and the one before it.

    A period that still runs ends today, and is compared with as many days of the one
    before: three days of a month are no fair match for the whole month before.

    :param offset: 0 the one of today, -1 the last whole one, …
    """
    start = shift(find_start(today, unit), unit, offset)
    end = shift(start, unit, 1)
    before = shift(start, unit, -1)
    before_end = start
    if start <= today < end:
        end = today + timedelta(days=1)
        before_end = min(before + (end - start), start)
    return Period(start, end), Period(before, before_end)


def find_buckets(last: Period, unit: str, count: int) -> list[Period]:
    """Return the `count` weeks or months up to the end of a period, oldest first.

    The last one ends where the period ends.
    """
    first = find_start(last.end - timedelta(days=1), unit)
    starts = [shift(first, unit, -index) for index in range(count)][::-1]
    return [Period(start, min(shift(start, unit, 1), last.end)) for start in starts]


def find_bounds(periods: Sequence[Period], zone: tzinfo) -> list[datetime]:
    """Return the moments that part a row of periods, oldest first, naive UTC."""
    bounds: list[datetime] = []
    for period in periods:
        start, end = period.get_bounds(zone)
        if not bounds or bounds[-1] != start:
            bounds.append(start)
        bounds.append(end)
    return bounds
