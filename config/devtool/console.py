"""What a person at the terminal reads: numbered steps with times, and problems."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Problem(Exception):
    """Something a person has to do first, said in one sentence, with what to do."""

    def __init__(self, what: str, remedy: str = "", details: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy
        self.details = details

    def __str__(self) -> str:
        parts = [self.details.rstrip(), f"{self.what} {self.remedy}".strip()]
        return "\n".join(part for part in parts if part)


def say(text: str = "") -> None:
    """Print a line at once, also into a pipe."""
    print(text, flush=True)


class Steps:
    """Numbered steps; what was there already is said without a time."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.number = 0

    @contextmanager
    def step(self, title: str) -> Iterator["Step"]:
        """Show `[2/7] title … 14 s`; the outcome may be set by the body."""
        self.number += 1
        sys.stdout.write(f"[{self.number}/{self.total}] {title} … ")
        sys.stdout.flush()
        step = Step()
        start = time.monotonic()
        try:
            yield step
        except BaseException:
            say("stopped")
            raise
        seconds = time.monotonic() - start
        say(step.outcome or f"{seconds:.0f} s")


class Step:
    """The running step, so that its body can say how it ended."""

    outcome = ""

    def done(self, outcome: str) -> None:
        """Say this in place of the time that the step took."""
        self.outcome = outcome
