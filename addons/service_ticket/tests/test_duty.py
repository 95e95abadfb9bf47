from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError

from ..engine.roster import find_gaps, find_overlaps, move_weeks
from .common import ServiceCase

BRUSSELS = ZoneInfo("Europe/Brussels")


def at(text):
    return datetime.fromisoformat(text)


class TestRosterEngine(ServiceCase):
    def test_gaps(self):
        begin, end = at("2026-03-02 00:00"), at("2026-03-03 00:00")
        self.assertEqual(find_gaps([], begin, end), [(begin, end)])
        self.assertEqual(find_gaps([(begin, end)], begin, end), [])
        night = [
            (begin, at("2026-03-02 08:00")),
            (at("2026-03-02 20:00"), at("2026-03-03 08:00")),
        ]
        self.assertEqual(
            find_gaps(night, begin, end),
            [(at("2026-03-02 08:00"), at("2026-03-02 20:00"))],
        )
        nested = [
            (at("2026-03-02 06:00"), at("2026-03-02 18:00")),
            (at("2026-03-02 08:00"), at("2026-03-02 10:00")),
        ]
        self.assertEqual(
            find_gaps(nested, begin, end),
            [(begin, nested[0][0]), (nested[0][1], end)],
        )
        self.assertEqual(find_overlaps(nested), [nested[1]])
        self.assertEqual(find_overlaps(night), [])

    def test_a_week_keeps_the_wall_clock(self):
        """Summer time begins on 29 March 2026 and ends on 25 October."""
        table = [
            ("2026-03-23 19:00", "2026-03-30 18:00"),  # 20 o'clock there
            ("2026-10-19 18:00", "2026-10-26 19:00"),
            ("2026-03-22 01:30", "2026-03-29 01:30"),  # 02:30 does not exist
        ]
        for before, after in table:
            with self.subTest(before):
                self.assertEqual(move_weeks(at(before), 1, BRUSSELS), at(after))

    def test_duties_that_follow_one_another_still_do(self):
        """Whatever the hour and the clock change: no gap and no overlap appears."""
        for zone in ("Europe/Brussels", "Australia/Lord_Howe", "America/New_York"):
            start = at("2026-01-01 00:00")
            moments = [start + timedelta(hours=n / 2) for n in range(2 * 24 * 7)]
            for week in range(53):
                moved = [move_weeks(one, week, ZoneInfo(zone)) for one in moments]
                spans = list(zip(moved[::16], moved[16::16], strict=False))
                self.assertEqual(find_gaps(spans, spans[0][0], spans[-1][1]), [])
                self.assertEqual(find_overlaps(spans), [])


