import base64
import io

from PIL import Image

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form

from .common import ServiceCase


def receipt():
    """Return a picture as base64, as an upload gives it."""
    stream = io.BytesIO()
    Image.new("RGB", (20, 20), "white").save(stream, "PNG")
    return base64.b64encode(stream.getvalue())


class TestUnitRegister(ServiceCase):
    """What was not delivered by us is entered by the desk."""

    def _register(self, user=None, **vals):
        vals = {
            "unit_origin": "manual",
            "product_id": self.washer.id,
            "name": "W1-7001",
            "end_customer_id": self.customer.id,
            **vals,
        }
        return self.env["stock.lot"].with_user(user or self.agent).create(vals)

    def test_delivered_units_say_so(self):
        self.assertEqual(self.unit.unit_origin, "delivered")

    def test_the_desk_enters_a_unit(self):
        action = self.customer.with_user(self.agent).action_new_service_unit()
        units = self.env["stock.lot"].with_user(self.agent)
        view = self.env.ref("service_ticket.service_unit_view_form_new")
        with Form(units.with_context(**action["context"]), view) as form:
            form.product_id = self.washer
            form.name = " W1-7000 "
        unit = form.record
        self.assertEqual(unit.name, "W1-7000")
        self.assertEqual(unit.end_customer_id, self.customer)
        self.assertEqual(unit.service_state, "in_service")
        self.assertEqual(unit.company_id, self.env.company)
        self.assertEqual(unit.unit_origin, "manual")

    def test_a_unit_of_another_make(self):
        units = self.env["stock.lot"].with_user(self.agent)
        view = self.env.ref("service_ticket.service_unit_view_form")
        with Form(units.with_context(default_unit_origin="manual"), view) as form:
            form.unit_origin = "other_make"
            self.assertTrue(form.product_id.service_other_make)
            form.unit_make = "Constructa"
            form.unit_model = "CW 12"
            form.end_customer_id = self.customer
        unit = form.record
        self.assertEqual(unit.model_label, "Constructa CW 12")
        self.assertEqual(unit.site_id, self.customer, "unless something else is said")
        self.assertTrue(unit.name.startswith("U"), "a number of ours")
        searching = units.with_context(service_unit_search=True)
        self.assertIn("Constructa", dict(searching.name_search("constructa"))[unit.id])
        ticket = self._ticket(unit_id=unit.id)
        self.assertEqual(ticket.partner_id, self.customer)

    def test_another_make_is_recognisable(self):
        foreign = self.env.ref("service_ticket.product_other_make")
        with self._refused(ValidationError, "does not fit"):
            self._register(unit_origin="other_make", unit_make="X")
        with self._refused(ValidationError, "does not fit"):
            self._register(product_id=foreign.id, unit_make="X")
        with self._refused(ValidationError, "make or the model"):
            self._register(unit_origin="other_make", product_id=foreign.id)

    def test_a_proof_of_purchase_is_complete(self):
        day = fields.Date.to_date("2025-03-01")
        proof = {"unit_origin": "proof", "purchased_on": day}
        with self._refused(ValidationError, "date of purchase"):
            self._register(**proof)
        with self._refused(UserError, "neither a picture nor a PDF"):
            self._register(**proof, purchase_proof=base64.b64encode(b"<html>"))
        unit = self._register(**proof, purchase_proof=receipt(), name=False)
        self.assertTrue(unit.name)
        later = fields.Date.add(fields.Date.today(), days=2)
        with self._refused(ValidationError, "future"):
            unit.with_user(self.manager).purchased_on = later

    def test_a_proof_that_comes_later(self):
        unit = self._register()
        unit.purchased_on = "2025-03-01"
        self.assertEqual(unit.unit_origin, "manual")
        unit.purchase_proof = receipt()
        self.assertEqual(unit.unit_origin, "proof")
        for vals in ({"purchased_on": "2026-01-01"}, {"purchase_proof": False}):
            with self._refused(AccessError, "manager"):
                unit.write(vals)
        unit.with_user(self.manager).purchased_on = "2025-04-01"
        self.assertEqual(unit.purchased_on, fields.Date.to_date("2025-04-01"))

    def test_products_without_serials_and_lots(self):
        kettle = self.env["product.product"].create({"name": "Kettle", "type": "consu"})
        unit, other = (
            self._register(product_id=kettle.id, name=name) for name in (False, "")
        )
        self.assertNotEqual(unit.name, other.name)
        paint = self.env["product.product"].create(
            {"name": "Paint", "type": "consu", "is_storable": True, "tracking": "lot"}
        )
        with self._refused(UserError, "no unit"):
            self._register(product_id=paint.id)

    def test_a_known_serial_is_refused_by_name(self):
        for serial in ("W1-0001", "w1-0001 "):
            with self._refused(UserError, "at Laundry at the Bridge"):
                self._register(name=serial)
        self._register(name="Same")
        with self._refused(UserError, "twice"):
            self.env["stock.lot"].create(
                [
                    {
                        "unit_origin": "manual",
                        "product_id": self.washer.id,
                        "name": name,
                    }
                    for name in ("Twin", "TWIN")
                ]
            )
        company, stranger = self._second_company()
        elsewhere = self._register(user=stranger, name="Same", end_customer_id=False)
        self.assertEqual(elsewhere.company_id, company)
        self.assertFalse(elsewhere.with_user(self.agent).has_access("read"))

    def test_the_origin_is_recorded(self):
        unit = self._register()
        for user, origin in (
            (self.agent, "other_make"),
            (self.agent, "delivered"),
            (self.manager, "delivered"),
        ):
            with self.subTest(user.login), self.assertRaises(AccessError):
                unit.with_user(user).unit_origin = origin
        with self.assertRaises(AccessError):
            self._register(unit_origin="delivered", name="W1-7003")
        with self.assertRaises(AccessError):
            self._register(user=self.engineer, name="W1-7004")
        with self.assertRaises(AccessError):
            self.env["product.product"].with_user(self.agent).create({"name": "X"})

    def test_completeness(self):
        blank = self.env["res.partner"].create({"name": "No address"})
        unit = self._register(end_customer_id=blank.id, site_id=blank.id)
        self.assertIn("installation place", unit.missing_facts)
        incomplete = [("completeness", "=", 0)]
        self.assertIn(unit, self.env["stock.lot"].search(incomplete))
        blank.street = "Mill Lane 2"
        self.assertEqual(unit.completeness, 1)
        self.assertFalse(unit.missing_facts)
        blank.street = False
        self.assertEqual(unit.completeness, 0)
        unit.install_place = "Cellar"
        self.assertNotIn(unit, self.env["stock.lot"].search(incomplete))
        unit.end_customer_id = False
        self.assertIn("customer", unit.missing_facts)
        shares = self.env["stock.lot"]._read_group(
            [("id", "in", (unit | self.unit).ids)], [], ["completeness:avg"]
        )
        self.assertEqual(shares, [(0.5,)])

    def test_a_known_serial_is_named_to_nobody_who_may_not_enter_it(self):
        self._register()
        _company, stranger = self._second_company()
        colleague = self._new_user("colleague", "base.group_user")
        for user in (stranger, colleague):
            with self.subTest(user.login), self.assertRaises(AccessError) as refusal:
                self._register(user, company_id=self.env.company.id)
            self.assertNotIn(self.customer.name, str(refusal.exception))
