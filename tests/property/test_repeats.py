"""Repeats and failed repairs, against a slow and obvious reading of the rules."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.service_ticket.engine.repeats import (
    Case,
    count_failed_repairs,
    find_repeats,
    same_fault,
)

DAY = timedelta(days=1)
START = datetime(2026, 1, 1, 8)
WINDOW = 30 * DAY


def case(key, opened, done=None, symptom="noise", cause=None, quality=True, attempts=1):
    """A case opened and resolved on these days after the start."""
    return Case(
        key=key,
        opened=START + opened * DAY,
        resolved=None if done is None else START + done * DAY,
        symptom=symptom,
        cause=cause,
        quality=quality,
        attempts=attempts if done is not None else attempts - 1,
    )


@st.composite
def histories(draw):
    """Return the faults of one unit in any order."""
    cases = []
    for key in range(draw(st.integers(0, 12))):
        opened = draw(st.integers(0, 400))
        done = draw(st.none() | st.integers(opened, opened + 60))
        cases.append(
            case(
                key,
                opened,
                done,
                symptom=draw(st.sampled_from([None, "noise", "leak"])),
                cause=draw(st.sampled_from([None, "pump", "seal"])),
                quality=draw(st.sampled_from([True, False, None])),
                attempts=draw(st.integers(1, 3)),
            )
        )
    return draw(st.permutations(cases))


@pytest.mark.parametrize(
    ("earlier", "later", "repeated"),
    [
        (case(1, 0, 1), case(2, 10), True),
        (case(1, 0, 1), case(2, 31), True),  # on the last day, from the end
        (case(1, 0, 1), case(2, 32), False),
        (case(1, 0), case(2, 10), True),  # the first one is still open
        (case(1, 0, 1), case(2, 10, symptom="leak"), False),
        (case(1, 0, 1, cause="pump"), case(2, 10, symptom="leak", cause="pump"), True),
        (case(1, 0, 1, symptom=None), case(2, 10, symptom=None), False),  # unknown
    ],
)
def test_a_repeat_is_the_same_fault_within_the_window(earlier, later, repeated):
    found = find_repeats([later, earlier], WINDOW)
    assert found == {1: None, 2: 1 if repeated else None}


def test_without_a_window_nothing_is_a_repeat():
    assert not any(find_repeats([case(1, 0, 1), case(2, 1)], timedelta(0)).values())


@given(histories())
def test_repeats_follow_the_rule(cases):
    found = find_repeats(cases, WINDOW)
    by_key = {case.key: case for case in cases}
    for later in cases:
        near = [
            earlier
            for earlier in cases
            if (earlier.opened, earlier.key) < (later.opened, later.key)
            and same_fault(earlier, later)
            and later.opened - earlier.end <= WINDOW
        ]
        assert bool(near) == (found[later.key] is not None)
        if near:
            assert by_key[found[later.key]] in near


@pytest.mark.parametrize(
    ("cases", "counted"),
    [
        ([], 0),
        ([case(1, 0, 1)], 0),
        ([case(1, 0, 1), case(2, 5)], 1),  # back: the repair failed
        ([case(1, 0, 1), case(2, 5, 6)], 1),  # repaired anew: nobody knows yet
        ([case(1, 0, 1), case(2, 5, 6), case(3, 9, 10), case(4, 12)], 3),
        ([case(1, 0, 1, attempts=2)], 1),  # reopened once
        ([case(1, 0, None, attempts=2)], 1),  # reopened and in work
        ([case(1, 0, 1, attempts=2), case(2, 5, quality=None)], 2),
        ([case(1, 0, 1, quality=False), case(2, 5)], 0),  # the user's doing
        ([case(1, 0, 1), case(2, 5, quality=False)], 0),
        ([case(1, 0, 1), case(2, 3, 4, symptom="leak"), case(3, 5)], 1),  # in between
        ([case(1, 0, 1), case(2, 100)], 0),  # it had held
        ([case(1, 0, 1), case(2, 5, 6), case(3, 300, symptom="leak")], 0),  # over
    ],
)
def test_failed_repairs_by_table(cases, counted):
    assert count_failed_repairs(reversed(cases), 60 * DAY)[1] == counted


@given(histories())
def test_failed_repairs_follow_the_rule(cases):
    counts, unit = count_failed_repairs(cases)
    assert counts.keys() == {case.key for case in cases}
    assert all(count >= 0 for count in counts.values())
    relevant = [case for case in cases if case.quality is not False]
    assert unit == max((counts[case.key] for case in relevant), default=0)
    # No more repairs can have failed than were made.
    assert unit <= sum(case.attempts for case in cases if case.quality)


@given(histories(), st.permutations(range(12)))
def test_the_order_of_the_records_does_not_matter(cases, order):
    shuffled = [cases[index] for index in order if index < len(cases)]
    assert find_repeats(cases, WINDOW) == find_repeats(shuffled, WINDOW)
    assert count_failed_repairs(cases, WINDOW) == count_failed_repairs(shuffled, WINDOW)


@given(histories())
def test_a_longer_memory_never_counts_less(cases):
    short, long = (count_failed_repairs(cases, days * DAY) for days in (10, 100))
    assert all(short[0][key] <= long[0][key] for key in long[0])
    near, far = (find_repeats(cases, days * DAY) for days in (10, 100))
    assert all(far[key] is not None for key in near if near[key] is not None)
