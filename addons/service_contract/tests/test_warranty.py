"""What a unit is promised: on a time line, on paper, in the portal."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user

from .common import ContractCase


class TestWarranty(ContractCase):
    def _text(self, report, records):
        return " ".join(self._read_pdf(report, records))

    def test_bars_show_parts_labour_and_travel_with_words(self):
        bars = self.unit._get_warranty_bars()
        self.assertEqual(len(bars["rows"]), 3)
        for row in bars["rows"]:
            bar = row["bars"][0]
            self.assertEqual(bar["state"], "running")
            self.assertLessEqual(bar["left"] + bar["width"], 100)
        html = self.unit.with_user(self.agent).warranty_bars
        self.assertIn("100 % covered", html)
        self.assertIn("The red line is today", html)

    def test_a_promise_for_life_is_no_cover_until_the_year_9000(self):
        after = self.env.ref("service_contract.coverage_after")
        self._entitle(self.unit, after, source="extension")
        self.assertEqual(self.unit.covered_until, self.entitlement.date_end)
        words = " ".join(p["until_label"] for p in self.unit._get_promises())
        self.assertIn("end of its life", words)
        self.assertNotIn("9000", self.unit.warranty_bars)

    def test_what_ends_soon_is_found(self):
        self._change(
            self.manager,
            kind="correct",
            reason="It ends sooner",
            date_start=self.entitlement.date_start,
            date_end=fields.Date.context_today(self.unit) + timedelta(days=20),
        )
        action = self.env.ref("service_contract.service_entitlement_action_expiring")
        view = self.env["service.entitlement"].get_view(view_type="search")
        self.assertIn("expiring_quarter", view["arch"])
        self.assertIn("expiring_quarter", action.context)
        found = self.env["service.entitlement"].search(
            [("state", "=", "running"), ("date_end", "<=", "+30d")]
        )
        self.assertIn(self.entitlement, found)

    def test_certificate_says_what_is_promised_and_what_is_not(self):
        report = "service_contract.action_report_warranty_certificate"
        text = self._text(report, self.unit)
        for expected in (
            "Warranty Certificate",
            self.unit.name,
            self.customer.name,
            "100 % covered",
            "power surge",
        ):
            self.assertIn(expected, text)
        self._change(self.manager, kind="void", reason="Sold in error")
        self.assertIn("No warranty is running", self._text(report, self.unit))

    def test_agreement_names_terms_what_follows_and_how_soon_we_come(self):
        project = self.env.ref("service_contract.coverage_project")
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.washer.id,
                            "service_coverage_id": project.id,
                        }
                    )
                ],
            }
        )
        report = "service_contract.action_report_service_agreement"
        text = self._text(report, order)
        for expected in (
            "Service Guarantee Agreement",
            order.name,
            "signs that the unit works",
            "Begins by itself when the warranty ends",
            "Not above the original contract",
            "First response",
        ):
            self.assertIn(expected, text)


class TestWarrantyPortal(HttpCase, ContractCase):
    def test_the_owner_sees_and_prints_the_warranty(self):
        user = new_test_user(self.env, "owner_portal", groups="base.group_portal")
        user.partner_id.parent_id = self.customer
        self.authenticate("owner_portal", "owner_portal")
        page = self.url_open(f"/my/service-units/{self.unit.id}/warranty")
        self.assertIn("Warranty certificate", page.text)
        self.assertIn("o_service_warranty_bars", page.text)
        paper = self.url_open(f"/my/service-units/{self.unit.id}/certificate")
        self.assertEqual(paper.status_code, 200)
        other = self._deliver(
            self.washer, "W1-9001", self.env["res.partner"].create({"name": "Other"})
        )
        for page in ("warranty", "certificate", "agreement"):
            answer = self.url_open(f"/my/service-units/{other.id}/{page}")
            self.assertEqual(answer.status_code, 404)
