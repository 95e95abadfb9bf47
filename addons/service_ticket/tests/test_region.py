from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, tagged

from ..engine.places import Places, Rule, normal_city, split_cities, split_prefixes
from .common import ServiceCase


@tagged("post_install", "-at_install")
class TestPlaces(TransactionCase):
    """The nearest description wins."""

    def test_order(self):
        found = Places(
            [
                Rule(1, 1, country=7),
                Rule(2, 2, country=7, states=frozenset({70})),
                Rule(3, 3, country=7, cities=split_cities("Leuven、上海市")),
                Rule(4, 3, country=7, prefixes=split_prefixes("30, 3 1")),
                Rule(5, 3, country=7, prefixes=("301",)),
                Rule(6, 2, country=8, prefixes=("301",)),
                Rule(7, 1),
            ]
        ).find
        for address, region in (
            ((7, None, None, None), 1),
            ((7, 71, "Gent", "9000"), 1),
            ((7, 70, "Gent", "9000"), 2),
            ((7, 70, " leuven ", "9000"), 3),
            ((None, None, "上海", None), 3),
            ((7, 70, "Leuven", "30 99"), 4),
            ((7, 70, "Leuven", "301-0"), 5),
            ((8, None, "Leuven", "3010"), 6),
            ((8, None, "Leuven", "9000"), None),
            ((None, None, None, None), None),
        ):
            with self.subTest(address):
                self.assertEqual(found(*address), region)

    def test_words(self):
        self.assertEqual(normal_city("  Sint  Truiden"), "sint truiden")
        self.assertEqual(split_cities(" , \n"), frozenset())
        self.assertEqual(split_prefixes("ab1,ab1 C2"), ("AB1", "C2"))
        self.assertIsNone(Places([]).find(1, 2, "x", "3"))

    def test_the_deeper_of_two(self):
        wide, deep = Rule(1, 1, 7), Rule(2, 2, 7)
        for rules in ([wide, deep], [deep, wide]):
            self.assertEqual(Places(rules).find(7, None, None, None), 2)


class TestRegion(ServiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regions = cls.env["service.region"].with_user(cls.manager)
        cls.country = cls.env.ref("base.be")
        cls.east, cls.west = cls.regions.create(
            [
                {
                    "name": "East",
                    "country_id": cls.country.id,
                    "cities": "Leuven, Luik",
                },
                {"name": "West", "country_id": cls.country.id, "zip_prefixes": "8 9"},
            ]
        )

    def _walk(self, name="region"):
        walks = self.env["service.walk"].search([("name", "=", name)])
        while walks.exists():
            walks._step(batch=1000)

    def test_found_by_address(self):
        person = self.env["res.partner"].create(
            {"name": "Anna", "parent_id": self.customer.id}
        )
        site = self.env["res.partner"].create(
            {"name": "Yard", "parent_id": self.customer.id, "type": "delivery"}
        )
        self._walk()
        self.assertEqual((self.customer | person).service_region_id, self.east)
        self.customer.with_user(self.agent).write({"city": "Gent", "zip": "9000"})
        self.assertEqual((self.customer | person).service_region_id, self.west)
        site.city = "Luik"
        self.assertEqual(site.service_region_id, self.east)
        self.customer.zip = "1000"
        self.assertFalse((self.customer | person).service_region_id)

    def test_what_is_said_by_hand_stays(self):
        customer = self.customer.with_user(self.agent)
        customer.service_region_id = self.west
        self.assertTrue(customer.service_region_by_hand)
        customer.city = "Luik"
        self.west.zip_prefixes = "7"
        self._walk()
        self.assertEqual(customer.service_region_id, self.west)
        customer.service_region_id = False
        self.assertFalse(customer.service_region_by_hand)
        self.assertEqual(customer.service_region_id, self.east)
        new = self.env["res.partner"].create(
            {"name": "New", "city": "Leuven", "service_region_id": self.west.id}
        )
        self.env.flush_all()
        self.assertEqual(new.service_region_id, self.west)

    def test_other_rules_find_everybody_anew(self):
        self._walk()
        self.east.cities = "Luik"
        self.assertEqual(self.customer.service_region_id, self.east)
        self._walk()
        self.assertFalse(self.customer.service_region_id)
        self.assertFalse(self.env["service.walk"].search([("name", "=", "region")]))
        part = self.regions.create(
            {"name": "City", "parent_id": self.east.id, "cities": "Leuven"}
        )
        self._walk()
        self.assertEqual(self.customer.service_region_id, part)
        self.assertEqual(part.display_name, "East / City")
        self.assertEqual(part.customer_count, 1)
        self.assertIn(
            self.customer,
            self.env["res.partner"].search(self.east.action_view_customers()["domain"]),
        )
        part.active = False
        self._walk()
        self.assertFalse(self.customer.service_region_id)

    def test_the_work_is_done_in_steps(self):
        self.env["service.walk"].search([]).unlink()
        self.env["service.walk"]._begin("region")
        walk = self.env["service.walk"].search([])
        self.assertEqual(walk._step(batch=2), 2)
        first = walk.last_id
        self.assertEqual(walk._step(batch=2), 2)
        self.assertGreater(walk.last_id, first)
        self.env["service.walk"]._begin("region")
        self.assertEqual(walk.last_id, 0)
        self.assertEqual(self.env["service.walk"].search_count([]), 1)

    def test_refusals(self):
        with self._refused(UserError, "Recursion"):
            self.east.parent_id = self.east
        with self._refused(ValidationError, "its states lie in"):
            self.east.state_ids = self.env.ref("base.state_us_5")
        for user in (self.agent, self.engineer):
            self.assertEqual(self.east.with_user(user).name, "East")
            with self.assertRaises(AccessError):
                self.east.with_user(user).name = "Mine"
