"""The log watcher: a warning that no test expects fails the test that made it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

TESTS = """
import logging
import unittest

_logger = logging.getLogger("odoo.addons.example")


class Example(unittest.TestCase):
    def test_quiet(self):
        _logger.info("nothing to see")

    def test_loud(self):
        _logger.warning("something is wrong")

    def test_expected(self):
        with self.assertLogs("odoo.addons.example", "WARNING"):
            _logger.warning("as it should be")
"""


def run(folder: Path, text: str) -> "subprocess.CompletedProcess[str]":
    """Run pytest with the watcher on one file."""
    (folder / "test_example.py").write_text(text)
    words = [sys.executable, "-m", "pytest", "-p", "no:odoo", "-p", "pytest_clean_log"]
    words += ["-p", "no:cacheprovider", "-ra", "test_example.py"]
    env = os.environ | {"PYTHONPATH": str(ROOT / "config")}
    return subprocess.run(
        words, cwd=folder, env=env, capture_output=True, text=True, check=False
    )


def test_a_warning_fails_its_test(tmp_path: Path) -> None:
    done = run(tmp_path, TESTS)
    assert done.returncode == 1
    assert "ERROR test_example.py::Example::test_loud" in done.stdout
    assert "WARNING odoo.addons.example: something is wrong" in done.stdout
    assert "3 passed, 1 error" in done.stdout


def test_levels_that_hide_warnings_are_undone(tmp_path: Path) -> None:
    silenced = "import logging\nlogging.getLogger('odoo').setLevel(logging.CRITICAL)\n"
    (tmp_path / "conftest.py").write_text(silenced)
    assert "3 passed, 1 error" in run(tmp_path, TESTS).stdout


def test_a_line_outside_of_tests_fails_the_run(tmp_path: Path) -> None:
    loud = "import logging\nlogging.getLogger('odoo').error('while importing')\n"
    done = run(tmp_path, loud + "def test_nothing():\n    pass\n")
    assert done.returncode == 1
    assert "ERROR odoo: while importing" in done.stdout


def test_what_is_expected_passes(tmp_path: Path) -> None:
    quiet = TESTS.replace('_logger.warning("something is wrong")', "pass")
    assert run(tmp_path, quiet).returncode == 0
