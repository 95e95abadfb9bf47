"""B6: what has done harm elsewhere is only text here: on pages, papers and in mails."""

import re
from collections import Counter
from email.message import EmailMessage
from email.policy import SMTP

from lxml import html

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.service_ticket.tests import test_portal
from odoo.addons.service_ticket.tests.test_portal import HOME, picture

from .corpus import CORPUS

_ACTIVE = {"script", "iframe", "object", "embed", "base", "meta", "link", "form", "svg"}
_LINKS = {"href", "src", "action", "formaction", "background", "data", "srcdoc"}
_SCHEMES = re.compile(r"\s*(javascript|vbscript|data:text)", re.I)
# What no database holds; forms drop it, others refuse it.
_STORABLE = [text for text in CORPUS if "\x00" not in text]
_FIELDS = ("subject", "description", "contact_name", "internal_note", "work_done")


def dangers(page):
    """Count what acts in a page: elements, handlers, links that run, directives."""
    found = Counter()
    if not page.strip():
        return found
    for element in html.fromstring(page).iter(html.etree.Element):
        if element.tag in _ACTIVE:
            found[element.tag] += 1
        for name, value in element.attrib.items():
            if name.startswith(("on", "t-")):
                found[name] += 1
            if name in _LINKS and _SCHEMES.match(value):
                found[f"{name}=…:"] += 1
    return found


