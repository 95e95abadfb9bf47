"""`make test`: every test of the project, two at a time, and a summary."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial

from devtool import lint, phases, setup
from devtool.console import Problem, Steps, say
from devtool.layout import Layout
from devtool.outcome import Result, summary
from devtool.postgres import Cluster
from devtool.process import stop_all
from devtool.server import OdooProgram
from devtool.templates import DEMO, Templates, template_of

WORKERS = 2


@dataclass(frozen=True)
class Phase:
    """A part of the run that ends with a result of its own."""

    name: str
    work: Callable[[], Result]


def run(layout: Layout, only: Sequence[str]) -> int:
    """Run all phases; a failing one does not hide the others."""
    start = time.monotonic()
    setup.prepare(layout, Steps(setup.STEPS))
    results: list[Result] = []
    with Cluster(layout, for_tests=True) as cluster:
        program = OdooProgram(cluster)
        program.databases.drop_scratch()
        templates = Templates(program)
        with templates.locked():
            first = [
                Phase("templates", partial(phases.chain, templates)),
                Phase("demo template", partial(phases.demo, templates)),
                Phase("lint", partial(lint.phase, layout)),
            ]
            results += _together(_chosen(first, only, always=("templates",)))
        results += _together(_chosen(_second(program, templates), only))
    say()
    for line in [f"{time.monotonic() - start:.0f} s in all", "", *summary(results)]:
        say(line)
    return 1 if any(result.failed for result in results) else 0


def _second(program: OdooProgram, templates: Templates) -> list[Phase]:
    """The phases that work on copies of the templates, the longest first."""
    tests = program.layout.root / "tests"
    everything = [addon.path / "tests" for addon in templates.chain]
    everything += sorted(
        path
        for path in tests.glob("*")
        if path.is_dir()
        and path.name not in phases.ELSEWHERE
        and list(path.rglob("test_*.py"))
    )
    found: list[Phase] = []
    if templates.chain:
        work = partial(phases.tests, program, "whole", templates.newest(), everything)
        found.append(Phase("whole suite", work))
    work = partial(phases.without_odoo, program, "install", [tests / "install"])
    found.append(Phase("install and uninstall", work))
    if templates.chain:
        names = [addon.name for addon in templates.chain]
        work = partial(phases.odoo_lint, program, templates.newest(), names)
        found.append(Phase("Odoo's test_lint", work))
    for addon in templates.chain[:-1]:
        paths = [addon.path / "tests"]
        work = partial(
            phases.tests, program, addon.name, template_of(addon.name), paths
        )
        found.append(Phase(f"{addon.name} without the rest", work))
    for count in range(1, len(templates.chain)):
        addons = templates.chain[:count]
        work = partial(phases.demo_of, templates, addons)
        found.append(Phase(f"demo up to {addons[-1].name}", work))
    if (tests / "demo").is_dir():
        work = partial(phases.tests, program, "demo", DEMO, [tests / "demo"])
        found.append(Phase("demo data", work))
    return found


def _chosen(
    candidates: Sequence[Phase], only: Sequence[str], always: Sequence[str] = ()
) -> list[Phase]:
    if not only:
        return list(candidates)
    return [
        phase
        for phase in candidates
        if phase.name in always or any(word in phase.name for word in only)
    ]


def _together(chosen: Sequence[Phase]) -> list[Result]:
    """Run phases side by side, and tell of each when it has ended."""
    results: dict[str, Result] = {}
    with ThreadPoolExecutor(WORKERS) as pool:
        futures = {pool.submit(_timed, phase): phase.name for phase in chosen}
        try:
            for future in as_completed(futures):
                result = future.result()
                results[futures[future]] = result
                _tell(result)
        except BaseException:
            stop_all()
            for future in futures:
                future.cancel()
            raise
    return [results[phase.name] for phase in chosen]


def _timed(phase: Phase) -> Result:
    start = time.monotonic()
    try:
        result = phase.work()
    except Problem as problem:
        result = Result(phase.name)
        result.fail(str(problem))
    result.phase = phase.name
    result.seconds = time.monotonic() - start
    return result


def _tell(result: Result) -> None:
    verdict = f"{result.failed} FAILED" if result.failed else "ok"
    say(f"  {result.phase}: {result.passed} passed, {verdict}, {result.seconds:.0f} s")
    for text in result.details:
        say("    " + text.replace("\n", "\n    "))


def run_one(layout: Layout, paths: Sequence[str], words: Sequence[str]) -> int:
    """Run some tests on a copy of the whole suite; the output comes as it is."""
    if not paths:
        raise Problem("Say which tests.", "For example T=addons/service_ticket/tests")
    chosen = [layout.root / path for path in paths]
    for path in chosen:
        if not phases.file_of(path).exists():
            raise Problem(f"{path} is not there.")
    setup.prepare(layout, Steps(setup.STEPS))
    with Cluster(layout, for_tests=True) as cluster:
        program = OdooProgram(cluster)
        program.databases.drop_scratch()
        if phases.is_below(chosen, layout.root / "tests" / "install"):
            command = phases.pytest_command(program, chosen, words, database="")
            return phases.attended(program, command)
        templates = Templates(program)
        demo = phases.is_below(chosen, layout.root / "tests" / "demo")
        template = DEMO if demo else templates.newest()
        scratch = program.databases.scratch_name("one")
        with templates.locked():
            outcomes = (
                [templates.bring_demo_up_to_date()]
                if demo
                else templates.bring_up_to_date(only=template)
            )
            for outcome in outcomes:
                say(f"template {outcome.name}: {outcome.how} {outcome.dirty}".rstrip())
            program.databases.clone(template, scratch)
        try:
            command = phases.pytest_command(program, chosen, words, database=scratch)
            return phases.attended(program, command)
        finally:
            program.databases.drop(scratch)
