"""B6 on paper: what has done harm elsewhere is printed as text, and nothing of it acts."""

import io
from unicodedata import normalize

from PyPDF2 import PdfReader

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.service_ticket.tests.common import ServiceCase

from .corpus import CORPUS

# What a PDF would act with.
_ACTS = ("/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/SubmitForm", "/OpenAction")
_PRINTED = ("<script>alert(1)</script>", "{{7*7}}", "javascript:alert(1)")


@tagged("post_install", "-at_install")
class TestHostilePapers(ServiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        harm = [text for text in CORPUS if "\x00" not in text]
        cls.customer.name = " ".join(harm[:20])
        cls.washer.name = " ".join(harm[20:30])
        cls.ticket = cls._ticket(
            subject=" ".join(harm[30:40]),
            description="\n".join([*_PRINTED, *harm]),
            contact_name=" ".join(harm[40:45]),
            cause_id=cls.env.ref("service_ticket.cause_component").id,
            diagnosis="\n".join(harm[60:120]),
            work_done="\n".join([*_PRINTED, *harm[120:]]),
            outcome="fixed",
        )
        cls.ticket.action_resolve()
        cls.unit.name = "".join(harm[45:50])[:200]

    def _print(self, report, record):
        """Return the raw PDF and its text."""
        reports = self.env["ir.actions.report"].with_context(
            force_report_rendering=True
        )
        with mute_logger("odoo.addons.base.models.ir_actions_report"):
            content, kind = reports._render_qweb_pdf(report, record.ids)
        self.assertEqual(kind, "pdf")
        pages = PdfReader(io.BytesIO(content)).pages
        text = " ".join(" ".join(page.extract_text().split()) for page in pages)
        return content, normalize("NFKC", text), pages

    def _get_papers(self):
        now = fields.Datetime.now()
        statement = self.env["service.promise.statement"].create(
            {"partner_id": self.customer.id, "month": str(now.month), "year": now.year}
        )
        return {
            "report_ticket": self.ticket,
            "report_analysis": self.ticket,
            "report_unit_file": self.unit,
            "report_unit_labels": self.unit,
            "report_promise_statement": statement,
        }

    def test_nothing_acts_and_everything_is_text(self):
        for name, record in self._get_papers().items():
            with self.subTest(name):
                content, text, pages = self._print(f"service_ticket.{name}", record)
                for word in _ACTS:
                    self.assertNotIn(word.encode(), content, word)
                for page in pages:
                    self.assertFalse(page.get("/Annots"), "a link that runs")
                for secret in ("root:x:", "root:*:", ">49<"):
                    self.assertNotIn(secret, text)
                printed = _PRINTED if record == self.ticket else ()
                for harm in printed:
                    self.assertIn(harm, text)
