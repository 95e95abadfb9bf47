"""Databases that every test run is copied from, built once and updated after changes.

In the order in which the addons build on each other: d1 has what Odoo addons the first
one needs, t1 is a copy of d1 with the first addon, d2 a copy of t1 with what the second
one needs of Odoo, t2 a copy of d2 with the second addon, and so on. `t_demo` has
everything at once, with demo data.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from devtool import addons as addons_module
from devtool import demo, logs
from devtool.addons import Addon
from devtool.console import Problem
from devtool.databases import PREFIX, RECIPE, Note
from devtool.server import OdooProgram

DEMO = PREFIX + "t_demo"
_PAST = {"update": "updated", "warm": "warmed"}
_DIRTY_LIMIT = 4000  # characters of a log kept in a database's comment


@dataclass(frozen=True)
class Template:
    """What a template database shall be."""

    name: str
    parent: str
    install: tuple[str, ...]
    wanted: Note
    addons: tuple[Addon, ...]
    demo: bool = False

    @property
    def is_tested(self) -> bool:
        """Whether tests are run on copies of it, not only comparisons."""
        return self.name.startswith(f"{PREFIX}t")


@dataclass(frozen=True)
class Outcome:
    """How a template came about, and what its log complained of."""

    name: str
    how: str
    dirty: str = ""


def plan(chain: list[Addon], odoo_version: str) -> list[Template]:
    """The templates of the chain, each after the one that it is a copy of."""
    found: list[Template] = []
    depends: set[str] = set()
    inside: tuple[Addon, ...] = ()
    for addon in chain:
        depends |= set(addon.odoo_depends)
        for kind, install in (("d", addon.odoo_depends), ("t", (addon.name,))):
            inside += (addon,) if kind == "t" else ()
            wanted = Note(
                odoo=odoo_version,
                depends=sorted(depends),
                addons={each.name: each.fingerprint for each in inside},
                assets={each.name: each.assets for each in inside},
                recipe=RECIPE,
            )
            parent = found[-1].name if found else ""
            name = template_of(addon.name, kind)
            found.append(Template(name, parent, install, wanted, inside))
    return found


def verdict(template: Template, note: Note | None) -> str:
    """Whether a database can stay, be warmed or updated, or has to be built anew."""
    wanted = template.wanted
    if note is None or set(note.addons) != set(wanted.addons):
        return "build"
    if (note.odoo, note.depends, note.recipe) != (
        wanted.odoo,
        wanted.depends,
        wanted.recipe,
    ):
        return "build"
    if note.addons != wanted.addons:
        return "update"
    if note.assets != wanted.assets and template.is_tested:
        return "warm"
    return "keep"


class Templates:
    """Keeps the template databases fit to be copied."""

    def __init__(self, program: OdooProgram) -> None:
        self.program = program
        self.databases = program.databases
        self.layout = program.layout
        self.chain = addons_module.chain(self.layout.addons)
        self.allowed = logs.allowed_patterns(
            self.layout.root / "config" / "log-allowed.txt"
        )

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One command at a time changes the templates."""
        with (self.layout.state / "templates.lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def bring_up_to_date(self, only: str = "") -> list[Outcome]:
        """See to all templates of the chain, or to one as far as that is enough."""
        outcomes: list[Outcome] = []
        rebuilt: set[str] = set()
        templates = plan(self.chain, self.program.odoo.version)
        if only and self._is_enough(templates, only):
            templates = [each for each in templates if each.name == only]
        for template in templates:
            outcome = self._see_to(template, must_build=template.parent in rebuilt)
            if outcome.how == "built":
                rebuilt.add(template.name)
            outcomes.append(outcome)
        return outcomes

    def _is_enough(self, templates: list[Template], name: str) -> bool:
        """Whether this template can be updated without those it was copied from."""
        template = next(each for each in templates if each.name == name)
        return verdict(template, self.databases.note(name)) != "build"

    def _see_to(self, template: Template, must_build: bool = False) -> Outcome:
        note = self.databases.note(template.name)
        what = "build" if must_build else verdict(template, note)
        if what == "keep" and note:
            return Outcome(template.name, "kept", note.dirty)
        if what in ("update", "warm") and note:
            try:
                dirty = self._update(template, note)
            except Problem:
                dirty = "the update failed"
            if not dirty:
                return Outcome(template.name, _PAST[what])
        return Outcome(template.name, "built", self._build(template))

    def _update(self, template: Template, note: Note) -> str:
        """Update what changed; a complaint leads to building anew."""
        _missing, stale = addons_module.changed(template.addons, note.addons)
        self.databases.write_note(template.name, None)
        self.databases.disconnect(template.name)
        text = ""
        if stale:
            text = self.program.change(
                template.name,
                update=stale,
                demo=template.demo,
                log=self._log(template.name),
            )
        text += self._warm(template)
        dirty = self.complaints(text) or note.dirty
        if not dirty:
            self.databases.write_note(template.name, template.wanted)
        return dirty

    def _build(self, template: Template) -> str:
        if template.parent:
            self.databases.clone(template.parent, template.name)
            missing = self._not_installed(template)
        else:
            self.databases.drop(template.name)
            missing = list(template.install)
        text = ""
        if missing:
            text = self.program.change(
                template.name,
                install=missing,
                demo=template.demo,
                log=self._log(template.name),
            )
        text += self._warm(template)
        dirty = self.complaints(text)[:_DIRTY_LIMIT]
        note = Note(**(vars(template.wanted) | {"dirty": dirty}))
        self.databases.write_note(template.name, note)
        return dirty

    def _warm(self, template: Template) -> str:
        """Have the web client ready in what tests are run on."""
        if not template.is_tested:
            return ""
        everything = template.demo or template.name == self.newest()
        return self.program.warm(template.name, reports_only=not everything)

    def _not_installed(self, template: Template) -> list[str]:
        rows = self.program.cluster.sql(
            "SELECT name FROM ir_module_module WHERE state = 'installed'", template.name
        )
        there = {name for (name,) in rows}
        return [name for name in template.install if name not in there]

    def complaints(self, text: str) -> str:
        """What a log says at WARNING or above, without what is allowed."""
        return "\n".join(logs.bad_entries(text, self.allowed))

    def _log(self, name: str) -> Path:
        return self.layout.logs / f"{name}.log"

    def bring_demo_up_to_date(self) -> Outcome:
        """See to the template with everything and demo data."""
        wanted = demo.note_of(self.program, self.chain)
        install = demo.modules(self.chain)
        addons = tuple(self.chain)
        return self._see_to(Template(DEMO, "", install, wanted, addons, demo=True))

    def newest(self) -> str:
        """The template with the whole suite, as far as it is there."""
        if not self.chain:
            raise Problem("There is no addon in addons/ yet.")
        return template_of(self.chain[-1].name)


def template_of(addon: str, kind: str = "t") -> str:
    """The template that ends with this addon, or (d) with what it needs of Odoo."""
    return f"{PREFIX}{kind}{addons_module.CHAIN.index(addon) + 1}"
