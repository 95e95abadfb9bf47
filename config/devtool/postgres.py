"""PostgreSQL: a cluster of the project's own, or the one that PG* variables name."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from devtool.console import Problem
from devtool.layout import Layout
from devtool.process import output, run

ROLE = "aftersales"
# For two cores and a few gigabytes; the cluster serves one developer.
SETTINGS = """\
listen_addresses = ''
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = 120
shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 128MB
effective_cache_size = 1GB
max_wal_size = 2GB
checkpoint_timeout = 15min
jit = off
log_min_messages = warning
log_min_error_statement = panic
include_if_exists = 'tests.conf'
"""
# The tests' databases may be lost with the machine's power; the others may not.
TESTS_SETTINGS = "fsync = off\nfull_page_writes = off\nsynchronous_commit = off\n"
_OWN_VARIABLES = ("PGHOST", "PGPORT", "PGUSER", "PGSERVICE", "PGHOSTADDR")


def is_external() -> bool:
    """Whether the user named a server of their own."""
    return any(os.environ.get(name) for name in _OWN_VARIABLES)


def programs(major: str = "") -> Path:
    """The folder of Debian's PostgreSQL programs, of the newest version by default."""
    found = sorted(
        Path("/usr/lib/postgresql").glob(f"{major or '*'}/bin/initdb"),
        key=lambda path: float(path.parts[-3]),
    )
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb" if not is_external() else "psql")
    if on_path:
        return Path(on_path).resolve().parent
    raise Problem(
        f"PostgreSQL {major} is not installed.".replace("  ", " "),
        "Run `make setup`; after a PostgreSQL upgrade, `make reset` first.",
    )


