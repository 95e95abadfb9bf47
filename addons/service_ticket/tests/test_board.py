from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError

from odoo.addons.service_ticket.models import service_ticket_board

from .common import ServiceCase


class TestBoard(ServiceCase):
    """The board by state, the lists of the desk, and finding a call by its number."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._ticket(contact_phone="+32 (0)16/70.80.90")

    def _find(self, typed):
        tickets = self.env["service.ticket"].with_user(self.agent)
        return tickets.search([("phone_search", "ilike", typed)])

    def test_a_phone_number_is_found_however_it_is_typed(self):
        for typed in (
            "016 70 80 90",
            "003216708090",
            "+32 16 70-80-90",
            "70 80 90",
            "016–708090",  # noqa: RUF001 as a word processor writes it
            "０１６７０８０９０",  # noqa: RUF001 full width, as in Chinese text
        ):
            with self.subTest(typed):
                self.assertIn(self.ticket, self._find(typed))
        for typed in ("016 70 80 91", "+32 17 70 80 95"):
            with self.subTest(typed):
                self.assertNotIn(self.ticket, self._find(typed))

    def test_a_word_finds_number_subject_serial_and_customer(self):
        tickets = self.env["service.ticket"].with_user(self.agent)
        customer = self.env["res.partner"].create({"name": "Quillmoor Bakery"})
        unit = self.env["stock.lot"].create(
            {"name": "QZ-77-1", "product_id": self.unit.product_id.id}
        )
        ticket = self._ticket(
            partner_id=customer.id, unit_id=unit.id, subject="Hums in the dark"
        )
        words = (ticket.name, "the dark", "qz-77", "quillmoor")
        for many in (1000, 1):
            with patch.object(service_ticket_board, "_MANY", many):
                for word in words:
                    with self.subTest(word, many=many):
                        self.assertIn(ticket.id, dict(tickets.name_search(word)))
                self.assertFalse(tickets.name_search("no such thing"))
        customer.active = False
        self.assertIn(ticket.id, dict(tickets.name_search("quillmoor")))

    def test_the_number_of_customer_and_site_finds_the_ticket_as_well(self):
        self.ticket.contact_phone = "ask for Kim"
        self.assertIn(self.ticket, self._find("016708090"))
        self.assertIn(self.ticket, self._find("for kim"))
        site = self.env["res.partner"].create(
            {"name": "Cellar", "parent_id": self.customer.id, "phone": "0470 11 22 33"}
        )
        self.ticket.site_id = site
        self.assertIn(self.ticket, self._find("+32 470 112233"))

    def test_columns_of_what_is_done_are_folded(self):
        closed = self._ticket()
        closed.action_cancel()
        tickets = self.env["service.ticket"].with_user(self.agent)
        groups = tickets.with_context(read_group_expand=True).web_read_group(
            [("unit_id", "=", self.unit.id)],
            ["state"],
            auto_unfold=True,
            unfold_read_specification={"name": {}},
        )["groups"]
        unfolded = {group["state"]: "__records" in group for group in groups}
        self.assertEqual(
            unfolded,
            {
                "new": True,
                "open": True,
                "waiting": True,
                "resolved": True,
                "closed": False,
                "cancelled": False,
            },
        )

    def test_the_edge_of_a_card_tells_the_nearest_clock(self):
        self.ticket.sudo().write({"clock_status": "overdue"})
        self.assertEqual(self.ticket.clock_color, 1)
        self.ticket.sudo().write(
            {"clock_status": "running", "next_due": "2000-01-01 00:00:00"}
        )
        self.assertEqual(self.ticket.clock_color, 1)
        soon = fields.Datetime.now() + timedelta(minutes=30)
        self.ticket.sudo().next_due = soon
        self.assertEqual(self.ticket.clock_color, 2)
        self.ticket.sudo().next_due = "2999-01-01 00:00:00"
        self.assertEqual(self.ticket.clock_color, 10)
        self.assertEqual(self.ticket.site_city, "Leuven")

    def test_who_waits_for_the_customer_and_since_when(self):
        action = self.env.ref("service_ticket.service_ticket_action_waiting")
        self.assertIn("waiting_customer", action.context)
        part = self._ticket()
        for ticket, reason in ((self.ticket, "customer"), (part, "part")):
            ticket._set_state(
                "waiting", self.env.ref(f"service_ticket.waiting_{reason}")
            )
        found = self.env["service.ticket"].search(
            [("state", "=", "waiting"), ("waiting_reason_id.pauses_clock", "=", True)]
        )
        self.assertIn(self.ticket, found)
        self.assertNotIn(part, found)
        self.assertEqual(
            self.ticket.waiting_since, max(self.ticket.transition_ids.mapped("at"))
        )
        self.ticket.action_resume()
        self.assertFalse(self.ticket.waiting_since)

    def test_a_damaged_file_gets_a_sentence(self):
        for damaged in ("abcde", "äöü", 5, {"a": 1}):
            with (
                self.subTest(damaged),
                self._refused(UserError, "proof of purchase"),
            ):
                self.unit.with_user(self.agent).purchase_proof = damaged
