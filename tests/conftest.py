"""Lets the tests in tests/ import the addons, with a database or without.

Under pytest-odoo (`make test`) Odoo is set up already. Without it, as for properties of
the engines, the addons path is set here, so that `from odoo.addons.service_ticket.engine
import clock` works in both.
"""

from pathlib import Path

import pytest

ADDONS = Path(__file__).resolve().parent.parent / "addons"


def pytest_configure(config: pytest.Config) -> None:
    """Put the suite's addons on Odoo's path, unless pytest-odoo has done so."""
    if config.pluginmanager.hasplugin("odoo"):
        return
    try:
        import odoo.addons
    except ImportError:
        return  # the tests that need no Odoo run without it
    if ADDONS.is_dir() and str(ADDONS) not in odoo.addons.__path__:
        odoo.addons.__path__.append(str(ADDONS))
