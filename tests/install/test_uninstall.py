"""Uninstalling an addon leaves the schema as it was before, no row of its own, and a
database in which it can be installed again (row G2 of the promises in docs/architecture.md).
"""

import difflib
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from devtool import addons, logs
from devtool import layout as layout_module
from devtool.postgres import Cluster
from devtool.process import output
from devtool.server import OdooProgram
from devtool.templates import template_of

ROOT = Path(__file__).resolve().parents[2]
NAMES = [addon.name for addon in addons.chain(ROOT / "addons")]
ALLOWED = logs.allowed_patterns(ROOT / "config" / "log-allowed.txt")

UNINSTALL = """
module = env["ir.module.module"].search([("name", "=", "{name}")])
module.button_immediate_uninstall()
"""


@pytest.fixture(scope="module")
def program() -> Iterator[OdooProgram]:
    """Odoo on the project's PostgreSQL server."""
    with Cluster(layout_module.find(ROOT), for_tests=True) as cluster:
        yield OdooProgram(cluster)


def schema(program: OdooProgram, database: str) -> list[str]:
    """The statements that make the schema, in an order that does not depend on history."""
    text = output(
        [
            program.cluster.bin / "pg_dump",
            "--schema-only",
            "--no-owner",
            "--no-privileges",
            "--no-comments",  # labels: updating an addon leaves them as they were
            f"--dbname={database}",
        ],
        env=program.cluster.environment(),
    )
    return normalise(text)


def normalise(dump: str) -> list[str]:
    """One line per statement, columns and statements sorted, comments left out."""
    lines = [
        # The sequence of an ir.sequence is named after its id.
        re.sub(r"\bir_sequence_\d+", "ir_sequence_of_a_record", line)
        for line in dump.splitlines()
        if line.strip()
        and not line.startswith(("--", "SET ", "SELECT pg_catalog", "\\"))
    ]
    statements = []
    for statement in re.split(r";$", "\n".join(lines), flags=re.M):
        head, *rest = statement.strip().splitlines() or [""]
        if head.startswith("CREATE TABLE"):
            rest = sorted(line.strip().rstrip(",") for line in rest)
        statements.append(" | ".join([head, *rest]))
    return sorted(filter(None, statements))


def difference(before: list[str], after: list[str]) -> str:
    """What one schema has and the other has not."""
    lines = difflib.unified_diff(before, after, "before", "after", lineterm="", n=0)
    return "\n".join(line for line in lines if not line.startswith("@@"))


@pytest.mark.parametrize("name", NAMES)
def test_uninstall_leaves_nothing_and_reinstall_works(
    program: OdooProgram, name: str
) -> None:
    """Uninstall, compare, install again, compare again."""
    databases = program.databases
    scratch = databases.scratch_name(f"uninstall_{name}")
    databases.clone(template_of(name), scratch)
    try:
        said = uninstall(program, scratch, name)
        assert logs.bad_entries(said, ALLOWED) == []
        assert (
            difference(
                schema(program, template_of(name, "d")), schema(program, scratch)
            )
            == ""
        )
        rows = program.cluster.sql(
            f"SELECT model, name FROM ir_model_data WHERE module = '{name}'", scratch
        )
        assert rows == []
        state = program.cluster.sql(
            f"SELECT state FROM ir_module_module WHERE name = '{name}'", scratch
        )
        assert state == [["uninstalled"]]

        log = program.layout.logs / f"reinstall-{name}.log"
        said = program.change(scratch, install=[name], log=log)
        assert logs.bad_entries(said, ALLOWED) == []
        assert (
            difference(schema(program, template_of(name)), schema(program, scratch))
            == ""
        )
    finally:
        databases.drop(scratch)


def uninstall(program: OdooProgram, database: str, name: str) -> str:
    """Press the button of the Apps menu, in a process of its own; return the log."""
    words = program.command(f"--database={database}", "--no-http", subcommand="shell")
    done = subprocess.run(
        words,
        input=UNINSTALL.format(name=name),
        cwd=program.layout.state / "tmp",
        env=program.cluster.environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stderr
