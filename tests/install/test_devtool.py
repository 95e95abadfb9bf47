"""The commands' own logic: what they say when something is missing, what they rebuild."""

import errno
import os
from pathlib import Path

import pytest

from devtool import (
    addons,
    cli,
    logs,
    odoo_source,
    outcome,
    postgres,
    serve,
    system,
    templates,
    venv,
)
from devtool.console import Problem
from devtool.databases import Note, check_name
from devtool.layout import SOCKET_LIMIT, socket_folder


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("E: Temporary failure resolving 'mirror'", "can't reach its mirror"),
        ("E: You don't have enough free space in /var", "disk is full"),
        ("E: Could not get lock /var/lib/dpkg/lock", "Another program installs"),
        ("E: dpkg was interrupted, you must", "interrupted"),
        ("E: Unable to locate package chromium", "no package of this name"),
        ("E: something else", "could not install chromium"),
    ],
)
def test_apt_failures_are_explained(text: str, sentence: str) -> None:
    what, remedy, details = system.explain_apt(text, ["chromium"])
    assert sentence in what
    assert remedy
    assert details == text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("WARNING: Retrying (Retry(total=4)) after connection broken", "can't reach"),
        ("ERROR: No matching distribution found for lxml==5.4.0", "no such version"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("error: something else", "could not install"),
    ],
)
def test_pip_failures_are_explained(text: str, sentence: str) -> None:
    assert sentence in venv.explain_pip(text)[0]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("E: Failed to fetch InRelease", "can't be reached"),
        ("E: Release 'sid' for 'odoo-19' was not found", "no Odoo 19 any more"),
        ("write error: No space left on device", "disk is full"),
    ],
)
def test_download_failures_are_explained(text: str, sentence: str) -> None:
    assert sentence in odoo_source.explain_download(text)[0]


def test_too_little_space_is_said_before_anything_is_written(tmp_path: Path) -> None:
    system.check_space(tmp_path / "not" / "there" / "yet", needed=1)
    with pytest.raises(Problem, match="GB left and setup needs"):
        system.check_space(tmp_path, needed=10**18)


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EACCES, "may not"),
        (errno.EIO, "Input/output"),
    ],
)
def test_refusals_of_the_machine_are_explained(number: int, sentence: str) -> None:
    what, remedy = cli.explain_os_error(
        OSError(number, os.strerror(number), "/some/file")
    )
    assert sentence in what
    assert "/some/file" in what
    assert remedy


def test_a_taken_port_names_the_next_one() -> None:
    assert "PORT=8070" in serve.explain_port(8069)[1]


def test_a_cluster_of_somebody_else_is_explained(tmp_path: Path) -> None:
    assert postgres.explain_owner(tmp_path, 1000, 1000, 1000) is None
    problem = postgres.explain_owner(tmp_path, 1000, 1001, 1001)
    assert problem and "belongs to user 1000" in problem[0]


def test_another_odoo_is_explained(tmp_path: Path) -> None:
    (tmp_path / "odoo").mkdir()
    release = tmp_path / "odoo" / "release.py"
    release.write_text("FINAL = 'final'\nversion_info = (18, 0, 0, FINAL, 0, '')\n")
    version = odoo_source.version_of(tmp_path)
    assert "is Odoo 18.0" in odoo_source.explain_version(tmp_path, version)
    assert odoo_source.explain_version(tmp_path, (19, 0, 0, "final", 0, "")) == ""


def test_odoo_home_without_odoo_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ODOO_HOME", str(tmp_path))
    with pytest.raises(Problem, match="no Odoo is there"):
        odoo_source.find(None)  # type: ignore[arg-type]


def test_the_mirror_is_debian_itself_not_its_security_archive() -> None:
    targets = (
        "http://a/debian/\nhttp://a/debian/\nhttp://a/debian-security/\nhttp://b/apt\n"
    )
    assert odoo_source.mirrors(targets) == ["http://a/debian"]


def test_the_socket_fits_however_deep_the_checkout_is() -> None:
    assert socket_folder(Path("/srv/suite/.local")) == Path("/srv/suite/.local/run")
    deep = socket_folder(Path("/" + "x" * 100))
    assert len(str(deep / ".s.PGSQL.5432")) <= SOCKET_LIMIT
    assert deep != socket_folder(Path("/" + "y" * 100))


@pytest.mark.parametrize(
    "name", ["postgres", "production", "aftersales_x; DROP", "aftersales_"]
)
def test_other_databases_are_out_of_reach(name: str) -> None:
    with pytest.raises(ValueError, match="not one of the project's"):
        check_name(name)


