"""Running other programs, as another user where that is needed."""

import os
import pwd
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from devtool.console import Problem

Command = Sequence[str | Path]

# What runs now in sessions of its own, for an interruption to end.
_running: "set[subprocess.Popen[str]]" = set()
_interrupted = threading.Event()


@dataclass(frozen=True)
class Account:
    """A user of this machine that a program runs as."""

    name: str
    uid: int
    gid: int

    @classmethod
    def current(cls) -> "Account":
        """Who started this command."""
        uid = os.geteuid()
        try:
            name = pwd.getpwuid(uid).pw_name
        except KeyError:
            name = str(uid)
        return cls(name, uid, os.getegid())

    @classmethod
    def of_entry(cls, entry: pwd.struct_passwd) -> "Account":
        """The account of an entry in the user database."""
        return cls(entry.pw_name, entry.pw_uid, entry.pw_gid)

    @property
    def is_root(self) -> bool:
        """Whether programs run as this account may do anything."""
        return self.uid == 0

    def popen_options(self) -> dict[str, object]:
        """What subprocess needs to run a program as this account."""
        if self.uid == os.geteuid():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def run(
    command: Command,
    *,
    account: Account | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    check: bool = True,
    what: str = "",
    stdin: str | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end and return its output; a failure is a Problem."""
    words = [str(word) for word in command]
    options = account.popen_options() if account else {}
    try:
        result = subprocess.run(
            words,
            env=dict(env) if env is not None else None,
            cwd=cwd or ("/" if options else None),
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
            **options,
        )
    except FileNotFoundError as error:
        raise Problem(f"{words[0]} is not installed.", "Run `make setup`.") from error
    if check and result.returncode:
        tail = "\n".join(result.stdout.rstrip().splitlines()[-20:])
        raise Problem(what or f"`{' '.join(words)}` failed.", details=tail)
    return result


def output(
    command: Command,
    *,
    account: Account | None = None,
    env: Mapping[str, str] | None = None,
) -> str:
    """Run a program and return what it printed on standard output alone."""
    options = account.popen_options() if account else {}
    result = subprocess.run(
        [str(word) for word in command],
        env=dict(env) if env is not None else None,
        cwd="/" if options else None,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        **options,
    )
    if result.returncode:
        raise Problem(f"`{command[0]}` failed.", details=result.stderr[-2000:])
    return result.stdout


def start(
    command: Command,
    *,
    account: Account,
    env: Mapping[str, str],
    cwd: Path,
    log: Path | None = None,
) -> "subprocess.Popen[str]":
    """Start a program in a session of its own, its output in a file or the terminal."""
    if _interrupted.is_set():
        raise Problem("Interrupted.")
    target = log.open("a") if log else None
    try:
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=target,
            stderr=subprocess.STDOUT if target else None,
            text=True,
            start_new_session=True,
            **account.popen_options(),
        )
    finally:
        if target:
            target.close()
    _running.add(process)
    return process


def stop_all() -> None:
    """End all that runs, and start nothing more: the command was interrupted."""
    _interrupted.set()
    for process in list(_running):
        stop(process, patience=5)


def stop(process: "subprocess.Popen[str]", patience: float = 15) -> None:
    """End a program that was started in its own session, with all it started."""
    _running.discard(process)
    for sign in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            break
        try:
            os.killpg(process.pid, sign)
        except ProcessLookupError:
            break
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
