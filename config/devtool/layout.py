"""Where things are kept and who runs them."""

import hashlib
import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from devtool.console import Problem, say
from devtool.process import Account, run

SERVICE_USER = "aftersales"
SOCKET_LIMIT = 107  # bytes in a socket's path, set by the kernel
NEEDED_SPACE = 4 * 1024**3


@dataclass(frozen=True)
class Layout:
    """The checkout, its state folder, and the accounts that servers run as."""

    root: Path
    state: Path
    database_account: Account
    odoo_account: Account

    @property
    def venv(self) -> Path:
        """The virtualenv with Odoo's and the tests' packages."""
        return self.state / "venv"

    @property
    def python(self) -> Path:
        """The Python that runs Odoo."""
        return self.venv / "bin" / "python"

    @property
    def addons(self) -> Path:
        """The suite's addons."""
        return self.root / "addons"

    @property
    def logs(self) -> Path:
        """What the last commands logged."""
        return self.state / "log"

    @property
    def sockets(self) -> Path:
        """A folder short enough for PostgreSQL's socket."""
        return socket_folder(self.state)

    def owned_folder(self, path: Path, account: Account, mode: int = 0o755) -> Path:
        """Make a folder that belongs to this account, and return it."""
        path.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0 and path.stat().st_uid != account.uid:
            os.chown(path, account.uid, account.gid)
        if path.stat().st_uid == os.geteuid() or os.geteuid() == 0:
            path.chmod(mode)
        return path

    def environment(self) -> dict[str, str]:
        """The surroundings of every program that the commands start."""
        env = dict(os.environ)
        for name in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "ODOO_RC"):
            env.pop(name, None)
        home = self.state / "home"
        env.update(
            HOME=str(home),
            XDG_CACHE_HOME=str(home / ".cache"),
            XDG_CONFIG_HOME=str(home / ".config"),
            LANG="C.UTF-8",
            LC_ALL="C.UTF-8",
            TZ="UTC",
            PYTHONPYCACHEPREFIX=str(self.state / "pycache"),
            HYPOTHESIS_STORAGE_DIRECTORY=str(home / ".hypothesis"),
        )
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        return env

    def prepare(self) -> None:
        """Make the folders of the state folder with their owners."""
        try:
            self.state.mkdir(parents=True, exist_ok=True)
        except PermissionError as error:
            raise Problem(
                f"{self.state} can't be made by {Account.current().name}.",
                "Use a checkout of your own.",
            ) from error
        if os.geteuid() == 0:
            owner = self.root.stat()
            os.chown(self.state, owner.st_uid, owner.st_gid)
            self.state.chmod(0o755)
        elif self.state.stat().st_uid != os.geteuid():
            raise Problem(
                f"{self.state} belongs to another user.",
                "Run this as that user, or remove that folder.",
            )
        for name in ("data", "data-external", "log", "home", "pycache", "tmp"):
            self.owned_folder(self.state / name, self.odoo_account)
        owner = self.state.stat()
        for name in ("pg.lock", "pg.lease", "templates.lock"):
            path = self.state / name
            path.touch()
            if os.geteuid() == 0:
                os.chown(path, owner.st_uid, owner.st_gid)


def socket_folder(state: Path) -> Path:
    """The folder of the PostgreSQL socket: the state folder where it is short."""
    folder = state / "run"
    if len(os.fsencode(folder / ".s.PGSQL.5432")) <= SOCKET_LIMIT:
        return folder
    digest = hashlib.sha256(os.fsencode(state)).hexdigest()[:12]
    return Path("/tmp") / f"aftersales-{digest}"


def find(root: Path) -> Layout:
    """Decide where the state is kept and who runs PostgreSQL and Odoo."""
    me = Account.current()
    if not me.is_root:
        return Layout(root, root / ".local", me, me)
    service = _service_account(root)
    if _can_read(root, service):
        return Layout(root, root / ".local", service, service)
    digest = hashlib.sha256(os.fsencode(root)).hexdigest()[:12]
    say(
        f"Only root can read {root}: Odoo runs as root and the state is kept in"
        f" /var/tmp/aftersales-{digest}."
    )
    return Layout(root, Path(f"/var/tmp/aftersales-{digest}"), service, me)


def _service_account(root: Path) -> Account:
    """The unprivileged account for servers that root starts."""
    owner = root.stat().st_uid
    try:
        if owner:
            return Account.of_entry(pwd.getpwuid(owner))
        return Account.of_entry(pwd.getpwnam(SERVICE_USER))
    except KeyError:
        run(
            [
                "useradd",
                "--system",
                "--user-group",
                "--no-create-home",
                "--home-dir=/nonexistent",
                "--shell=/usr/sbin/nologin",
                SERVICE_USER,
            ],
            what=f"The system user {SERVICE_USER} could not be made.",
        )
        return Account.of_entry(pwd.getpwnam(SERVICE_USER))


def _can_read(root: Path, account: Account) -> bool:
    """Whether this account reads everything in the checkout that it has to."""
    folders = [root / name for name in ("addons", "config", "tests")]
    words = [str(folder) for folder in folders if folder.exists()]
    result = subprocess.run(
        ["find", *words, "!", "-readable", "-print", "-quit"],
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        **account.popen_options(),
    )
    return result.returncode == 0 and not result.stdout.strip()