class Cluster:
    """The running server, as a context: started if needed, stopped by the last user."""

    def __init__(self, layout: Layout, *, for_tests: bool = False) -> None:
        self.layout = layout
        self.for_tests = for_tests
        self.external = is_external()
        self.data = layout.state / "pg"
        self._lease: int | None = None

    # -- surroundings ---------------------------------------------------------
    @property
    def files(self) -> Path:
        """Odoo's data folder: the filestores of this server's databases, and sessions."""
        # A test finds the own server in its PG* variables, as if it were the user's.
        own = not self.external or os.environ.get("PGHOST") == str(self.layout.sockets)
        return self.layout.state / ("data" if own else "data-external")

    @property
    def bin(self) -> Path:
        """The folder of the programs that fit this cluster."""
        version = self.data / "PG_VERSION"
        major = version.read_text().strip() if version.exists() else ""
        return programs("" if self.external else major)

    def environment(self) -> dict[str, str]:
        """What libpq and Odoo need to reach the server."""
        env = self.layout.environment()
        folders = [self.layout.venv / "bin", self.bin, env.get("PATH", "/usr/bin:/bin")]
        env["PATH"] = ":".join(str(folder) for folder in folders)
        env.pop("PGDATABASE", None)
        if not self.external:
            for name in [name for name in env if name.startswith("PG")]:
                del env[name]
            env["PGHOST"] = str(self.layout.sockets)
            env["PGPORT"] = "5432"
            env["PGUSER"] = ROLE
        return env

    def sql(self, statement: str, database: str = "postgres") -> list[list[str]]:
        """Run a statement and return its rows as text."""
        text = output(
            [
                self.bin / "psql",
                "--no-psqlrc",
                "--quiet",
                "--tuples-only",
                "--no-align",
                "--field-separator=\x1f",
                "--set=ON_ERROR_STOP=1",
                f"--dbname={database}",
                f"--command={statement}",
            ],
            env=self.environment(),
        )
        return [line.split("\x1f") for line in text.splitlines() if line]

    # -- life -----------------------------------------------------------------
    def create(self) -> None:
        """Make the cluster, unless it is there."""
        if self.external:
            self.sql("SELECT 1")
            return
        account = self.layout.database_account
        if (self.data / "PG_VERSION").exists():
            self._check_owner()
            return
        self._socket_folder()
        fresh = self.layout.state / "pg.new"
        if fresh.exists():
            shutil.rmtree(fresh)
        self.layout.owned_folder(fresh, account, 0o700)
        run(
            [
                programs() / "initdb",
                "--locale=C.UTF-8",  # pg_trgm sees Chinese only with this
                "--encoding=UTF8",
                "--auth=trust",  # the socket's folder is the lock
                f"--username={ROLE}",
                "--no-instructions",
                f"--pgdata={fresh}",
            ],
            account=account,
            env=self.layout.environment(),
            what="initdb could not make the cluster.",
        )
        settings = SETTINGS.format(sockets=self.layout.sockets)
        with (fresh / "postgresql.conf").open("a") as file:
            file.write(settings)
        fresh.rename(self.data)

    def _check_owner(self) -> None:
        owner = self.data.stat().st_uid
        problem = explain_owner(
            self.data, owner, self.layout.database_account.uid, os.geteuid()
        )
        if problem:
            raise Problem(*problem)

    def _socket_folder(self) -> None:
        folder = self.layout.sockets
        self.layout.owned_folder(folder, self.layout.database_account, 0o700)
        if folder.stat().st_uid != self.layout.database_account.uid:
            raise Problem(f"{folder} belongs to another user.", "Remove that folder.")

    def is_running(self) -> bool:
        """Whether the project's own server runs."""
        if not (self.data / "PG_VERSION").exists():
            return False
        result = self._pg_ctl("status", check=False)
        return result == 0

    def _pg_ctl(self, *words: str, check: bool = True) -> int:
        result = run(
            [self.bin / "pg_ctl", f"--pgdata={self.data}", *words],
            account=self.layout.database_account,
            env=self.layout.environment(),
            check=False,
        )
        if check and result.returncode:
            log = self.data / "server.log"
            tail = log.read_text(errors="replace")[-1500:] if log.exists() else ""
            raise Problem(
                f"PostgreSQL did not {words[0]}.",
                "`make reset` makes a new cluster.",
                tail or result.stdout,
            )
        return result.returncode

    @contextmanager
    def _locked(self) -> Iterator[None]:
        path = self.layout.state / "pg.lock"
        with path.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def __enter__(self) -> "Cluster":
        if self.external:
            return self
        with self._locked():
            self.create()
            self._socket_folder()
            durable = self.data / "tests.conf"
            if not self.is_running():
                durable.write_text(TESTS_SETTINGS if self.for_tests else "")
                self._pg_ctl("start", "--wait", "--silent", "--log", self._log())
                (self.data / "started-by-devtool").touch()
            elif not self.for_tests and durable.read_text():
                durable.write_text("")
                self._pg_ctl("reload")
            self._lease = os.open(
                self.layout.state / "pg.lease", os.O_CREAT | os.O_RDWR, 0o666
            )
            fcntl.flock(self._lease, fcntl.LOCK_SH)
        return self

    def _log(self) -> str:
        return str(self.data / "server.log")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._lease is None:
            return
        with self._locked():
            fcntl.flock(self._lease, fcntl.LOCK_UN)
            started = self.data / "started-by-devtool"
            try:
                fcntl.flock(self._lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if started.exists():
                    self._pg_ctl("stop", "--mode=fast", "--wait", check=False)
                    started.unlink(missing_ok=True)
            except BlockingIOError:
                pass  # another command still uses the server and will stop it
            finally:
                os.close(self._lease)
                self._lease = None


def explain_owner(
    folder: Path, owner: int, account: int, me: int
) -> tuple[str, str] | None:
    """What to say when the cluster's files belong to somebody else."""
    if owner == account:
        return None
    who = "root" if me == 0 else "you"
    return (
        f"The PostgreSQL cluster in {folder} belongs to user {owner}, not to the user"
        f" ({account}) that {who} would run it as.",
        f"Run this as user {owner}, or remove {folder} to start anew.",
    )
