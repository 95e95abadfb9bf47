"""pytest plugin: a warning or an error in the log fails the test during which it came.

What a test expects, it catches with `assertLogs` or `mute_logger`; the few lines of
Odoo's own that nobody can prevent are in config/log-allowed.txt. pytest-odoo silences
Odoo's loggers unless told otherwise, and so hides what this plugin is for: therefore
their level is set here.
"""

import logging
from collections.abc import Generator
from pathlib import Path

import pytest
from _pytest.terminal import TerminalReporter

from devtool.logs import allowed_patterns

_OUTSIDE = "outside of the tests"


class CleanLog(logging.Handler):
    """Collects what is logged at WARNING and above, by the test that runs."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.current = ""
        self.entries: dict[str, list[str]] = {}
        self.allowed = allowed_patterns(Path(__file__).parent / "log-allowed.txt")
        self.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one entry, unless it is on the list."""
        text = self.format(record)
        if not any(pattern.search(text) for pattern in self.allowed):
            self.entries.setdefault(self.current or _OUTSIDE, []).append(text)

    # -- pytest's hooks -------------------------------------------------------
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Listen from here on, whatever the level that Odoo was started with."""
        logging.getLogger().addHandler(self)
        for name in ("odoo", "werkzeug"):
            logger = logging.getLogger(name)
            if logger.getEffectiveLevel() > logging.WARNING:
                logger.setLevel(logging.WARNING)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """From here on, what is logged belongs to this test."""
        self.current = nodeid

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, object, None]:
        """After its teardown, fail a test that logged something bad."""
        outcome = yield
        if call.when != "teardown":
            return
        report: pytest.TestReport = outcome.get_result()  # type: ignore[attr-defined]
        entries = self.entries.pop(item.nodeid, [])
        if entries and report.passed:
            report.outcome = "failed"
            report.longrepr = "The log is not clean:\n" + "\n".join(entries)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """What is logged now belongs to no test."""
        self.current = ""

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Lines that belong to no test fail the run."""
        logging.getLogger().removeHandler(self)
        if self.entries and session.exitstatus in (0, 5):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        """Say which lines belong to no test."""
        if not self.entries:
            return
        terminalreporter.section("the log is not clean", red=True)
        for where, entries in self.entries.items():
            terminalreporter.line(f"{where}:")
            for entry in entries:
                terminalreporter.line(f"  {entry}")


def pytest_configure(config: pytest.Config) -> None:
    """Register the plugin."""
    config.pluginmanager.register(CleanLog(), "aftersales-clean-log")
