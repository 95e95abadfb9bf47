"""Reading Odoo's log: which lines say that something is wrong."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_LINE = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \d+ (?P<level>[A-Z]+) \S+ (?P<rest>.*)$"
)
_BAD = {"WARNING", "ERROR", "CRITICAL"}


def allowed_patterns(path: Path) -> list[re.Pattern[str]]:
    """The documented list of lines that are Odoo's own: one expression a line."""
    return [
        re.compile(line)
        for line in path.read_text().splitlines()
        if line.strip() and not line.startswith("#")
    ]


def bad_entries(text: str, allowed: Iterable[re.Pattern[str]] = ()) -> list[str]:
    """The warnings and errors of a log, each with the lines that belong to it."""
    patterns = list(allowed)
    entries: list[list[str]] = []
    inside = False
    for line in text.splitlines():
        match = _LINE.match(line)
        if not match:
            if inside:
                entries[-1].append(line)
            continue
        inside = match["level"] in _BAD
        if inside:
            entries.append([f"{match['level']} {match['rest']}"])
    found = ["\n".join(lines).rstrip() for lines in entries]
    return [
        entry
        for entry in found
        if not any(pattern.search(entry) for pattern in patterns)
    ]


@dataclass(frozen=True)
class LintReport:
    """What Odoo's own test runner says at the end of its log."""

    tests: int
    ours: list[str]
    others: int


def lint_report(text: str, addons: Iterable[str]) -> LintReport | None:
    """Odoo's count of tests, and the failures and warnings that name one of these addons."""
    count = re.search(r"odoo\.tests\.result: .* of (\d+) tests", text)
    if not count:
        return None
    entries = bad_entries(text, [re.compile(r"^\w+ odoo\.tests\.result: \d+ failed")])
    names = re.compile("|".join(rf"\b{re.escape(addon)}\b" for addon in addons))
    ours = [entry for entry in entries if names.search(entry)]
    return LintReport(int(count[1]), ours, len(entries) - len(ours))
