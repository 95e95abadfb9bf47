"""`make run`, `make shell` and `make screenshots`: commands that need a server."""

import subprocess
from pathlib import Path

from devtool import demo, setup, system
from devtool.console import Problem, Steps, say
from devtool.layout import Layout
from devtool.postgres import Cluster
from devtool.process import stop
from devtool.server import OdooProgram


def run(layout: Layout, port: int) -> int:
    """Serve the suite with demo data until Ctrl-C."""
    steps = Steps(setup.STEPS + 2)
    if not system.port_is_free(port):
        raise Problem(*explain_port(port))
    setup.prepare(layout, steps)
    with Cluster(layout) as cluster:
        program = OdooProgram(cluster)
        program.databases.drop_scratch()
        with steps.step("Database with demo data") as step:
            demo.bring_up_to_date(program, step)
        with steps.step("Server"):
            process = start(program, port, layout.logs / "run.log")
        try:
            _announce(program, port)
            follow(process, layout.logs / "run.log")
            raise Problem("Odoo ended by itself.", "See its log above.")
        except KeyboardInterrupt:
            say("\nStopping")
            return 0
        finally:
            stop(process)


def start(
    program: OdooProgram, port: int, log: Path, database: str = demo.DATABASE
) -> "subprocess.Popen[str]":
    """Start the server on the demo database and wait until it answers."""
    log.unlink(missing_ok=True)
    # Documents fetch their style sheets from here, whatever port this is.
    program.cluster.sql(
        "INSERT INTO ir_config_parameter (key, value)"
        f" VALUES ('report.url', 'http://127.0.0.1:{port}')"
        " ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value",
        database,
    )
    words = program.command(
        f"--database={database}",
        f"--db-filter=^{database}$",
        f"--http-port={port}",
    )
    process = program.start(words, log)
    try:
        program.wait_until_it_answers(process, port)
    except BaseException:
        stop(process)
        tail = log.read_text(errors="replace").splitlines()[-30:]
        say("\n".join(tail))
        raise
    return process


def follow(process: "subprocess.Popen[str]", log: Path) -> None:
    """Show the server's log until it ends."""
    with log.open(errors="replace") as file:
        while True:
            text = file.read()
            if text:
                print(text, end="", flush=True)
            elif process.poll() is not None:
                return
            else:
                try:
                    process.wait(0.3)
                except subprocess.TimeoutExpired:
                    continue


def _announce(program: OdooProgram, port: int) -> None:
    say(f"\nThe suite is served on http://127.0.0.1:{port}\n")
    people = demo.logins(program)
    width = max(len(person.name) for person in people)
    logins = max(len(person.login) for person in people)
    say(f"  {'who':{width}}  {'login':{logins}}  password")
    for person in people:
        say(f"  {person.name:{width}}  {person.login:{logins}}  {person.login}")
    say("\nCtrl-C stops it. Odoo's log follows.\n")


def explain_port(port: int) -> tuple[str, str]:
    """What to say when somebody listens on the port."""
    return (
        f"Port {port} of this machine is taken by another program.",
        f"Stop that one, or run `make run PORT={port + 1}`.",
    )


def shell(layout: Layout) -> int:
    """An Odoo shell on the demo database, in this terminal."""
    setup.prepare(layout, Steps(setup.STEPS + 1))
    with Cluster(layout) as cluster:
        program = OdooProgram(cluster)
        if program.databases.note(demo.DATABASE) is None:
            raise Problem("There is no demo database yet.", "`make run` makes it.")
        words = program.command(
            f"--database={demo.DATABASE}", "--no-http", subcommand="shell"
        )
        return subprocess.run(
            words,
            env=cluster.environment(),
            check=False,
            **layout.odoo_account.popen_options(),
        ).returncode


def screenshots(layout: Layout) -> int:
    """Serve the demo data on a free port and let tests/screenshots take pictures."""
    script = layout.root / "tests" / "screenshots" / "take.py"
    if not script.exists():
        raise Problem(f"{script} is not there.")
    target = layout.root / "docs" / "images"
    target.mkdir(parents=True, exist_ok=True)
    pictures = layout.owned_folder(layout.state / "pictures", layout.odoo_account)
    steps = Steps(setup.STEPS + 3)
    setup.prepare(layout, steps)
    with Cluster(layout) as cluster:
        program = OdooProgram(cluster)
        with steps.step("Database with demo data") as step:
            demo.bring_up_to_date(program, step)
        port = system.free_port()
        copy = program.databases.scratch_name("pictures")
        with steps.step("Server"):
            program.databases.clone(demo.DATABASE, copy)
            process = start(program, port, layout.logs / "screenshots.log", copy)
        try:
            with steps.step("Pictures"):
                say()
                code = _take(layout, cluster, script, port, pictures)
        finally:
            stop(process)
            program.databases.drop(copy)
    for picture in pictures.glob("*.png"):
        (target / picture.name).write_bytes(picture.read_bytes())
    return code


def _take(
    layout: Layout, cluster: Cluster, script: Path, port: int, pictures: Path
) -> int:
    for old in pictures.glob("*"):
        old.unlink()
    words = [str(layout.python), str(script)]
    words += ["--url", f"http://127.0.0.1:{port}", "--out", str(pictures)]
    return subprocess.run(
        words,
        cwd=layout.root,
        env=cluster.environment(),
        stdin=subprocess.DEVNULL,
        check=False,
        **layout.odoo_account.popen_options(),
    ).returncode
