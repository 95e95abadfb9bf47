from unicodedata import normalize

from odoo import fields
from odoo.tests import tagged

from .common import ServiceCase

REPORT = "service_ticket.action_report_ticket"
# What each paper says in English, zh_CN and zh_TW.
PAPERS = {
    "report_ticket": ("Promised times", "承诺时间", "承諾時間"),
    "report_analysis": ("What happened", "故障情况", "故障情形"),
    "report_unit_labels": ("Report a fault: scan", "报修请扫码", "報修請掃碼"),
    "report_promise_statement": ("What we promised", "我们的承诺", "我們的承諾"),
    "report_unit_file": ("Service File", "服务档案", "服務檔案"),
}
LANGS = ("en_US", "zh_CN", "zh_TW")


class TestReport(ServiceCase):
    def test_ticket_sheet_is_complete_in_its_body(self):
        ticket = self._ticket(description="Nothing lights up.")
        pages = self._read_pdf(REPORT, ticket)
        self.assertEqual(len(pages), 1)
        for text in (
            ticket.name,
            self.customer.name,
            self.unit.name,
            "Nothing lights up.",
            "First response",
            self.env.company.name,
        ):
            self.assertIn(text, pages[0])

    def test_several_sheets_are_printed_at_once(self):
        tickets = self._ticket() | self._ticket()
        pages = self._read_pdf(REPORT, tickets)
        self.assertEqual(len(pages), 2)
        for ticket in tickets:
            self.assertTrue(any(ticket.name in page for page in pages))


@tagged("post_install", "-at_install")
class TestPapersInThreeLanguages(ServiceCase):
    """Each paper is printed for real, in the language of who reads it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for lang in LANGS:
            cls.env["res.lang"]._activate_lang(lang)
        modules = cls.env["ir.module.module"]
        modules._load_module_terms(["service_ticket"], LANGS[1:], overwrite=True)
        english, *chinese = PAPERS["report_unit_labels"]
        cls.env.ref("service_ticket.report_unit_label").update_field_translations(
            "arch_db",
            {
                lang: {f"<strong>{english}</strong>": f"<strong>{words}</strong>"}
                for lang, words in zip(LANGS[1:], chinese, strict=True)
            },
        )
        cls.ticket = cls._ticket(
            description="漏水 / leaks",
            cause_id=cls.env.ref("service_ticket.cause_component").id,
            outcome="fixed",
        )
        cls.ticket.action_resolve()

    def _get_paper_record(self, name):
        if name in ("report_ticket", "report_analysis"):
            return self.ticket
        if name != "report_promise_statement":
            return self.unit
        now = fields.Datetime.now()
        vals = {"month": str(now.month), "year": now.year}
        return self.env["service.promise.statement"].create(
            {"partner_id": self.customer.id, **vals}
        )

    def test_the_text_of_each_pdf(self):
        for name, heads in PAPERS.items():
            for lang, head in zip(LANGS, heads, strict=True):
                with self.subTest(name, lang=lang):
                    self.customer.lang = lang
                    record = self._get_paper_record(name)
                    if name == "report_unit_file":  # ours: who prints it reads it
                        record = record.with_context(lang=lang)
                    text = " ".join(self._read_pdf(f"service_ticket.{name}", record))
                    text = normalize("NFKC", text)  # fonts name 水 as a radical
                    self.assertIn(head, text)
                    if name != "report_promise_statement":
                        self.assertIn(self.unit.name, text)
                    if name in ("report_ticket", "report_analysis"):
                        self.assertIn("漏水", text)
