"""The cover judge: who pays how much of a line, and why.

Plain values in, a frozen verdict out: no ORM, no clock, no language. The model layer
gathers papers in bulk, calls :func:`judge` once per line, and turns the reason (a key
with parameters) into a sentence in the reader's language.

Each paper is asked alone. It gives a unit price, which is never above the tariff, and a
share of it. The customer pays the least that any paper gives; among equals the first
layer in the order of precedence bears the cost. So one more paper never costs the
customer anything, and the order in which papers are found never matters.

Shares are percentages as ``Decimal`` from 0 to 100. Prices are for one unit of measure,
in one currency. Days are dates in the zone of the site; both ends of a period are
covered days.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import ROUND_UP, Decimal

from dateutil.relativedelta import relativedelta

from .cover_values import (
    FULL,
    KINDS,
    PAID,
    PRECEDENCE,
    ZERO,
    CoverRequest,
    Entitlement,
    Grant,
    Opinion,
    Prices,
    Reason,
    Verdict,
)

__all__ = [
    "FULL",
    "KINDS",
    "PAID",
    "PRECEDENCE",
    "ZERO",
    "CoverRequest",
    "Entitlement",
    "Grant",
    "Opinion",
    "Prices",
    "Reason",
    "Verdict",
    "judge",
    "judge_many",
    "last_day",
    "lifelong",
]

_CENT = Decimal("0.01")
# Which of several answers is told when the customer pays the same by each: the one that
# is nearest to cover, because that is the one the customer asks about.
_TELLING = {
    key: rank
    for rank, key in enumerate(
        (
            "covered",
            "partly",
            "limited",
            "priced",
            "used_up",
            "excluded",
            "not_fault",
            "kind",
            "other_part",
            "foreign",
            "ended",
            "not_started",
            "void",
        )
    )
}


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


def lifelong(start: date) -> date:
    """Last day of a promise that has no end (R51): a date that nobody reaches."""
    return start.replace(year=9000, day=min(start.day, 28))


def judge(request: CoverRequest) -> Verdict:
    """Decide one line (R35, R52-R54, R60, R63-R69, R120, R121)."""
    precedence = request.precedence
    best = None
    opinions = []
    for paper in request.entitlements:
        if paper.layer in precedence:
            opinion = _weigh(paper, request)
            ranked = (_rank(opinion, precedence), opinion)
            opinions.append(ranked)
            if best is None or ranked[0] < best[0]:
                best = ranked
    provisional = not request.diagnosed or (
        request.exclusion is not None and not request.proven
    )
    if best is None:
        key = "foreign" if request.foreign else "none"
        return _paid(request, Reason(key, kind=request.kind), provisional)
    others: tuple[Opinion, ...] = ()
    if len(opinions) > 1:
        opinions.sort(key=lambda ranked: ranked[0])
        others = tuple(opinion for _key, opinion in opinions[1:])
    opinion = opinions[0][1]
    helps = opinion.share or opinion.price < request.prices.tariff
    return Verdict(
        share=opinion.share,
        price=opinion.price,
        rule=opinion.rule if helps else PAID,
        reason=opinion.reason,
        provisional=provisional,
        used_qty=opinion.used_qty,
        used_amount=opinion.used_amount,
        others=others,
    )


def judge_many(requests: Iterable[CoverRequest]) -> list[Verdict]:
    """Decide many lines; the very same question is judged once."""
    known: dict[int, tuple[CoverRequest, Verdict]] = {}
    verdicts = []
    for request in requests:
        # By identity: hashing a question costs more than answering it.
        pair = known.get(id(request))
        if pair is None:
            pair = known[id(request)] = (request, judge(request))
        verdicts.append(pair[1])
    return verdicts


def _paid(request: CoverRequest, reason: Reason, provisional: bool) -> Verdict:
    return Verdict(ZERO, request.prices.tariff, PAID, reason, provisional)


def _weigh(paper: Entitlement, request: CoverRequest) -> Opinion:
    """What this paper alone says about the line."""
    day = request.day
    if request.foreign and not paper.foreign:
        return _refuse(paper, request, "foreign")
    if paper.product and paper.product not in request.products:
        return _refuse(paper, request, "other_part")
    if paper.void_on and day >= paper.void_on:
        return _refuse(paper, request, "void", paper.void_on)
    if day < paper.start:
        return _refuse(paper, request, "not_started", paper.start)
    kind = request.kind
    grants = [grant for grant in paper.grants if grant.kind == kind and grant.gives]
    if not grants:
        ends = [grant.until for grant in paper.grants]
        if ends and day > max(ends):
            return _refuse(paper, request, "ended", max(ends))
        return _refuse(paper, request, "kind")
    running = [grant for grant in grants if day <= grant.until]
    if not running:
        return _refuse(paper, request, "ended", max(grant.until for grant in grants))
    if len(running) == 1:
        return _apply(paper, running[0], request)
    opinions = (_apply(paper, grant, request) for grant in running)
    return min(opinions, key=lambda opinion: _rank(opinion, (paper.layer,)))


def _refuse(
    paper: Entitlement, request: CoverRequest, key: str, day: date | None = None
) -> Opinion:
    reason = Reason(key, paper.document, request.kind, ZERO, day)
    return Opinion(paper.layer, ZERO, request.prices.tariff, reason)


def _apply(paper: Entitlement, grant: Grant, request: CoverRequest) -> Opinion:
    """What one running grant gives for this line."""
    if not request.fault and not grant.requests:
        return _refuse(paper, request, "not_fault")
    price, basis = _price(paper, grant.ceilings, request.prices)
    given = _cover(paper, grant, request, price, basis)
    if _is_excluded(paper, request):
        return _exclude(paper, grant, request, given)
    return given


def _is_excluded(paper: Entitlement, request: CoverRequest) -> bool:
    """Whether what caused the fault voids this paper; only once it is shown."""
    code = request.exclusion
    if code is None or not request.diagnosed or not request.proven:
        return False
    return paper.excluded is None or code in paper.excluded


def _exclude(
    paper: Entitlement, grant: Grant, request: CoverRequest, given: Opinion
) -> Opinion:
    """Nothing is covered, yet the terms may still name a price (R53).

    Who broke it never pays less than who did not.
    """
    price, basis = _price(paper, grant.excluded_ceilings, request.prices)
    if price < given.pay:
        price, basis = given.pay, given.reason.basis
    reason = Reason(
        "excluded",
        paper.document,
        request.kind,
        ZERO,
        None,
        request.exclusion or "",
        basis,
    )
    return Opinion(paper.layer, ZERO, price, reason)


def _price(
    paper: Entitlement, ceilings: tuple[str, ...], prices: Prices
) -> tuple[Decimal, str]:
    """The lowest of the tariff and what the price rule names, and which one it was.

    A price that nobody has on record is none: the tariff stands.
    """
    price, basis = prices.tariff, "tariff"
    for ceiling in ceilings:
        if ceiling == "cost":
            found = prices.cost
        else:
            found = prices.agreed.get((paper.document, ceiling))
        if found is not None and ZERO <= found < price:
            price, basis = found, ceiling
    return price, basis


def _cover(
    paper: Entitlement,
    grant: Grant,
    request: CoverRequest,
    price: Decimal,
    basis: str,
) -> Opinion:
    """The share of the line that is covered, within what is left of the limits."""
    share = min(grant.share, FULL)
    qty = request.quantity if request.quantity > 0 else ZERO
    key = "covered" if share == FULL else "partly" if share else "priced"
    limited = grant.left_qty is not None or grant.left_amount is not None
    used_qty, used_amount = qty, qty * price * share / FULL
    if limited and share:
        used_qty, used_amount = _limit(grant, qty, price, share)
        cut = _effective(share, qty, price, used_qty, used_amount, grant)
        if cut < share:
            share, key = cut, "limited" if cut else "used_up"
    reason = Reason(
        key, paper.document, request.kind, share, grant.until, "", basis, used_qty
    )
    return Opinion(paper.layer, share, price, reason, used_qty, used_amount)


def _limit(
    grant: Grant, qty: Decimal, price: Decimal, share: Decimal
) -> tuple[Decimal, Decimal]:
    """How much of the quantity, and which amount, the limits still allow."""
    used_qty = qty
    if grant.left_qty is not None:
        used_qty = max(min(qty, grant.left_qty), ZERO)
    used_amount = used_qty * price * share / FULL
    if grant.left_amount is not None:
        used_amount = max(min(used_amount, grant.left_amount), ZERO)
    return used_qty, used_amount


def _effective(
    share: Decimal,
    qty: Decimal,
    price: Decimal,
    used_qty: Decimal,
    used_amount: Decimal,
    grant: Grant,
) -> Decimal:
    """The share of the whole line that the limits leave, for the customer's good."""
    spent = grant.left_amount is not None and grant.left_amount <= 0
    if spent or (grant.left_qty is not None and grant.left_qty <= 0):
        return ZERO
    total = qty * price
    if total:
        cut = used_amount * FULL / total
    elif qty:
        cut = share * used_qty / qty
    else:
        return share
    return min(cut.quantize(_CENT, ROUND_UP), share)


def _rank(opinion: Opinion, precedence: tuple[str, ...]) -> tuple:
    """Sort key, total so that the order of the papers never matters."""
    reason = opinion.reason
    return (
        opinion.pay,
        -opinion.share,
        _TELLING[reason.key] if not opinion.share else 0,
        precedence.index(opinion.rule),
        -(reason.day.toordinal() if reason.day else 0),
        reason.document,
        opinion.price,
    )
