"""A duty roster: which hours nobody covers, and a week repeated by the wall clock (R10).

Moments are naive and in UTC; the zone is where the hotline stands.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta, timezone, tzinfo

Span = tuple[datetime, datetime]


def find_gaps(covered: Iterable[Span], begin: datetime, end: datetime) -> list[Span]:
    """Return the spans between begin and end that none of the others covers."""
    gaps, reached = [], begin
    for start, stop in sorted(covered):
        if start >= end:
            break
        if start > reached:
            gaps.append((reached, start))
        reached = max(reached, stop)
    if reached < end:
        gaps.append((reached, end))
    return gaps


def find_overlaps(spans: Iterable[Span]) -> list[Span]:
    """Return each span that begins before an earlier one has ended."""
    found, reached = [], None
    for start, stop in sorted(spans):
        if reached is not None and start < reached:
            found.append((start, stop))
        reached = stop if reached is None else max(reached, stop)
    return found


def move_weeks(moment: datetime, weeks: int, zone: tzinfo) -> datetime:
    """Return the moment so many weeks later at the same time on the clock there.

    Duties that follow one another do so in every week: an hour that the clock skips or
    shows twice is read the same way for the one that ends and the one that begins.
    """
    local = moment.replace(tzinfo=timezone.utc).astimezone(zone)
    wall = local.replace(tzinfo=None, fold=0) + timedelta(weeks=weeks)
    return (
        wall.replace(tzinfo=zone, fold=0).astimezone(timezone.utc).replace(tzinfo=None)
    )
