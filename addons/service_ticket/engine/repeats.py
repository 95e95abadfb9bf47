"""Repeats and failed repairs of one unit: what came back, and how often.

Plain values in, plain values out: no ORM, no clock. Moments are naive UTC. A case is a
fault ticket that was not cancelled; two cases are the same fault when they share the
symptom or the cause.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Case:
    """One fault ticket.

    :param resolved: when it was last resolved; ``None`` while somebody works on it.
    :param quality: whether the unit itself was at fault (hardware, software); ``None``
        before the diagnosis.
    :param attempts: how often it was declared resolved; more than once when it was
        reopened.
    """

    key: Hashable
    opened: datetime
    resolved: datetime | None = None
    symptom: Hashable = None
    cause: Hashable = None
    quality: bool | None = None
    attempts: int = 0

    @property
    def end(self) -> datetime:
        """From when on a return of the fault is counted."""
        return self.resolved or self.opened

    @property
    def failed(self) -> int:
        """How many of its own repairs did not last: it had to be reopened."""
        if not self.quality:
            return 0
        return self.attempts - 1 if self.resolved and self.attempts else self.attempts


def same_fault(one: Case, other: Case) -> bool:
    """Say whether two cases share the symptom or the cause."""
    return (one.symptom is not None and one.symptom == other.symptom) or (
        one.cause is not None and one.cause == other.cause
    )


def find_repeats(
    cases: Iterable[Case], window: timedelta
) -> dict[Hashable, Hashable | None]:
    """Return for each case the earlier one that it repeats, or ``None`` (R145).

    A case repeats the one that ended last among the earlier ones with the same fault,
    if that was not longer than ``window`` ago. Without a window nothing is a repeat.
    """
    repeats: dict[Hashable, Hashable | None] = {}
    seen: dict[tuple, Case] = {}
    for case in _in_order(cases):
        earlier = _latest(seen, case)
        near = earlier and window > timedelta(0) and case.opened - earlier.end <= window
        repeats[case.key] = earlier.key if near else None
        _remember(seen, case)
    return repeats


def count_failed_repairs(
    cases: Iterable[Case], held: timedelta | None = None
) -> tuple[dict[Hashable, int], int]:
    """Return ({case: failed repairs up to it}, failed repairs of the unit) (R33).

    A repair failed when the same quality problem came back after it: as a new case, or
    as a reopened one. A repair that lasted longer than ``held`` was good and ends the
    run; other problems in between don't. Cases that the user or the environment caused
    are no quality problem: they neither count nor end a run.

    The unit's figure is the highest among its problems that are not over: those whose
    repair did not yet hold when the latest case came.
    """
    counts: dict[Hashable, int] = {}
    seen: dict[tuple, Case] = {}
    last: Case | None = None
    ordered = _in_order(cases)
    for case in ordered:
        counts[case.key] = case.failed
        if case.quality is False:
            continue
        earlier = _latest(seen, case)
        if earlier and not _has_held(earlier, case, held):
            done = earlier.attempts if earlier.quality else 0
            counts[case.key] += counts[earlier.key] - earlier.failed + done
        _remember(seen, case)
        last = case
    running = (
        counts[case.key]
        for case in ordered
        if last and case.quality is not False and not _has_held(case, last, held)
    )
    return counts, max(running, default=0)


def _in_order(cases: Iterable[Case]) -> list[Case]:
    return sorted(cases, key=lambda case: (case.opened, case.key))


def _keys(case: Case) -> list[tuple]:
    keys = (("symptom", case.symptom), ("cause", case.cause))
    return [key for key in keys if key[1] is not None]


def _latest(seen: dict[tuple, Case], case: Case) -> Case | None:
    """Return the earlier case with the same fault that ended last."""
    found = [seen[key] for key in _keys(case) if key in seen]
    return max(found, key=_rank, default=None)


def _remember(seen: dict[tuple, Case], case: Case) -> None:
    for key in _keys(case):
        if key not in seen or _rank(seen[key]) <= _rank(case):
            seen[key] = case


def _rank(case: Case) -> tuple:
    return case.end, case.opened, case.key


def _has_held(earlier: Case, later: Case, held: timedelta | None) -> bool:
    return held is not None and later.opened - earlier.end > held
