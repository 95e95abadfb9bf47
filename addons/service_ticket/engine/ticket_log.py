"""What one clock has to know of a ticket's log.

Plain Python without the ORM. The log is a sequence of lines, oldest first: changes of
state, and promises that were met.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from .clock import LogEntry

# These promise a result: when the fault is back, they run on.
REOPENED = ("restoration", "resolution", "report")
_ENDED = ("resolved", "closed", "cancelled")


class Line(Protocol):
    """One line of the log; either `clock` or the states are set."""

    at: datetime
    clock: str | None
    from_state: str | None
    to_state: str | None
    pauses_clock: bool


def find_start(lines: Iterable[Line], name: str, opened: datetime) -> datetime | None:
    """Return when the clock `name` starts; None where nothing is owed (yet).

    A report is owed once somebody was on site and the work ended (R16, R21); all other
    clocks start when the request came in.
    """
    if name != "report":
        return opened
    visited = False
    for line in lines:
        visited = visited or line.clock == "on_site"
        if visited and line.to_state == "resolved":
            return line.at
    return None


def translate(lines: Iterable[Line], name: str) -> list[LogEntry]:
    """Return the entries of the log as the clock `name` sees them.

    A clock stops where the ticket ends without it (solved by phone: nobody need be on
    site any more), and goes on where the ticket is reopened.
    """
    events_of = _report_events if name == "report" else _events
    return [
        LogEntry(line.at, event)
        for line in lines
        for event in (
            (("met",) if line.clock == name else ())
            if line.clock
            else events_of(line, name)
        )
    ]


def _events(line: Line, name: str):
    if line.to_state in _ENDED:
        return ("stop",)
    if line.from_state in _ENDED:
        return ("reopen" if name in REOPENED else "resume",)
    return ("pause" if line.pauses_clock else "resume",)


def _report_events(line: Line, _name: str):
    """A report is written about work that ended: it waits while the work goes on."""
    if line.to_state == "cancelled":
        return ("stop",)
    if line.to_state == "resolved":
        return ("resume",)
    if line.from_state in _ENDED and line.to_state not in _ENDED:
        return ("reopen", "pause")
    return ()


def is_met(lines: Iterable[Line], name: str) -> bool:
    """Tell whether the promise `name` is met by the end of the log."""
    met = False
    for line in lines:
        if line.clock == name:
            met = True
        elif not line.clock and name in REOPENED:
            met = met and not (
                line.from_state in _ENDED and line.to_state not in _ENDED
            )
    return met
