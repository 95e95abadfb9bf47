"""The suite's addons: their order, what each needs of Odoo, and what changed."""

import ast
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from devtool.console import Problem

CHAIN = ("service_ticket", "service_contract", "service_parts", "service_dispatch")
# What a database need not be updated for: it is read from the files at run time.
_ASSETS = ("static/src", "static/tests")
_NOT_IN_DATABASE = ("tests", "README.md", *_ASSETS)


@dataclass(frozen=True)
class Addon:
    """One addon of the chain."""

    name: str
    path: Path
    odoo_depends: tuple[str, ...]
    suite_depends: tuple[str, ...]
    fingerprint: str  # of all that Odoo reads into the database
    assets: str = ""  # of what it puts together to bundles for the browser


def read(addons: Path, name: str) -> Addon:
    """An addon from its folder."""
    path = addons / name
    try:
        manifest = ast.literal_eval((path / "__manifest__.py").read_text())
    except (SyntaxError, ValueError) as error:
        raise Problem(
            f"The manifest of {name} can't be read: {error}.", "Correct it first."
        ) from error
    depends = manifest.get("depends", [])
    return Addon(
        name,
        path,
        tuple(sorted(other for other in depends if other not in CHAIN)),
        tuple(other for other in CHAIN if other in depends),
        fingerprint(path, lambda name: not _is_below(name, _NOT_IN_DATABASE)),
        fingerprint(path, lambda name: _is_below(name, _ASSETS)),
    )


def chain(addons: Path) -> list[Addon]:
    """The addons that are there with all they build on, in that order."""
    found: list[Addon] = []
    for name in CHAIN:
        if not (addons / name / "__manifest__.py").exists():
            continue
        addon = read(addons, name)
        if {other.name for other in found}.issuperset(addon.suite_depends):
            found.append(addon)
    return found


def fingerprint(path: Path, counts: Callable[[str], bool]) -> str:
    """A hash of the files of an addon whose relative names count."""
    digest = hashlib.sha256()
    for file in sorted(path.rglob("*")):
        name = file.relative_to(path).as_posix()
        if "__pycache__" in name or name.endswith((".pyc", "~", ".swp")):
            continue
        if file.is_file() and counts(name):
            digest.update(f"{name}\0".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _is_below(name: str, folders: Iterable[str]) -> bool:
    return any(name == part or name.startswith(f"{part}/") for part in folders)


def changed(
    addons: Iterable[Addon], known: dict[str, str]
) -> tuple[list[str], list[str]]:
    """Which addons a database lacks, and which it has in another version."""
    missing = [addon.name for addon in addons if addon.name not in known]
    stale = [
        addon.name
        for addon in addons
        if addon.name in known and known[addon.name] != addon.fingerprint
    ]
    return missing, stale
