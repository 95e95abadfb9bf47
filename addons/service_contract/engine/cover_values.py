"""What the cover judge is told, and what it answers: plain frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType

ZERO = Decimal(0)
FULL = Decimal(100)

KINDS = ("part", "labour", "travel", "diagnosis", "software", "unit")
"""Kinds of line that terms speak about."""

PRECEDENCE = ("warranty", "extension", "contract", "goodwill")
"""Who bears the cost when several papers give the same; last of all the customer."""

PAID = "paid"
"""Rule key of a line that nothing covers."""

_NO_PRICES: Mapping = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Grant:
    """What one paper promises for one kind of line; ``until`` is covered.

    :param ceilings: what the unit price is never above, besides the tariff: ``cost``
        (R35), ``contract`` (R54), ``card`` (R121)
    :param requests: also for what is no fault (R43, R120)
    :param left_qty: visits, hours or pieces that are left; ``None`` without a limit
    :param left_amount: amount that is left; ``None`` without a limit
    :param excluded_ceilings: the price where an exclusion voids the cover (R53)
    """

    kind: str
    share: Decimal
    until: date
    ceilings: tuple[str, ...] = ()
    requests: bool = False
    left_qty: Decimal | None = None
    left_amount: Decimal | None = None
    excluded_ceilings: tuple[str, ...] = ()

    @property
    def gives(self) -> bool:
        """Whether there is anything in it for the customer."""
        return self.share > 0 or bool(self.ceilings)


@dataclass(frozen=True, slots=True)
class Entitlement:
    """One document that speaks for the unit.

    :param excluded: codes of the exclusions under which nothing is covered;
        ``None`` when every exclusion counts (the usual warranty card).
    :param void_on: first day on which the document no longer counts.
    :param product: the part that it is about (R138); empty for the whole unit.
    :param foreign: whether it counts for products of another make, too (R64).
    """

    document: str
    layer: str
    start: date
    grants: tuple[Grant, ...]
    excluded: frozenset[str] | None = None
    void_on: date | None = None
    product: str = ""
    foreign: bool = True


@dataclass(frozen=True, slots=True)
class Prices:
    """Unit prices on record for one line; ``None`` or absent where there is none.

    :param tariff: the published one; 100 where nobody asks for an amount
    :param agreed: by (document, ``contract`` or ``card``)
    """

    tariff: Decimal = FULL
    cost: Decimal | None = None
    agreed: Mapping[tuple[str, str], Decimal] = field(
        default_factory=lambda: _NO_PRICES
    )


@dataclass(frozen=True, slots=True)
class CoverRequest:
    """The question: one kind of line, on one day, after one cause.

    :param exclusion: code of the exclusion that the cause amounts to; ``None`` when
        the cause is none.
    :param diagnosed: false before the diagnosis: the answer is then what a quality
        fault would give, and the verdict says that it is provisional (R60).
    :param proven: false where the exclusion needs evidence that is not there yet.
    :param fault: false for a request that is no fault: it is served, by tariff (R63).
    :param foreign: the product is not ours (R64).
    :param products: the line's own product, or for work those of the whole job.
    """

    kind: str
    day: date
    entitlements: tuple[Entitlement, ...] = ()
    exclusion: str | None = None
    diagnosed: bool = True
    fault: bool = True
    precedence: tuple[str, ...] = PRECEDENCE
    prices: Prices = field(default_factory=Prices)
    quantity: Decimal = Decimal(1)
    proven: bool = True
    foreign: bool = False
    products: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reason:
    """Key of the sentence, and the values that go into it.

    :param basis: what made the price: ``tariff``, ``cost``, ``contract``, ``card``
    :param quantity: how much of the line is covered, where a limit cut it
    """

    key: str
    document: str = ""
    kind: str = ""
    share: Decimal = ZERO
    day: date | None = None
    exclusion: str = ""
    basis: str = "tariff"
    quantity: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one paper alone gives: a unit price, and the share of it that is covered."""

    rule: str
    share: Decimal
    price: Decimal
    reason: Reason
    used_qty: Decimal = ZERO
    used_amount: Decimal = ZERO

    @property
    def pay(self) -> Decimal:
        """What the customer pays for one unit of measure."""
        return self.price * (FULL - self.share) / FULL


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer, the rule that made it, and what the other papers gave."""

    share: Decimal
    price: Decimal
    rule: str
    reason: Reason
    provisional: bool = False
    used_qty: Decimal = ZERO
    used_amount: Decimal = ZERO
    others: tuple[Opinion, ...] = ()

    @property
    def pay(self) -> Decimal:
        """What the customer pays for one unit of measure."""
        return self.price * (FULL - self.share) / FULL
