"""Reasons against cover that ask for a proof say so, as in a new database."""

from odoo import SUPERUSER_ID, api

_ASK = ("wrong_tools", "foreign_work")


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name in _ASK:
        exclusion = env.ref(f"service_contract.exclusion_{name}", False)
        if exclusion:
            exclusion.needs_evidence = True
