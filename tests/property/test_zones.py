"""The clock engine in thirty time zones, against every minute of the days around a clock
change (A1-A3).

SERVICE_PROPERTY_CASES says how many cases are tried (100,000 before a release). A case
is made from its number alone: the number in a failure is all that is needed to see it
again, with SERVICE_PROPERTY_FIRST.
"""

import os
import random
from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import accumulate

import pytz

from odoo.addons.service_ticket.engine.clock import (
    LogEntry,
    Promise,
    WorkingIntervals,
    read,
)

CASES = int(os.environ.get("SERVICE_PROPERTY_CASES", "1500"))
FIRST = int(os.environ.get("SERVICE_PROPERTY_FIRST", "0"))
ZONES = """
    UTC Europe/Brussels Europe/London Europe/Dublin Europe/Moscow Europe/Istanbul
    Africa/Casablanca Africa/El_Aaiun Africa/Cairo Asia/Beirut Asia/Gaza Asia/Tehran
    Asia/Kolkata Asia/Kathmandu Asia/Yangon Asia/Shanghai Asia/Tokyo Australia/Adelaide
    Australia/Sydney Australia/Lord_Howe Pacific/Chatham Pacific/Apia
    Pacific/Kiritimati America/New_York America/St_Johns America/Havana
    America/Santiago America/Asuncion America/Nuuk Antarctica/Troll
""".split()
DAY = 24 * 60
BEFORE, AFTER = 2 * DAY, 3 * DAY  # minutes around a clock change
QUIET = datetime(2027, 7, 14)


@cache
def changes(name: str) -> list[datetime]:
    """Every moment of 2024 to 2030 at which the offset changes, and a quiet one."""
    zone = pytz.timezone(name)
    found = []
    for moment in getattr(zone, "_utc_transition_times", ()):
        if 2024 <= moment.year <= 2030:
            offsets = {
                pytz.utc.localize(moment + timedelta(minutes=m))
                .astimezone(zone)
                .utcoffset()
                for m in (-1, 0)
            }
            found += [moment] if len(offsets) == 2 else []
    return [*found, QUIET]


