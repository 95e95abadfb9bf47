from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_portal import NASTY, PortalCase, picture


@tagged("post_install", "-at_install")
class TestPublicUnit(PortalCase):
    """The page behind the QR label: no login, one unit, nothing about its customer."""

    def setUp(self):
        super().setUp()
        self.path = self.unit._get_label_path()
        self.env["service.rate.limit"].search([]).unlink()
        self.symptom = self.env.ref("service_ticket.symptom_no_power")
        self._login(None)

    def _reported(self, unit=None):
        return self.env["service.ticket"].search(
            [("channel", "=", "qr"), ("unit_id", "=", (unit or self.unit).id)]
        )

    def _report(self, files=None, **data):
        form = {"symptom": str(self.symptom.id), "contact": "+32 400", **data}
        return self._post(f"{self.path}/report", form, files)

    def test_report(self):
        page = self.url_open(self.path)
        self.assertEqual(page.status_code, 200)
        self.assertIn(self.unit.name, page.text)
        self.assertIn(self.washer.name, page.text)
        self.assertIn(self.symptom.name, page.text)
        answer = self._report(
            {"files": ("a.png", picture(), "image/png")},
            name="Passer-by",
            description="Smells",
        )
        self.assertEqual(answer.status_code, 303)
        ticket = self._reported()
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.symptom_id, self.symptom)
        self.assertEqual(ticket.contact_name, "Passer-by")
        self.assertEqual(ticket.contact_phone, "+32 400")
        self.assertEqual(ticket.description, "Smells")
        self.assertEqual(ticket.message_ids.attachment_ids.raw, picture())
        thanks = self.url_open(answer.headers["Location"])
        self.assertIn(ticket.name, thanks.text)
        self.assertIn("We answer by", thanks.text)
        for text in (page.text, thanks.text):
            self.assertNotIn(self.customer.name, text)
            self.assertNotIn(self.customer.email, text)
            self.assertNotIn(self.customer.phone, text)

    def test_a_mail_address_is_a_contact_too(self):
        self._report(contact="me@example.com")
        self.assertEqual(self._reported().contact_email, "me@example.com")

    def test_missing_and_forged_look_alike(self):
        token = self.unit._get_label_token()
        other = self.other_unit._get_label_token()
        pages = set()
        for url in (
            f"/service/unit/{self.unit.id}/{other}",
            f"/service/unit/{self.unit.id}/{token[:-1]}",
            f"/service/unit/{self.unit.id}/%C3%A9",
            f"/service/unit/{self.unit.id}/x",
            f"/service/unit/999999999/{token}",
            f"/service/unit/99999999999999999999/{token}",
            f"/service/unit/{self.unit.id}",
            f"/service/unit/x/{token}",
            f"/service/unit/-1/{token}",
        ):
            for path in ("", "/thanks"):
                answer = self.url_open(url + path)
                self.assertEqual(answer.status_code, 404, url + path)
                pages.add(len(answer.text.replace(token, "").split("</title>")))
            posted = self._post(f"{url}/report", {"contact": "1", "description": "x"})
            # Where the token is missing, "report" stands in its place.
            refused = (404, 405) if url.endswith(str(self.unit.id)) else (404,)
            self.assertIn(posted.status_code, refused, url)
        self.assertEqual(len(pages), 1)
        self.assertFalse(self._reported())

    def test_every_user_gets_the_same_page(self):
        for user in (self.owner, self.colleague, self.other, self.agent, None):
            self._login(user)
            self.assertEqual(self.url_open(self.path).status_code, 200)
            self.assertNotIn("Bridge", self.url_open(self.path).text)

    def test_report_needs_post_and_csrf(self):
        self.assertEqual(self.url_open(f"{self.path}/report").status_code, 405)
        with mute_logger("odoo.http"):
            forged = self._post(
                f"{self.path}/report", {"contact": "1", "description": "x"}, csrf=False
            )
        self.assertEqual(forged.status_code, 400)
        self.assertFalse(self._reported())

    def test_what_is_missing_is_said(self):
        for data, message in (
            ({"contact": " "}, "phone number or an e-mail"),
            ({"symptom": "", "description": ""}, "what is wrong"),
            ({"symptom": "x" * 50, "description": ""}, "what is wrong"),
        ):
            answer = self._report(**data)
            self.assertEqual(answer.status_code, 200)
            self.assertIn(message, answer.text)
        self.assertFalse(self._reported())

    def test_a_robot_fills_in_everything(self):
        answer = self._report(website="http://spam.example.com")
        self.assertEqual(answer.status_code, 303)
        thanks = self.url_open(answer.headers["Location"])
        self.assertIn("Thank you", thanks.text)
        self.assertFalse(self._reported())

    def test_crafted_keys_change_nothing(self):
        names = self.env["service.ticket"]._fields
        crafted = {name: "1" for name in names} | {
            "unit_id": str(self.other_unit.id),
            "description": "Leaks",
            "name": "Somebody",
        }
        self._post(f"{self.path}/report", {**crafted, "contact": "1", "symptom": "-1"})
        ticket = self._reported()
        self.assertEqual(len(ticket), 1)
        self.assertEqual((ticket.state, ticket.channel), ("new", "qr"))
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertFalse(ticket.user_id or ticket.symptom_id)
        self.assertFalse(self._reported(self.other_unit))

    def test_html_is_harmless_in_every_field(self):
        keys = ("symptom", "description", "name", "contact")
        answer = self._post(
            f"{self.path}/report", dict.fromkeys(keys, NASTY) | {"contact": ""}
        )
        self.assertNotIn("<script>alert", answer.text)
        self.assertNotIn("<img src=x", answer.text)
        sent = self._report(**dict.fromkeys(("description", "name", "contact"), NASTY))
        self.assertEqual(sent.status_code, 303)
        ticket = self._reported()
        self._login(self.owner)
        page = self.url_open(f"/my/service-tickets/{ticket.id}").text
        self.assertNotIn("<script>alert", page)

    def test_an_upload_too_large_is_refused_in_words(self):
        self.env["ir.config_parameter"].set_param(
            "service_ticket.upload_megabytes", "1"
        )
        large = picture(1024 * 1024 + 1)
        answer = self._report({"files": ("big.png", large, "image/png")})
        self.assertEqual(answer.status_code, 200)
        self.assertIn("at most 1 MB", answer.text)
        program = self._report({"files": ("a.png", b"MZ\x90\0", "image/png")})
        self.assertIn("nor a PDF", program.text)
        self.assertFalse(self._reported())

    def test_the_limit_of_a_unit_holds(self):
        self.env["ir.config_parameter"].set_param(
            "service_ticket.reports_per_unit", "3"
        )
        codes = [self._report().status_code for _n in range(8)]
        self.assertEqual(codes, [303] * 3 + [429] * 5)
        self.assertEqual(len(self._reported()), 3)
        self.path = self.other_unit._get_label_path()
        self.assertEqual(self._report().status_code, 303)

    def test_the_limit_of_an_address_holds(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("service_ticket.reports_per_address", "2")
        codes = []
        for unit in (self.unit, self.other_unit, self.unit, self.other_unit):
            self.path = unit._get_label_path()
            codes.append(self._report().status_code)
        self.assertEqual(codes, [303, 303, 429, 429])
        counted = self.env["service.rate.limit"].search([])
        self.assertNotIn("127.0.0.1", str(counted.mapped("key")))
        parameters.set_param("service_ticket.reports_per_address", "many")
        self.assertEqual(self._report().status_code, 303)

    def test_two_at_once_never_share_a_number(self):
        """What another request took, unseen by us, is skipped; the limit still holds."""
        counter = self.env["service.rate.limit"]
        hour = fields.Datetime.now().replace(minute=0, second=0, microsecond=0)
        for number in (1, 2):
            counter.create({"key": "k", "hour": hour, "number": number})
        self.patch(type(counter), "search", lambda self, *a, **kw: self.browse())
        self.assertTrue(counter._take_number("k", hour, 3))
        self.assertFalse(counter._take_number("k", hour, 3))

    def test_old_counts_are_cleaned_up(self):
        counter = self.env["service.rate.limit"]
        now = fields.Datetime.now()
        old, new = counter.create(
            [
                {"key": "k", "hour": now - timedelta(days=2), "number": 1},
                {"key": "k", "hour": now, "number": 1},
            ]
        )
        counter._gc_old()
        self.assertFalse(old.exists())
        self.assertTrue(new.exists())

    def test_a_unit_of_another_company_gets_its_ticket_there(self):
        company, _user = self._second_company()
        unit = self.env["stock.lot"].create(
            {"name": "B-1", "product_id": self.washer.id, "company_id": company.id}
        )
        self.path = unit._get_label_path()
        self.assertEqual(self._report().status_code, 303)
        self.assertEqual(self._reported(unit).company_id, company)

    def test_the_label_leads_here(self):
        units = self.unit | self.other_unit
        pages = self._read_pdf("service_ticket.action_report_unit_labels", units)
        self.assertEqual(len(pages), 1)
        for text in (self.unit.name, self.other_unit.name, "Report a fault: scan"):
            self.assertIn(text, pages[0])
        self.assertTrue(self.unit._get_label_qr().startswith("data:image/png;base64,"))

    def test_a_sheet_has_24_labels(self):
        units = self.env["stock.lot"].create(
            [{"name": f"L-{n:03}", "product_id": self.washer.id} for n in range(25)]
        )
        pages = self._read_pdf("service_ticket.action_report_unit_labels", units)
        self.assertEqual(len(pages), 2)
        self.assertIn("L-023", pages[0])
        self.assertIn("L-024", pages[1])
