from odoo.tests import Form

from .common import ServiceCase


class TestFaultCode(ServiceCase):
    """The codes that a ticket offers fit its product."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        categories = cls.env["product.category"]
        cls.machines = categories.create({"name": "Machines"})
        cls.washers = categories.create(
            {"name": "Washers", "parent_id": cls.machines.id}
        )
        cls.washer.categ_id = cls.washers
        cls.appliances = cls.env.ref("service_ticket.fault_group_appliances")
        cls.washing_machine = cls.env.ref("service_ticket.fault_group_washing_machine")
        cls.codes = cls.env["service.fault.code"]

    def _offered(self, kind="symptom", product=None):
        product = self.washer if product is None else product
        return self.codes.search(
            [("kind", "=", kind), ("fits_product_id", "=", product.id)]
        )

    def _ref(self, name):
        return self.env.ref(f"service_ticket.{name}")

    def test_unknown_equipment_is_offered_the_broad_codes(self):
        for product in (self.washer, self.env["product.product"]):
            offered = self._offered(product=product)
            self.assertIn(self._ref("symptom_no_power"), offered)
            self.assertIn(self._ref("symptom_slow"), offered)
            self.assertNotIn(self._ref("symptom_wm_no_drain"), offered)

    def test_a_kind_of_equipment_brings_its_codes_and_those_above(self):
        self.washers.fault_group_ids = self.washing_machine
        offered = self._offered()
        self.assertIn(self._ref("symptom_wm_no_drain"), offered)
        self.assertIn(self._ref("symptom_no_heat"), offered, "of all appliances")
        self.assertIn(self._ref("symptom_no_power"), offered, "of everything")
        self.assertNotIn(self._ref("symptom_slow"), offered, "of IT equipment")
        self.assertNotIn(self._ref("symptom_rf_ice"), offered)
        self.assertIn(self._ref("cause_wm_drain_pump"), self._offered("cause"))
        self.assertIn(self._ref("remedy_wm_pump"), self._offered("remedy"))

    def test_a_broad_kind_is_offered_everything_below(self):
        self.washers.fault_group_ids = self.appliances
        offered = self._offered()
        self.assertIn(self._ref("symptom_wm_no_drain"), offered)
        self.assertIn(self._ref("symptom_rf_ice"), offered)
        self.assertNotIn(self._ref("symptom_pr_jam"), offered)

    def test_a_category_takes_the_kind_of_the_one_above(self):
        self.machines.fault_group_ids = self.washing_machine
        self.assertIn(self._ref("symptom_wm_no_drain"), self._offered())
        self.washers.fault_group_ids = self._ref("fault_group_printer")
        self.assertNotIn(self._ref("symptom_wm_no_drain"), self._offered())

    def test_a_code_of_a_category_is_for_those_below_it_only(self):
        own = self.codes.create(
            {"name": "Rust", "kind": "symptom", "categ_ids": self.machines.ids}
        )
        self.assertIn(own, self._offered())
        other = self.env["product.product"].create({"name": "Chair"})
        self.assertNotIn(own, self._offered(product=other))

    def test_codes_for_what_the_unit_is_come_first(self):
        self.washers.fault_group_ids = self.washing_machine
        offered = self._offered()
        self.assertEqual(offered[0].group_ids, self.washing_machine)
        self.assertEqual(offered[-1], self._ref("symptom_other"))

    def test_the_ticket_its_portal_and_its_label_offer_the_same(self):
        self.washers.fault_group_ids = self.washing_machine
        self.assertEqual(self.unit._get_symptoms(), self._offered())
        with Form(self._ticket(), "service_ticket.service_ticket_view_form") as form:
            domain = form._view["fields"]["symptom_id"]["domain"]
        self.assertIn("fits_product_id", str(domain))

    def test_several_units_are_offered_what_fits_one_of_them(self):
        printer = self.env["product.product"].create(
            {
                "name": "Printer P1",
                "is_storable": True,
                "tracking": "serial",
                "categ_id": self.env["product.category"]
                .create(
                    {
                        "name": "Printers",
                        "fault_group_ids": self._ref("fault_group_printer").ids,
                    }
                )
                .id,
            }
        )
        self.washers.fault_group_ids = self.washing_machine
        other = self._deliver(printer, "P1-1", self.customer)
        offered = (self.unit | other)._get_symptoms()
        self.assertIn(self._ref("symptom_wm_no_drain"), offered)
        self.assertIn(self._ref("symptom_pr_jam"), offered)

    def test_every_cause_says_where_it_comes_from(self):
        causes = self.codes.search([("kind", "=", "cause")])
        self.assertTrue(all(causes.mapped("fault_class")))
        self.assertEqual(len({*causes.mapped("code")}), len(causes))

    def test_an_engineer_without_rights_on_products_is_offered_them(self):
        self.washers.fault_group_ids = self.washing_machine
        offered = self.codes.with_user(self.engineer).search(
            [("kind", "=", "symptom"), ("fits_product_id", "=", self.washer.id)]
        )
        self.assertIn(self._ref("symptom_wm_no_drain"), offered)
