"""When can an engineer come?  Free slots between working hours and other visits.

Plain values in, plain values out: every moment is a naive datetime in UTC, every
length a ``timedelta``.  Nothing here knows the database.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

GRID = timedelta(minutes=15)
_EPOCH = datetime(1970, 1, 1)

Interval = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Availability:
    """One engineer: the hours he works (leaves taken out) and what fills them."""

    engineer: int
    work: Sequence[Interval]
    busy: Sequence[Interval] = ()


@dataclass(frozen=True, slots=True)
class Slot:
    """A proposal.  ``margin`` is what is left until the promised moment: negative
    when the visit would come late, ``None`` when nothing was promised."""

    engineer: int
    start: datetime
    end: datetime
    margin: timedelta | None = None

    @property
    def keeps_promise(self) -> bool:
        return self.margin is None or self.margin >= timedelta(0)


def merge(intervals: Iterable[Interval]) -> list[Interval]:
    """The same moments as sorted intervals that neither touch nor overlap."""
    result: list[Interval] = []
    for start, end in sorted(i for i in intervals if i[0] < i[1]):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def subtract(work: Iterable[Interval], busy: Iterable[Interval]) -> list[Interval]:
    """The moments of ``work`` that are not in ``busy``."""
    free: list[Interval] = []
    taken = merge(busy)
    for start, end in merge(work):
        for busy_start, busy_end in taken:
            if busy_end <= start or busy_start >= end:
                continue
            if busy_start > start:
                free.append((start, busy_start))
            start = max(start, busy_end)
            if start >= end:
                break
        if start < end:
            free.append((start, end))
    return free


def on_grid(moment: datetime, grid: timedelta = GRID) -> datetime:
    """The first moment of the grid that is not before ``moment``.  Every time zone
    in use is a whole number of quarter hours from UTC, so that a grid in UTC is one
    on the clock of the wall as well."""
    return moment + (_EPOCH - moment) % grid


def free_slots(
    who: Availability,
    duration: timedelta,
    window: Interval,
    *,
    travel: timedelta = timedelta(0),
    promised: datetime | None = None,
    grid: timedelta = GRID,
) -> Iterator[Slot]:
    """All proposals for one engineer inside ``window``, earliest first.

    Around other visits ``travel`` stays free.  In each gap the first possible start
    is proposed and then one after the other, so that proposals do not overlap: a
    dispatcher chooses between times that differ, not between quarter hours.

    :raises ValueError: when ``duration`` or ``grid`` is not positive.
    """
    if duration <= timedelta(0) or grid <= timedelta(0):
        raise ValueError("A slot needs a length and a grid")
    busy = [(start - travel, end + travel) for start, end in who.busy]
    for free_start, free_end in subtract(who.work, busy):
        start = on_grid(max(free_start, window[0]), grid)
        while start + duration <= min(free_end, window[1]):
            margin = promised - start if promised else None
            yield Slot(who.engineer, start, start + duration, margin)
            start = on_grid(start + duration, grid)


def propose(
    engineers: Iterable[Availability],
    duration: timedelta,
    window: Interval,
    *,
    travel: timedelta = timedelta(0),
    promised: datetime | None = None,
    limit: int = 12,
    per_engineer: int = 4,
) -> list[Slot]:
    """The slots to show: those that keep the promise first, then the least late;
    within each the earliest first.  No engineer has more than ``per_engineer``
    lines, so that the list never hides a colleague behind one empty calendar."""
    slots: list[Slot] = []
    for who in engineers:
        found = free_slots(who, duration, window, travel=travel, promised=promised)
        slots += [slot for _, slot in zip(range(per_engineer), found, strict=False)]
    slots.sort(key=lambda s: (not s.keeps_promise, s.start, s.engineer))
    return slots[:limit]