LOG = """\
2026-01-01 10:00:00,000 12 INFO db odoo.modules.loading: fine
2026-01-01 10:00:00,000 12 WARNING db odoo.addons.x: not so fine
2026-01-01 10:00:00,000 12 ERROR db odoo.registry: broken
Traceback (most recent call last):
  File "x"
2026-01-01 10:00:00,000 12 INFO db odoo: fine again
"""


def test_bad_log_entries_come_with_their_traceback() -> None:
    first, second = logs.bad_entries(LOG)
    assert first == "WARNING odoo.addons.x: not so fine"
    assert second.startswith("ERROR odoo.registry: broken\nTraceback")


def test_the_list_of_allowed_lines_is_read(tmp_path: Path) -> None:
    path = tmp_path / "allowed.txt"
    path.write_text("# why\n\nnot so\n")
    assert len(logs.bad_entries(LOG, logs.allowed_patterns(path))) == 1


def addon(name: str, fingerprint: str = "1", *depends: str) -> addons.Addon:
    return addons.Addon(name, Path(name), depends, (), fingerprint, "assets")


def test_templates_build_on_each_other() -> None:
    chain = [
        addon("service_ticket", "1", "mail"),
        addon("service_contract", "1", "account"),
    ]
    plan = templates.plan(chain, "19")
    assert [each.name[-2:] for each in plan] == ["d1", "t1", "d2", "t2"]
    assert [each.parent[-2:] for each in plan] == ["", "d1", "t1", "d2"]
    assert plan[2].wanted.depends == ["account", "mail"]
    assert list(plan[2].wanted.addons) == ["service_ticket"]
    assert list(plan[3].wanted.addons) == ["service_ticket", "service_contract"]


def test_a_template_is_updated_after_code_and_rebuilt_after_dependencies() -> None:
    (_d1, t1) = templates.plan([addon("service_ticket", "new", "mail")], "19")

    def known(**changes: object) -> Note:
        return Note(**(vars(t1.wanted) | changes))

    assert templates.verdict(t1, known()) == "keep"
    assert templates.verdict(t1, known(addons={"service_ticket": "old"})) == "update"
    assert templates.verdict(t1, known(assets={"service_ticket": "old"})) == "warm"
    assert templates.verdict(t1, known(depends=["web"])) == "build"
    assert templates.verdict(t1, known(odoo="18")) == "build"
    assert templates.verdict(t1, known(addons={})) == "build"
    assert templates.verdict(t1, known(recipe=0)) == "build"
    assert templates.verdict(t1, None) == "build"


def test_an_addon_that_lacks_what_it_builds_on_waits(tmp_path: Path) -> None:
    for name, depends in (
        ("service_ticket", ["mail"]),
        ("service_parts", ["service_contract"]),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__manifest__.py").write_text(repr({"depends": depends}))
    assert [each.name for each in addons.chain(tmp_path)] == ["service_ticket"]


def test_tests_and_assets_do_not_change_the_fingerprint(tmp_path: Path) -> None:
    folder = tmp_path / "service_ticket"
    (folder / "models").mkdir(parents=True)
    (folder / "__manifest__.py").write_text("{}")
    (folder / "models" / "a.py").write_text("1")
    before = addons.read(tmp_path, "service_ticket")
    for name in ("tests", "static/src", "models/__pycache__"):
        (folder / name).mkdir(parents=True)
        (folder / name / "b.py").write_text("2")
    after = addons.read(tmp_path, "service_ticket")
    assert after.fingerprint == before.fingerprint
    assert after.assets != before.assets
    (folder / "models" / "a.py").write_text("3")
    assert addons.read(tmp_path, "service_ticket").fingerprint != before.fingerprint


JUNIT = """\
<testsuites><testsuite>
<testcase classname="a" name="good"/>
<testcase classname="a" name="bad"><failure message="no&#10;more"/></testcase>
<testcase classname="a" name="good_then_dirty"/>
<testcase classname="a" name="good_then_dirty"><error message="log"/></testcase>
<testcase classname="a" name="lazy"><skipped message="no browser"/></testcase>
</testsuite></testsuites>
"""


def test_skips_and_dirty_logs_count_as_failures(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(JUNIT)
    passed, failures = outcome.count_junit(report)
    assert passed == 1
    assert failures == [
        "error: a.good_then_dirty: log",
        "failure: a.bad: no",
        "skipped: a.lazy: no browser",
    ]


def test_the_summary_ends_with_the_sums() -> None:
    first = outcome.Result("lint", passed=2, seconds=1)
    second = outcome.Result("whole suite", passed=3)
    second.fail("why")
    assert outcome.summary([first, second])[-1] == "5 passed, 1 failed"
