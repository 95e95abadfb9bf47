"""Odoo 19 Community: the one that is there, or Debian's package in the state folder."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from devtool.console import Problem, say
from devtool.layout import Layout
from devtool.process import output, run

WANTED_VERSION = (19, 0)
PACKAGE = "odoo-19"
# Odoo's static files are links into these packages. Two are taken from Debian 12:
# the newer ones of unstable have other file names, and the links would dangle.
FROM_UNSTABLE = (
    PACKAGE,
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-roboto-unhinted",
    "fonts-ocr-b",
    "fonts-montserrat",
)
FROM_DEBIAN_12 = ("fonts-font-awesome", "fonts-inconsolata")
# Not free, so not in Debian; without it the browser console shows an error.
_LEFT_OUT = "addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_DIST = Path("usr/lib/python3/dist-packages")


@dataclass(frozen=True)
class Odoo:
    """An Odoo 19: the folder that Python imports `odoo` from, and its own addons."""

    path: Path
    addons_paths: tuple[Path, ...]
    version: str

    @property
    def package(self) -> Path:
        """The folder of the Python package itself."""
        return self.path / "odoo"


def version_of(path: Path) -> tuple[int | str, ...]:
    """The version of the Odoo below this folder, read without importing it."""
    release = path / "odoo" / "release.py"
    names: dict[str, object] = {}
    exec(compile(release.read_text(), str(release), "exec"), names)
    info = names["version_info"]
    assert isinstance(info, tuple)
    return info


def explain_version(path: Path, version: tuple[int | str, ...]) -> str:
    """The sentence for an Odoo of another version; empty when it is the right one."""
    if version[:2] == WANTED_VERSION:
        return ""
    found = ".".join(str(part) for part in version[:2])
    return f"{path} is Odoo {found}, and the suite is made for Odoo 19.0."


def describe(path: Path) -> Odoo:
    """The Odoo below this folder, which is known to be there."""
    version = ".".join(str(part) for part in version_of(path)[:3])
    beside = path / "addons"
    # A source checkout keeps most addons beside the package, Debian keeps all inside.
    inside = (path / "odoo" / "addons" / "mail" / "__manifest__.py").exists()
    paths = (
        (path / "odoo" / "addons",) if inside else (beside, path / "odoo" / "addons")
    )
    return Odoo(path, paths, version)


def find(layout: Layout) -> Odoo | None:
    """An Odoo that is there: ODOO_HOME, the Python in use, or had before."""
    home = os.environ.get("ODOO_HOME")
    if home:
        path = Path(home).resolve()
        if not (path / "odoo" / "release.py").exists():
            raise Problem(
                f"ODOO_HOME is {path}, and no Odoo is there.",
                "Point it at the folder that has `odoo/release.py`, or unset it.",
            )
        wrong = explain_version(path, version_of(path))
        if wrong:
            raise Problem(wrong, "Point ODOO_HOME at an Odoo 19, or unset it.")
        return describe(path)
    own = layout.state / "odoo" / _DIST
    if (own / "odoo" / "release.py").exists():
        return describe(own)
    path_in_use = _importable()
    if path_in_use:
        wrong = explain_version(path_in_use, version_of(path_in_use))
        if not wrong:
            return describe(path_in_use)
        say(f"\n      {wrong} An Odoo 19 is had beside it.")
    return None


def _importable() -> Path | None:
    """Where the Python in use would import Odoo from."""
    script = (
        "import importlib.util as u; s = u.find_spec('odoo');"
        " print(list(s.submodule_search_locations)[0] if s else '')"
    )
    python = shutil.which("python3") or "/usr/bin/python3"
    env = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    result = subprocess.run(
        [python, "-c", script],
        cwd="/",
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    found = result.stdout.strip()
    if not found or not (Path(found) / "release.py").exists():
        return None
    return Path(found).parent


def link(layout: Layout, odoo: Odoo) -> Path:
    """Make the virtualenv import this Odoo; return the file that says so."""
    (folder,) = (layout.venv / "lib").glob("python3*/site-packages")
    pth = folder / "odoo-19.pth"
    if not pth.exists() or pth.read_text() != f"{odoo.path}\n":
        pth.write_text(f"{odoo.path}\n")
    return pth


def download(layout: Layout) -> Odoo:
    """Unpack Debian's Odoo into the state folder, without touching apt's sources."""
    if not shutil.which("apt-get"):
        raise Problem(
            "No Odoo 19 was found, and this machine has no apt to get it with.",
            "Get Odoo 19 Community and set ODOO_HOME to its folder.",
        )
    packages = layout.state / "apt" / "packages"
    packages.mkdir(parents=True, exist_ok=True)
    options = _private_apt(layout)
    wanted = [f"{name}/sid" for name in FROM_UNSTABLE]
    wanted += [f"{name}/bookworm" for name in FROM_DEBIAN_12]
    _apt(layout, [*options, "update"])
    for old in packages.glob("*.deb"):
        if old.name.split("_")[0] not in (*FROM_UNSTABLE, *FROM_DEBIAN_12):
            old.unlink()
    # apt-get keeps a file that is complete and fetches the rest again.
    _apt(layout, [*options, "download", *wanted], cwd=packages)
    target = layout.state / "odoo"
    fresh = layout.state / "odoo.new"
    for folder in (target, fresh):
        if folder.exists():
            shutil.rmtree(folder)
    for deb in sorted(packages.glob("*.deb")):
        run(["dpkg", "-x", deb, fresh], what=f"{deb.name} could not be unpacked.")
    left_out = fresh / _DIST / "odoo" / _LEFT_OUT
    if not left_out.exists():
        left_out.parent.mkdir(parents=True, exist_ok=True)
        left_out.write_text("")
    _check_links(fresh)
    path = fresh / _DIST
    wrong = explain_version(path, version_of(path))
    if wrong:
        raise Problem(wrong, "Get Odoo 19 Community and set ODOO_HOME to its folder.")
    fresh.rename(target)
    shutil.rmtree(packages)
    return describe(target / _DIST)


def mirrors(index_targets: str) -> list[str]:
    """Debian mirrors among apt's index targets, the likeliest first."""
    found: list[str] = []
    for line in index_targets.splitlines():
        uri = line.strip().rstrip("/")
        if re.search(r"/debian$", uri) and uri not in found:
            found.append(uri)
    return found


