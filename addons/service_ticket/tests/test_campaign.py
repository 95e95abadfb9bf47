from odoo.exceptions import AccessError, UserError, ValidationError

from .common import ServiceCase


class TestCampaign(ServiceCase):
    """Many customers are told of one thing, each once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.many = cls.env["res.partner"].create(
            [{"name": f"Campaign {n}", "city": "Leuven"} for n in range(7)]
        )
        cls.many._on_first_contact()
        cls.campaign = (
            cls.env["service.campaign"]
            .with_user(cls.manager)
            .create(
                {
                    "name": "Open day",
                    "place": "Workshop",
                    "date_start": "2030-05-01",
                    "customers": "[('name', 'like', 'Campaign ')]",
                }
            )
        )

    def test_each_customer_once(self):
        self.assertEqual(self.campaign.customer_count, 7)
        self.assertEqual(str(self.campaign.contact_by), "2030-05-01")
        self.campaign.action_start()
        contacts = self.campaign.contact_ids
        self.assertEqual(contacts.partner_id, self.many)
        self.assertEqual(set(contacts.mapped("state")), {"owed"})
        self.campaign.sudo().last_id = 0
        self.campaign._plan_next()
        self.assertEqual(len(self.campaign.contact_ids), 7)
        self.assertEqual(self.many[0].service_next_reason, "event")
        contacts[0].result_id = self.env.ref("service_ticket.contact_result_well")
        contacts[0].action_made()
        self.campaign.invalidate_recordset()
        self.assertAlmostEqual(self.campaign.progress, 100 / 7)
        self.campaign.action_done()
        self.assertEqual(set(contacts[1:].mapped("state")), {"cancelled"})
        with self._refused(UserError, "can't do that"):
            self.campaign.action_start()

    def test_planned_in_steps(self):
        self.campaign.sudo().write(
            {"state": "running", "last_id": 0, "started_by_id": self.manager.id}
        )
        for planned in (3, 3, 1):
            self.assertEqual(self.campaign._plan_next(batch=3), planned)
        self.assertEqual(self.campaign.last_id, -1)
        self.assertEqual(len(self.campaign.contact_ids), 7)

    def test_refusals(self):
        with self._refused(UserError, "by its buttons"):
            self.campaign.state = "running"
        for words in ("[('nothing', '=', 1)]", "__import__('os')", "[('id'"):
            with self._refused(ValidationError, "choose the customers"):
                self.campaign.customers = words
        with self.assertRaises(AccessError):
            self.campaign.with_user(self.agent).action_start()
        _company, stranger = self._second_company()
        with self.assertRaises(AccessError):
            self.campaign.with_user(stranger).read(["name"])

    def test_other_companies_customers_are_left_out(self):
        company, _stranger = self._second_company()
        self.many[:2].sudo().service_company_id = company
        self.campaign.action_start()
        self.assertEqual(self.campaign.contact_ids.partner_id, self.many[2:])
