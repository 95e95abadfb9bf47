from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ServiceCase

MARCH = datetime(2026, 3, 31, 12, 0)
MONDAY = datetime(2026, 3, 2, 9, 0)


class KpiCase(ServiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Only what these tests make is counted.
        cls.company = cls.env["res.company"].create({"name": "Counted Company"})
        cls.boss = cls._new_user(
            "boss",
            "service_ticket.group_service_manager",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.env.user.write({"company_ids": [Command.link(cls.company.id)]})
        cls.calendar = cls.env["resource.calendar"].create(
            {"name": "Eight to Four", "tz": "UTC", "company_id": cls.company.id}
        )
        cls.north, cls.south = (
            cls.env["service.team"].create(
                {
                    "name": name,
                    "company_id": cls.company.id,
                    "calendar_id": cls.calendar.id,
                }
            )
            for name in ("North", "South")
        )
        cls.kpis = cls.env["service.kpi"].with_user(cls.boss)

    @classmethod
    def _make(cls, opened, **vals):
        """A request that came in at a moment, by now as it is said to be."""
        state = vals.pop("state", "new")
        times = {
            name: vals.pop(name)
            for name in ("resolved_at", "closed_at", "responded_at", "is_repeat")
            if name in vals
        }
        with freeze_time(opened):
            ticket = cls.env["service.ticket"].create(
                {
                    "subject": "Fault",
                    "company_id": cls.company.id,
                    "team_id": cls.north.id,
                    "severity_id": cls.env.ref("service_ticket.severity_main").id,
                    "partner_id": cls.customer.id,
                    **vals,
                }
            )
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE service_ticket SET state = %s WHERE id = %s", [state, ticket.id]
        )
        ticket.invalidate_recordset()
        ticket.sudo().write(times)
        return ticket

    def _tiles(self, kpis=None, **params):
        found = (kpis or self.kpis).get_dashboard(params)
        return {t["key"]: t for group in found["groups"] for t in group["tiles"]}


@freeze_time(MARCH)
class TestKpi(KpiCase):
    """The figures of a small world, counted by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        hour = timedelta(hours=1)
        done = {"state": "closed", "support_mode": "onsite"}
        # Monday 09:00; answered after 1, 2 and 6 hours; solved after 2, 4 and 26.
        cls.first = cls._make(
            MONDAY,
            **done,
            responded_at=MONDAY + hour,
            resolved_at=MONDAY + 2 * hour,
            closed_at=MONDAY + 3 * hour,
        )
        cls.second = cls._make(
            MONDAY,
            state="closed",
            responded_at=MONDAY + 2 * hour,
            resolved_at=MONDAY + 4 * hour,
            closed_at=MONDAY + 5 * hour,
            team_id=cls.south.id,
        )
        cls.third = cls._make(
            MONDAY,
            state="resolved",
            support_mode="workshop",
            responded_at=MONDAY + 6 * hour,
            resolved_at=MONDAY + 26 * hour,
        )
        cls.complaint = cls._make(MONDAY, kind="complaint", state="open")
        cls.gone = cls._make(MONDAY, state="cancelled")
        cls.before = cls._make(datetime(2026, 2, 10, 9, 0), state="waiting")

    def test_requests_by_hand(self):
        tiles = self._tiles()
        counts = {key: tiles[key]["value"] for key in ("received", "closed", "open")}
        # The complaint was received, too; of the month before, one still waits.
        self.assertEqual(counts, {"received": 4, "closed": 2, "open": 2})
        self.assertEqual(tiles["received"]["change"], 3)
        self.assertEqual(tiles["received"]["trend"], "same")
        self.assertAlmostEqual(tiles["complaints"]["value"], 100 / 3)
        self.assertEqual(tiles["complaints"]["reached"], "missed")

    def test_times_by_hand(self):
        tiles = self._tiles()
        self.assertEqual(tiles["response_median"]["value"], 2)
        self.assertEqual(tiles["response_mean"]["value"], 3)
        self.assertEqual(tiles["resolution_median"]["value"], 4)
        self.assertAlmostEqual(float(tiles["resolution_mean"]["value"]), 32 / 3)
        # 8 to 12 and 13 to 17: the 26 hours are 7 on Monday and 3 on Tuesday.
        self.assertEqual(self.third.resolution_hours, 10)
        self.assertEqual(tiles["resolution_work_median"]["value"], 3)
        self.assertEqual(tiles["response_mean"]["text"], "3 h")

    def test_shares_by_hand(self):
        tiles = self._tiles()
        self.assertAlmostEqual(tiles["phone_solved"]["value"], 100 / 3)
        self.assertEqual((tiles["phone_solved"]["top"], 3), (1, 3))
        # Nobody said anything: none is not nought.
        self.assertIsNone(tiles["satisfied"]["value"])
        self.assertEqual(tiles["satisfied"]["text"], "–")
        self.assertEqual(tiles["satisfied"]["reached"], "none")

    def test_handovers_by_hand(self):
        for _time in range(2):
            for team in (self.south, self.north):
                self.third.team_id = team
        self.first.team_id = self.south
        tiles = self._tiles()
        self.assertEqual(tiles["handovers"]["value"], 5 / 4)
        self.assertEqual(tiles["handovers"]["text"], "1.25")
        self.assertEqual(tiles["one_branch"]["value"], 50)

    def test_a_branch_includes_what_is_below_it(self):
        self.south.parent_id = self.north
        self.assertEqual(self._tiles(team=self.north.id)["received"]["value"], 4)
        self.assertEqual(self._tiles(team=self.south.id)["received"]["value"], 1)

    def test_promises_by_hand(self):
        for ticket, status in (
            (self.first, "met"),
            (self.second, "late"),
            (self.third, "met"),
            (self.complaint, "running"),
            (self.before, "overdue"),
        ):
            ticket.milestone_ids.unlink()
            self.env["service.milestone"].create(
                [
                    {
                        "ticket_id": ticket.id,
                        "clock": "first_response",
                        "status": status,
                    },
                    {"ticket_id": ticket.id, "clock": "on_site", "status": "void"},
                ]
            )
        tiles = self._tiles()
        self.assertAlmostEqual(tiles["kept"]["value"], 200 / 3)
        self.assertEqual(tiles["kept_first_response"]["text"], "66.7 %")
        self.assertIsNone(tiles["kept_on_site"]["value"])
        self.assertEqual(
            (tiles["breaches"]["value"], tiles["breaches"]["change"]), (1, 0)
        )
        self.assertEqual(tiles["kept"]["trend"], "good")
        self.assertEqual(tiles["kept"]["reached"], "missed")

    def test_callbacks_by_hand(self):
        calls = self.env["service.callback"].create(
            [
                {"ticket_id": ticket.id, "due": MONDAY + timedelta(days=1)}
                for ticket in (self.first, self.second, self.third)
            ]
        )
        calls[:2]._finish("satisfied")
        tiles = self._tiles()
        self.assertAlmostEqual(tiles["called_back"]["value"], 200 / 3)
        self.assertEqual(tiles["satisfied"]["value"], 100)
        self.assertEqual(tiles["satisfied"]["reached"], "reached")

    def test_every_number_opens_what_it_counted(self):
        self.env["service.callback"].create(
            {"ticket_id": self.first.id, "due": MONDAY}
        )._finish("satisfied")
        for params in ({}, {"team": self.south.id}, {"partner": self.customer.id}):
            for key, tile in self._tiles(**params).items():
                for part in ("top", "base", "rest"):
                    with self.subTest(f"{params} {key} {part}"):
                        action = self.kpis.action_open_records(params, key, part)
                        found = self.env[action["res_model"]].with_user(self.boss)
                        count = found.search_count(action["domain"])
                        expected = {
                            "top": tile["top"],
                            "base": tile["base"],
                            "rest": tile["base"] - tile["top"],
                        }[part]
                        if part != "rest" or tile["splits"]:
                            self.assertEqual(count, expected)

    def test_open_ones_by_severity(self):
        [found] = self.kpis.get_dashboard({})["severities"]
        self.assertEqual((found["name"], found["count"]), ("Main", 2))
        action = self.kpis.action_open_severity({}, found["id"])
        tickets = self.env["service.ticket"].with_user(self.boss)
        self.assertEqual(tickets.search(action["domain"]), self.before + self.complaint)

    def test_charts_by_week_and_branch(self):
        chart = self.kpis.get_chart({}, "received", "week")
        by_day = {point["since"]: point for point in chart["buckets"]}
        self.assertEqual(by_day["2026-03-02"]["value"], 4)
        self.assertEqual(by_day["2026-02-09"]["value"], 1)
        self.assertEqual(by_day["2026-03-30"]["until"], "2026-04-01")
        self.assertEqual(
            {team["label"]: team["value"] for team in chart["teams"]},
            {"North": 3, "South": 1},
        )
        point = by_day["2026-03-02"]
        action = self.kpis.action_open_records(
            {}, "received", "base", point["since"], point["until"]
        )
        tickets = self.env["service.ticket"].with_user(self.boss)
        self.assertEqual(tickets.search_count(action["domain"]), 4)
        months = self.kpis.get_chart({"unit": "quarter"}, "kept", "month")["buckets"]
        self.assertEqual(len(months), 12)
        for key in self._tiles():
            with self.subTest(key):
                self.kpis.get_chart({}, key, "month")

    def test_a_month_begins_at_the_readers_midnight(self):
        self._make(datetime(2026, 2, 28, 23, 30), team_id=self.south.id)
        self.boss.tz = "Europe/Brussels"  # half past midnight on the first of March
        self.assertEqual(self._tiles()["received"]["value"], 5)
        self.boss.tz = "America/New_York"
        tiles = self._tiles()
        self.assertEqual(tiles["received"]["value"], 4)
        self.assertEqual(tiles["received"]["before_text"], "2")

    def test_an_archived_figure_is_not_shown(self):
        self.kpis.search([("key", "=", "repeats")]).active = False
        self.assertNotIn("repeats", self._tiles())

    def test_only_managers_see_figures(self):
        for user in (self.agent, self.dispatcher, self.engineer):
            kpis = self.env["service.kpi"].with_user(user)
            for call in (
                lambda k=kpis: k.get_dashboard({}),
                lambda k=kpis: k.get_chart({}, "received"),
                lambda k=kpis: k.action_open_records({}, "received"),
            ):
                with self.assertRaises(AccessError):
                    call()

    def test_another_company_sees_nothing_of_it(self):
        kpis = self.env["service.kpi"].with_user(self.manager)
        company = self.env["res.company"].create({"name": "Empty Company"})
        self.manager.write(
            {"company_ids": [Command.set(company.ids)], "company_id": company.id}
        )
        found = kpis.with_context(allowed_company_ids=company.ids).get_dashboard({})
        self.assertTrue(found["empty"])
        with self.assertRaises(UserError):  # a branch of the other company
            kpis.get_dashboard({"team": self.north.id})

    def test_hostile_parameters_are_refused_in_words(self):
        for params in (
            None,
            [],
            "month",
            {"unit": "century"},
            {"unit": ["month"]},
            {"offset": 1},
            {"offset": -(10**9)},
            {"offset": "0"},
            {"offset": True},
            {"team": "1 OR 1=1"},
            {"team": -1},
            {"team": 2**70},
            {"team": [1]},
            {"partner": 0},
            {"category": {"id": 1}},
            {"company": 1},
            {"unit": "year", "offset": -520, "x": 1},
        ):
            with self.subTest(str(params)), self.assertRaises(UserError):
                self.kpis.get_dashboard(params)
        for key in ("nothing", None, [], "received'; --", {"a": 1}):
            with self.subTest(str(key)), self.assertRaises(UserError):
                self.kpis.get_chart({}, key)
        for unit in ("day", None, ["week"], {}):
            with self.subTest(str(unit)), self.assertRaises(UserError):
                self.kpis.get_chart({}, "received", unit)
        for part in ("all", None, ["top"], 1):
            with self.subTest(str(part)), self.assertRaises(UserError):
                self.kpis.action_open_records({}, "received", part)
        for days in (("x", "y"), ("2026-01-01", None), (1, 2), ("0001-01-01",) * 2):
            with self.subTest(str(days)), self.assertRaises(UserError):
                self.kpis.action_open_records({}, "received", "base", *days)
        self.assertTrue(self.kpis.get_dashboard({"unit": "year", "offset": -520}))


@tagged("post_install", "-at_install")
class TestKpiAgainstSql(KpiCase):
    """Many generated requests: the same figures by plain SQL, in a zone's months."""

    COUNT = 10_000

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.cr.execute(
            _TICKETS,
            {
                "count": cls.COUNT,
                "company": cls.company.id,
                "teams": [cls.north.id, cls.south.id],
                "partner": cls.customer.id,
                "severity": cls.env.ref("service_ticket.severity_minor").id,
            },
        )
        cls.env.cr.execute(_PROMISES, {"company": cls.company.id})
        cls.boss.tz = "Asia/Kathmandu"  # UTC+5:45

    def _ask(self, sql, **values):
        values = {
            "company": self.company.id,
            "since": "2026-02-01",
            "until": "2026-03-01",
            **values,
        }
        local = "at time zone 'utc' at time zone 'Asia/Kathmandu'"
        self.env.cr.execute(sql.replace("LOCAL", local), values)
        return self.env.cr.fetchone()

    @freeze_time(datetime(2026, 3, 15, 12, 0))
    def test_equal_to_plain_sql(self):
        tiles = self._tiles(unit="month", offset=-1)
        received, repeats, faults, complaints, median, mean = self._ask(
            """
            SELECT count(*) FILTER (WHERE state != 'cancelled'),
                   count(*) FILTER (WHERE is_repeat AND kind = 'fault'
                                      AND unit_id IS NOT NULL AND state != 'cancelled'),
                   count(*) FILTER (WHERE kind = 'fault' AND unit_id IS NOT NULL
                                      AND state != 'cancelled'),
                   count(*) FILTER (WHERE kind = 'complaint' AND state != 'cancelled'),
                   percentile_cont(0.5) WITHIN GROUP (
                       ORDER BY extract(epoch FROM responded_at - opened_at))
                       FILTER (WHERE state != 'cancelled') / 3600,
                   avg(extract(epoch FROM responded_at - opened_at))
                       FILTER (WHERE state != 'cancelled') / 3600
              FROM service_ticket
             WHERE company_id = %(company)s
               AND (opened_at LOCAL)::date >= %(since)s
               AND (opened_at LOCAL)::date < %(until)s
            """
        )
        self.assertGreater(received, self.COUNT / 10)
        self.assertEqual(tiles["received"]["value"], received)
        self.assertEqual(tiles["repeats"]["top"], repeats)
        self.assertEqual(tiles["repeats"]["base"], faults)
        self.assertEqual(tiles["complaints"]["top"], complaints)
        self.assertAlmostEqual(tiles["response_median"]["value"], median, 6)
        self.assertAlmostEqual(tiles["response_mean"]["value"], float(mean), 6)
        resolved, phone = self._ask(
            """
            SELECT count(*), count(*) FILTER (WHERE support_mode = 'phone')
              FROM service_ticket
             WHERE company_id = %(company)s AND kind = 'fault'
               AND (resolved_at LOCAL)::date >= %(since)s
               AND (resolved_at LOCAL)::date < %(until)s
            """
        )
        self.assertEqual(tiles["phone_solved"]["base"], resolved)
        self.assertEqual(tiles["phone_solved"]["top"], phone)
        for team in (self.north, self.south):
            tiles = self._tiles(unit="month", offset=-1, team=team.id)
            kept, judged = self._ask(
                """
                SELECT count(*) FILTER (WHERE m.status = 'met'), count(*)
                  FROM service_milestone m JOIN service_ticket t ON t.id = m.ticket_id
                 WHERE t.company_id = %(company)s AND t.team_id = %(team)s
                   AND (t.opened_at LOCAL)::date >= %(since)s
                   AND (t.opened_at LOCAL)::date < %(until)s
                   AND m.status IN ('met', 'late', 'overdue')
                   AND m.clock = 'restoration'
                """,
                team=team.id,
            )
            self.assertEqual(tiles["kept_restoration"]["top"], kept)
            self.assertEqual(tiles["kept_restoration"]["base"], judged)

    @freeze_time(datetime(2026, 3, 15, 12, 0))
    def test_few_queries(self):
        self._tiles()
        self.env.invalidate_all()
        with self.assertQueryCount(40):
            self.kpis.get_dashboard({"team": self.north.id})


_TICKETS = """
    INSERT INTO service_ticket (
        name, subject, kind, channel, state, company_id, team_id, severity_id,
        partner_id, support_mode, opened_at, responded_at, resolved_at, closed_at,
        resolution_hours, is_repeat, unit_id, touched_at, create_uid, write_uid, create_date,
        write_date)
    SELECT 'KP' || n, 'Fault', CASE WHEN n %% 37 = 0 THEN 'complaint' ELSE 'fault' END,
           'phone',
           CASE n %% 20 WHEN 0 THEN 'cancelled' WHEN 1 THEN 'open' ELSE 'closed' END,
           %(company)s, (%(teams)s::int[])[1 + n %% 2], %(severity)s, %(partner)s,
           CASE WHEN n %% 3 = 0 THEN 'phone' ELSE 'onsite' END,
           opened, opened + n %% 500 * interval '1 minute',
           CASE WHEN n %% 20 > 1 THEN opened + n %% 90 * interval '1 hour' END,
           CASE WHEN n %% 20 > 1 THEN opened + n %% 99 * interval '1 hour' END,
           n %% 9, n %% 11 = 0, (SELECT min(id) FROM stock_lot WHERE n %% 4 > 0),
           opened, 1, 1, opened, opened
      FROM generate_series(1, %(count)s) AS n
     CROSS JOIN LATERAL (
           SELECT timestamp '2026-01-01' + n * interval '11 minutes' AS opened) AS o
"""
_PROMISES = """
    INSERT INTO service_milestone (
        ticket_id, company_id, team_id, opened_at, clock, status, create_uid, write_uid,
        create_date, write_date)
    SELECT id, company_id, team_id, opened_at, clock,
           (ARRAY['met', 'met', 'late', 'overdue', 'void', 'running'])[1 + id %% 6],
           1, 1, opened_at, opened_at
      FROM service_ticket, unnest(ARRAY['first_response', 'restoration']) AS clock
     WHERE company_id = %(company)s
"""
