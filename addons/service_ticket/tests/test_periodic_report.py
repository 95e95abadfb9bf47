from datetime import date, datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import mute_logger

from .test_kpi import MARCH, MONDAY, KpiCase

APRIL = datetime(2026, 4, 2, 8, 0)
REPORT = "service_ticket.action_report_service_report"


class ReportCase(KpiCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        hour = timedelta(hours=1)
        cls.done = cls._make(
            MONDAY,
            subject="Does not drain",
            state="closed",
            user_id=False,
            responded_at=MONDAY + hour,
            resolved_at=MONDAY + 2 * hour,
            closed_at=MONDAY + 3 * hour,
        )
        cls.other = cls._make(MONDAY, subject="In the south", team_id=cls.south.id)
        cls.complaint = cls._make(MONDAY, subject="Nobody came", kind="complaint")
        cls.reader = cls.env["res.partner"].create(
            {"name": "Reader", "email": "reader@example.com"}
        )

    @classmethod
    def _report(cls, **vals):
        vals = {
            "document": "figures",
            "unit": "month",
            "start": date(2026, 3, 15),
            "company_id": cls.company.id,
            "lang": "en_US",
            **vals,
        }
        return cls.env["service.report"].with_user(cls.boss).create(vals)

    @classmethod
    def _subscribe(cls, **vals):
        vals = {
            "document": "figures",
            "unit": "month",
            "company_id": cls.company.id,
            "recipient_ids": cls.reader.ids,
            "lang": "en_US",
            "next_start": date(2026, 3, 1),
            "format": "mail",
            **vals,
        }
        return cls.env["service.report.subscription"].with_user(cls.boss).create(vals)

    def _run_cron(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("service_ticket.ir_cron_send_reports").method_direct_trigger()
        self.env.invalidate_all()

    def _sent(self, subscription):
        reports = subscription.sudo().report_ids
        return reports.filtered(lambda report: not report.is_preview)


@freeze_time(APRIL)
class TestReport(ReportCase):
    def test_every_job_of_the_month(self):
        report = self._report()
        report.action_make()
        data = report._get_snapshot()
        self.assertEqual(report.start, date(2026, 3, 1))
        self.assertEqual(
            {job["name"] for job in data["jobs"]},
            set((self.done + self.other + self.complaint).mapped("name")),
        )
        self.assertEqual([c["subject"] for c in data["complaints"]], ["Nobody came"])
        figures = {figure["key"]: figure["text"] for figure in data["figures"]}
        self.assertEqual(figures["received"], "3")
        self.assertEqual(figures["closed"], "1")
        self.assertIn("Does not drain", report.preview)
        self.assertIn("March 2026", report.display_name)

    def test_of_one_branch(self):
        report = self._report(team_id=self.south.id)
        report.action_make()
        [job] = report._get_snapshot()["jobs"]
        self.assertEqual(job["subject"], "In the south")
        self.assertIn("South", report.display_name)

    def test_of_one_customer_and_of_one_person(self):
        self.done.sudo().user_id = self.boss
        report = self._report(partner_id=self.customer.id)
        report.action_make()
        self.assertEqual(len(report._get_snapshot()["jobs"]), 3)
        report = self._report(document="person", person_id=self.boss.id)
        report.action_make()
        [job] = report._get_snapshot()["jobs"]
        self.assertEqual(job["person"], self.boss.name)
        with self._refused(ValidationError, "Choose the person"):
            self._report(document="person")
        with self._refused(ValidationError, "daily list is of a day"):
            self._report(document="daily")

    def test_it_stays_as_it_was(self):
        report = self._report()
        report.action_make()
        before = report.preview
        self.done.sudo().subject = "Something else"
        report.invalidate_recordset()
        self.assertEqual(report.preview, before)
        with self._refused(UserError, "stays as it was"):
            report.team_id = self.south
        with self._refused(UserError, "made already"):
            report.action_make()
        for vals in ({"state": "sent"}, {"snapshot": "e30="}, {"is_preview": True}):
            with self._refused(UserError, "by its button"):
                report.write(vals)

    def test_nothing_is_printed_before_it_is_made(self):
        with self._refused(UserError, "make the report"):
            self._report().action_print()

    def test_printed_in_its_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.done.sudo().subject = "排水不畅"
        report = self._report(lang="zh_CN")
        report.action_make()
        pages = " ".join(self._read_pdf(REPORT, report))
        self.assertIn(self.done.name, pages)
        self.assertIn("2026年3月", report.with_context(lang="zh_CN").display_name)

    def test_hostile_words_do_no_harm(self):
        self.done.sudo().subject = "<script>alert(1)</script>"
        report = self._report()
        report.action_make()
        self.assertNotIn("<script>", report.preview)

    def test_only_managers_make_reports(self):
        for user in (self.agent, self.engineer):
            with self.assertRaises(AccessError):
                self.env["service.report"].with_user(user).search([])

    def test_another_company_is_out_of_sight(self):
        report = self._report()
        with self.assertRaises(AccessError):
            report.with_user(self.manager).read(["document"])
        with self.assertRaises(UserError):
            self.env["service.report"].with_user(self.manager).create(
                {"team_id": self.north.id, "start": "2026-03-01"}
            )

    def test_as_many_queries_for_more_jobs(self):
        def count(report):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            report._gather()
            return self.env.cr.sql_log_count - before

        few = count(self._report())
        for _number in range(20):
            self._make(MONDAY)
        self.assertLessEqual(count(self._report()), few + 1)


@freeze_time(APRIL)
class TestSubscription(ReportCase):
    def test_nothing_is_sent_before_somebody_looked(self):
        subscription = self._subscribe()
        self._run_cron()
        self.assertFalse(self._sent(subscription))
        action = subscription.action_preview()
        preview = self.env["service.report"].browse(action["res_id"])
        self.assertTrue(preview.is_preview)
        self.assertEqual(preview.state, "ready")
        self._run_cron()
        sent = self._sent(subscription)
        self.assertEqual((sent.state, sent.start), ("sent", date(2026, 3, 1)))
        self.assertEqual(sent.message_ids.partner_ids, self.reader)
        self.assertIn("Does not drain", "".join(sent.message_ids.mapped("body")))
        self.assertEqual(subscription.next_start, date(2026, 4, 1))

    def test_once_a_period_however_often_it_runs(self):
        subscription = self._subscribe()
        subscription.action_preview()
        self._run_cron()
        subscription.sudo().next_start = date(2026, 3, 1)
        self._run_cron()
        self.assertEqual(len(self._sent(subscription)), 1)
        mails = self.env["mail.mail"].search([("recipient_ids", "in", self.reader.ids)])
        self.assertEqual(len(mails), 1)

    def test_what_was_missed_is_sent_one_by_one(self):
        subscription = self._subscribe(next_start=date(2026, 1, 1))
        subscription.action_preview()
        for _run in range(4):
            self._run_cron()
        self.assertEqual(
            sorted(self._sent(subscription).mapped("start")),
            [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)],
        )

    def test_not_before_the_period_is_over_in_the_branchs_zone(self):
        self.company.partner_id.tz = "Europe/Brussels"
        with freeze_time(datetime(2026, 3, 31, 21, 30)):  # half past eleven there
            subscription = self._subscribe()
            subscription.action_preview()
            self._run_cron()
            self.assertFalse(self._sent(subscription))
        with freeze_time(datetime(2026, 3, 31, 22, 30)):
            self._run_cron()
            self.assertTrue(self._sent(subscription))

    def test_a_change_has_to_be_looked_at_again(self):
        subscription = self._subscribe()
        subscription.action_preview()
        subscription.team_id = self.north
        self.assertFalse(subscription.previewed_at)
        self._run_cron()
        self.assertFalse(self._sent(subscription))
        with self._refused(UserError, "by its button"):
            subscription.previewed_at = fields.Datetime.now()

    def test_without_recipients_there_is_nothing_to_look_at(self):
        with self._refused(UserError, "who gets"):
            self._subscribe(recipient_ids=[]).action_preview()

    @mute_logger("odoo.addons.service_ticket.models.service_report_subscription")
    def test_a_failure_is_noted_told_once_and_stops_no_other(self):
        first, second = self._subscribe(), self._subscribe(team_id=self.north.id)
        for subscription in (first, second):
            subscription.action_preview()
        gather = type(self.env["service.report"])._gather

        def break_first(report):
            if not report.team_id:
                raise ValueError("The disk is full")
            return gather(report)

        with patch.object(type(self.env["service.report"]), "_gather", break_first):
            self._run_cron()
            first.sudo().retry_at = False
            self._run_cron()
        self.assertEqual(first.error, "The disk is full")
        self.assertEqual(len(first.activity_ids), 1)
        self.assertEqual(first.activity_ids.user_id, self.boss)
        self.assertFalse(self._sent(first))
        self.assertTrue(self._sent(second))
        with freeze_time(APRIL + timedelta(hours=2)):
            self._run_cron()
        self.assertTrue(self._sent(first))
        self.assertFalse(first.error)

    @mute_logger("odoo.addons.service_ticket.models.service_report_subscription")
    def test_who_left_gets_nothing_sent_in_the_own_name(self):
        subscription = self._subscribe()
        subscription.action_preview()
        self.boss.group_ids = self.env.ref("base.group_user")
        self._run_cron()
        self.assertFalse(self._sent(subscription))
        self.assertTrue(subscription.sudo().error)

    def test_attached_as_pdf(self):
        subscription = self._subscribe(format="pdf")
        subscription.action_preview()
        self._run_cron()
        [attachment] = self._sent(subscription).message_ids.attachment_ids
        self.assertTrue(attachment.name.endswith(".pdf"))


@freeze_time(MARCH)
class TestDailyList(ReportCase):
    def test_ticked_per_day_and_person(self):
        tickets = (self.other + self.complaint).with_user(self.boss)
        tickets[0].action_review()
        self.assertEqual(tickets.mapped("reviewed_today"), [True, False])
        search = self.env["service.ticket"].with_user(self.boss).search
        todo = [("reviewed_today", "=", False), ("id", "in", tickets.ids)]
        self.assertEqual(search(todo), tickets[1])
        self.assertFalse(self.other.with_user(self.env.user).reviewed_today)
        tickets.action_review()
        self.assertEqual(tickets.mapped("reviewed_today"), [True, True])
        tickets[0].action_review()
        tickets.invalidate_recordset()
        self.assertEqual(tickets.mapped("reviewed_today"), [False, True])
        with freeze_time(MARCH + timedelta(days=1)):
            tickets.invalidate_recordset()
            self.assertEqual(tickets.mapped("reviewed_today"), [False, False])

    def test_looking_is_not_working(self):
        before = self.other.touched_at
        self.other.with_user(self.boss).action_review()
        self.assertEqual(self.other.touched_at, before)

    def test_sent_as_a_list_per_branch(self):
        self.other.with_user(self.boss).action_review()
        self._make(MONDAY - timedelta(days=9), subject="Long ago", state="waiting")
        subscription = self._subscribe(
            document="daily", unit="day", next_start=date(2026, 3, 30)
        )
        subscription.action_preview()
        self._run_cron()
        report = self._sent(subscription)
        self.assertEqual(report.start, MARCH.date())
        data = report._get_snapshot()
        self.assertEqual(data["count"], 3)
        north, south = data["branches"]
        self.assertEqual(
            [job["subject"] for job in north["jobs"]], ["Long ago", "Nobody came"]
        )
        self.assertEqual(south["jobs"][0]["reviewed"], self.boss.name)
        self._run_cron()
        self.assertEqual(len(self._sent(subscription)), 1)
