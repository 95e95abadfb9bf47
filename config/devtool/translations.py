"""`make translations`: the templates and the .po files follow the code."""

import shutil
import subprocess
from pathlib import Path

from devtool import addons, setup
from devtool.console import Problem, Steps
from devtool.layout import Layout
from devtool.postgres import Cluster
from devtool.server import OdooProgram
from devtool.templates import Templates

SCRIPT = Path(__file__).with_name("export_terms.py")


def refresh(layout: Layout) -> int:
    """Export the terms of each addon and merge them into its translations."""
    steps = Steps(setup.STEPS + 2)
    setup.prepare(layout, steps)
    target = layout.state / "terms"
    shutil.rmtree(target, ignore_errors=True)
    layout.owned_folder(target, layout.odoo_account)
    names = [addon.name for addon in addons.chain(layout.addons)]
    with Cluster(layout, for_tests=True) as cluster:
        program = OdooProgram(cluster)
        templates = Templates(program)
        database = program.databases.scratch_name("terms")
        with steps.step("Database"), templates.locked():
            templates.bring_up_to_date(only=templates.newest())
            program.databases.clone(templates.newest(), database)
        try:
            with steps.step("Terms"):
                _export(program, database, names, target)
        finally:
            program.databases.drop(database)
    for written in target.glob("*/*.po*"):
        folder = layout.addons / written.parent.name / "i18n"
        folder.mkdir(exist_ok=True)
        (folder / written.name).write_bytes(written.read_bytes())
    return 0


def _export(
    program: OdooProgram, database: str, names: list[str], target: Path
) -> None:
    layout = program.layout
    words = program.command(
        f"--database={database}", "--no-http", "--log-level=error", subcommand="shell"
    )
    done = subprocess.run(
        words,
        input=SCRIPT.read_text() + "\n",
        text=True,
        env={
            **program.cluster.environment(),
            "ADDONS": ",".join(names),
            "SOURCE": str(layout.addons),
            "TARGET": str(target),
        },
        check=False,
        **layout.odoo_account.popen_options(),
    )
    if done.returncode:
        raise Problem("The terms could not be exported.", "The lines above say why.")
