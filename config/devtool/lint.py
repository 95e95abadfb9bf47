"""`make lint`: ruff, pylint-odoo and, where npx is there, prettier."""

import os
import re
import shutil
from collections.abc import Sequence

from devtool import odoo_source, setup
from devtool.console import Problem, Steps, say
from devtool.layout import Layout
from devtool.outcome import Result, summary
from devtool.process import Account, start, stop

_ODOO_CHECKS = (
    "used-before-assignment",
    "undefined-variable",
    "eval-used",
    "unreachable",
    "function-redefined",
    "sql-injection",
    "missing-gettext",
    "gettext-variable",
    "gettext-placeholders",
    "gettext-repr",
    "raise-unlink-override",
)


def checks(layout: Layout) -> list[tuple[str, list[str]]]:
    """The commands of the fast part, by name."""
    python = str(layout.python)
    folders = [
        name for name in ("addons", "config", "tests") if (layout.root / name).is_dir()
    ]
    found = [
        ("ruff check", [python, "-m", "ruff", "check", "--no-cache", *folders]),
        (
            "ruff format",
            [python, "-m", "ruff", "format", "--no-cache", "--check", *folders],
        ),
    ]
    addons = sorted(path.parent for path in layout.addons.glob("*/__manifest__.py"))
    if addons:
        names = [str(path.relative_to(layout.root)) for path in addons]
        found.append(
            ("pylint-odoo", [python, "-m", "pylint", "--rcfile=.pylintrc", *names])
        )
        found.append(("Odoo's own pylint checks", odoo_pylint(layout, names)))
    return found


def odoo_pylint(layout: Layout, names: Sequence[str]) -> list[str]:
    """What Odoo's test_lint does with pylint, on the suite's addons alone."""
    odoo = odoo_source.find(layout)
    if odoo is None:
        raise Problem("Odoo 19 is not there.", "Run `make setup`.")
    plugins = ("sql_injection", "gettext", "unlink_override")
    return [
        "env",
        f"PYTHONPATH={odoo.package / 'addons' / 'test_lint' / 'tests'}",
        str(layout.python),
        "-m",
        "pylint",
        f"--rcfile={os.devnull}",
        "--disable=all",
        f"--enable={','.join(_ODOO_CHECKS)}",
        "--reports=n",
        "--score=n",
        f"--load-plugins={','.join(f'_odoo_checker_{name}' for name in plugins)}",
        *names,
    ]


def prettier(layout: Layout, mode: str = "--check") -> list[str]:
    """The prettier call with the version of .pre-commit-config.yaml; empty without npx."""
    files = [
        str(path.relative_to(layout.root))
        for pattern in ("*.js", "*.scss")
        for path in sorted(layout.addons.rglob(pattern))
        if "lib" not in path.parts
    ]
    if not files or not shutil.which("npx"):
        return []
    text = (layout.root / ".pre-commit-config.yaml").read_text()
    match = re.search(r"prettier@(\d[\d.]*)", text)
    version = match[1] if match else "3"
    return ["npx", "--yes", f"prettier@{version}", mode, *files]


def phase(layout: Layout, commands: Sequence[tuple[str, list[str]]] = ()) -> Result:
    """Run the checks one after the other; each counts as one test."""
    result = Result("lint")
    for name, command in commands or checks(layout):
        code, text = _run(layout, command)
        if code:
            result.fail(f"{name}:\n{text.strip()}")
        else:
            result.passed += 1
    return result


def _run(layout: Layout, command: Sequence[str]) -> tuple[int, str]:
    env = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    # pylint-odoo asks git for the folder's history, which may be another user's.
    env |= {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "safe.directory",
        "GIT_CONFIG_VALUE_0": "*",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    log = layout.logs / "lint.log"
    log.unlink(missing_ok=True)
    process = start(
        command, account=Account.current(), env=env, cwd=layout.root, log=log
    )
    try:
        code = process.wait()
    finally:
        stop(process)
    return code, log.read_text(errors="replace")


def run(layout: Layout) -> int:
    """All checks, prettier too where npx is there."""
    setup.prepare(layout, Steps(setup.STEPS))
    commands = checks(layout)
    call = prettier(layout)
    if call:
        commands.append(("prettier", call))
    result = phase(layout, commands)
    for text in result.details:
        say(text)
    say("\n".join(summary([result])[-1:]))
    return 1 if result.failed else 0


def write(layout: Layout) -> int:
    """Put everything into the form that the checks ask for, as far as tools can."""
    setup.prepare(layout, Steps(setup.STEPS))
    python = str(layout.python)
    folders = [
        name for name in ("addons", "config", "tests") if (layout.root / name).is_dir()
    ]
    commands = [
        [python, "-m", "ruff", "check", "--no-cache", "--fix", "--quiet", *folders],
        [python, "-m", "ruff", "format", "--no-cache", "--quiet", *folders],
        prettier(layout, "--write"),
    ]
    for command in filter(None, commands):
        _code, text = _run(layout, command)
        say(text.strip())
    return 0