@tagged("post_install", "-at_install")
class TestHostileStrings(test_portal.PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        size = len(_FIELDS)
        chunks = [_STORABLE[i : i + size] for i in range(0, len(_STORABLE), size)]
        cls.hostile = cls.env["service.ticket"].create(
            [
                {
                    **dict(zip(_FIELDS, chunk, strict=False)),
                    "unit_id": cls.unit.id,
                    "team_id": cls.team.id,
                }
                for chunk in chunks
            ]
        )
        cls.env.flush_all()

    def _rename_everything(self):
        """Let the customer, the unit and the product bear such names, too."""
        names = iter(_STORABLE[:40])
        self.customer.name = f"{next(names)}{''.join(names)[:1500]}"
        self.unit.name = "".join(_STORABLE[:30])[:1500]
        self.washer.name = "".join(_STORABLE[:30])[:1500]

    def test_corpus(self):
        self.assertGreater(len(CORPUS), 180)
        self.assertIn("script", dangers("<p><script>1</script></p>"))
        self.assertIn("onclick", dangers("<p onclick=x>"))

    def test_portal_pages(self):
        self._login(self.owner)
        harmless = self._ticket(description="Leaks", internal_note=False)
        plain = dangers(self.url_open(f"{HOME}/{harmless.id}").text)
        lists = {
            url: dangers(self.url_open(f"{url}?search=nothing-of-the-kind").text)
            for url in (HOME, "/my/service-units")
        }
        self._rename_everything()
        for url, expected in lists.items():
            self.assertEqual(dangers(self.url_open(url).text), expected, url)
        for ticket in self.hostile:
            page = self.url_open(f"{HOME}/{ticket.id}")
            self.assertEqual(page.status_code, 200)
            self.assertEqual(dangers(page.text), plain, ticket.mapped("subject"))

    def test_the_public_page_and_its_answers(self):
        self._login(None)
        path = self.unit._get_label_path()
        plain = dangers(self.url_open(path).text)
        keys = ("symptom", "description", "name")
        for i in range(0, len(CORPUS), 12):
            text = "\n".join(CORPUS[i : i + 12])
            form = {**dict.fromkeys(keys, text), "contact": ""}
            answer = self._post(f"{path}/report", form)
            self.assertEqual(answer.status_code, 200)
            self.assertEqual(dangers(answer.text), plain, text)
        self._rename_everything()
        self.assertEqual(dangers(self.url_open(path).text), plain)
        self._login(self.owner)
        search = "".join(CORPUS)[:3000]
        for url in (HOME, "/my/service-units"):
            expected = dangers(self.url_open(f"{url}?search=nothing").text)
            page = self.opener.get(self.base_url() + url, params={"search": search})
            self.assertEqual(page.status_code, 200)
            self.assertEqual(dangers(page.text), expected)

    def test_papers(self):
        self._login(self.agent)
        reports = self.env["ir.actions.report"].search(
            [
                ("report_name", "=like", "service\\_%"),
                ("model", "in", ("service.ticket", "stock.lot")),
            ]
        )
        self.assertGreater(len(reports), 1)
        for report in reports:
            records = self.hostile if report.model == "service.ticket" else self.unit
            one = self._ticket(description="Leaks")
            one = one if report.model == "service.ticket" else self.other_unit
            url = f"/report/html/{report.report_name}"
            with mute_logger("odoo.sql_db", "odoo.http"):
                plain = self.url_open(f"{url}/{one.id}")
                if plain.status_code != 200:
                    continue  # a paper that this record has not
                self._rename_everything()
                ids = ",".join(map(str, records.ids))
                page = self.url_open(f"{url}/{ids}")
            self.assertEqual(page.status_code, 200, report.report_name)
            self.assertEqual(
                set(dangers(page.text)), set(dangers(plain.text)), report.report_name
            )
            self.assertNotIn(">49<", page.text)

    def test_the_thread(self):
        for i in range(0, len(_STORABLE), 10):
            text = "\n".join(_STORABLE[i : i + 10])
            message = self.ticket.message_post(body=text, subject=text)
            self.assertEqual(dangers(str(message.body)), Counter(), text)
        for body in self.hostile.message_ids.mapped("body"):
            self.assertEqual(dangers(str(body)), Counter(), body)

    # --- Mail -----------------------------------------------------------------------

    def test_mails_that_go_out(self):
        """No subject starts a header of its own, and none is run as a template."""
        servers = self.env["ir.mail_server"]
        expected = None
        for ticket in self.hostile:
            for text in (ticket.subject, ticket.contact_name):
                mail = servers._build_email__(
                    email_from="desk@example.com",
                    email_to=["x@example.com"],
                    subject=f"Re: {text} {ticket.display_name}",
                    body="x",
                )
                names = sorted(mail.keys())
                expected = expected or names
                self.assertEqual(names, expected, text)
                self.assertNotIn("Bcc", mail)
        templates = self.env["mail.template"].search([("model", "=", "service.ticket")])
        self.customer.email = "laundry@bridge.example.com"
        for template in templates:
            for name in ("subject", "body_html"):
                rendered = template._render_field(name, self.hostile.ids)
                plain = template._render_field(name, self.ticket.ids)
                allowed = dangers(str(plain[self.ticket.id] or ""))
                for ticket in self.hostile if name == "body_html" else ():
                    text = str(rendered[ticket.id] or "")
                    self.assertLessEqual(set(dangers(text)), set(allowed), text)
                self.assertNotIn(
                    "49", [str(text).strip() for text in rendered.values()]
                )

    def test_mails_that_come_in(self):
        """Each becomes a ticket whose subject is one line."""
        alias = self.team.alias_id
        alias.alias_domain_id = self.env["mail.alias.domain"].search(
            [], limit=1
        ) or self.env["mail.alias.domain"].create({"name": "desk.example.com"})
        self.team.alias_name = "hostile"
        gateway = self.env["mail.thread"].with_context(mail_create_nolog=True)
        last = self.env["service.ticket"].search([], order="id desc", limit=1)
        texts = [text for text in _STORABLE if text.strip()][::6]
        for number, text in enumerate(texts):
            mail = EmailMessage(policy=SMTP.clone(max_line_length=900))
            mail["To"] = self.team.alias_id.display_name
            mail["From"] = f"Somebody <somebody-{number}@example.com>"
            mail["Message-Id"] = f"<hostile-{number}@example.com>"
            line = re.sub(r"[\r\n\x85\x0b\x0c\x1c-\x1e\u2028\u2029]", " ", text)[:400]
            mail["Subject"] = line
            mail.set_content(text)
            mail.add_alternative(f"<p>{text}</p>", subtype="html")
            with mute_logger("odoo.addons.mail.models.mail_thread"):
                gateway.message_process(False, mail.as_bytes())
        tickets = self.env["service.ticket"].search([("id", ">", last.id)])
        self.assertEqual(len(tickets), len(texts))
        for ticket in tickets:
            self.assertNotRegex(ticket.subject or "", r"[\r\n]")
            for body in ticket.message_ids.mapped("body"):
                bad = set(dangers(str(body))) - {"link", "form", "svg"}
                self.assertEqual(bad, set(), body)

    # --- Files ----------------------------------------------------------------------

    def test_names_of_files(self):
        """Kept as text; a download names a file, never a place or a header."""
        self._login(self.owner)
        for i in range(0, len(CORPUS), 5):
            names = [name[:200] for name in CORPUS[i : i + 5]]
            names = [re.sub(r"[\r\n\x00]", "_", name) or "x" for name in names]
            files = [("files", (name, picture(), "image/png")) for name in names]
            form = {"description": "x"}
            answer = self._post(f"{HOME}/report", form, files)
            self.assertEqual(answer.status_code, 303, names)
        found = self.env["ir.attachment"].search(
            [("res_model", "=", "service.ticket"), ("mimetype", "=", "image/png")]
        )
        self.assertGreater(len(found), 150)
        self._login(self.agent)
        for file in found[::7]:
            answer = self.url_open(f"/web/content/{file.id}?download=true")
            self.assertEqual(answer.status_code, 200)
            self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
            shown = answer.headers["Content-Disposition"]
            self.assertRegex(shown, r"^attachment; filename")
            self.assertNotRegex(shown, r"[\r\n]")
            self.assertNotIn("Set-Cookie: a=b", str(answer.headers))
