"""Runs inside ``odoo shell``: fresh templates and merged translations of the suite.

Reads ADDONS (names with commas), SOURCE (the addons folder) and TARGET (where to write)
from the environment. What a translation has is kept; what is new stays empty and is
named; what nobody says any more is dropped.
"""

import os
from pathlib import Path

import polib

from odoo.tools.translate import trans_export

LANGUAGES = ("zh_CN", "zh_TW")


def export(env, addon, source, target):
    """Write <target>/<addon>/<addon>.pot and one .po a language."""
    folder = target / addon
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{addon}.pot"
    with path.open("wb") as template:
        trans_export(None, [addon], template, "po", env)
    fresh = polib.pofile(str(path))
    for moving in ("POT-Creation-Date", "PO-Revision-Date"):
        fresh.metadata.pop(moving, None)
    fresh.metadata["Content-Transfer-Encoding"] = "8bit"
    fresh.save(str(path))
    for language in LANGUAGES:
        old = source / addon / "i18n" / f"{language}.po"
        if not old.exists():
            continue
        merged = polib.pofile(str(old))
        merged.merge(fresh)
        merged[:] = [entry for entry in merged if not entry.obsolete]
        merged.save(str(folder / old.name))
        for entry in merged:
            if not entry.msgstr:
                print(f"{addon} {language}: no translation of {entry.msgid!r}")


for name in os.environ["ADDONS"].split(","):
    export(env, name, Path(os.environ["SOURCE"]), Path(os.environ["TARGET"]))  # noqa: F821
