"""What `make setup` does, and every other command before its own work."""

from devtool import odoo_source, system, venv
from devtool.console import Steps
from devtool.layout import Layout
from devtool.postgres import Cluster, is_external
from devtool.process import Account

STEPS = 4


def prepare(layout: Layout, steps: Steps) -> None:
    """Get what is missing; what is there already takes no time."""
    layout.prepare()
    owner_entry = layout.state.stat()
    owner = Account("", owner_entry.st_uid, owner_entry.st_gid)
    with steps.step("Debian packages") as step:
        missing = system.missing_packages(needs_server=not is_external())
        if missing:
            system.check_space(layout.state)
            system.install_packages(missing)
        else:
            step.done("there")
    with steps.step("Python packages") as step:
        if venv.is_ready(layout):
            step.done("there")
        else:
            system.check_space(layout.state)
            venv.build(layout)
            system.hand_over(layout.venv, owner)
    with steps.step("Odoo 19") as step:
        odoo = odoo_source.find(layout)
        if odoo:
            step.done(f"there ({odoo.version})")
        else:
            system.check_space(layout.state)
            odoo = odoo_source.download(layout)
            system.hand_over(layout.state / "odoo", owner)
            system.hand_over(layout.state / "apt", owner)
        system.hand_over(odoo_source.link(layout, odoo), owner)
    with steps.step("PostgreSQL") as step:
        cluster = Cluster(layout)
        if cluster.external:
            cluster.create()
            step.done("yours, as the PG* variables say")
        elif (cluster.data / "PG_VERSION").exists():
            cluster.create()
            step.done("there")
        else:
            cluster.create()
