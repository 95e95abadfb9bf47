"""Key figures: shares, judgements, and days that belong to exactly one period."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import pytz
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.service_ticket.engine import kpi

ZONES = (
    "UTC",
    "Europe/Brussels",
    "America/New_York",
    "Asia/Kathmandu",
    "Asia/Shanghai",
)
days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
units = st.sampled_from(kpi.UNITS)
numbers = st.integers(0, 10**6)


@given(numbers, numbers)
def test_a_share_lies_between_nothing_and_all(one, other):
    share = kpi.ratio(min(one, other), max(one, other), 100)
    assert share is None if not max(one, other) else 0 <= share <= 100


@given(days, units, st.integers(-200, 0))
def test_periods_follow_each_other(today, unit, offset):
    period, before = kpi.find_periods(today, unit, offset)
    assert before.start < before.end <= period.start < period.end
    if offset:
        assert before.end == period.start  # both are whole
        later, _period = kpi.find_periods(today, unit, offset + 1)
        assert period.end == later.start
    else:
        assert period.end == today + timedelta(days=1)
        # As many days of the one before, unless it was shorter.
        assert before.end - before.start <= period.end - period.start


@given(days, st.sampled_from(("week", "month")), st.integers(1, 30))
def test_buckets_tile_the_time_until_the_end(today, unit, count):
    period, _before = kpi.find_periods(today, "month", 0)
    buckets = kpi.find_buckets(period, unit, count)
    assert len(buckets) == count
    assert buckets[-1].end == period.end
    assert all(a.end == b.start for a, b in zip(buckets, buckets[1:], strict=False))
    bounds = kpi.find_bounds(buckets, pytz.timezone("Europe/Brussels"))
    assert len(bounds) == count + 1
    assert bounds == sorted(set(bounds))


@given(st.datetimes(datetime(2001, 1, 1), datetime(2037, 1, 1)), st.sampled_from(ZONES))
def test_a_moment_belongs_to_the_day_of_its_zone(moment, name):
    local = moment.replace(tzinfo=pytz.utc).astimezone(ZoneInfo(name)).date()
    zone = pytz.timezone(name)
    day = kpi.Period(local, local + timedelta(days=1))
    since, until = day.get_bounds(zone)
    assert since <= moment < until


@pytest.mark.parametrize(
    ("moved", "better", "said"),
    [
        (None, "up", "none"),
        (0.0, "up", "same"),
        (1e-9, "down", "same"),
        (2, "up", "good"),
        (2, "down", "bad"),
        (-2, "down", "good"),
        (-2, "up", "bad"),
        (5, "none", "same"),
    ],
)
def test_a_move_is_judged_by_what_is_better(moved, better, said):
    assert kpi.judge_change(moved, better) == said


@pytest.mark.parametrize(
    ("value", "target", "better", "said"),
    [
        (None, 98, "up", "none"),
        (98, None, "up", "none"),
        (98 - 1e-12, 98, "up", "reached"),
        (97.9, 98, "up", "missed"),
        (0, 0, "down", "reached"),
        (1, 0, "down", "missed"),
        (1, 0, "none", "none"),
    ],
)
def test_a_target_is_reached_or_missed(value, target, better, said):
    assert kpi.judge_target(value, target, better) == said
