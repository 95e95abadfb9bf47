"""The commands and their options."""

import argparse
import errno
import os
import shutil
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from devtool import bench, lint, serve, setup, suite, translations
from devtool import layout as layout_module
from devtool.console import Problem, Steps, say
from devtool.databases import Databases
from devtool.layout import Layout
from devtool.postgres import Cluster
from devtool.process import Account


def parser() -> argparse.ArgumentParser:
    """The command line of config/dev."""
    result = argparse.ArgumentParser(prog="config/dev")
    result.add_argument("--root", type=Path, required=True, help=argparse.SUPPRESS)
    commands = result.add_subparsers(dest="command", required=True)
    commands.add_parser("setup")
    run = commands.add_parser("run")
    run.add_argument("--port", type=int, default=8069)
    commands.add_parser("shell")
    commands.add_parser("screenshots")
    commands.add_parser("translations")
    bench_command = commands.add_parser("bench")
    bench_command.add_argument("--sizes", default="", help="numbers of tickets")
    commands.add_parser("reset")
    commands.add_parser("lint")
    commands.add_parser("format")
    test = commands.add_parser("test")
    test.add_argument("--only", default="", help="parts of phase names, with commas")
    one = commands.add_parser("test-one")
    one.add_argument("words", nargs=argparse.REMAINDER)
    return result


def main(words: Sequence[str]) -> int:
    """Run one command; a Problem is told in a sentence and ends with status 1."""
    options = parser().parse_args(words)
    os.umask(0o022)
    signal.signal(signal.SIGINT, _interrupt)
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, _interrupt)
    try:
        return dispatch(options)
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr, flush=True)
        return 1
    except OSError as error:
        what, remedy = explain_os_error(error)
        print(f"\n{what} {remedy}", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        say("\nInterrupted; run it again and it goes on from there.")
        return 130


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def explain_os_error(error: OSError) -> tuple[str, str]:
    """What an unexpected refusal of the machine means, and what to do."""
    where = f" ({error.filename})" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full{where}.", "Free some space and run this again."
    if error.errno in (errno.EACCES, errno.EPERM):
        return (
            f"{Account.current().name} may not do that{where}.",
            "It was probably made by another user: run this as that one.",
        )
    return f"{error.strerror or error}{where}.", "Run it again; it goes on from there."


def dispatch(options: argparse.Namespace) -> int:
    """Call the command that was asked for."""
    layout = layout_module.find(options.root)
    if options.command == "setup":
        setup.prepare(layout, Steps(setup.STEPS))
        return 0
    if options.command == "run":
        return serve.run(layout, options.port)
    if options.command == "shell":
        return serve.shell(layout)
    if options.command == "screenshots":
        return serve.screenshots(layout)
    if options.command == "translations":
        return translations.refresh(layout)
    if options.command == "bench":
        return bench.measure(layout, options.sizes)
    if options.command == "lint":
        return lint.run(layout)
    if options.command == "format":
        return lint.write(layout)
    if options.command == "test":
        return suite.run(layout, [word for word in options.only.split(",") if word])
    if options.command == "test-one":
        words = [*options.words, "--"]
        split = words.index("--")
        return suite.run_one(
            layout, words[:split], [w for w in words[split:] if w != "--"]
        )
    return reset(layout)


def reset(layout: Layout) -> int:
    """Drop the project's databases; Odoo and the Python packages stay."""
    cluster = Cluster(layout)
    if cluster.external:
        databases = Databases(cluster)
        for name in databases.names():
            databases.drop(name)
    elif cluster.data.exists():
        if cluster.is_running():
            raise Problem(
                "PostgreSQL is in use by another command.", "Stop `make run` first."
            )
        shutil.rmtree(cluster.data)
    for folder in (cluster.files, layout.logs, layout.state / "pg.new"):
        shutil.rmtree(folder, ignore_errors=True)
    say("The databases are gone; the next command makes new ones.")
    return 0
