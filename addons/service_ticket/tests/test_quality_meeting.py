from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from .common import ServiceCase

REPORT = "service_ticket.action_report_quality_minutes"
WEEK = datetime(2026, 3, 4, 9, 0)  # a Wednesday


class TestQualityMeeting(ServiceCase):
    """The week counts itself, and each number opens what is behind it (R163)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reason = cls.env.ref("service_ticket.complaint_reason_attitude")
        # A team of its own: what else the database holds does not count.
        cls.branch = cls.env["service.team"].create(
            {
                "name": "Branch",
                "leader_id": cls.manager.id,
                "member_ids": [(4, cls.agent.id)],
            }
        )

    def _complaint(self, at=WEEK, **vals):
        vals = {"kind": "complaint", "complaint_reason_id": self.reason.id, **vals}
        return self._ticket(team_id=self.branch.id, opened_at=at, **vals)

    def _meeting(self, **vals):
        vals = {"team_id": self.branch.id, "date_from": "2026-03-02", **vals}
        return self.env["service.quality.meeting"].with_user(self.manager).create(vals)

    def _numbers(self, meeting):
        return {
            (line.topic, line.label): (line.number, line.number_before)
            for line in meeting.line_ids
        }

    def _open(self, line):
        action = line.action_open_records()
        return self.env[action["res_model"]].search(action["domain"])

    def test_complaints_by_reason_with_the_week_before(self):
        ours = self._complaint() | self._complaint(datetime(2026, 3, 8, 22, 59))
        self._complaint(datetime(2026, 3, 8, 23, 1))  # Monday in Brussels
        self._complaint(datetime(2026, 2, 25))
        self._complaint(complaint_reason_id=False)
        self.branch.calendar_id = self.env.ref("service_ticket.calendar_office")
        self.branch.calendar_id.tz = "Europe/Brussels"
        meeting = self._meeting()
        numbers = self._numbers(meeting)
        self.assertEqual(numbers["complaint", self.reason.name], (2, 1))
        self.assertEqual(numbers["complaint", "No reason recorded"], (1, 0))
        line = meeting.line_ids.filtered(lambda one: one.label == self.reason.name)
        self.assertEqual(self._open(line), ours)

    def test_not_satisfied_repeats_and_broken_promises(self):
        with freeze_time(WEEK):
            ticket = self._ticket(
                team_id=self.branch.id,
                cause_id=self.env.ref("service_ticket.cause_component").id,
                outcome="fixed",
            )
            ticket.action_resolve()
            ticket.callback_ids.note = "Again"
            ticket.callback_ids.action_unsatisfied()
            again = self._ticket(team_id=self.branch.id)
        again.sudo().is_repeat = True
        broken = again.milestone_ids[:1]
        broken.sudo().write({"status": "late", "due": WEEK})
        (again.milestone_ids - broken | ticket.milestone_ids).sudo().status = "met"
        traffic = self.env.ref("service_ticket.breach_reason_traffic")
        self.env["service.breach.record"].with_user(self.agent).create(
            {"milestone_ids": broken.ids, "reason_id": traffic.id}
        ).action_record()
        meeting = self._meeting()
        numbers = self._numbers(meeting)
        self.assertEqual(numbers["unsatisfied", "All"], (1, 0))
        self.assertEqual(numbers["repeat", "All"], (1, 0))
        self.assertEqual(numbers["breach", traffic.name], (1, 0))
        behind = {line.topic: self._open(line) for line in meeting.line_ids}
        self.assertEqual(behind["unsatisfied"], ticket.callback_ids[:1])
        self.assertEqual(behind["repeat"], again)
        self.assertEqual(behind["breach"], broken)
        self.assertIn("Traffic", str(again.message_ids.mapped("body")))

    def test_only_a_broken_promise_has_a_reason(self):
        kept = self._ticket().milestone_ids[:1]
        record = (
            self.env["service.breach.record"]
            .with_user(self.agent)
            .create(
                {
                    "milestone_ids": kept.ids,
                    "reason_id": self.env.ref(
                        "service_ticket.breach_reason_traffic"
                    ).id,
                }
            )
        )
        with self._refused(UserError, "None of these"):
            record.action_record()
        with self.assertRaises(AccessError):
            kept.with_user(self.manager).breach_reason_id = record.reason_id

    def test_overdue_actions_are_on_the_agenda(self):
        action = self.env["service.corrective.action"].create(
            {
                "name": "x",
                "task": "x",
                "due": "2026-03-01",
                "team_id": self.branch.id,
            }
        )
        meeting = self._meeting()
        line = meeting.line_ids.filtered(lambda one: one.part == "overdue")
        self.assertIn(action, self._open(line))

    def test_what_was_held_stays(self):
        self._complaint()
        meeting = self._meeting()
        with self._refused(UserError, "what was decided"):
            meeting.action_hold()
        meeting.decisions = "All call before they come."
        meeting.action_hold()
        self._complaint()
        meeting.sudo()._make_agenda()
        self.assertEqual(self._numbers(meeting)["complaint", self.reason.name], (1, 0))
        for attempt, why in (
            (meeting.action_hold, "not possible now"),
            (lambda: meeting.write({"date_from": "2026-03-09"}), "stays on record"),
            (meeting.unlink, "stays on record"),
            (lambda: meeting.write({"state": "planned"}), "led by its buttons"),
        ):
            with self._refused(UserError, why):
                attempt()

    def test_one_meeting_a_week(self):
        meeting = self._meeting()
        with (
            mute_logger("odoo.sql_db"),
            self._refused(Exception, "one_a_week"),
        ):
            self._meeting()
        meeting.action_cancel()
        self.env.flush_all()
        self._meeting()

    def test_the_next_one_is_made_where_a_team_wants_it(self):
        meetings = self.env["service.quality.meeting"]
        self.branch.write({"quality_weekday": "1", "quality_hour": 8.5})
        self.branch.calendar_id = self.env.ref("service_ticket.calendar_office")
        self.branch.calendar_id.tz = "Europe/Brussels"
        with freeze_time(WEEK):
            self._run_cron("ir_cron_quality_meeting")
            self._run_cron("ir_cron_quality_meeting")
            found = meetings.search([("team_id", "=", self.branch.id)])
            self.assertEqual(len(found), 1)
            self.assertEqual(found.date_from, date(2026, 3, 2))
            self.assertEqual(found.planned_at, datetime(2026, 3, 10, 7, 30))
            self.assertEqual(found.chair_id, self.manager)
            self.assertEqual(found.attendee_ids, self.manager | self.agent)
            self.assertEqual(found.activity_ids.user_id, self.manager)
            found.action_cancel()
            self._run_cron("ir_cron_quality_meeting")
            self.assertEqual(meetings.search([("team_id", "=", self.branch.id)]), found)
        with freeze_time(WEEK + timedelta(days=6)):  # on the day itself
            self._run_cron("ir_cron_quality_meeting")
        self.assertEqual(meetings.search_count([("team_id", "=", self.branch.id)]), 2)

    def test_agents_read_and_managers_lead(self):
        meeting = self._meeting()
        self.assertTrue(meeting.with_user(self.agent).display_name)
        for attempt in (
            lambda: meeting.with_user(self.agent).write({"decisions": "x"}),
            lambda: meeting.with_user(self.agent).action_hold(),
            lambda: meeting.with_user(self.engineer).read(["decisions"]),
        ):
            with self.assertRaises(AccessError):
                attempt()
        _company, stranger = self._second_company()
        with self.assertRaises(AccessError):
            meeting.with_user(stranger).read(["decisions"])

    def test_minutes_are_complete(self):
        self._complaint()
        meeting = self._meeting(
            chair_id=self.manager.id, decisions="All call before they come."
        )
        self.env["service.corrective.action"].create(
            {
                "name": "Late visits",
                "task": "Call before you come",
                "due": "2026-04-01",
                "meeting_id": meeting.id,
            }
        )
        [text] = self._read_pdf(REPORT, meeting)
        for word in (
            "Branch",
            self.manager.name,
            self.reason.name,
            "All call before they come.",
            "Call before you come",
        ):
            self.assertIn(word, text)
