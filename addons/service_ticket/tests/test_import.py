"""Files of another helpdesk, thousands of rows, errors by row."""

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import file_open

from .common import ServiceCase

_HEAD = [
    "id",
    "external_reference",
    "subject",
    "partner_id",
    "unit_id",
    "opened_at",
    "import_state",
    "import_closed_at",
]


@tagged("post_install", "-at_install")
class TestImport(ServiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tickets = cls.env["service.ticket"].with_user(cls.manager)

    def _row(self, number, **columns):
        row = {
            "id": f"__import__.old_{number}",
            "external_reference": f"OLD-{number}",
            "subject": f"Fault {number}",
            "partner_id": self.customer.name,
            "unit_id": "W1-0001",
            "opened_at": "2024-03-01 08:00:00",
            "import_state": "closed",
            "import_closed_at": "2024-03-02 17:00:00",
            **columns,
        }
        return [row[name] for name in _HEAD]

    def _load(self, rows, user=None):
        return self.tickets.with_user(user or self.manager).load(_HEAD, rows)

    def test_what_is_opened_again_is_promised_from_then(self):
        closed = self.tickets.browse(self._load([self._row(1)])["ids"])
        self.assertTrue(closed.is_history)
        self.assertFalse(closed.milestone_ids)
        with freeze_time("2026-03-02 09:00:00") as clock:
            closed.with_user(self.agent).action_reopen()
            self.assertFalse(closed.is_history)
            self.assertEqual(closed.promised_from, clock())
            promises = {m.clock: m for m in closed.sudo().milestone_ids}
            # Whoever opens it again has answered; the rest runs from now on.
            self.assertEqual(promises["first_response"].status, "met")
            restored = promises["restoration"]
            self.assertEqual(restored.status, "running")
            self.assertGreater(restored.due, clock())
            self.assertFalse(restored.paused_hours)
            due = restored.due
            closed.sudo()._replay_clocks()
            self.assertEqual(restored.due, due)
            self.assertEqual(closed.opened_at.year, 2024)
        with self._refused(UserError, "recorded by the system"):
            closed.promised_from = False

    def test_a_customer_who_writes_opens_history_unanswered(self):
        closed = self.tickets.browse(self._load([self._row(1)])["ids"]).sudo()
        with freeze_time("2026-03-02 09:00:00"):
            closed.with_user(self.env.ref("base.public_user")).sudo().action_reopen()
            response = closed.milestone_ids.filtered(
                lambda m: m.clock == "first_response"
            )
            self.assertEqual(response.status, "running")

    def test_what_is_past_stays_quiet(self):
        mails = self.env["mail.mail"].search_count([])
        result = self._load([self._row(1), self._row(2, import_state="cancelled")])
        self.assertFalse(result["messages"])
        closed, cancelled = self.tickets.browse(result["ids"])
        self.assertEqual((closed.state, cancelled.state), ("closed", "cancelled"))
        # The file is in the time of who imports it.
        self.assertEqual(str(closed.opened_at), "2024-03-01 07:00:00")
        self.assertEqual(str(closed.closed_at), "2024-03-02 16:00:00")
        self.assertEqual(closed.unit_id, self.unit)
        self.assertEqual(closed.partner_id, self.customer)
        self.assertEqual(
            [(line.from_state, line.to_state) for line in closed.transition_ids],
            [("new", "resolved"), ("resolved", "closed")],
        )
        self.assertTrue(all(closed.transition_ids.mapped("note")))
        both = (closed | cancelled).sudo()
        self.assertFalse(both.milestone_ids | both.callback_ids.ticket_id.milestone_ids)
        self.assertFalse(both.callback_ids)
        self.assertEqual(set(both.mapped("clock_status")), {"none"})
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        both.severity_id = self.env.ref("service_ticket.severity_major")
        self.assertFalse(both.milestone_ids)

    def test_what_is_open_lives_on(self):
        now = fields.Datetime.to_string(fields.Datetime.now())
        result = self._load(
            [
                self._row(3, import_state="", import_closed_at="", opened_at=now),
                self._row(4, import_state="open", import_closed_at="", opened_at=now),
            ]
        )
        self.assertFalse(result["messages"])
        tickets = self.tickets.browse(result["ids"])
        self.assertEqual(tickets.mapped("state"), ["new", "open"])
        self.assertTrue(all(ticket.milestone_ids for ticket in tickets))

    def test_errors_by_row(self):
        rows = [self._row(number) for number in range(100)]
        broken = {
            7: self._row(7, unit_id="no such serial"),
            20: self._row(20, opened_at="yesterday"),
            41: self._row(41, import_closed_at=""),
            63: self._row(63, import_closed_at="2023-01-01 00:00:00"),
            88: self._row(88, external_reference="OLD-5"),
        }
        for number, row in broken.items():
            rows[number] = row
        result = self._load(rows)
        self.assertFalse(result["ids"])
        found = {m["rows"]["from"] for m in result["messages"] if m["type"] == "error"}
        self.assertEqual(found, set(broken))

    def test_imported_again_nothing_doubles(self):
        self._load([self._row(5)])
        ticket = self.tickets.search([("external_reference", "=", "OLD-5")])
        self._load([self._row(5, subject="Put right")])
        self.assertEqual(ticket.subject, "Put right")
        self.assertEqual(len(ticket.transition_ids), 2)
        result = self._load([self._row(6, external_reference="OLD-5")])
        self.assertFalse(result["ids"])

    def test_only_a_manager_imports_the_past_and_only_by_a_file(self):
        with self.assertRaises(AccessError):
            self._load([self._row(8)], self.agent)
        vals = {"subject": "x", "import_state": "closed"}
        self.assertEqual(self.tickets.create(vals).state, "new")
        with self.assertRaises(UserError):
            self.tickets.create({"subject": "x", "is_history": True})
        forged = self.tickets.with_context(service_import=True)
        self.assertEqual(forged.create(vals).state, "new")

    def test_the_template_names_columns_as_people_do(self):
        template = self.tickets.get_import_templates()[0]["template"]
        with file_open(template[1:], "rb") as content:
            sheet = content.read()
        wizard = self.env["base_import.import"].with_user(self.manager)
        wizard = wizard.create(
            {
                "res_model": "service.ticket",
                "file": sheet,
                "file_name": "service_tickets.xlsx",
                "file_type": "application/vnd.openxmlformats-officedocument"
                ".spreadsheetml.sheet",
            }
        )
        options = {"has_headers": True, "quoting": '"', "separator": ","}
        preview = wizard.parse_preview(
            {**options, "date_format": "%Y-%m-%d", "datetime_format": ""}
        )
        self.assertNotIn("error", preview)
        matched = {path[0] for path in preview["matches"].values()}
        self.assertLessEqual(set(_HEAD), matched | {"id"})
