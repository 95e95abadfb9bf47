"""C3: controllers leave rights to the models; nothing else in them opens a door."""

import re
from pathlib import Path

import pytest

ADDONS = Path(__file__).parents[2] / "addons"
# Rights are for the models: they have one gate each (`_find_for_portal`,
# `_document_check_access`, `_find_by_label`), and it is tested there.
FORBIDDEN = {
    r"\.sudo\(": "controllers run as whoever knocks",
    r"browse\(\s*int\(": "ids come from the route's converter, and through a gate",
    r"csrf\s*=\s*False": "what changes something needs its token",
    r"SUPERUSER": "controllers run as whoever knocks",
    r"with_user\(": "controllers run as whoever knocks",
    r"auth\s*=\s*[\"']none[\"']": "a route without a user has no rights to check",
    r"\.cr\.(execute|commit)": "controllers neither query nor commit",
    r"\beval\(|\bsafe_eval\(": "nothing that is sent is run",
    r"Markup\(": "what is sent is escaped by the templates",
    r"t-raw|make_response\(.*request\.params": "nothing goes back as it came",
}
# {file: {pattern: reason}}; keep it empty.
ALLOWED = {}


def _controllers():
    return sorted(ADDONS.glob("*/controllers/**/*.py"))


@pytest.mark.parametrize("path", _controllers(), ids=lambda path: path.name)
def test_controllers_have_no_rights_of_their_own(path):
    source = path.read_text()
    allowed = ALLOWED.get(str(path.relative_to(ADDONS)), {})
    for pattern, reason in FORBIDDEN.items():
        if pattern in allowed:
            continue
        found = re.search(pattern, source)
        assert not found, f"{path.name}: “{found.group()}”: {reason}."


def test_templates_escape_what_they_show():
    """`t-raw` is gone from Odoo, and `t-out` of text escapes: nothing may undo it."""
    for path in sorted(ADDONS.glob("*/**/*.xml")):
        source = path.read_text()
        for pattern in (r"\bt-raw\b", r"t-out=\"[^\"]*Markup\(", r"Markup\("):
            assert not re.search(pattern, source), f"{path}: {pattern}"
