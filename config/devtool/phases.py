"""What the phases of `make test` do, each on a copy of a template database."""

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from devtool import demo as demo_data
from devtool import system
from devtool.addons import Addon
from devtool.console import Problem
from devtool.logs import lint_report
from devtool.outcome import Result, count_junit
from devtool.process import start, stop
from devtool.server import OdooProgram
from devtool.templates import Templates

# Folders of tests/ that the phase of the whole suite leaves to another phase.
ELSEWHERE = ("install", "demo", "bench", "screenshots")
_NOTHING_COLLECTED = 5


def chain(templates: Templates) -> Result:
    """Install the addons one on the other; the log has to be clean."""
    result = Result("templates")
    for outcome in templates.bring_up_to_date():
        if outcome.dirty:
            result.fail(f"{outcome.name}: its log is not clean:\n{outcome.dirty}")
        else:
            result.passed += 1
    return result


def demo(templates: Templates) -> Result:
    """Install everything with demo data; the log has to be clean."""
    result = Result("demo template")
    outcome = templates.bring_demo_up_to_date()
    if outcome.dirty:
        result.fail(f"{outcome.name}: its log is not clean:\n{outcome.dirty}")
    else:
        result.passed += 1
    return result


def demo_of(templates: Templates, addons: Sequence[Addon]) -> Result:
    """Install a prefix of the chain with its demo data; the log has to be clean."""
    last = addons[-1].name
    result = Result(f"demo of {last}")
    program = templates.program
    scratch = program.databases.scratch_name(f"demo_{last}")
    program.databases.drop(scratch)
    log = program.layout.logs / f"test-demo-{last}.log"
    try:
        text = program.change(
            scratch, install=demo_data.modules(list(addons)), demo=True, log=log
        )
    finally:
        program.databases.drop(scratch)
    if complaints := templates.complaints(text):
        result.fail(f"with demo data up to {last}, the log is not clean:\n{complaints}")
    else:
        result.passed += 1
    return result


def file_of(path: Path) -> Path:
    """The file of what pytest calls file::Class::method."""
    return Path(str(path).split("::")[0])


def is_below(paths: Sequence[Path], folder: Path) -> bool:
    """Whether all these tests are in this folder."""
    return all(
        folder == file_of(path) or folder in file_of(path).parents for path in paths
    )


def pytest_command(
    program: OdooProgram,
    paths: Sequence[Path],
    words: Sequence[str] = (),
    *,
    database: str,
) -> list[str]:
    """The pytest call; without a database Odoo's plugin is left out."""
    layout = program.layout
    command = [str(layout.python), "-m", "pytest", "-p", "pytest_clean_log"]
    command += [
        f"--rootdir={layout.root}",
        f"--config-file={layout.root / 'pyproject.toml'}",
    ]
    command += ["-o", f"cache_dir={layout.state / 'tmp' / 'pytest'}"]
    if database:
        command += [
            f"--odoo-config={layout.root / 'config' / 'odoo.conf'}",
            f"--odoo-database={database}",
            f"--odoo-addons-path={program.addons_path()}",
            f"--odoo-extra=data-dir={program.cluster.files}",
            "--odoo-extra=max-cron-threads=0",
            "--odoo-log-level=warn",
            "--odoo-http",
        ]
    else:
        command += ["-p", "no:odoo"]
    return [*command, *words, *(str(path) for path in paths)]


def attended(program: OdooProgram, command: Sequence[str]) -> int:
    """Run pytest with its output in the terminal."""
    process = subprocess.Popen(
        list(command),
        cwd=program.layout.root,
        env=_environment(program),
        text=True,
        **program.layout.odoo_account.popen_options(),
    )
    try:
        return process.wait()
    except KeyboardInterrupt:
        return process.wait()


def _environment(program: OdooProgram) -> dict[str, str]:
    env = program.cluster.environment()
    env["PYTHONPATH"] = str(program.layout.root / "config")
    return env


def tests(
    program: OdooProgram, name: str, template: str, paths: Sequence[Path]
) -> Result:
    """Run pytest on a throw-away copy of a template."""
    result = Result(name)
    there = [path for path in paths if path.exists()]
    if not there:
        return result
    if program.databases.note(template) is None:
        raise Problem(f"The database {template} could not be built: see above.")
    scratch = program.databases.scratch_name(name)
    program.databases.clone(template, scratch)
    try:
        _pytest(program, result, name, there, scratch)
    finally:
        program.databases.drop(scratch)
    return result


def without_odoo(program: OdooProgram, name: str, paths: Sequence[Path]) -> Result:
    """Run pytest on tests that start Odoo themselves, or need none."""
    result = Result(name)
    there = [path for path in paths if path.exists()]
    if there:
        _pytest(program, result, name, there, "")
    return result


def _pytest(
    program: OdooProgram,
    result: Result,
    name: str,
    paths: Sequence[Path],
    database: str,
) -> None:
    report = program.layout.logs / f"test-{name}.xml"
    log = program.layout.logs / f"test-{name}.log"
    report.unlink(missing_ok=True)
    words = [f"--junitxml={report}", "--durations=10"]
    command = pytest_command(program, paths, words, database=database)
    code = _logged(program, command, log)
    text = log.read_text(errors="replace")
    failures: list[str] = []
    if report.exists():
        result.passed, failures = count_junit(report)
    if code in (0, _NOTHING_COLLECTED) and not failures:
        return
    result.failed = max(len(failures), 1)
    result.details.append(f"The whole output is {log}.\n{excerpt(text)}")
    result.details += [line for line in failures if line.startswith("skipped")]


def excerpt(text: str, limit: int = 12000) -> str:
    """The part of pytest's output that tells of failures."""
    match = re.search(
        r"^=+ (ERRORS|FAILURES|the log is not clean|short test)", text, re.M
    )
    part = text[match.start() :] if match else text
    if len(part) <= limit:
        return part.strip()
    return f"{part[: limit // 2]}\n[…]\n{part[-limit // 2 :]}".strip()


def _logged(program: OdooProgram, command: Sequence[str], log: Path) -> int:
    log.unlink(missing_ok=True)
    process = start(
        command,
        account=program.layout.odoo_account,
        env=_environment(program),
        cwd=program.layout.root,
        log=log,
    )
    try:
        return process.wait()
    finally:
        stop(process)


def odoo_lint(program: OdooProgram, template: str, addons: Sequence[str]) -> Result:
    """Run Odoo's own lint; only what it says of the suite counts."""
    result = Result("Odoo's test_lint")
    if program.databases.note(template) is None:
        raise Problem(f"The database {template} could not be built: see above.")
    scratch = program.databases.scratch_name("lint")
    log = program.layout.logs / "test-odoo-lint.log"
    program.databases.clone(template, scratch)
    try:
        command = program.command(
            f"--database={scratch}",
            "--init=test_lint",
            # Its pylint reads all of Odoo for ten minutes; `make lint` does so with ours.
            "--test-tags=/test_lint,-:TestPyLint",
            "--stop-after-init",
            f"--http-port={system.free_port()}",
            "--max-cron-threads=0",
        )
        _logged(program, command, log)
    finally:
        program.databases.drop(scratch)
    report = lint_report(log.read_text(errors="replace"), addons)
    if report is None:
        result.fail(f"Odoo did not come to its end: see {log}.")
        return result
    for entry in report.ours:
        result.fail(entry)
    result.passed = max(report.tests - len(report.ours), 0)
    if report.others:
        result.details.append(
            f"{report.others} complaints about Odoo's own files don't count."
        )
    return result
