"""`make bench`: time the suite against its peers in one run and one database."""

import subprocess
import zipfile
from pathlib import Path

from devtool import setup
from devtool.console import Problem, Steps
from devtool.layout import Layout
from devtool.postgres import Cluster
from devtool.process import run
from devtool.server import OdooProgram
from devtool.templates import Templates

# Measured beside the suite, never part of it: AGPL wheels from PyPI.
PEERS = {
    "odoo-addon-helpdesk-mgmt": "19.0.1.3.2",
    "odoo-addon-helpdesk-mgmt-sla": "19.0.1.0.0.4",
}
PEER_MODULES = ["helpdesk_mgmt_sla"]
SIZES = "1000,100000,1000000"


def measure(layout: Layout, sizes: str) -> int:
    """Run all cases on a copy of the whole suite with the peers; keep the figures."""
    steps = Steps(setup.STEPS + 3)
    setup.prepare(layout, steps)
    with steps.step("Peers"):
        peers = _get_peers(layout)
    results = layout.owned_folder(layout.state / "bench", layout.odoo_account)
    with Cluster(layout, for_tests=True) as cluster:
        program = OdooProgram(cluster)
        templates = Templates(program)
        database = program.databases.scratch_name("bench")
        with steps.step("Database"), templates.locked():
            templates.bring_up_to_date(only=templates.newest())
            program.databases.clone(templates.newest(), database)
            extra = [f"--addons-path={program.addons_path()},{peers}"]
            log = layout.logs / "bench.log"
            program.change(database, install=PEER_MODULES, log=log, extra=extra)
        try:
            with steps.step("Cases") as step:
                step.done("below")
                _run(program, database, extra, sizes, results / "results.json")
        finally:
            program.databases.drop(database)
    target = layout.root / "tests" / "bench" / "results.json"
    target.write_bytes((results / "results.json").read_bytes())
    return 0


def _get_peers(layout: Layout) -> Path:
    """Unpack the peers' wheels into a folder of the benchmark's own."""
    folder = layout.state / "bench" / "peers"
    addons = folder / "odoo" / "addons"
    if all((addons / name).is_dir() for name in PEER_MODULES):
        return addons
    folder.mkdir(parents=True, exist_ok=True)
    words = [str(layout.python), "-m", "pip", "download", "--quiet", "--no-deps"]
    words += ["--dest", str(folder)]
    words += [f"{name}=={version}" for name, version in PEERS.items()]
    run(words, what="The peers could not be had from PyPI.")
    for wheel in folder.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder)
    return addons


def _run(
    program: OdooProgram, database: str, extra: list[str], sizes: str, results: Path
) -> None:
    layout = program.layout
    words = program.command(
        f"--database={database}",
        "--no-http",
        "--log-level=error",
        *extra,
        subcommand="shell",
    )
    done = subprocess.run(
        words,
        input=(layout.root / "tests" / "bench" / "run.py").read_text() + "\n",
        text=True,
        env={
            **program.cluster.environment(),
            "BENCH_ROOT": str(layout.root),
            "BENCH_SIZES": sizes or SIZES,
            "BENCH_RESULTS": str(results),
        },
        check=False,
        **layout.odoo_account.popen_options(),
    )
    if done.returncode:
        raise Problem("The benchmark stopped.", "The lines above say why.")