def _private_apt(layout: Layout) -> list[str]:
    """The apt-get command with a configuration of its own in the state folder."""
    folder = layout.state / "apt"
    for name in ("lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    found = mirrors(output(["apt-get", "indextargets", "--format", "$(REPO_URI)"]))
    if not found:
        raise Problem(
            "apt on this machine has no Debian mirror to get Odoo 19 from.",
            "Get Odoo 19 Community and set ODOO_HOME to its folder.",
        )
    signed = f"[signed-by={_KEYRING}] " if _KEYRING.exists() else ""
    sources = folder / "sources.list"
    sources.write_text(
        "".join(
            f"deb {signed}{found[0]} {suite} main\n" for suite in ("sid", "bookworm")
        )
    )
    settings = {
        "Dir::Etc::SourceList": sources,
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::Etc::Preferences": "/dev/null",
        "Dir::Etc::PreferencesParts": "/dev/null",
        "Dir::State::Lists": folder / "lists",
        "Dir::Cache": folder / "cache",
        "Acquire::Languages": "none",
        "Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled": "false",
        "APT::Sandbox::User": "root",
        # Signed all the same; a mirror that lags behind is good enough for this.
        "Acquire::Check-Valid-Until": "false",
        "Acquire::Retries": "3",
    }
    options = [f"-o{name}={value}" for name, value in settings.items()]
    return ["apt-get", "--quiet", *options]


def _apt(layout: Layout, command: list[str], cwd: Path | None = None) -> None:
    result = run(command, cwd=cwd or layout.state, check=False)
    # An update that reaches no mirror only warns.
    unreachable = "update" in command and "Failed to fetch" in result.stdout
    if result.returncode or unreachable:
        raise Problem(*explain_download(result.stdout))


def explain_download(text: str) -> tuple[str, str, str]:
    """What a failed download means: the sentence, what to do, apt's last lines."""
    tail = "\n".join(text.rstrip().splitlines()[-8:])
    if "No space left on device" in text:
        return "The disk is full.", "Free 4 GB and run this again.", tail
    if "Unable to locate package" in text or "was not found" in text:
        return (
            "The Debian mirror has no Odoo 19 any more.",
            "Get Odoo 19 Community and set ODOO_HOME to its folder.",
            tail,
        )
    return (
        "The Debian mirror can't be reached.",
        "Check the network, or set ODOO_HOME to an Odoo 19 that is there.",
        tail,
    )


def _check_links(folder: Path) -> None:
    found = output(["find", folder / "usr", "-xtype", "l"]).split()
    if found:
        raise Problem(
            f"{len(found)} of Odoo's static files are links to nowhere,"
            f" the first is {found[0]}.",
            "Debian's packages have changed: get Odoo 19 Community and set ODOO_HOME.",
        )
