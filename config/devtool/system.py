"""What the machine has to offer: Debian packages, space, a free port."""

import os
import shutil
import socket
from collections.abc import Sequence
from pathlib import Path

from devtool.console import Problem
from devtool.layout import NEEDED_SPACE
from devtool.process import Account, run

PACKAGES = {
    "postgresql": "the database server",
    "chromium": "browser tests and pictures",
    "wkhtmltopdf": "PDF documents",
    "fonts-noto-cjk": "Chinese text in PDF documents",
    "libmagic1": "file types of attachments",
    "poppler-utils": "tests that read PDF documents",
}
_CREATECLUSTER = Path("/etc/postgresql-common/createcluster.conf")
_CREATECLUSTER_DEFAULT = Path("/usr/share/postgresql-common/createcluster.conf")


def installed(packages: Sequence[str]) -> set[str]:
    """Those of these Debian packages that are installed."""
    query = ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *packages]
    lines = run(query, check=False).stdout.splitlines()
    return {line.split()[0] for line in lines if line.endswith(" installed")}


def missing_packages(needs_server: bool) -> list[str]:
    """The packages to ask for; with a PostgreSQL of the user's own, no server."""
    wanted = dict(PACKAGES)
    if not needs_server:
        del wanted["postgresql"]
        wanted["postgresql-client"] = "the database's commands"
    if not shutil.which("dpkg-query"):
        listed = ", ".join(f"{name} ({purpose})" for name, purpose in wanted.items())
        raise Problem(
            "This machine has no apt.",
            f"Install these yourself, Debian calls them so: {listed}.",
        )
    have = installed([*wanted])
    return [name for name in wanted if name not in have]


def install_packages(packages: Sequence[str]) -> None:
    """Ask apt for these packages by name, and for nothing that they merely suggest."""
    prefix = _as_root(packages)
    hold_back = "postgresql" in packages and not _CREATECLUSTER.exists()
    if hold_back:
        # Debian would start a server of its own on the usual port; nobody asked for it.
        _write_as_root(prefix, _CREATECLUSTER, "create_main_cluster = false\n")
    command = [
        *prefix,
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "UCF_FORCE_CONFFOLD=1",
        "apt-get",
        "install",
        "--quiet",
        "--yes",
        "--no-install-recommends",
        *packages,
    ]
    try:
        result = run(command, check=False)
        if result.returncode:
            run([*prefix, "apt-get", "update", "--quiet"], check=False)
            result = run(command, check=False)
    finally:
        if hold_back and _CREATECLUSTER_DEFAULT.exists():
            run([*prefix, "cp", _CREATECLUSTER_DEFAULT, _CREATECLUSTER], check=False)
    if result.returncode:
        raise Problem(*explain_apt(result.stdout, packages))


def _as_root(packages: Sequence[str]) -> list[str]:
    """The words before a command that needs root."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    by_hand = f"apt-get install --no-install-recommends {' '.join(packages)}"
    if not sudo:
        raise Problem("Debian packages are missing.", f"Run as root: {by_hand}")
    if run([sudo, "-n", "true"], check=False).returncode and not os.isatty(0):
        raise Problem(
            "sudo asks for a password and nobody is there to type it.",
            f"Run as root: {by_hand}",
        )
    return [sudo]


def _write_as_root(prefix: Sequence[str], path: Path, text: str) -> None:
    run([*prefix, "mkdir", "-p", path.parent])
    run([*prefix, "tee", path], stdin=text)


def explain_apt(text: str, packages: Sequence[str]) -> tuple[str, str, str]:
    """What a failed apt-get means: the sentence, what to do, apt's last lines."""
    tail = "\n".join(text.rstrip().splitlines()[-8:])
    if "Temporary failure resolving" in text or "Could not connect" in text:
        return "apt-get can't reach its mirror.", "Check the network.", tail
    if "No space left on device" in text or "don't have enough free space" in text:
        return "The disk is full.", "Free 4 GB and run this again.", tail
    if "Could not get lock" in text or "Unable to acquire the dpkg" in text:
        return "Another program installs packages now.", "Wait for it to end.", tail
    if "dpkg was interrupted" in text:
        return (
            "An earlier installation was interrupted.",
            "Run `dpkg --configure -a` as root first.",
            tail,
        )
    if "Unable to locate package" in text:
        return (
            "apt knows no package of this name.",
            "The suite is set up on Debian 12 and its derivatives.",
            tail,
        )
    return f"apt-get could not install {', '.join(packages)}.", "See above.", tail


def check_space(folder: Path, needed: int = NEEDED_SPACE) -> None:
    """Stop while there is still something to do about it."""
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise Problem(
            f"{folder} has {free / 1024**3:.1f} GB left and setup needs"
            f" {needed / 1024**3:.0f} GB.",
            "Free some space and run this again.",
        )


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen on this port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def hand_over(path: Path, account: Account) -> None:
    """Give what root has made to the owner of the checkout."""
    if os.geteuid() == 0 and not account.is_root:
        run(["chown", "-R", "-h", f"{account.uid}:{account.gid}", path])
