"""How a phase of the test run ended, and the summary of all."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

# Reasons that a test may be skipped for, by their beginnings. None at present: a test
# that is skipped proves nothing, and nobody notices.
ALLOWED_SKIPS: tuple[str, ...] = ()


@dataclass
class Result:
    """One phase: what it counted, how long it took, and what there is to read."""

    phase: str
    passed: int = 0
    failed: int = 0
    seconds: float = 0.0
    details: list[str] = field(default_factory=list)

    def fail(self, text: str) -> None:
        """Count one more failure with its explanation."""
        self.failed += 1
        self.details.append(text)


def count_junit(path: Path) -> tuple[int, list[str]]:
    """How many tests passed, and one line for each that did not."""
    passed = 0
    failures: dict[str, str] = {}
    names: set[str] = set()
    for case in ElementTree.parse(path).iter("testcase"):
        name = f"{case.get('classname', '')}.{case.get('name', '')}".strip(".")
        names.add(name)
        for kind in ("failure", "error", "skipped"):
            element = case.find(kind)
            if element is None:
                continue
            message = (element.get("message") or "").strip()
            if kind == "skipped" and message.startswith(ALLOWED_SKIPS or ("\0",)):
                names.discard(name)
                continue
            lines = message.splitlines() or [""]
            failures[name] = f"{kind}: {name}: {lines[0]}"[:300]
    passed = len(names - set(failures))
    return passed, sorted(failures.values())


def summary(results: Sequence[Result]) -> list[str]:
    """The table of all phases, and the sums as the last line."""
    width = max([len(result.phase) for result in results] + [5])
    lines = [f"{'phase':{width}}  {'passed':>6}  {'failed':>6}  {'time':>6}  result"]
    for result in results:
        verdict = "FAILED" if result.failed else "ok"
        lines.append(
            f"{result.phase:{width}}  {result.passed:6}  {result.failed:6}"
            f"  {result.seconds:4.0f} s  {verdict}"
        )
    passed = sum(result.passed for result in results)
    failed = sum(result.failed for result in results)
    return [*lines, "", f"{passed} passed, {failed} failed"]