class TestDuty(ServiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.calendar_id.tz = "Europe/Brussels"
        cls.team.write({"has_roster": True, "roster_days": 7})
        cls.engineer.partner_id.phone = "555 0199"

    def _duty(self, start, stop, user=None, **vals):
        return self.env["service.duty"].create(
            {
                "team_id": self.team.id,
                "user_id": (user or self.engineer).id,
                "start": start,
                "stop": stop,
                **vals,
            }
        )

    @freeze_time("2026-03-04 21:00:00")  # Wednesday, 22 o'clock in Brussels
    def test_what_comes_in_at_night_goes_to_who_is_on_duty(self):
        before = self._ticket(team_id=self.team.id)
        self.assertFalse(before.user_id, "nobody is on duty")
        self._duty("2026-03-04 17:00:00", "2026-03-05 08:00:00")
        self.assertEqual(self._ticket(team_id=self.team.id).user_id, self.engineer)
        given = self._ticket(team_id=self.team.id, user_id=self.agent.id)
        self.assertEqual(given.user_id, self.agent)
        self.assertEqual(self.team.on_duty, f"{self.engineer.name} 555 0199")

    @freeze_time("2026-03-04 21:00:00")
    def test_a_complaint_is_not_for_who_is_on_duty(self):
        """It may even be about that person."""
        self._duty("2026-03-04 17:00:00", "2026-03-05 08:00:00")
        self.team.leader_id = self.manager
        vals = {"team_id": self.team.id, "kind": "complaint"}
        self.assertFalse(self._ticket(**vals).user_id)
        about = self._ticket(**vals, complaint_user_id=self.engineer.id)
        self.assertFalse(about.user_id)
        self.assertEqual(about.activity_ids.user_id, self.manager)

    @freeze_time("2026-03-04 21:00:00")
    def test_who_left_is_not_given_anything(self):
        gone = self._new_user("gone", "service_ticket.group_service_engineer")
        self._duty("2026-03-04 18:00:00", "2026-03-05 08:00:00", gone)
        gone.active = False
        self.assertFalse(self._ticket(team_id=self.team.id).user_id)
        self._duty("2026-03-04 17:00:00", "2026-03-05 08:00:00")
        self.assertEqual(self._ticket(team_id=self.team.id).user_id, self.engineer)

    @freeze_time("2026-03-04 10:00:00")
    def test_in_working_hours_the_desk_decides(self):
        self._duty("2026-03-04 08:00:00", "2026-03-05 08:00:00")
        self.assertFalse(self._ticket(team_id=self.team.id).user_id)

    @freeze_time("2026-03-07 12:00:00")  # Saturday
    def test_a_branch_uses_the_roster_of_its_centre(self):
        branch = self.env["service.team"].create(
            {
                "name": "North",
                "parent_id": self.team.id,
                "calendar_id": self.team.calendar_id.id,
            }
        )
        self._duty("2026-03-07 07:00:00", "2026-03-08 07:00:00")
        self.assertEqual(self._ticket(team_id=branch.id).user_id, self.engineer)
        self.assertIn(self.engineer.name, branch.on_duty)
        branch.has_roster = True
        self.assertFalse(self._ticket(team_id=branch.id).user_id)

    @freeze_time("2026-03-04 21:00:00")
    def test_a_batch_asks_once(self):
        self._duty("2026-03-04 17:00:00", "2026-03-05 08:00:00")
        counts = []
        for size in (5, 50):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["service.ticket"].create(
                [{"subject": "Dead", "team_id": self.team.id} for _one in range(size)]
            )
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1] - counts[0], 45 * 0.15, counts)

    @freeze_time("2026-03-02 09:00:00")  # Monday
    def test_hours_that_nobody_covers_are_said(self):
        self.team.roster_days = 1
        self.assertEqual(self.team.roster_gap_count, 1, self.team.roster_gaps)
        self.assertIn("18:00", self.team.roster_gaps, "when the office closes")
        self._duty("2026-03-02 16:00:00", "2026-03-03 01:00:00")
        self.team.invalidate_recordset()
        self.assertIn("02:00", self.team.roster_gaps, "as the clock shows there")
        self._duty("2026-03-03 01:00:00", "2026-03-03 08:00:00")
        self.team.invalidate_recordset()
        self.assertFalse(self.team.roster_gaps)
        self.team.has_roster = False
        self.assertFalse(self.team.roster_gap_count)

    def test_who_is_at_two_hotlines_is_warned(self):
        other = self.env["service.team"].create({"name": "South"})
        first = self._duty("2026-03-02 16:00:00", "2026-03-03 08:00:00")
        self.assertFalse(first.warning)
        second = self._duty(
            "2026-03-03 07:00:00", "2026-03-03 09:00:00", team_id=other.id
        )
        third = self._duty("2026-03-03 08:00:00", "2026-03-03 09:00:00", self.agent)
        self.assertIn("also on duty", second.warning)
        self.assertFalse(third.warning)

    def test_a_week_is_copied_once(self):
        """Over the beginning of summer time, on 29 March 2026."""
        self._duty("2026-03-23 17:00:00", "2026-03-24 07:00:00")
        self._duty("2026-03-24 17:00:00", "2026-03-25 07:00:00", self.agent)
        dialog = (
            self.env["service.duty.copy"]
            .with_user(self.dispatcher)
            .create({"team_id": self.team.id, "day": "2026-03-25", "weeks": 2})
        )
        self.assertEqual(dialog.duty_count, 2)
        dialog.action_copy()
        duties = self.env["service.duty"].search([("team_id", "=", self.team.id)])
        self.assertEqual(len(duties), 6)
        self.assertEqual(duties[2].start, at("2026-03-30 16:00"))
        self.assertEqual(duties[2].hours, 14)
        dialog.action_copy()
        self.assertEqual(
            self.env["service.duty"].search_count([("team_id", "=", self.team.id)]), 6
        )

    def test_refusals(self):
        duties = self.env["service.duty"]
        vals = {
            "team_id": self.team.id,
            "user_id": self.engineer.id,
            "start": "2026-03-02 16:00:00",
            "stop": "2026-03-03 08:00:00",
        }
        duty = duties.with_user(self.dispatcher).create(dict(vals))
        for user in (self.engineer, self.agent):
            with self._refused(AccessError, "."):
                duties.with_user(user).create(dict(vals))
        with self._refused(UserError, "no duties in that week"):
            self.env["service.duty.copy"].create(
                {"team_id": self.team.id, "day": "2025-01-01"}
            ).action_copy()
        company, stranger = self._second_company()
        with self._refused(AccessError, "."):
            duty.with_user(stranger).read(["phone"])
        with self._refused(UserError, "."):
            duties.create(vals | {"user_id": stranger.id})
        foreign = self.env["service.team"].create(
            {"name": "Foreign", "company_id": company.id}
        )
        with self._refused(UserError, "."):
            duty.with_user(self.dispatcher).team_id = foreign
