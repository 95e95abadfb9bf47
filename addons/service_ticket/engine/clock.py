"""Clocks of promises: when is it due, was it kept, how long did it pause?

Plain Python without the ORM. Every datetime is naive UTC with whole seconds,
every duration is in seconds. The models gather the log and the working time in
bulk, ask here once for many promises, and store the answer (R5-R9, R39-R41).
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol

Status = Literal["none", "running", "paused", "met", "late", "overdue"]
Event = Literal["pause", "resume", "met", "reopen"]

_EPOCH = datetime(1970, 1, 1)


def _seconds(moment: datetime) -> int:
    return round((moment - _EPOCH).total_seconds())


def _moment(seconds: int) -> datetime:
    return _EPOCH + timedelta(seconds=seconds)


class WorkingTime(Protocol):
    """When a clock counts."""

    def elapsed(self, start: datetime, end: datetime) -> int:
        """Seconds that count between two moments; 0 when end <= start."""

    def advance(self, start: datetime, seconds: int) -> datetime | None:
        """The first moment at which so many seconds have counted since start.

        None when the known working time ends before.
        """


class RoundTheClock:
    """24 hours, seven days a week (R10)."""

    def elapsed(self, start: datetime, end: datetime) -> int:
        return max(0, _seconds(end) - _seconds(start))

    def advance(self, start: datetime, seconds: int) -> datetime | None:
        return start + timedelta(seconds=seconds)


class WorkingIntervals:
    """Opening hours as a list of intervals, searched by bisection.

    :param intervals: pairs (start, end) of naive UTC datetimes in any order;
        overlapping and touching ones are merged, microseconds rounded away
        (Odoo ends a full day at 23:59:59.999999).
    """

    def __init__(self, intervals: Iterable[tuple[datetime, datetime]]):
        merged: list[list[int]] = []
        for start, end in sorted((_seconds(a), _seconds(b)) for a, b in intervals):
            if merged and start <= merged[-1][1]:
                merged[-1][1] = max(merged[-1][1], end)
            elif end > start:
                merged.append([start, end])
        self._starts = [start for start, _end in merged]
        self._ends = [end for _start, end in merged]
        self._totals = [0]
        for start, end in merged:
            self._totals.append(self._totals[-1] + end - start)

    @property
    def total(self) -> int:
        """Seconds in all intervals."""
        return self._totals[-1]

    def _counted_until(self, moment: int) -> int:
        index = bisect_right(self._starts, moment)
        if not index:
            return 0
        within = min(moment, self._ends[index - 1]) - self._starts[index - 1]
        return self._totals[index - 1] + within

    def elapsed(self, start: datetime, end: datetime) -> int:
        return max(
            0, self._counted_until(_seconds(end)) - self._counted_until(_seconds(start))
        )

    def advance(self, start: datetime, seconds: int) -> datetime | None:
        goal = self._counted_until(_seconds(start)) + seconds
        if goal > self.total:
            return None
        # The end of a day beats the next opening: the interval *ending* at the goal.
        index = bisect_right(self._totals, goal - 1) - 1
        return _moment(self._starts[index] + goal - self._totals[index])


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of a ticket's log, as a clock sees it."""

    at: datetime
    event: Event


@dataclass(frozen=True, slots=True)
class Promise:
    """One promised time: `seconds` of `hours` after `started`.

    :param hours: None when nothing is promised (A4: no calendar, no promise).
    """

    started: datetime
    seconds: int
    hours: WorkingTime | None
    log: Sequence[LogEntry] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a clock shows.

    :ivar due: None while paused, or when nothing is promised.
    :ivar paused_seconds: counted seconds during which the clock stood still.
    :ivar remaining: counted seconds left at the moment of a pause, else None.
    """

    status: Status
    due: datetime | None = None
    met_at: datetime | None = None
    paused_seconds: int = 0
    remaining: int | None = None


def read(promise: Promise, now: datetime) -> Reading:
    """Replay the log of one promise.

    The same promise, log and `now` always give the same reading. A pause outside
    the hours adds nothing; a pause never makes the promise fall due earlier. What
    was met counts until it is reopened; the time between does not count.
    """
    if promise.hours is None or promise.seconds <= 0:
        return Reading("none")
    met_at, pauses = _replay(promise)
    return _measure(promise, met_at, pauses, now)


def _replay(promise: Promise):
    """Return when the promise was met (or None) and its pauses [(from, to|None)]."""
    met_at: datetime | None = None
    paused_at: datetime | None = None
    pauses: list[tuple[datetime, datetime | None]] = []
    for entry in promise.log:
        at = max(entry.at, promise.started)
        if entry.event == "pause" and met_at is None and paused_at is None:
            paused_at = at
        elif entry.event == "resume" and met_at is None and paused_at is not None:
            pauses.append((paused_at, at))
            paused_at = None
        elif entry.event == "met" and met_at is None:
            if paused_at is not None:
                pauses.append((paused_at, at))
                paused_at = None
            met_at = at
        elif entry.event == "reopen" and met_at is not None:
            pauses.append((met_at, at))
            met_at = None
    if paused_at is not None:
        pauses.append((paused_at, None))
    return met_at, pauses


def _measure(promise, met_at, pauses, now) -> Reading:
    hours, cursor, left, paused = promise.hours, promise.started, promise.seconds, 0
    for start, end in pauses:
        worked = hours.elapsed(cursor, start)
        if worked >= left:
            break  # due before this pause began: it changes nothing any more
        left -= worked
        if end is None:
            return Reading("paused", paused_seconds=paused, remaining=left)
        paused += hours.elapsed(start, end)
        cursor = end
    due = hours.advance(cursor, left)
    if due is None:
        return Reading("none", met_at=met_at, paused_seconds=paused)
    if met_at is not None:
        return Reading("met" if met_at <= due else "late", due, met_at, paused)
    return Reading("running" if now <= due else "overdue", due, None, paused)
