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

Status = Literal["none", "running", "paused", "met", "late", "overdue", "void"]
Event = Literal["pause", "resume", "met", "stop", "reopen"]

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
    """One line of a ticket's log, as a clock sees it.

    A clock stops where the ticket ends without it (solved by phone: nobody need be on
    site any more); it goes on where the ticket is reopened.
    """

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

    :ivar status: ``late`` also where it was broken before the clock stopped, ``void``
        where it stopped in time.
    :ivar due: None while paused or stopped, or when nothing is promised.
    :ivar paused_seconds: counted seconds during which the clock stood still.
    :ivar remaining: counted seconds left at the moment of a pause, else None.
    :ivar standing: the clock stands still, also where the promise is broken already.
    :ivar marks: for each mark that was asked for: when so many seconds had counted, or
        will have; None where the clock stands still before.
    """

    status: Status
    due: datetime | None = None
    met_at: datetime | None = None
    paused_seconds: int = 0
    remaining: int | None = None
    standing: bool = False
    marks: tuple[datetime | None, ...] = ()


def read(promise: Promise, now: datetime, marks: Sequence[int] = ()) -> Reading:
    """Replay the log of one promise.

    :param marks: seconds of the promised time; the reading says when each is used up.

    The same promise, log and `now` always give the same reading. A pause outside
    the hours adds nothing; a pause never makes the promise fall due earlier. What
    was met counts until it is reopened; the time between does not count.
    """
    if promise.hours is None or promise.seconds <= 0:
        return Reading("none", marks=(None,) * len(marks))
    met_at, stopped, pauses = _replay(promise)
    due, paused, left = _fall_due(promise, promise.seconds, pauses)
    return Reading(
        status=_judge(due, left, met_at, stopped, now),
        due=due,
        met_at=met_at,
        paused_seconds=paused,
        remaining=left,
        standing=bool(pauses) and pauses[-1][1] is None,
        marks=tuple(_fall_due(promise, mark, pauses)[0] for mark in marks),
    )


def find_pauses(promise: Promise) -> list[tuple[datetime, datetime | None, int]]:
    """Return each time that the clock stood still: from, to, counted seconds.

    `to` is None where it still stands; what lies after the deadline is left out.
    """
    if promise.hours is None or promise.seconds <= 0:
        return []
    _met_at, _stopped, pauses = _replay(promise)
    due = _fall_due(promise, promise.seconds, pauses)[0]
    return [
        (start, end, promise.hours.elapsed(start, end) if end else 0)
        for start, end in pauses
        if due is None or start < due
    ]


def _replay(promise: Promise):
    """Return when it was met (or None), whether it stopped, and its pauses.

    A pause is a pair (from, to); `to` is None where it goes on.
    """
    met_at: datetime | None = None
    still_since: datetime | None = None
    stopped = False
    pauses: list[tuple[datetime, datetime | None]] = []
    for entry in promise.log:
        at = max(entry.at, promise.started)
        if entry.event == "reopen" and met_at is not None:
            pauses.append((met_at, at))
            met_at = None
        elif met_at is not None:
            continue
        elif entry.event in ("pause", "stop"):
            still_since = at if still_since is None else still_since
            stopped = stopped or entry.event == "stop"
        elif still_since is not None:
            # Resumed, reopened or met: the clock stood still until now.
            pauses.append((still_since, at))
            still_since, stopped = None, False
        if entry.event == "met":
            met_at = at
    if still_since is not None:
        pauses.append((still_since, None))
    return met_at, stopped, pauses


def _fall_due(promise: Promise, seconds: int, pauses):
    """Return when so many seconds have counted, how long it stood still until then,
    and (where it stands still now, before that moment) the seconds that are left.
    """
    hours, cursor, left, paused = promise.hours, promise.started, seconds, 0
    for start, end in pauses:
        worked = hours.elapsed(cursor, start)
        if worked >= left:
            break  # due before this pause began: it changes nothing any more
        left -= worked
        if end is None:
            return None, paused, left
        paused += hours.elapsed(start, end)
        cursor = end
    return hours.advance(cursor, left), paused, None


def _judge(due, left, met_at, stopped, now) -> Status:
    if left is not None:
        return "void" if stopped else "paused"
    if due is None:
        return "none"
    if met_at is not None:
        return "met" if met_at <= due else "late"
    if stopped:
        return "late"
    return "running" if now <= due else "overdue"
