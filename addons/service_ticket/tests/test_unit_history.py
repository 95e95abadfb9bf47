from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import ServiceCase
from .test_portal import HOME, PortalCase


class TestUnitFamily(ServiceCase):
    """Units that are parts of another unit."""

    def test_a_part_is_where_its_parent_is(self):
        child = self.env["stock.lot"].create(
            {"name": "P1", "product_id": self.washer.id, "parent_id": self.unit.id}
        )
        self.assertEqual(child.end_customer_id, self.customer)
        self.assertEqual(child.site_id, self.customer)
        self.assertEqual(self.unit.child_ids, child)
        self.assertEqual(self.unit.child_count, 1)
        with self._refused(ValidationError, "part of itself"):
            self.unit.parent_id = child

    def test_parts_stay_in_their_company(self):
        company, stranger = self._second_company()
        theirs = self.env["stock.lot"].create(
            {
                "name": "S1",
                "product_id": self.washer.id,
                "company_id": company.id,
            }
        )
        ours = self.env["stock.lot"].create(
            {
                "name": "O1",
                "product_id": self.washer.id,
                "company_id": self.env.company.id,
            }
        )
        with self._refused(ValidationError, "one company"):
            ours.parent_id = theirs
        with self.assertRaises(AccessError):
            ours.with_user(self.agent).parent_id = theirs
        self.assertFalse(self.unit.company_id)
        self.unit.with_user(self.agent).parent_id = ours  # a shared one joins
        self.assertEqual(self.unit.company_id, self.env.company)
        self.assertFalse(self.unit.with_user(stranger).has_access("read"))