@cache
def wall_clock(name: str, change: datetime) -> list[tuple[int, int, int]]:
    """For each minute around a change: parity of the week, weekday, minute of the day."""
    zone = pytz.timezone(name)

    def offset(minute):
        moment = pytz.utc.localize(change + timedelta(minutes=minute))
        return int(moment.astimezone(zone).utcoffset().total_seconds()) // 60

    before, after = offset(-1), offset(0)
    assert (offset(-BEFORE), offset(AFTER)) == (before, after), "two changes at once"
    midnight = change.toordinal() * DAY + change.hour * 60 + change.minute
    result = []
    for minute in range(-BEFORE, AFTER):
        local = midnight + minute + (before if minute < 0 else after)
        day, minute_of_day = divmod(local, DAY)
        result.append(((day - 1) // 7 % 2, (day - 1) % 7, minute_of_day))
    return result


@dataclass
class Hours:
    """Opening hours as people write them: in wall-clock minutes of a weekday."""

    zone: str
    change: datetime
    attendances: list[tuple[int | None, int, int, int]]  # parity, weekday, from, to
    leaves: list[tuple[int, int]]  # minutes since the window began

    @property
    def first(self) -> datetime:
        return self.change - timedelta(minutes=BEFORE)

    def at(self, minute: int) -> datetime:
        return self.first + timedelta(minutes=minute)

    def is_told_twice(self) -> bool:
        """Whether an opening or closing time falls into the hour that is skipped or
        told twice: what is meant then is for the calendar to say, not for the clock.
        """
        clock = wall_clock(self.zone, self.change)
        before, after = clock[BEFORE - 1], clock[BEFORE]
        gone = (after[2] - before[2] - 1 + DAY // 2) % DAY - DAY // 2
        if not gone:
            return False
        start = (before[2] + 1) if gone > 0 else (before[2] + 1 + gone)
        hour = {minute % DAY for minute in range(start, start + abs(gone))}
        # A day that ends at 24:00 ends a microsecond before.
        return any({a, b - (b == DAY)} & hour for _p, _d, a, b in self.attendances)

    def intervals(self) -> WorkingIntervals:
        """As resource.calendar gives them: each day's times put into the zone."""
        zone = pytz.timezone(self.zone)
        found = []
        day = (self.first - timedelta(days=2)).date()
        for _day in range((BEFORE + AFTER) // DAY + 5):
            parity = (day.toordinal() - 1) // 7 % 2
            for week, weekday, start, end in self.attendances:
                if weekday == day.weekday() and week in (None, parity):
                    found.append(
                        (self._utc(zone, day, start), self._utc(zone, day, end))
                    )
            day += timedelta(days=1)
        last = self.at(BEFORE + AFTER)
        found = [(max(a, self.first), min(b, last)) for a, b in found]
        for start, end in self.leaves:
            off, on = self.at(start), self.at(end)
            found = [
                part for a, b in found for part in ((a, min(b, off)), (max(a, on), b))
            ]
        return WorkingIntervals((a, b) for a, b in found if a < b)

    @staticmethod
    def _utc(zone, day, minute):
        moment = datetime.combine(day, datetime.min.time())
        if minute == DAY:  # a full day ends a microsecond early, as in Odoo
            moment += timedelta(days=1, microseconds=-1)
        else:
            moment += timedelta(minutes=minute)
        return zone.localize(moment).astimezone(pytz.utc).replace(tzinfo=None)

    def open_minutes(self) -> list[bool]:
        """The oracle: look at the clock on the wall, minute by minute."""
        table = {}
        for week, weekday, start, end in self.attendances:
            for parity in (0, 1) if week is None else (week,):
                table.setdefault((parity, weekday), []).append((start, end))
        result = []
        for parity, weekday, minute in wall_clock(self.zone, self.change):
            spans = table.get((parity, weekday), ())
            result.append(any(start <= minute < end for start, end in spans))
        for start, end in self.leaves:
            result[start:end] = [False] * (end - start)
        return result


def make_hours(rng: random.Random) -> Hours:
    zone = rng.choice(ZONES)
    change = rng.choice(changes(zone))
    attendances = []
    two_weeks = rng.random() < 0.25
    for weekday in range(7):
        for _span in range(rng.choice((0, 1, 1, 2))):
            kind = rng.random()
            if kind < 0.2:
                start, end = 0, DAY
            elif kind < 0.35:
                start, end = 23 * 60, DAY
            else:
                start = rng.randrange(0, DAY - 30, 15)
                end = rng.randrange(start + 15, DAY + 1, 15)
            week = rng.choice((0, 1)) if two_weeks else None
            attendances.append((week, weekday, start, end))
    leaves = []
    for _leave in range(rng.choice((0, 0, 1, 2))):
        start = rng.randrange(BEFORE + AFTER - 1)
        leaves.append((start, rng.randrange(start, BEFORE + AFTER)))
    return Hours(zone, change, attendances, leaves)


def check(rng: random.Random) -> bool:
    """Try one case; return whether there was anything to try."""
    hours = make_hours(rng)
    if hours.is_told_twice():
        return False
    worked, opened = hours.intervals(), hours.open_minutes()
    # counted[m]: open minutes before minute m; when[n]: the minute after the n-th
    counted = [0, *accumulate(opened)]
    when = [m + 1 for m, is_open in enumerate(opened) if is_open]
    start, end = sorted(rng.randrange(BEFORE + AFTER) for _two in range(2))
    duration = rng.choice((1, 10, 30, 60, 120, 480, rng.randrange(1, 4000)))

    # A1: against the oracle, and back again
    minutes = counted[end] - counted[start]
    assert worked.elapsed(hours.at(start), hours.at(end)) == minutes * 60
    due = worked.advance(hours.at(start), duration * 60)
    goal = counted[start] + duration
    if goal > len(when):
        assert due is None
    else:
        # A3: the end of an open minute, never the next opening, whole seconds
        assert due == hours.at(when[goal - 1])
        assert opened[when[goal - 1] - 1] and due.microsecond == 0
        assert worked.elapsed(hours.at(start), due) == duration * 60

    # A2: later start, longer promise: never due earlier
    later = worked.advance(hours.at(end), duration * 60)
    longer = worked.advance(hours.at(start), (duration + 7) * 60)
    for other in (later, longer):
        assert other is None or (due is not None and other >= due)

    check_pauses(rng, hours, worked, opened, start, duration, due)
    return True


def check_pauses(rng, hours, worked, opened, start, duration, due):
    moments = sorted(rng.randrange(start, BEFORE + AFTER) for _n in range(4))
    pauses = list(zip(moments[::2], moments[1::2], strict=True))
    log = []
    for begin, finish in pauses:
        log += [
            LogEntry(hours.at(begin), "pause"),
            LogEntry(hours.at(finish), "resume"),
        ]
    promise = Promise(hours.at(start), duration * 60, worked, log)
    reading = read(promise, hours.at(start), [duration * 30])
    # A2: a pause never makes it earlier; the oracle leaves the paused minutes out
    running = list(opened)
    for begin, finish in pauses:
        running[begin:finish] = [False] * (finish - begin)
    left = [m + 1 for m in range(start, len(running)) if running[m]]
    expected = hours.at(left[duration - 1]) if duration <= len(left) else None
    assert reading.due == expected
    assert expected is None or (due is not None and expected >= due)
    assert reading.marks[0] is None or expected is None or reading.marks[0] <= expected
    # A2: a pause outside the hours adds nothing
    closed = [m for m in range(start, len(opened) - 1) if not opened[m]]
    if closed:
        minute = closed[bisect_left(closed, rng.choice(closed))]
        nap = [
            LogEntry(hours.at(minute), "pause"),
            LogEntry(hours.at(minute + 1), "resume"),
        ]
        assert (
            read(Promise(hours.at(start), duration * 60, worked, nap), due).due == due
        )


def test_every_clock_change_in_thirty_zones():
    assert len(ZONES) == 30
    tried = 0
    for case in range(FIRST, FIRST + CASES):
        try:
            tried += check(random.Random(case))
        except AssertionError as error:
            raise AssertionError(f"SERVICE_PROPERTY_FIRST={case}") from error
    assert tried > CASES * 0.7
