"""The verdict on the ticket: covered or not, until when, why."""

from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form

from .common import ContractCase


class TestCover(ContractCase):
    def test_a_complaint_has_no_cover(self):
        for form in ("service_ticket_view_form", "service_ticket_view_form_intake"):
            view = self.env.ref(f"service_ticket.{form}")
            arch = self.env["service.ticket"].get_view(view.id, "form")["arch"]
            banners = etree.fromstring(arch).xpath(
                "//div[contains(@invisible, 'cover_state')]"
            )
            self.assertEqual(len(banners), 4)
            for banner in banners:
                self.assertIn("kind == 'complaint' or ", banner.get("invisible"))

    def test_unsaved_ticket_says_at_once_whether_it_is_covered(self):
        form = Form(self.env["service.ticket"].with_user(self.agent))
        self.assertEqual(form.cover_state, "unknown")
        form.unit_id = self.unit
        self.assertEqual(form.cover_state, "covered")
        self.assertIn("Standard warranty", form.cover_reason)
        self.assertTrue(form.cover_provisional)
        form.cause_id = self.lightning
        self.assertEqual(form.exclusion_id, self.lightning.exclusion_id)
        self.assertEqual(form.cover_state, "chargeable")
        self.assertIn("lightning", form.cover_reason)
        form.cause_id = self.quality
        self.assertFalse(form.exclusion_id)
        self.assertEqual(form.cover_state, "covered")
        self.assertFalse(form.cover_provisional)

    def test_intake_screen_shows_the_cover(self):
        view = "service_ticket.service_ticket_view_form_intake"
        form = Form(self.env["service.ticket"].with_user(self.agent), view=view)
        form.unit_id = self.unit
        self.assertEqual(form.cover_state, "covered")

    def test_unit_without_any_paper_is_chargeable(self):
        self.entitlement.unlink()
        ticket = self._ticket()
        self.assertEqual(ticket.cover_state, "chargeable")
        self.assertIn("no warranty", ticket.cover_reason)

    def test_no_unit_is_unknown(self):
        self.assertEqual(self._ticket(unit_id=False).cover_state, "unknown")

    def test_the_day_of_the_fault_counts_not_today(self):
        self.entitlement.write({"date_start": "2020-01-15", "date_end": "2022-01-14"})
        ticket = self._ticket()
        self.assertEqual(ticket.cover_state, "chargeable")
        self.assertIn("01/14/2022", ticket.cover_reason)
        ticket.opened_at = "2022-01-14 12:00:00"
        self.assertEqual(ticket.cover_state, "covered")

    def test_the_day_is_that_of_the_desk(self):
        calendar = self.env["resource.calendar"].create(
            {"name": "Desk", "tz": "Asia/Shanghai"}
        )
        self.team.calendar_id = calendar
        ticket = self._ticket(team_id=self.team.id, opened_at="2026-03-01 17:00:00")
        self.assertEqual(str(ticket._get_cover_day()), "2026-03-02")
        calendar.tz = "America/New_York"
        self.assertEqual(str(ticket._get_cover_day()), "2026-03-01")

    def test_partly_covered_says_which_part(self):
        self.entitlement.unlink()
        terms = self._terms([("part", 100, 0), ("labour", 50, 6)])
        start = fields.Date.context_today(self.env.user) - timedelta(days=30)
        self._entitle(self.unit, terms, date_start=start)
        ticket = self._ticket()
        self.assertEqual(ticket.cover_state, "partly")
        self.assertIn("Part: Covered by Own terms", ticket.cover_reason)
        self.assertIn("Labour: 50 % covered", ticket.cover_reason)
        self.assertIn("does not include Travel", ticket.cover_reason)
        lines = {line["kind"]: line for line in ticket._get_cover_lines()}
        self.assertEqual(lines["labour"]["share"], 50)
        self.assertEqual(lines["travel"]["share"], 0)
        self.assertTrue(all(line["reason"] for line in lines.values()))

    def test_terms_that_name_their_exclusions_cover_the_others(self):
        self.entitlement.unlink()
        misuse = self.env.ref("service_contract.exclusion_misuse")
        terms = self._terms([("part", 100, 0)], exclusion_ids=misuse.ids)
        self._entitle(self.unit, terms)
        part = self._ticket(cause_id=self.lightning.id)._get_cover_lines()[0]
        self.assertEqual(part["share"], 100)
        misused = self.env.ref("service_ticket.cause_misuse")
        part = self._ticket(cause_id=misused.id)._get_cover_lines()[0]
        self.assertEqual(part["share"], 0)
        misuse.active = False
        self.env.invalidate_all()
        part = self._ticket(cause_id=self.lightning.id)._get_cover_lines()[0]
        self.assertEqual(part["share"], 100, "an archived exclusion widened the list")

    def test_an_exclusion_that_terms_name_is_not_deleted(self):
        used, free = self.env["service.exclusion"].create(
            [
                {"name": name, "code": name, "sentence": name}
                for name in ("Overload", "Vandalism")
            ]
        )
        self._terms([("part", 100, 0)]).exclusion_ids = used
        with self.assertRaisesRegex(UserError, "Archive it"):
            used.with_user(self.manager).unlink()
        free.with_user(self.manager).unlink()

    def test_exclusion_can_be_set_without_a_cause_and_is_logged(self):
        ticket = self._ticket().with_context(tracking_disable=False)
        ticket.exclusion_id = self.env.ref("service_contract.exclusion_transport")
        self.assertEqual(ticket.cover_state, "chargeable")

    def test_what_is_no_fault_is_charged_by_tariff(self):
        ticket = self._ticket(kind="training")
        self.assertEqual(ticket.cover_state, "chargeable")
        self.assertIn("tariff", ticket.cover_reason)

    def test_goodwill_pays_where_the_warranty_does_not(self):
        everything = [(kind, 100, 0) for kind in ("part", "labour", "travel")]
        terms = self._terms(
            [*everything, ("diagnosis", 100, 0)],
            exclusion_ids=self.env.ref("service_contract.exclusion_unrest").ids,
        )
        self._entitle(self.unit, terms, source="goodwill")
        ticket = self._ticket(cause_id=self.lightning.id)
        self.assertEqual(ticket.cover_state, "covered")

    def test_a_list_of_tickets_costs_the_queries_of_one(self):
        for number in range(6):
            self._ticket(subject=f"Fault {number}")
        tickets = self.env["service.ticket"].search([])

        def count(records):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.mapped("cover_reason")
            return self.env.cr.sql_log_count - before

        self.assertLessEqual(count(tickets), count(tickets[:1]) + 4)

    def test_reason_speaks_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.coverage.with_context(lang="fr_FR").name = "Garantie de 24 mois"
        ticket = self._ticket().with_context(lang="fr_FR")
        self.assertIn("Garantie de 24 mois", ticket.cover_reason)
