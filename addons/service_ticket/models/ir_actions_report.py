from lxml import html as lxml_html

from odoo import models
from odoo.tools.pdf import merge_pdf

from odoo.addons.base.models.ir_actions_report import _wkhtml

_WITH_CLASS = ".//*[contains(concat(' ', normalize-space(@class), ' '), $css)]"


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _run_wkhtmltopdf(self, bodies, header=None, footer=None, **kwargs):
        """Make documents complete where wkhtmltopdf has no patched Qt.

        Debian's build drops headers and footers and takes one document a run; both
        are put into the body there, and the runs are merged (see
        ``base/models/ir_actions_report.py``, ``_run_wkhtmltopdf``).
        """
        if _wkhtml().is_patched_qt or not (header or footer):
            return super()._run_wkhtmltopdf(
                bodies, header=header, footer=footer, **kwargs
            )
        headers = self._split_minimal_layout(header, "header")
        footers = self._split_minimal_layout(footer, "footer")
        documents = [
            super(IrActionsReport, self)._run_wkhtmltopdf(
                [self._embed(body, headers, footers, index)], **kwargs
            )
            for index, body in enumerate(bodies)
        ]
        return documents[0] if len(documents) == 1 else merge_pdf(documents)

    def _split_minimal_layout(self, html, css_class):
        """Return the header (or footer) elements of a minimal layout, one a document."""
        if not html:
            return []
        return lxml_html.fromstring(html).xpath(_WITH_CLASS, css=f" {css_class} ")

    def _embed(self, body, headers, footers, index):
        """Return the body with its own header above and its footer below."""
        root = lxml_html.fromstring(body)
        main = root.xpath("//main") or root.xpath("//body") or [root]
        if index < len(headers):
            main[0].insert(0, headers[index])
        if index < len(footers):
            for page in footers[index].xpath(_WITH_CLASS, css=" page "):
                page.getparent().getparent().remove(page.getparent())
            main[0].append(footers[index])
        return lxml_html.tostring(root, encoding="unicode", doctype="<!DOCTYPE html>")