class TestUnitOwner(ServiceCase):
    """A unit that changes hands keeps its history."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = cls.env["res.partner"].create({"name": "Buyer", "street": "Quay 1"})

    def _wizard(self, user=None, **vals):
        vals = {"unit_id": self.unit.id, "partner_id": self.buyer.id, **vals}
        vals.setdefault("site_id", vals["partner_id"])
        wizards = self.env["service.unit.change"].with_user(user or self.agent)
        return wizards.create(vals)

    def test_delivery_opens_a_row(self):
        row = self.unit.owner_ids
        self.assertEqual(row.partner_id, self.customer)
        self.assertEqual(row.since, self.unit.delivered_on)
        self.assertFalse(row.until)

    def test_changing_hands(self):
        today = fields.Date.context_today(self.unit.with_user(self.agent))
        child = self.env["stock.lot"].create(
            {"name": "P1", "product_id": self.washer.id, "parent_id": self.unit.id}
        )
        ticket = self._ticket()
        wizards = self.env["service.unit.change"].with_user(self.agent)
        with Form(wizards.with_context(default_unit_id=self.unit.id)) as form:
            form.partner_id = self.buyer
            self.assertEqual(form.site_id, self.buyer)
            form.note = "Sold with the shop"
        self.assertEqual(form.record.ticket_ids, ticket)
        form.record.action_change()
        self.env.invalidate_all()
        for unit in self.unit | child:
            self.assertEqual(unit.end_customer_id, self.buyer)
            now, before = unit.owner_ids
            self.assertEqual(now.partner_id, self.buyer)
            self.assertEqual((now.since, now.until), (today, False))
            self.assertEqual(before.partner_id, self.customer)
            self.assertEqual(before.until, today)
        self.assertEqual(now.note, "Sold with the shop")
        self.assertEqual(ticket.partner_id, self.customer, "the ticket stays")
        self.assertEqual(self._ticket().partner_id, self.buyer)

    def test_open_faults_go_on_for_the_new_customer(self):
        old = self._ticket(description="Call me at night", internal_note="Dog")
        old.with_user(self.agent).action_open()
        self._wizard(tickets="go_on").action_change()
        self.assertEqual(old.state, "cancelled")
        self.assertEqual(old.partner_id, self.customer)
        new = self.unit.ticket_ids - old
        self.assertEqual(new.partner_id, self.buyer)
        self.assertEqual(new.symptom_id, old.symptom_id)
        self.assertFalse(new.description, "the former customer's words")
        self.assertIn("Call me at night", new.internal_note)
        self.assertEqual(new.contact_phone, self.buyer.phone)

    def test_what_makes_no_sense_is_refused(self):
        today = fields.Date.context_today(self.unit.with_user(self.agent))
        begun = self.unit.owner_ids.since
        for vals, why in (
            ({"since": fields.Date.add(today, days=1)}, "in the past"),
            ({"since": fields.Date.subtract(begun, days=1)}, "left before"),
            ({"partner_id": self.customer.id}, "already"),
            ({"partner_id": False, "site_id": False}, "Say who"),
        ):
            with self._refused(UserError, why):
                self._wizard(**vals).action_change()
        self.assertEqual(len(self.unit.owner_ids), 1)
        with self.assertRaises(AccessError):
            self._wizard(user=self.engineer)
        with self.assertRaises(AccessError):
            self.unit.owner_ids.with_user(self.manager).write({"note": "x"})
        with self.assertRaises(UserError):
            self.unit.with_user(self.manager).write({"owner_ids": [(5,)]})

    def test_a_correction_is_no_change(self):
        self._wizard(is_correction=True).action_change()
        self.assertEqual(len(self.unit.owner_ids), 1)
        self.assertEqual(self.unit.owner_ids.partner_id, self.buyer)
        self.assertEqual(self.unit.owner_ids.since, self.unit.delivered_on)

    def test_a_move_ends_the_row_today(self):
        today = fields.Date.context_today(self.unit.with_user(self.agent))
        row = self.unit.owner_ids
        begun = fields.Date.subtract(today, days=90)
        row.sudo().since = self.unit.delivered_on = begun
        self.unit.with_user(self.agent).site_id = self.buyer
        self.assertEqual((row.since, row.until), (begun, today))
        self.assertEqual((self.unit.owner_ids - row).since, today)

    def test_a_unit_from_before_this_was_kept(self):
        self.unit.owner_ids.sudo().unlink()
        self.unit.delivered_on = "2020-01-01"
        self.unit.site_id = self.buyer
        self.env.invalidate_all()
        now, before = self.unit.owner_ids
        self.assertEqual(now.since, fields.Date.today())
        self.assertEqual(before.site_id, self.customer)
        self.assertEqual((before.since, before.until), (False, fields.Date.today()))

    def test_moves_by_hand_are_recorded_in_few_queries(self):
        units = self.env["stock.lot"].create(
            [{"name": f"M{n}", "product_id": self.washer.id} for n in range(20)]
        )
        units.end_customer_id = self.customer
        self.assertEqual(len(units.owner_ids), 20)
        units.with_user(self.agent).site_id = self.buyer
        self.assertEqual(len(units.owner_ids), 40)
        units.invalidate_recordset()
        rows = units.owner_ids.filtered(lambda row: not row.until)
        self.assertEqual(rows.site_id, self.buyer)
        with self.assertQueryCount(25):
            units.end_customer_id = self.buyer


class TestUnitReplacement(ServiceCase):
    """What replaced what."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.spare = cls._receive(cls.washer, "W1-9001")

    def _replace(self, new=None, user=None, **vals):
        vals = {"new_unit_id": (new or self.spare).id, "reason": "Third repair", **vals}
        wizards = self.env["service.unit.replace"].with_user(user or self.manager)
        return wizards.create({"unit_id": self.unit.id, **vals}).action_replace()

    def test_the_new_unit_takes_over(self):
        parent, child = self.env["stock.lot"].create(
            [{"name": name, "product_id": self.washer.id} for name in ("A", "B")]
        )
        self.unit.parent_id, child.parent_id = parent, self.unit
        ticket = self._ticket()
        self._replace(ticket_id=ticket.id)
        new, old = self.spare, self.unit
        self.assertEqual(new.end_customer_id, self.customer)
        self.assertEqual(new.site_id, self.customer)
        self.assertEqual(new.service_state, "in_service")
        self.assertEqual((new.parent_id, new.child_ids), (parent, child))
        self.assertEqual(old.service_state, "returned")
        self.assertEqual(old.replaced_by_id, new)
        self.assertEqual(old.replaced_ticket_id, ticket)
        self.assertFalse(old.end_customer_id)
        self.assertTrue(old.owner_ids.until)
        self.assertEqual(ticket.unit_id, old)
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(new.owner_ids.partner_id, self.customer)
        for unit in new | old:
            self.assertEqual(unit.replacement_ids.ids, [old.id, new.id])

    def test_refusals(self):
        neighbour = self.env["res.partner"].create({"name": "Neighbour"})
        theirs = self._deliver(self.washer, "W1-9002", neighbour)
        for new, why in ((self.unit, "itself"), (theirs, "belongs to Neighbour")):
            with self._refused(UserError, why):
                self._replace(new)
        with self.assertRaises(AccessError):
            self._replace(user=self.agent)
        self._replace()
        third = self._receive(self.washer, "W1-9003")
        with self._refused(UserError, "already"):
            self._replace(third)
        with self._refused(UserError, "recorded by the system"):
            third.with_user(self.manager).replaces_id = self.unit
        third.with_user(self.agent).with_context(default_replaces_id=self.unit.id)
        self.spare._replace_with(third, reason="Again")
        self.assertEqual(
            self.unit.replacement_ids.mapped("name"), ["W1-0001", "W1-9001", "W1-9003"]
        )

    def test_service_file(self):
        self._ticket(
            cause_id=self.env.ref("service_ticket.cause_component").id,
            work_done="Seal replaced",
        )
        self._replace()
        page = " ".join(self._read_pdf("service_ticket.report_unit_file", self.unit))
        for text in ("W1-0001", "W1-9001", "Third repair", self.customer.name, "Seal"):
            self.assertIn(text, page)


