"""Which region an address belongs to (R154). Plain Python, without the ORM."""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

_BETWEEN_CITIES = re.compile(r"[,;\n，；、]+")
_BETWEEN_ZIPS = re.compile(r"[\s,;，；、]+")


class Rule(NamedTuple):
    """What a region says of the addresses that belong to it.

    Country and states bound what cities and zip codes say; without either, all of the
    states belong to it, else the whole country.
    """

    region: int
    depth: int = 0
    country: int | None = None
    states: frozenset[int] = frozenset()
    cities: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()


def split_cities(text: str | None) -> frozenset[str]:
    """Return the names of cities in a text, as they are compared."""
    return frozenset(filter(None, map(normal_city, _BETWEEN_CITIES.split(text or ""))))


def split_prefixes(text: str | None) -> tuple[str, ...]:
    """Return the first characters of zip codes in a text, as they are compared."""
    found = map(normal_zip, _BETWEEN_ZIPS.split(text or ""))
    return tuple(dict.fromkeys(filter(None, found)))


def normal_city(name: str | None) -> str:
    """Return a city's name as it is compared: 上海市 and 上海 are the same."""
    return " ".join((name or "").split()).casefold().removesuffix("市")


def normal_zip(code: str | None) -> str:
    """Return a zip code without what is written now and then."""
    return re.sub(r"[\s-]+", "", code or "").upper()


class Places:
    """All rules, looked up in a few steps however many there are.

    The nearest description wins: zip code (the longest prefix), city, state, country;
    among the like, the deeper region, then the first one.
    """

    def __init__(self, rules: Iterable[Rule]):
        self._by_zip: dict[str, list[Rule]] = defaultdict(list)
        self._by_city: dict[str, list[Rule]] = defaultdict(list)
        self._by_state: dict[int, list[Rule]] = defaultdict(list)
        self._by_country: dict[int, list[Rule]] = defaultdict(list)
        # Sorting is stable: of the same depth, the first one stays first.
        for rule in sorted(rules, key=lambda rule: -rule.depth):
            for prefix in rule.prefixes:
                self._by_zip[prefix].append(rule)
            for city in rule.cities:
                self._by_city[city].append(rule)
            if rule.prefixes or rule.cities:
                continue
            for state in rule.states:
                self._by_state[state].append(rule)
            if rule.country and not rule.states:
                self._by_country[rule.country].append(rule)
        self._longest = max(map(len, self._by_zip), default=0)

    def find(
        self,
        country: int | None,
        state: int | None,
        city: str | None,
        code: str | None,
    ) -> int | None:
        """Return the region of an address, or None where no rule fits.

        An address without a country or state is not kept from a region by it.
        """
        code = normal_zip(code)
        for length in range(min(len(code), self._longest), 0, -1):
            if region := self._pick(self._by_zip, code[:length], country, state):
                return region
        return (
            self._pick(self._by_city, normal_city(city), country, state)
            or self._pick(self._by_state, state, country, state)
            or self._pick(self._by_country, country, country, state)
        )

    @staticmethod
    def _pick(table, key, country, state):
        for rule in table.get(key, ()):
            if country and rule.country and rule.country != country:
                continue
            if state and rule.states and state not in rule.states:
                continue
            return rule.region
        return None
