"""Which branch takes a request? Pure, nearest first, with the reason (R76, R153)."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Branch(NamedTuple):
    """A branch, and what it is there for.

    :param regions: ids of the regions that it serves; empty: it is found by none
    :param categories: ids of the product categories that it takes; empty: all
    """

    id: int
    regions: frozenset[int]
    categories: frozenset[int]


def find(
    branches: Iterable[Branch], regions: Sequence[int], categories: Sequence[int]
) -> tuple[int | None, str]:
    """Return (branch id, reason): region and category, else region, else category.

    Within a reason the nearest region decides, then the nearest category, then the
    order of the branches.

    :param regions: the site's region, then what it lies in
    :param categories: the product's category, then what it belongs to
    :return: the reason is ``region_category``, ``region``, ``category`` or empty
    """
    best, found = None, (None, "")
    for order, branch in enumerate(branches):
        region = _distance(branch.regions, regions)
        category = _distance(branch.categories, categories)
        if branch.regions and branch.categories:
            rank, why = 0, "region_category"
        elif branch.regions:
            rank, why, category = 1, "region", 0
        else:
            rank, why, region = 2, "category", 0
        if region is None or category is None:
            continue
        key = rank, region, category, order
        if best is None or key < best:
            best, found = key, (branch.id, why)
    return found


def _distance(wanted: frozenset[int], line: Sequence[int]) -> int | None:
    """Return how far up the line the first wanted one stands, None if nowhere."""
    return next((steps for steps, one in enumerate(line) if one in wanted), None)
