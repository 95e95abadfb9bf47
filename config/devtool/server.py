"""Odoo as a program: installing into a database, serving one, a shell."""

import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from devtool import odoo_source
from devtool.console import Problem
from devtool.databases import Databases
from devtool.layout import Layout
from devtool.postgres import Cluster
from devtool.process import run, start, stop

# For the Odoo shell. A test in which wkhtmltopdf asks for several style sheets that are
# not there yet fails, as Odoo can't write them while the test reads.
_REPORT_BUNDLES = """
for name in ("web.report_assets_common", "web.report_assets_pdf"):
    env["ir.qweb"]._get_asset_bundle(name, js=False, autoprefix=True).css()
env.cr.commit()
"""
_ALL_BUNDLES = """
env["ir.qweb"]._pregenerate_assets_bundles()
env.cr.commit()
"""


class OdooProgram:
    """Odoo with this checkout's addons and the project's databases."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.layout: Layout = cluster.layout
        self.databases = Databases(cluster)
        odoo = odoo_source.find(self.layout)
        if odoo is None:
            raise Problem("Odoo 19 is not there.", "Run `make setup`.")
        self.odoo = odoo

    def addons_path(self) -> str:
        """Odoo's own addons and the suite's."""
        paths = [*self.odoo.addons_paths]
        if self.layout.addons.is_dir():
            paths.append(self.layout.addons)
        return ",".join(str(path) for path in paths)

    def command(self, *words: str, subcommand: str = "server") -> list[str]:
        """The command line with what every call needs."""
        return [
            str(self.layout.python),
            "-m",
            "odoo",
            subcommand,
            f"--config={self.layout.root / 'config' / 'odoo.conf'}",
            f"--addons-path={self.addons_path()}",
            f"--data-dir={self.cluster.files}",
            *words,
        ]

    def start(self, words: Sequence[str], log: Path) -> "subprocess.Popen[str]":
        """Start Odoo with its log in a file."""
        return start(
            words,
            account=self.layout.odoo_account,
            env=self.cluster.environment(),
            cwd=self.layout.state / "tmp",
            log=log,
        )

    def change(
        self,
        database: str,
        *,
        install: Sequence[str] = (),
        update: Sequence[str] = (),
        demo: bool = False,
        log: Path,
        extra: Sequence[str] = (),
    ) -> str:
        """Install or update modules, and return the log; a failure is a Problem."""
        words = [f"--database={database}", "--stop-after-init", "--no-http"]
        words.append("--with-demo" if demo else "--without-demo")
        if install:
            words.append(f"--init={','.join(install)}")
        if update:
            words.append(f"--update={','.join(update)}")
        log.unlink(missing_ok=True)
        process = self.start(self.command(*words, *extra), log)
        try:
            code = process.wait()
        finally:
            stop(process)
        text = log.read_text(errors="replace")
        if code:
            tail = "\n".join(text.rstrip().splitlines()[-30:])
            what = ", ".join([*install, *update])
            raise Problem(
                f"{what} could not be installed into {database}.",
                f"The whole log is {log}.",
                tail,
            )
        return text

    def warm(self, database: str, *, reports_only: bool = False) -> str:
        """Generate the bundles that the first page or document would wait for.

        Copies of the database share them. Returns the log.
        """
        words = self.command(f"--database={database}", "--no-http", subcommand="shell")
        return run(
            words,
            account=self.layout.odoo_account,
            env=self.cluster.environment(),
            cwd=self.layout.state / "tmp",
            stdin=_REPORT_BUNDLES if reports_only else _REPORT_BUNDLES + _ALL_BUNDLES,
            what=f"The web client of {database} could not be put together.",
        ).stdout

    def wait_until_it_answers(
        self, process: "subprocess.Popen[str]", port: int, patience: float = 120
    ) -> None:
        """Return when the login page comes."""
        url = f"http://127.0.0.1:{port}/web/login"
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise Problem("Odoo ended while it started.", "See its log above.")
            try:
                with urllib.request.urlopen(url, timeout=60) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.3)
        raise Problem(f"Odoo does not answer on {url}.", "See its log above.")
