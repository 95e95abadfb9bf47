"""The cover judge: who pays how much of a line, and why.

Plain values in, a frozen verdict out: no ORM, no clock, no language. The model layer
gathers entitlements in bulk, calls :func:`judge` once per line, and turns the reason
(a key with parameters) into a sentence in the reader's language.

Shares are percentages as ``Decimal`` from 0 to 100. Days are dates in the zone of the
desk that took the call; both ends of a period are covered days.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

ZERO = Decimal(0)
FULL = Decimal(100)

KINDS = ("part", "labour", "travel", "diagnosis", "software", "unit")
"""Kinds of line that terms speak about."""

PRECEDENCE = ("warranty", "extension", "contract", "goodwill")
"""Who bears the cost when several documents give the same; last of all the customer."""

PAID = "paid"
"""Rule key of a line that nothing covers."""

# Which refusal is told when several documents cover nothing: the one that is nearest
# to cover, because that is the one the customer asks about.
_TELLING = ("excluded", "not_fault", "kind", "ended", "not_started", "void")


@dataclass(frozen=True, slots=True)
class Grant:
    """What one document promises for one kind of line; ``until`` is covered."""

    kind: str
    share: Decimal
    until: date


@dataclass(frozen=True, slots=True)
class Entitlement:
    """One document that speaks for the unit.

    :param excluded: codes of the exclusions under which nothing is covered;
        ``None`` when every exclusion counts (the usual warranty card).
    :param void_on: first day on which the document no longer counts.
    """

    document: str
    layer: str
    start: date
    grants: tuple[Grant, ...]
    excluded: frozenset[str] | None = None
    void_on: date | None = None


@dataclass(frozen=True, slots=True)
class CoverRequest:
    """The question: one kind of line, on one day, after one cause.

    :param exclusion: code of the exclusion that the cause amounts to; ``None`` when
        the cause is none.
    :param diagnosed: false before the diagnosis: the answer is then what a quality
        fault would give, and the verdict says that it is provisional.
    :param fault: false for a request that is no fault: it is served, by tariff (R63).
    """

    kind: str
    day: date
    entitlements: tuple[Entitlement, ...] = ()
    exclusion: str | None = None
    diagnosed: bool = True
    fault: bool = True
    precedence: tuple[str, ...] = PRECEDENCE


@dataclass(frozen=True, slots=True)
class Reason:
    """Key of the sentence, and the values that go into it."""

    key: str
    document: str = ""
    kind: str = ""
    share: Decimal = ZERO
    day: date | None = None
    exclusion: str = ""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one document alone gives."""

    rule: str
    share: Decimal
    reason: Reason


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer, the rule that made it, and what the other documents gave."""

    share: Decimal
    rule: str
    reason: Reason
    provisional: bool = False
    others: tuple[Opinion, ...] = field(default=())


def last_day(start: date, months: int) -> date:
    """Last covered day of a period of ``months`` that begins on ``start``.

    24 months from 15 January 2026 cover up to and including 14 January 2028. Where the
    month of the end lacks the day (31 January plus one month), the period ends with
    the last day of that month: the customer never loses a day to a short month.
    """
    if months <= 0:
        raise ValueError("A period needs at least one month")
    anniversary = start + relativedelta(months=months)
    if anniversary.day < start.day:
        return anniversary
    return anniversary - timedelta(days=1)


def judge(request: CoverRequest) -> Verdict:
    """Decide one line (R52, R53, R63-R69).

    The best share counts: a customer with two documents never gets less than either
    gives. Among equal shares the first layer in ``precedence`` bears the cost, then the
    document that runs longest. Documents of an unlisted layer are ignored.
    """
    opinions = sorted(
        (
            (_rank(opinion, request.precedence), opinion)
            for opinion in _opinions(request)
        ),
        key=lambda ranked: ranked[0],
    )
    if not opinions:
        reason = Reason("none", kind=request.kind)
        return Verdict(ZERO, PAID, reason, not request.diagnosed)
    best, others = opinions[0][1], tuple(opinion for _key, opinion in opinions[1:])
    rule = best.rule if best.share else PAID
    return Verdict(best.share, rule, best.reason, not request.diagnosed, others)


def judge_many(requests: Iterable[CoverRequest]) -> list[Verdict]:
    """Decide many lines; equal questions are judged once."""
    known: dict[CoverRequest, Verdict] = {}
    verdicts = []
    for request in requests:
        verdict = known.get(request)
        if verdict is None:
            verdict = known[request] = judge(request)
        verdicts.append(verdict)
    return verdicts


def _opinions(request: CoverRequest) -> Iterable[Opinion]:
    return (
        _weigh(entitlement, request)
        for entitlement in request.entitlements
        if entitlement.layer in request.precedence
    )


def _weigh(entitlement: Entitlement, request: CoverRequest) -> Opinion:
    """What this document alone says about the line."""

    def refuse(key: str, day: date | None = None, exclusion: str = "") -> Opinion:
        reason = Reason(key, entitlement.document, request.kind, ZERO, day, exclusion)
        return Opinion(entitlement.layer, ZERO, reason)

    if entitlement.void_on and request.day >= entitlement.void_on:
        return refuse("void", entitlement.void_on)
    if request.day < entitlement.start:
        return refuse("not_started", entitlement.start)
    grants = [
        grant
        for grant in entitlement.grants
        if grant.kind == request.kind and grant.share > 0
    ]
    if not grants:
        ends = [grant.until for grant in entitlement.grants]
        if ends and request.day > max(ends):
            return refuse("ended", max(ends))
        return refuse("kind")
    running = [grant for grant in grants if request.day <= grant.until]
    if not running:
        return refuse("ended", max(grant.until for grant in grants))
    if not request.fault:
        return refuse("not_fault")
    if request.diagnosed and request.exclusion is not None:
        if entitlement.excluded is None or request.exclusion in entitlement.excluded:
            return refuse("excluded", exclusion=request.exclusion)
    grant = max(running, key=lambda candidate: (candidate.share, candidate.until))
    share = min(grant.share, FULL)
    reason = Reason(
        "covered" if share == FULL else "partly",
        entitlement.document,
        request.kind,
        share,
        grant.until,
    )
    return Opinion(entitlement.layer, share, reason)


def _rank(opinion: Opinion, precedence: tuple[str, ...]) -> tuple:
    """Sort key, total so that the order of the entitlements never matters."""
    reason = opinion.reason
    ordinal = -(reason.day.toordinal() if reason.day else 0)
    layer = precedence.index(opinion.rule)
    if opinion.share:
        return (-opinion.share, layer, 0, ordinal, reason.document)
    return (ZERO, _TELLING.index(reason.key), layer, ordinal, reason.document)
