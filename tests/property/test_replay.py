"""What is stored for a ticket equals the replay of its log, whatever was done (A5).

Real tickets, random steps. SERVICE_PROPERTY_STEPS says how many (5,000 before a
release).
"""

import os
import random
from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.addons.service_ticket.engine import clock
from odoo.addons.service_ticket.models.service_ticket_flow import _TRANSITIONS
from odoo.addons.service_ticket.tests.common import ServiceCase

STEPS = int(os.environ.get("SERVICE_PROPERTY_STEPS", "120"))
SEED = int(os.environ.get("SERVICE_PROPERTY_SEED", "7"))
START = datetime(2026, 3, 27, 15, 0)  # two days before the clocks go forward
STORED = ("status", "due", "internal_due", "met_at", "paused_hours", "remaining_hours")


class TestReplay(ServiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        office = cls.env.ref("service_ticket.calendar_office")
        office.tz = "Europe/Brussels"
        cls.team.calendar_id = office
        cls.customer.service_calendar_id = cls.env["resource.calendar"].create(
            {"name": "Shop", "tz": "America/New_York", "company_id": False}
        )
        clocks = list(
            cls.env["service.sla.target"]._fields["clock"].get_values(cls.env)
        )
        cls.policies = cls.env["service.sla.policy"].create(
            [
                {
                    "name": f"Policy {index}",
                    "target_ids": [
                        (
                            0,
                            0,
                            {
                                "clock": name,
                                "hours": 1 + 5 * index + place,
                                "internal_hours": place % 2 * 0.75,
                                "hours_of": hours_of,
                            },
                        )
                        for place, name in enumerate(clocks[index:])
                    ],
                }
                for index, hours_of in enumerate(("always", "team", "site"))
            ]
        )
        cls.severities = cls.env["service.severity"].search([])
        cls.reasons = cls.env["service.waiting.reason"].search([])
        cls.clocks = clocks

    def test_stored_equals_replayed(self):
        rng = random.Random(SEED)
        with freeze_time(START) as frozen:
            self.team.policy_id = self.policies[0]
            tickets = [self._ticket() for _ticket in range(3)]
            for step in range(STEPS):
                frozen.tick(timedelta(seconds=rng.randrange(1, 6 * 3600)))
                index = rng.randrange(len(tickets))
                if rng.random() < 0.04:
                    tickets[index] = self._ticket()
                done = self._do(rng, tickets[index])
                for ticket in tickets:
                    with self.subTest(f"seed {SEED}, step {step}: {done}"):
                        self._check(ticket)

    def _do(self, rng, ticket):
        """Do something that people do; return what it was."""
        what = rng.choice("state state state event severity policy sweep".split())
        if what == "state":
            target = rng.choice(_TRANSITIONS[ticket.state])
            reason = rng.choice(self.reasons) if target == "waiting" else None
            if target == "closed":  # only who was called back has a closed ticket
                ticket._get_owed_calls().action_satisfied()
            if ticket.state != target:
                ticket._set_state(target, reason)
            return target
        if what == "event":
            name = rng.choice(self.clocks)
            ticket._log_event(name)
            return f"{name} met"
        if what == "severity":
            ticket.severity_id = rng.choice(self.severities)
        elif what == "policy":
            self.team.policy_id = rng.choice(self.policies)
        else:
            self.env["service.milestone"]._sweep()
        return what

    def _check(self, ticket):
        now = datetime.now()
        ticket.invalidate_recordset()
        promises = ticket.milestone_ids._get_promises()
        for milestone, promise in promises.items():
            aim = round(milestone.internal_hours * 3600)
            reading = clock.read(promise, now, [aim or promise.seconds])
            expected = milestone._prepare_reading_vals(reading, aim, [])
            stored = {name: milestone[name] for name in STORED}
            if stored["status"] == "running" and milestone.due < now:
                stored["status"] = "overdue"  # until the sweep comes by
            self.assertEqual(stored, {name: expected[name] for name in STORED})
        running = [m.due for m in promises if m.status in ("running", "overdue")]
        self.assertEqual(ticket.next_due, min(running, default=False))
        names = ticket.milestone_ids.mapped("clock")
        self.assertEqual(len(names), len(set(names)))
