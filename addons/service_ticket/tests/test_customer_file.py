from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form
from odoo.tools import mute_logger

from .common import ServiceCase


class TestCustomerFile(ServiceCase):
    """What a file holds, what it lacks, and when the next service is due."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.is_company = True
        cls.partners = cls.env["res.partner"].with_user(cls.agent)
        cls.file = cls.partners.browse(cls.customer.id)
        users = cls.agent | cls.manager | cls.engineer | cls.engineer_2
        users.tz = cls.env.user.tz = "UTC"  # one day for all of them, at any hour
        cls.today = fields.Date.today()

    def _complete(self, **vals):
        self.unit.install_place = "Cellar"
        self.file.write(
            {
                "service_item_ids": [
                    Command.link(self.env.ref("service_ticket.service_item_repair").id)
                ],
                "service_cycle_months": 6,
                "child_ids": [Command.create({"name": "Anna"})],
                **vals,
            }
        )

    def test_a_file_begins_with_the_first_unit_or_ticket(self):
        self.assertEqual(self.file.service_first_contact_on, self.unit.delivered_on)
        self.assertEqual(self.file.service_since, self.unit.delivered_on)
        self.assertEqual(self.file.service_company_id, self.env.company)
        due = self.today + timedelta(days=self.env.company.service_file_days)
        self.assertEqual(self.file.service_file_due_on, due)
        company = self.env["res.partner"].create({"name": "New", "is_company": True})
        person = self.env["res.partner"].create(
            {"name": "Person", "parent_id": company.id}
        )
        self.assertFalse(company.service_first_contact_on)
        self._ticket(unit_id=False, partner_id=person.id)
        self.assertTrue(company.service_first_contact_on)
        self.assertFalse(person.service_first_contact_on)
        self.assertFalse(person.service_completeness)

    def test_opened_by_hand(self):
        partner = self.partners.create({"name": "Prospect"})
        action = partner.action_open_service_file()
        self.assertEqual(action["res_id"], partner.id)
        self.assertEqual(partner.service_first_contact_on, self.today)

    def test_completeness_is_measured(self):
        asked = len(self.partners._get_file_facts())
        # known: name, address is not (no state), phone, since, product, place
        gaps = self.file._get_file_gaps()[self.file]
        self.assertEqual(gaps, ["person", "items", "cycle", "next_service"])
        self.assertAlmostEqual(self.file.service_completeness, 1 - 4 / asked)
        self.assertIn("Service items", self.file.service_missing_facts)
        self.assertTrue(self.file.service_below_target)
        self._complete()
        self.assertEqual(self.file.service_completeness, 1)
        self.assertFalse(self.file.service_missing_facts)
        self.assertEqual(self.file.service_file_completed_on, self.today)
        self.assertFalse(self.file.service_file_late)
        self.file.phone = False
        self.assertLess(self.file.service_completeness, 1)
        self.assertTrue(self.file.service_file_completed_on, "the first day stays")

    def test_a_unit_without_a_place_is_a_gap(self):
        self._complete()
        bare = self.env["res.partner"].create(
            {"name": "Yard", "parent_id": self.customer.id, "type": "delivery"}
        )
        self.unit.write({"install_place": False, "site_id": bare.id})
        bare.write({"street": False, "city": False})
        self.assertFalse(self.unit.completeness)
        self.assertEqual(self.file._get_file_gaps()[self.file], ["site"])
        self.unit.with_user(self.agent).install_place = "2nd floor"
        self.assertEqual(self.file.service_completeness, 1)

    def test_what_must_be_there_is_data(self):
        self._complete()
        facts = self.env["service.required.fact"].with_user(self.manager)
        wish = self.env.ref("service_ticket.required_file_wish")
        wish.with_user(self.manager).active = True
        walk = self.env["service.walk"].search([("name", "=", "file")])
        self.assertTrue(walk)
        while walk.exists():
            walk._step()
        self.assertLess(self.file.service_completeness, 1)
        self.file.service_wish = "In the morning"
        self.assertEqual(self.file.service_completeness, 1)
        with self._refused(ValidationError, "not asked for there"):
            facts.create({"scope": "customer", "fact": "symptom"})
        self.assertNotIn("cycle", dict(facts._get_required()))

    def test_late_files(self):
        late, done = self.partners.create([{"name": "Late"}, {"name": "Done"}])
        for partner in late | done:
            partner.action_open_service_file()
        yesterday = self.today - timedelta(days=1)
        (late | done).sudo().service_file_due_on = yesterday
        done.sudo().service_file_completed_on = yesterday
        self.env.flush_all()
        found = self.partners.search([("service_file_late", "=", True)])
        self.assertIn(late, found)
        self.assertNotIn(done, found)
        self.assertTrue(late.service_file_late)
        done.sudo().service_file_completed_on = self.today
        self.assertIn(done, self.partners.search([("service_file_late", "=", True)]))
        others = self.partners.search([("service_file_late", "=", False)])
        self.assertFalse((late | done) & others)
        self.assertIn(self.file, others)

    def test_next_service(self):
        self._complete()
        self.assertEqual(self.file.service_next_reason, "cycle")
        self.assertEqual(
            self.file.service_next_on,
            fields.Date.add(self.file.service_since, months=6),
        )
        wish = self.today + timedelta(days=9)
        self.file.service_wish_on = wish
        self.assertEqual(self.file.service_next_on, wish)
        self.assertEqual(self.file.service_next_reason, "wish")
        self.file.service_wish_on = self.today
        ticket = self._ticket(
            support_mode="onsite",
            kind="inspection",
            user_id=self.engineer.id,
        )
        ticket._agree_on_visit()
        ticket.action_open()
        ticket.write({"work_done": "Checked", "outcome": "fixed"})
        ticket.with_context(service_skip=True).action_resolve()
        self.assertEqual(self.file.service_last_on, self.today)
        self.assertEqual(self.file.service_next_reason, "cycle")
        self.assertEqual(
            self.file.service_next_on, fields.Date.add(self.today, months=6)
        )

    def test_what_is_recorded_is_not_written(self):
        for name in ("service_first_contact_on", "service_file_completed_on"):
            with self._refused(UserError, "recorded by the system"):
                self.file.write({name: "2020-01-01"})
        with self._refused(UserError, "recorded by the system"):
            self.partners.create({"name": "x", "service_completeness": 1})
        made = self.partners.with_context(default_service_last_on="2020-01-01").create(
            {"name": "x"}
        )
        self.assertFalse(made.service_last_on)

    def test_changes_are_on_the_page(self):
        agent = self.file.with_context(tracking_disable=False)
        self.flush_tracking()
        agent.write({"phone": "+32 16 11 22 33", "street": "Bridge Street 2"})
        self.flush_tracking()
        self.env.flush_all()
        changes = self.file._get_file_changes()
        phone = next(c for c in changes if c["new"] == "+32 16 11 22 33")
        self.assertEqual(phone["old"], "+32 16 70 80 90")
        self.assertTrue(any("Bridge Street 2" in c["new"] for c in changes))
        self.file.invalidate_recordset()
        self.assertIn("Bridge Street 2", self.file.service_changes)

    def flush_tracking(self):
        self.env.flush_all()
        self.env.cr.precommit.run()

    def test_page_and_paper(self):
        self._complete(service_wish="Ring twice")
        self._ticket(subject="Smells burnt")
        text = " ".join(
            self._read_pdf("service_ticket.report_customer_file", self.customer)
        )
        for words in (self.customer.name, "Anna", "W1-0001", "Ring twice", "Cellar"):
            self.assertIn(words, text)
        page = self.file.action_view_file_page()
        self.assertEqual(page["report_type"], "qweb-html")

    def test_form(self):
        view = "service_ticket.service_customer_view_form"
        with Form(self.file, view) as form:
            form.service_cycle_months = 12
        self.assertEqual(self.file.service_cycle_months, 12)
        with (
            self._refused(IntegrityError, "service_cycle_positive"),
            mute_logger("odoo.sql_db"),
        ):
            self.file.service_cycle_months = -1
            self.env.flush_all()

    def test_lists_cost_the_same(self):
        more = self.env["res.partner"].create([{"name": f"P{n}"} for n in range(20)])
        more._on_first_contact()
        self.env.flush_all()
        names = ["service_missing_facts", "service_file_late", "service_completeness"]
        costs = []
        for count in (2, 2, 20):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            more[:count].with_user(self.agent).read(names)
            costs.append(self.env.cr.sql_log_count - before)
        self.assertEqual(costs[1], costs[2])

    # --- Corrected at once (R154) ------------------------------------------------------

    def _correct(self, user, ticket, **vals):
        dialog = self.env["service.customer.correct"].with_user(user)
        dialog = dialog.create({"ticket_id": ticket.id})
        dialog.write(vals)
        return dialog

    def test_the_engineer_corrects_what_is_wrong(self):
        ticket = self._ticket(user_id=self.engineer.id)
        own = self._ticket(contact_phone="+32 2 000 00 00")
        dialog = self._correct(self.engineer, ticket)
        self.assertEqual(dialog.partner_id, self.customer)
        self.assertEqual(dialog.city, "Leuven")
        dialog.write({"phone": "+32 16 99 99 99", "city": "Luik"})
        dialog.action_correct()
        self.assertEqual(self.customer.phone, "+32 16 99 99 99")
        self.assertEqual(self.customer.city, "Luik")
        self.assertEqual(ticket.contact_phone, "+32 16 99 99 99")
        self.assertEqual(own.contact_phone, "+32 2 000 00 00")

    def test_only_whom_the_ticket_concerns(self):
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        ticket = self._ticket(user_id=self.engineer.id)
        dialog = self._correct(self.engineer, ticket, partner_id=stranger.id)
        with self._refused(UserError, "somebody else"):
            dialog.action_correct()
        with self.assertRaises(AccessError):
            self._correct(self.engineer_2, ticket).action_correct()