@tagged("post_install", "-at_install")
class TestPartsGoAlong(ServiceCase):
    def test_parts_that_are_there_already_hinder_nobody(self):
        buyer = self.env["res.partner"].create({"name": "Buyer"})
        part = self.env["stock.lot"].create(
            {
                "unit_origin": "manual",
                "product_id": self.washer.id,
                "name": "P-1",
                "parent_id": self.unit.id,
            }
        )
        part._change_hands(buyer, buyer, fields.Date.today())
        dialog = self.env["service.unit.change"].with_user(self.agent)
        dialog = dialog.create({"unit_id": self.unit.id})
        dialog.write({"partner_id": buyer.id, "site_id": buyer.id})
        dialog.action_change()
        self.assertEqual((self.unit | part).end_customer_id, buyer)


class TestOwnersPortal(PortalCase):
    """Neither sees what the other had with the unit."""

    def test_each_sees_the_own_time_only(self):
        self.unit._change_hands(self.neighbour, self.neighbour, fields.Date.today())
        later = self._ticket(subject="Later fault")
        for user, own, foreign, has_unit in (
            (self.owner, self.ticket, later, False),
            (self.other, later, self.ticket, True),
        ):
            with self.subTest(user.login):
                self._login(user)
                self.assertEqual(self.url_open(f"{HOME}/{own.id}").status_code, 200)
                refused = self.url_open(f"{HOME}/{foreign.id}")
                self.assertEqual(refused.status_code, 404)
                tickets = self.url_open(HOME).text
                self.assertIn(own.name, tickets)
                self.assertNotIn(foreign.name, tickets)
                for url in ("/my/service-units", f"{HOME}/new"):
                    shown = self.unit.name in self.url_open(url).text
                    self.assertEqual(shown, has_unit, url)
                with self.assertRaises(AccessError):
                    self.unit.owner_ids.with_user(user).read(["partner_id"])

    def test_make_and_purchase_are_shown(self):
        self.env["stock.lot"].create(
            {
                "unit_origin": "other_make",
                "unit_make": "Constructa",
                "name": "C-1",
                "purchased_on": "2025-03-01",
                "end_customer_id": self.customer.id,
            }
        )
        self._login(self.owner)
        page = self.url_open("/my/service-units?search=constructa").text
        self.assertIn("C-1", page)
        self.assertIn("Constructa", page)
        self.assertIn("2025", page)
        self.assertNotIn(self.unit.name, page)
