from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError

from odoo.addons.service_ticket.models.service_ticket_flow import _TRANSITIONS

from .common import ServiceCase

MONDAY = datetime(2026, 3, 2, 9, 0)


class TestRestoration(ServiceCase):
    """Works again on a loaner; what is not needed; the report after a visit."""

    def _clock(self, ticket, name):
        return ticket.milestone_ids.filtered(lambda m: m.clock == name)

    def _done(self, ticket):
        ticket.write(
            {
                "cause_id": self.env.ref("service_ticket.cause_component").id,
                "outcome": "fixed",
            }
        )
        ticket.action_resolve()

    def _record(self, ticket, name, user=None, **vals):
        vals = {"ticket_id": ticket.id, "clock": name, **vals}
        records = self.env["service.promise.record"]
        records.with_user(user or self.agent).create(vals).action_record()

    # --- Restoration -----------------------------------------------------------------

    def test_works_again_on_a_loaner_stops_restoration_alone(self):
        with freeze_time(MONDAY) as clock:
            ticket = self._ticket()
            self.team.policy_id.target_ids = [
                (0, 0, {"clock": "resolution", "hours": 48})
            ]
            ticket._start_clocks()
            clock.tick(timedelta(hours=3))
            action = ticket.with_user(self.agent).action_restored()
            self.assertEqual(action["context"]["default_clock"], "restoration")
            self._record(ticket, "restoration", note="on a loaner")
            self.assertEqual(self._clock(ticket, "restoration").status, "met")
            self.assertEqual(self._clock(ticket, "resolution").status, "running")
            self.assertEqual(ticket.state, "new")
            self.assertEqual(ticket.restored_at, MONDAY + timedelta(hours=3))
            self.assertEqual(ticket.restored_note, "on a loaner")
            clock.tick(timedelta(hours=40))
            self._done(ticket)
            # The moment at which it worked again stays.
            met = self._clock(ticket, "restoration").met_at
            self.assertEqual(met, MONDAY + timedelta(hours=3))
            self.assertEqual(self._clock(ticket, "resolution").status, "met")
            clock.tick(timedelta(hours=1))
            ticket.action_reopen()
            self.assertFalse(ticket.restored_at)
            self.assertEqual(self._clock(ticket, "restoration").status, "running")

    def test_the_moment_lies_between_the_request_and_now(self):
        with freeze_time(MONDAY) as clock:
            ticket = self._ticket()
            clock.tick(timedelta(hours=3))
            for hours in (-1, 4):
                with self.assertRaises(UserError):
                    self._record(ticket, "on_site", at=MONDAY + timedelta(hours=hours))
            self._record(ticket, "on_site", at=MONDAY + timedelta(hours=2))
        self.assertEqual(
            self._clock(ticket, "on_site").met_at, MONDAY + timedelta(hours=2)
        )

    def test_engineers_record_on_their_own_tickets_only(self):
        mine = self._ticket(user_id=self.engineer.id)
        other = self._ticket()
        self._record(mine, "restoration", self.engineer)
        self.assertEqual(self._clock(mine, "restoration").status, "met")
        with self.assertRaises(AccessError):
            self._record(other, "restoration", self.engineer)

    def test_what_was_not_needed_ends_void(self):
        self.team.policy_id = self.env.ref("service_ticket.policy_tender")
        with freeze_time(MONDAY) as clock:
            ticket = self._ticket()
            clock.tick(timedelta(hours=1))
            self._done(ticket)
        self.assertEqual(self._clock(ticket, "spare_on_site").status, "void")
        with freeze_time(MONDAY) as clock:
            ticket = self._ticket()
            clock.tick(timedelta(hours=1))
            ticket._log_event("spare_on_site")
        self.assertEqual(self._clock(ticket, "spare_on_site").status, "met")

    # --- The report ------------------------------------------------------------------

    def test_a_report_is_owed_after_work_on_site_has_ended(self):
        office = self.env.ref("service_ticket.calendar_office")
        office.tz = "UTC"
        self.team.policy_id = self.env["service.sla.policy"].create(
            {
                "name": "Report",
                "target_ids": [
                    (
                        0,
                        0,
                        {
                            "clock": "report",
                            "hours": 30,
                            "kind": "fault",
                            "hours_of": "calendar",
                            "calendar_id": office.id,
                        },
                    )
                ],
            }
        )
        with freeze_time(MONDAY) as clock:
            by_phone, visited = self._ticket(), self._ticket()
            advice = self._ticket(kind="consultation")
            self.assertFalse((by_phone + visited).milestone_ids)
            clock.tick(timedelta(hours=1))
            (visited + advice)._log_event("on_site")
            self.assertFalse(visited.milestone_ids)
            clock.tick(timedelta(hours=2))
            for ticket in (by_phone, visited, advice):
                self._done(ticket)
            self.assertFalse((by_phone + advice).milestone_ids)
            report = visited.milestone_ids
            # Three working days of ten hours.
            self.assertEqual(report.due, datetime(2026, 3, 5, 12, 0))
            self.assertEqual(visited.next_due, report.due)
            clock.tick(timedelta(hours=2))
            visited.action_reopen()
            self.assertEqual(report.status, "paused")
            self.assertEqual(report.remaining_hours, 28)
            clock.tick(timedelta(days=1))
            visited.action_resolve()
            self.assertEqual(report.due, datetime(2026, 3, 6, 12, 0))
            clock.tick(timedelta(hours=1))
            visited._log_event("report")
            self.assertEqual(report.status, "met")
            self.assertFalse(visited.next_due)

    # --- States (A7) -----------------------------------------------------------------

    def test_every_pair_of_states_moves_or_refuses_without_a_trace(self):
        reason = self.env.ref("service_ticket.waiting_customer")
        paths = {
            "new": [],
            "open": ["open"],
            "waiting": ["waiting"],
            "resolved": ["resolved"],
            "closed": ["resolved", "closed"],
            "cancelled": ["cancelled"],
        }
        self.assertEqual(set(paths), set(_TRANSITIONS))
        for origin, path in paths.items():
            for target in _TRANSITIONS:
                with self.subTest(f"{origin} → {target}"):
                    ticket = self._ticket()
                    for step in path:
                        ticket.callback_ids.state = "done"
                        ticket._set_state(step, reason if step == "waiting" else None)
                    lines = len(ticket.transition_ids)
                    before = ticket.milestone_ids.read(), ticket.read(["state"])
                    if target in _TRANSITIONS[origin]:
                        ticket.callback_ids.state = "done"
                        ticket._set_state(target)
                        self.assertEqual(ticket.state, target)
                        self.assertEqual(len(ticket.transition_ids), lines + 1)
                        continue
                    with self.assertRaises(UserError):
                        ticket._set_state(target)
                    self.assertEqual(len(ticket.transition_ids), lines)
                    after = ticket.milestone_ids.read(), ticket.read(["state"])
                    self.assertEqual(after, before)
                    if target != origin:
                        with self.assertRaises(UserError):
                            ticket.with_user(self.agent).write({"state": target})
