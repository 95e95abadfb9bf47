r"""pytest plugin: other orders, zones and days than those on which tests are written.

    make test-one T=addons/service_ticket/tests \
      ARGS="-p pytest_odd_days --shuffle 7 --zone Pacific/Apia --day 2027-03-28T00:30"

Not for every run: it is a search for tests (and code) that lean on their surroundings.
The zone is that of PostgreSQL's sessions (Odoo itself always lives in UTC). The day
moves Python's clock and that of Odoo's cursors; the clock goes on from there.
"""

import os
import random
from collections.abc import Generator
from datetime import datetime
from unittest.mock import patch

import pytest

# Threads of Odoo and PostgreSQL's driver keep their own time.
_OWN_TIME = ["threading", "queue", "selectors", "asyncio", "werkzeug", "psycopg2"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say which surroundings."""
    group = parser.getgroup("odd days")
    group.addoption("--shuffle", type=int, help="random order of classes and tests")
    group.addoption("--zone", help="zone of the sessions, such as Asia/Kathmandu")
    group.addoption("--day", help="day (and hour, UTC) at which each test begins")


def pytest_configure(config: pytest.Config) -> None:
    """Let the database's sessions live in the zone."""
    if zone := config.getoption("--zone"):
        os.environ["PGTZ"] = zone


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Shuffle the classes, and the tests in each: a class sets up once."""
    seed = config.getoption("--shuffle")
    if seed is None:
        return
    chance = random.Random(seed)
    groups: dict[str, list[pytest.Item]] = {}
    for item in items:
        groups.setdefault(item.nodeid.rsplit("::", 1)[0], []).append(item)
    order = list(groups.values())
    chance.shuffle(order)
    for group in order:
        chance.shuffle(group)
    items[:] = [item for group in order for item in group]


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, None]:
    """Let each test, and the setting up of its class, begin on the day."""
    day = item.config.getoption("--day")
    if not day:
        yield
        return
    from freezegun.api import freeze_time

    from odoo.sql_db import BaseCursor

    moment = datetime.fromisoformat(day)
    with (
        freeze_time(moment, tick=True, ignore=_OWN_TIME),
        patch.object(BaseCursor, "now", lambda _cursor: datetime.now()),
    ):
        yield
