"""Properties of the slot search, with a minute-by-minute oracle."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.service_dispatch.engine.slots import (
    GRID,
    Availability,
    free_slots,
    merge,
    on_grid,
    propose,
    subtract,
)

START = datetime(2026, 3, 28, 0, 0)
DAY = 24 * 60


def at(minute):
    return START + timedelta(minutes=minute)


minutes = st.integers(0, 2 * DAY)
intervals = st.lists(st.tuples(minutes, minutes), max_size=6).map(
    lambda pairs: [(at(min(p)), at(max(p))) for p in pairs if p[0] != p[1]]
)
durations = st.integers(1, 8 * 60).map(lambda m: timedelta(minutes=m))
travels = st.integers(0, 90).map(lambda m: timedelta(minutes=m))
windows = st.tuples(minutes, minutes).map(lambda p: (at(min(p)), at(max(p))))


def inside(moments, intervals):
    return {m for m in moments if any(a <= m < b for a, b in intervals)}


ALL = [at(m) for m in range(2 * DAY)]


@given(intervals, intervals)
@settings(max_examples=200, deadline=None)
def test_subtract_is_set_difference(work, busy):
    free = subtract(work, busy)
    assert inside(ALL, free) == inside(ALL, work) - inside(ALL, busy)
    assert free == merge(free)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)))
def test_grid_is_the_next_quarter(moment):
    found = on_grid(moment)
    assert moment <= found < moment + GRID
    assert found.minute % 15 == 0 and not found.second and not found.microsecond


@given(intervals, intervals, durations, windows, travels)
@settings(max_examples=300, deadline=None)
def test_slots_are_free_on_the_grid_and_the_first_is_the_earliest(
    work, busy, duration, window, travel
):
    who = Availability(7, work, busy)
    slots = list(free_slots(who, duration, window, travel=travel))
    fits = subtract(work, [(a - travel, b + travel) for a, b in busy])

    def possible(start):
        return (
            window[0] <= start
            and start + duration <= window[1]
            and any(a <= start and start + duration <= b for a, b in fits)
        )

    for slot in slots:
        assert slot.end - slot.start == duration
        assert slot.start == on_grid(slot.start)
        assert possible(slot.start)
    for before, after in zip(slots, slots[1:], strict=False):
        assert before.end <= after.start
    grid = [at(m) for m in range(0, 2 * DAY, 15)]
    first = next((start for start in grid if possible(start)), None)
    assert (slots[0].start if slots else None) == first


@given(
    st.lists(st.tuples(intervals, intervals), min_size=1, max_size=4),
    durations,
    windows,
    minutes.map(at),
    st.integers(1, 12),
)
@settings(max_examples=200, deadline=None)
def test_what_keeps_the_promise_comes_first(people, duration, window, due, limit):
    engineers = [Availability(i, w, b) for i, (w, b) in enumerate(people)]
    slots = propose(engineers, duration, window, promised=due, limit=limit)
    assert len(slots) <= limit
    assert all(s.margin == due - s.start for s in slots)
    kept = [s.keeps_promise for s in slots]
    assert kept == sorted(kept, reverse=True)
    for flag in (True, False):
        starts = [s.start for s in slots if s.keeps_promise is flag]
        assert starts == sorted(starts)


@given(intervals, durations, windows)
@settings(max_examples=100, deadline=None)
def test_a_busier_engineer_is_never_free_earlier(work, duration, window):
    free = next(free_slots(Availability(1, work), duration, window), None)
    half = [(a, a + (b - a) / 2) for a, b in work]
    busy = next(free_slots(Availability(1, work, half), duration, window), None)
    assert busy is None or (free is not None and free.start <= busy.start)


@pytest.mark.parametrize("duration", [timedelta(0), timedelta(minutes=-5)])
def test_a_slot_needs_a_length(duration):
    window = (START, at(60))
    with pytest.raises(ValueError):
        list(free_slots(Availability(1, [window]), duration, window))
