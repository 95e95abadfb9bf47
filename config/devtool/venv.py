"""The virtualenv that runs Odoo and the tests."""

import hashlib
import os
from pathlib import Path

from devtool.console import Problem
from devtool.layout import Layout
from devtool.process import run

SYSTEM_PYTHON = Path("/usr/bin/python3")


def fingerprint(layout: Layout) -> str:
    """What the virtualenv is made from."""
    version = run([SYSTEM_PYTHON, "--version"]).stdout
    digest = hashlib.sha256(version.encode())
    for name in ("requirements.txt", "requirements-dev.txt"):
        digest.update((layout.root / "config" / name).read_bytes())
    return digest.hexdigest()


def is_ready(layout: Layout) -> bool:
    """Whether the virtualenv has what the requirements ask for."""
    stamp = layout.venv / "devtool.stamp"
    return stamp.exists() and stamp.read_text() == fingerprint(layout)


def build(layout: Layout) -> None:
    """Make the virtualenv, or bring it to what the requirements ask for."""
    env = dict(os.environ) | {"PIP_NO_INPUT": "1"}
    env.pop("PYTHONPATH", None)
    # Not from a Python under a home folder: the servers' user could not read it.
    run([SYSTEM_PYTHON, "-m", "venv", layout.venv], env=env)
    requirements = layout.root / "config" / "requirements-dev.txt"
    result = run(
        [
            layout.python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-compile",
            "--disable-pip-version-check",
            "-r",
            requirements,
        ],
        env=env,
        check=False,
    )
    if result.returncode:
        raise Problem(*explain_pip(result.stdout))
    (layout.venv / "devtool.stamp").write_text(fingerprint(layout))


def explain_pip(text: str) -> tuple[str, str, str]:
    """What a failed pip means: the sentence, what to do, pip's last lines."""
    tail = "\n".join(text.rstrip().splitlines()[-8:])
    if "No matching distribution found" in text and "connection" not in text.lower():
        return (
            "pip finds no such version for this Python.",
            "The pinned versions are for Python 3.10 to 3.12.",
            tail,
        )
    if "No space left on device" in text:
        return "The disk is full.", "Free 4 GB and run this again.", tail
    network = ("NewConnectionError", "Temporary failure", "Read timed out", "Retrying")
    if any(word in text for word in network):
        return "pip can't reach its package index.", "Check the network.", tail
    return "pip could not install the Python packages.", "See above.", tail
