from odoo import fields

from .common import ServiceCase


class TestUnit(ServiceCase):
    """A delivered serial is the customer's unit."""

    def test_a_company_counts_what_its_contacts_reported(self):
        contact = self.env["res.partner"].create(
            {"name": "Caretaker", "parent_id": self.customer.id}
        )
        before = self.customer.service_ticket_count
        self._ticket(unit_id=False, partner_id=contact.id)
        self.env.invalidate_all()
        self.assertEqual(contact.service_ticket_count, 1)
        self.assertEqual(self.customer.service_ticket_count, before + 1)

    def test_delivery_makes_a_unit(self):
        self.assertEqual(self.unit.end_customer_id, self.customer)
        self.assertEqual(self.unit.site_id, self.customer)
        self.assertEqual(self.unit.delivered_on, fields.Date.today())
        self.assertEqual(self.unit.service_state, "in_service")

    def test_site_is_the_delivery_address(self):
        site = self.env["res.partner"].create(
            {"name": "Basement", "type": "delivery", "parent_id": self.customer.id}
        )
        unit = self._deliver(self.washer, "W1-0002", site)
        self.assertEqual(unit.end_customer_id, self.customer)
        self.assertEqual(unit.site_id, site)

    def test_return_keeps_the_history(self):
        picking = self.env["stock.picking"].search(
            [("partner_id", "=", self.customer.id), ("state", "=", "done")]
        )
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({})
        )
        wizard.product_return_moves.quantity = 1
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        back.move_line_ids.write({"lot_id": self.unit.id, "picked": True})
        back.button_validate()
        self.assertEqual(self.unit.service_state, "returned")
        self.assertEqual(self.unit.end_customer_id, self.customer)

    def test_found_by_what_a_caller_says(self):
        units = self.env["stock.lot"].with_user(self.agent)
        units = units.with_context(service_unit_search=True)
        for said in ("0001", "70 80 90", "at the bridge", "laundry@bridge"):
            with self.subTest(said):
                found = dict(units.name_search(said))
                self.assertIn(self.unit.id, found)
                self.assertIn(self.customer.name, found[self.unit.id])
        self.assertNotIn(self.unit.id, dict(units.name_search("no such thing")))

    def test_last_faults_are_the_latest_five(self):
        tickets = self.env["service.ticket"].create(
            [{"unit_id": self.unit.id, "subject": str(index)} for index in range(7)]
        )
        self.assertEqual(self.unit.last_ticket_ids, tickets[:-6:-1])
        self.assertEqual(self.unit.ticket_count, 7)

    def test_the_desk_may_write_to_the_owner(self):
        unit = self.unit.with_user(self.agent)
        recipients = unit._message_get_suggested_recipients()
        self.assertNotIn("stock.move", str(recipients))
        self.assertEqual(unit._mail_get_partners()[unit.id], self.customer)
