"""Databases with their filestores: clone, drop, and a note on what is inside."""

import json
import os
import re
import shutil
from dataclasses import dataclass, field
from typing import Any

from devtool.postgres import Cluster
from devtool.process import run

PREFIX = "aftersales_"
RECIPE = 2  # counted up when databases are made in another way


@dataclass
class Note:
    """What a finished database was made from; kept as the database's comment."""

    odoo: str = ""
    depends: list[str] = field(default_factory=list)
    addons: dict[str, str] = field(default_factory=dict)
    assets: dict[str, str] = field(default_factory=dict)
    dirty: str = ""  # warnings and errors of the log
    recipe: int = 0

    def text(self) -> str:
        """The comment's text."""
        return json.dumps(vars(self), sort_keys=True)


def check_name(name: str) -> str:
    """Only the project's own databases are ever touched."""
    if not re.fullmatch(PREFIX + r"[a-z0-9_]+", name):
        raise ValueError(f"{name} is not one of the project's databases")
    return name


class Databases:
    """The project's databases on a running server."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.filestores = cluster.files / "filestore"

    def names(self) -> list[str]:
        """All databases of the project."""
        rows = self.cluster.sql("SELECT datname FROM pg_database ORDER BY datname")
        return [name for (name,) in rows if name.startswith(PREFIX)]

    def exists(self, name: str) -> bool:
        """Whether there is such a database."""
        return name in self.names()

    def note(self, name: str) -> Note | None:
        """What the database was made from; none when it is not there or unfinished."""
        rows = self.cluster.sql(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
            f" WHERE datname = '{check_name(name)}'"
        )
        try:
            values: dict[str, Any] = json.loads(rows[0][0])
            return Note(**values)
        except (IndexError, ValueError, TypeError):
            return None

    def write_note(self, name: str, note: Note | None) -> None:
        """Mark the database as finished, or as unfinished."""
        text = "NULL" if note is None else "'" + note.text().replace("'", "''") + "'"
        self.cluster.sql(f"COMMENT ON DATABASE {check_name(name)} IS {text}")

    def drop(self, name: str) -> None:
        """Drop the database and its filestore."""
        self.cluster.sql(f"DROP DATABASE IF EXISTS {check_name(name)} WITH (FORCE)")
        shutil.rmtree(self.filestores / name, ignore_errors=True)

    def clone(self, source: str, target: str) -> None:
        """Copy a database; its filestore shares the files, which never change."""
        self.drop(target)
        self.disconnect(source)
        self.cluster.sql(
            f"CREATE DATABASE {check_name(target)} TEMPLATE {check_name(source)}"
            " STRATEGY FILE_COPY"
        )
        folder = self.filestores / source
        if folder.exists():
            run(
                ["cp", "-al", folder, self.filestores / target],
                account=self.cluster.layout.odoo_account,
                what=f"The filestore of {source} could not be linked.",
            )

    def disconnect(self, name: str) -> None:
        """End what is still connected to a database that shall be copied."""
        self.cluster.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            f" WHERE datname = '{check_name(name)}'"
        )

    def scratch_name(self, what: str) -> str:
        """A name for a throw-away copy."""
        return check_name(f"{PREFIX}scratch_{what}_{os.getpid()}")

    def drop_scratch(self) -> None:
        """Drop the throw-away copies of commands that were killed."""
        for name in self.names():
            match = re.fullmatch(PREFIX + r"scratch_\w+_(\d+)", name)
            if match and not os.path.exists(f"/proc/{match[1]}"):
                self.drop(name)
