from datetime import datetime, timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import Form
from odoo.tools import mute_logger

from .common import ServiceCase

MONDAY = datetime(2026, 3, 2, 9, 0)  # in UTC; Brussels is an hour ahead


class TestPromise(ServiceCase):
    """Whose hours count, which words define a severity, and what a change does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.office = cls._calendar("Office", range(5), 8, 18)
        cls.shop = cls._calendar("Shop", range(7), 12, 20)
        cls.team.calendar_id = cls.office
        cls.policy = cls.env["service.sla.policy"].create(
            {
                "name": "Hours",
                "target_ids": [(0, 0, {"clock": "first_response", "hours": 2})],
            }
        )
        cls.target = cls.policy.target_ids
        cls.team.policy_id = cls.policy

    @classmethod
    def _calendar(cls, name, days, start, end, **vals):
        hours = {"hour_from": start, "hour_to": end, "day_period": "morning"}
        attendances = [
            (0, 0, {"name": name, "dayofweek": str(day), **hours}) for day in days
        ]
        vals = {"name": name, "tz": "Europe/Brussels", "company_id": False, **vals}
        vals["attendance_ids"] = [(5, 0, 0), *attendances]
        return cls.env["resource.calendar"].create(vals)

    def _due(self, ticket):
        return ticket.milestone_ids.due

    # --- Whose hours ---------------------------------------------------------------

    def test_the_teams_hours(self):
        self.target.hours_of = "team"
        with freeze_time(MONDAY.replace(hour=16)):
            ticket = self._ticket()
        self.assertEqual(self._due(ticket), datetime(2026, 3, 3, 8, 0))

    def test_the_sites_hours_or_those_of_its_company(self):
        self.target.hours_of = "site"
        site = self.env["res.partner"].create(
            {"name": "Back room", "parent_id": self.customer.id}
        )
        with freeze_time(MONDAY):
            ticket = self._ticket(site_id=site.id)
            self.assertEqual(ticket.milestone_ids.status, "none")
            self.assertEqual(ticket.clock_status, "none")
            self.customer.service_calendar_id = self.shop
            self.assertEqual(self._due(ticket), MONDAY.replace(hour=13))
            site.service_calendar_id = self.office
            self.assertEqual(self._due(ticket), MONDAY.replace(hour=11))

    def test_no_hours_is_no_promise_said_plainly(self):
        self.target.hours_of = "team"
        self.team.calendar_id = False
        ticket = self._ticket()
        self.assertEqual(ticket.milestone_ids.status, "none")
        self.assertEqual(ticket.promise_summary, "Nothing is promised.")
        self.assertFalse(ticket.next_due)

    def test_fixed_hours_need_a_calendar(self):
        with self.assertRaises(ValidationError):
            self.target.hours_of = "calendar"

    def test_the_own_aim_is_stricter(self):
        self.target.internal_hours = 1.5
        for hours in (2, 3):
            with (
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.target.internal_hours = hours
                self.env.flush_all()

    def test_the_most_specific_target_wins(self):
        major = self.env.ref("service_ticket.severity_major")
        self.policy.target_ids = [
            (0, 0, {"clock": "first_response", "hours": 3, "kind": "training"}),
            (0, 0, {"clock": "first_response", "hours": 1, "severity_id": major.id}),
        ]
        with freeze_time(MONDAY):
            ticket = self._ticket(kind="training")
            self.assertEqual(ticket.milestone_ids.hours, 3)
            ticket.severity_id = major
            self.assertEqual(ticket.milestone_ids.hours, 1)
            ticket.write(
                {
                    "kind": "fault",
                    "severity_id": self.env.ref("service_ticket.severity_main").id,
                }
            )
            self.assertEqual(ticket.milestone_ids.hours, 2)

    # --- Definitions ---------------------------------------------------------------

    def test_a_policy_defines_a_severity_in_its_own_words(self):
        major = self.env.ref("service_ticket.severity_major")
        self.policy.definition_ids = [
            (0, 0, {"severity_id": major.id, "definition": "No clean linen by noon."})
        ]
        ticket = self._ticket(severity_id=major.id)
        self.assertEqual(ticket.severity_definition, "No clean linen by noon.")
        self.team.policy_id = self.env.ref("service_ticket.policy_supply")
        self.assertEqual(ticket.severity_definition, major.definition)

    def test_the_definition_shows_before_the_call_is_saved(self):
        major = self.env.ref("service_ticket.severity_major")
        self.customer.service_policy_id = self.policy
        self.team.policy_id = self.env.ref("service_ticket.policy_supply")
        self.policy.definition_ids = [
            (0, 0, {"severity_id": major.id, "definition": "No clean linen by noon."})
        ]
        with Form(self.env["service.ticket"].with_user(self.agent)) as form:
            form.subject = "x"
            form.severity_id = major
            self.assertEqual(form.severity_definition, major.definition)
            form.partner_id = self.customer
            self.assertEqual(form.severity_definition, "No clean linen by noon.")

    # --- What changes --------------------------------------------------------------

    def _waited_an_hour(self):
        """A ticket that counts in the team's hours and has waited from 10 to 11."""
        self.target.write({"hours_of": "team", "hours": 4})
        with freeze_time(MONDAY) as clock:
            ticket = self._ticket()
            clock.tick(timedelta(hours=1))
            reason = self.env.ref("service_ticket.waiting_customer")
            ticket._set_state("waiting", reason)
            clock.tick(timedelta(hours=1))
            ticket.action_resume()
        self.assertEqual(self._due(ticket), MONDAY.replace(hour=14))
        return ticket

    def test_changed_hours_move_the_promise_and_keep_the_pause(self):
        ticket = self._waited_an_hour()
        with freeze_time(MONDAY.replace(hour=11)):
            # Open until 14:00 in Brussels only: 1 h worked, 1 h paused, 2 h and 1 h.
            self.office.attendance_ids.hour_to = 14
            self.assertEqual(self._due(ticket), datetime(2026, 3, 3, 8, 0))
            self.assertEqual(ticket.milestone_ids.paused_hours, 1)
            self.assertEqual(ticket.next_due, datetime(2026, 3, 3, 8, 0))
            self.office.attendance_ids.filtered(lambda a: a.dayofweek == "1").unlink()
            self.assertEqual(self._due(ticket), datetime(2026, 3, 4, 8, 0))

    def test_a_day_off_moves_the_promise_of_its_company_only(self):
        ticket = self._waited_an_hour()
        leave = {
            "name": "Closed",
            "date_from": datetime(2026, 3, 2, 13, 0),
            "date_to": datetime(2026, 3, 2, 23, 0),
        }
        company, _stranger = self._second_company()
        with freeze_time(MONDAY.replace(hour=11)):
            leaves = self.env["resource.calendar.leaves"]
            other = leaves.with_company(company).create(
                {**leave, "company_id": company.id}
            )
            self.assertEqual(self._due(ticket), MONDAY.replace(hour=14))
            other.unlink()
            off = leaves.create({**leave, "calendar_id": self.office.id})
            self.assertEqual(self._due(ticket), datetime(2026, 3, 3, 8, 0))
            off.unlink()
            self.assertEqual(self._due(ticket), MONDAY.replace(hour=14))

    def test_another_time_zone_moves_the_promise(self):
        ticket = self._waited_an_hour()
        with freeze_time(MONDAY.replace(hour=11)):
            # Eight to eighteen in London is an hour later.
            self.office.tz = "Atlantic/Azores"  # 9:00 to 19:00 UTC
            self.assertEqual(self._due(ticket), MONDAY.replace(hour=14))
            self.office.tz = "Asia/Tokyo"  # until 9:00 UTC
            self.assertEqual(self._due(ticket), datetime(2026, 3, 3, 3, 0))

    def test_another_team_or_policy_brings_its_own_hours(self):
        ticket = self._waited_an_hour()
        other = self.env["service.team"].create(
            {
                "name": "Late desk",
                "calendar_id": self.shop.id,
                "policy_id": self.policy.id,
            }
        )
        with freeze_time(MONDAY.replace(hour=11)):
            ticket.team_id = other
            # From 11:00 UTC on; before, the shop was closed and nothing counted.
            self.assertEqual(self._due(ticket), MONDAY.replace(hour=15))
            self.assertEqual(ticket.milestone_ids.paused_hours, 0)
            self.customer.service_policy_id = self.env.ref(
                "service_ticket.policy_branch"
            )
            self.assertEqual(ticket.policy_id, self.customer.service_policy_id)
            self.assertEqual(self._due(ticket), MONDAY + timedelta(hours=25))

    def test_a_changed_calendar_costs_the_same_for_many_tickets(self):
        self.target.hours_of = "team"

        def count(tickets):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.office.attendance_ids[:1].hour_to += 0.25
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        few = self._ticket()
        count(few)
        cost = count(few)
        many = self.env["service.ticket"].create(
            [{"subject": str(index), "unit_id": self.unit.id} for index in range(30)]
        )
        self.assertLessEqual(count(many), cost + 2)

    def test_many_are_left_to_the_sweep(self):
        from odoo.addons.service_ticket.models import service_milestone_replay

        ticket = self._waited_an_hour()
        with freeze_time(MONDAY.replace(hour=11)) as clock:
            self.patch(service_milestone_replay, "_AT_ONCE", 0)
            self.office.attendance_ids.hour_to = 14
            self.assertEqual(self._due(ticket), MONDAY.replace(hour=14))
            clock.tick(timedelta(seconds=1))
            self.env["service.milestone"]._sweep()
            self.assertEqual(self._due(ticket), datetime(2026, 3, 3, 8, 0))
