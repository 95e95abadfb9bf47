"""Properties of the clock engine, with a minute-by-minute oracle (A1-A4)."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.service_ticket.engine.clock import (
    LogEntry,
    Promise,
    RoundTheClock,
    WorkingIntervals,
    read,
)

START = datetime(2026, 3, 1)
MINUTES = 4 * 24 * 60

minutes = st.integers(0, MINUTES - 1)
intervals = st.lists(st.tuples(minutes, minutes), min_size=1, max_size=8).map(
    lambda pairs: [(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]]
)


def at(minute):
    return START + timedelta(minutes=minute)


def hours_of(pairs):
    return WorkingIntervals((at(a), at(b)) for a, b in pairs)


def open_minutes(pairs):
    """The oracle: every minute that counts, one by one."""
    return sorted({m for a, b in pairs for m in range(a, b)})


@given(intervals, minutes, st.integers(1, 2000))
@settings(max_examples=400, deadline=None)
def test_deadline_is_the_oracles(pairs, start, duration):
    counted = [m for m in open_minutes(pairs) if m >= start]
    due = hours_of(pairs).advance(at(start), duration * 60)
    if duration > len(counted):
        assert due is None
    else:
        # The end of the last counted minute, never the next opening.
        assert due == at(counted[duration - 1] + 1)
        assert due.microsecond == 0


@given(intervals, minutes, st.integers(1, 2000))
@settings(max_examples=400, deadline=None)
def test_elapsed_until_the_deadline_is_the_duration(pairs, start, duration):
    hours = hours_of(pairs)
    due = hours.advance(at(start), duration * 60)
    if due is not None:
        assert hours.elapsed(at(start), due) == duration * 60


@given(intervals, minutes, minutes)
def test_elapsed_is_the_oracles(pairs, start, end):
    counted = [m for m in open_minutes(pairs) if start <= m < end]
    assert hours_of(pairs).elapsed(at(start), at(end)) == len(counted) * 60


@given(intervals, minutes, minutes, st.integers(1, 500), st.integers(0, 500))
def test_later_start_and_longer_promise_never_fall_due_earlier(
    pairs, one, other, duration, more
):
    hours = hours_of(pairs)
    early, late = sorted((one, other))
    first = hours.advance(at(early), duration * 60)
    for second in (
        hours.advance(at(late), duration * 60),
        hours.advance(at(early), (duration + more) * 60),
    ):
        assert second is None or first is not None and second >= first


pauses = st.lists(st.integers(1, 600), max_size=8)


def log_of(gaps):
    """Alternate pauses and resumes at growing times."""
    entries, moment = [], 0
    for index, gap in enumerate(gaps):
        moment += gap
        entries.append(LogEntry(at(moment), "resume" if index % 2 else "pause"))
    return entries


@given(intervals, st.integers(1, 600), pauses)
@settings(max_examples=400, deadline=None)
def test_due_with_pauses_is_the_oracles(pairs, duration, gaps):
    log = log_of(gaps)
    reading = read(Promise(at(0), duration * 60, hours_of(pairs), log), at(0))
    stopped, since = set(), None
    for entry in log:
        minute = int((entry.at - START).total_seconds() // 60)
        if entry.event == "pause":
            since = minute
        else:
            stopped |= set(range(since, minute))
            since = None
    if since is not None:
        stopped |= set(range(since, MINUTES))
    counted = [m for m in open_minutes(pairs) if m not in stopped]
    if duration <= len(counted):
        assert reading.due == at(counted[duration - 1] + 1)
    else:
        assert reading.due is None
        assert reading.status == ("paused" if since is not None else "none")


@given(intervals, st.integers(1, 600), pauses)
def test_a_pause_never_makes_it_earlier(pairs, duration, gaps):
    hours = hours_of(pairs)
    plain = read(Promise(at(0), duration * 60, hours), at(0))
    paused = read(Promise(at(0), duration * 60, hours, log_of(gaps)), at(0))
    assert paused.due is None or paused.due >= plain.due


@given(st.integers(1, 600), pauses, minutes)
def test_the_same_log_gives_the_same_reading(duration, gaps, now):
    promise = Promise(at(0), duration * 60, RoundTheClock(), log_of(gaps))
    assert read(promise, at(now)) == read(promise, at(now))


@given(st.integers(1, 600), minutes, minutes)
def test_kept_or_late_by_the_deadline(duration, met, now):
    log = [LogEntry(at(met), "met")]
    reading = read(Promise(at(0), duration * 60, RoundTheClock(), log), at(now))
    assert reading.status == ("met" if met <= duration else "late")
    assert reading.met_at == at(met)


@pytest.mark.parametrize(
    ("hours", "seconds"), [(None, 60), (RoundTheClock(), 0), (WorkingIntervals([]), 60)]
)
def test_nothing_promised_is_said_plainly(hours, seconds):
    assert read(Promise(at(0), seconds, hours), at(0)).status == "none"


def test_a_full_day_ends_at_midnight():
    """Odoo's calendars end a full day one microsecond before midnight."""
    hours = WorkingIntervals(
        (at(day * 1440), at(day * 1440) + timedelta(days=1, microseconds=-1))
        for day in range(3)
    )
    assert hours.advance(at(0), 24 * 3600) == at(1440)
    assert hours.elapsed(at(0), at(2880)) == 48 * 3600


def test_reopened_runs_on_where_it_stopped():
    log = [LogEntry(at(60), "met"), LogEntry(at(600), "reopen")]
    reading = read(Promise(at(0), 120 * 60, RoundTheClock(), log), at(610))
    assert reading.status == "running"
    assert reading.due == at(660)


def test_a_pause_after_the_deadline_changes_nothing():
    log = [LogEntry(at(300), "pause"), LogEntry(at(400), "resume")]
    reading = read(Promise(at(0), 120 * 60, RoundTheClock(), log), at(500))
    assert (reading.status, reading.due) == ("overdue", at(120))


def test_not_needed_where_the_ticket_ended_in_time():
    log = [LogEntry(at(30), "pause"), LogEntry(at(60), "stop")]
    promise = Promise(at(0), 120 * 60, RoundTheClock(), log)
    assert read(promise, at(999)).status == "void"
    again = [*log, LogEntry(at(90), "resume")]
    reading = read(Promise(at(0), 120 * 60, RoundTheClock(), again), at(100))
    assert (reading.status, reading.due) == ("running", at(180))


def test_broken_where_the_ticket_ended_too_late():
    log = [LogEntry(at(130), "stop")]
    reading = read(Promise(at(0), 120 * 60, RoundTheClock(), log), at(999))
    assert (reading.status, reading.due, reading.met_at) == ("late", at(120), None)
