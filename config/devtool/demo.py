"""The database of `make run`: the suite with Odoo's and its own demo data."""

from dataclasses import dataclass

from devtool import addons as addons_module
from devtool.console import Problem, Step
from devtool.databases import RECIPE, Note
from devtool.server import OdooProgram

DATABASE = "aftersales_demo"

_LOGINS = """
    SELECT DISTINCT ON (u.login) u.login, p.name, d.module
      FROM ir_model_data d
      JOIN res_users u ON u.id = d.res_id
      JOIN res_partner p ON p.id = u.partner_id
     WHERE d.model = 'res.users' AND u.active AND d.module IN ({modules})
     ORDER BY u.login
"""

# Odoo's chat bot greets everybody once; on a phone its window hides the whole screen.
_NO_CHAT_BOT = """
    DO $$ BEGIN
        UPDATE res_users SET odoobot_state = 'disabled';
    EXCEPTION WHEN undefined_column THEN NULL;
    END $$
"""


@dataclass(frozen=True)
class Login:
    """Somebody to try the suite as; the password is the login."""

    login: str
    name: str


def bring_up_to_date(program: OdooProgram, step: Step) -> None:
    """Build the demo database, or update what changed since the last time."""
    databases = program.databases
    chain = addons_module.chain(program.layout.addons)
    note = databases.note(DATABASE)
    if note is None or (note.odoo, note.recipe) != (program.odoo.version, RECIPE):
        build(program, DATABASE, chain)
        return
    missing, stale = addons_module.changed(chain, note.addons)
    if not missing and not stale:
        step.done("there")
        return
    log = program.layout.logs / "run-update.log"
    try:
        program.change(DATABASE, install=missing, update=stale, demo=True, log=log)
    except Problem as problem:
        problem.remedy += " `make reset` lets the next run start anew."
        raise
    databases.write_note(DATABASE, note_of(program, chain))


def build(program: OdooProgram, database: str, chain: list[addons_module.Addon]) -> str:
    """Install everything with demo data into a new database, and return the log."""
    databases = program.databases
    databases.drop(database)
    log = program.layout.logs / f"{database}.log"
    text = program.change(database, install=modules(chain), demo=True, log=log)
    text += program.warm(database)
    program.cluster.sql(_NO_CHAT_BOT, database)
    databases.write_note(database, note_of(program, chain))
    return text


def modules(chain: list[addons_module.Addon]) -> tuple[str, ...]:
    """What to install for these addons: what they need of Odoo, and them."""
    needed = sorted({name for addon in chain for name in addon.odoo_depends})
    return (*needed, *(addon.name for addon in chain)) or ("base",)


def note_of(program: OdooProgram, chain: list[addons_module.Addon]) -> Note:
    """What a database with these addons was made from."""
    return Note(
        odoo=program.odoo.version,
        depends=sorted({name for addon in chain for name in addon.odoo_depends}),
        addons={addon.name: addon.fingerprint for addon in chain},
        assets={addon.name: addon.assets for addon in chain},
        recipe=RECIPE,
    )


def logins(program: OdooProgram) -> list[Login]:
    """The administrator and the people of the suite's demo data."""
    modules = ", ".join(f"'{name}'" for name in addons_module.CHAIN)
    rows = program.cluster.sql(_LOGINS.format(modules=modules), DATABASE)
    return [Login("admin", "Administrator")] + [
        Login(login, name) for login, name, _module in rows if login != "admin"
    ]
