from lxml import html as lxml_html

from odoo import models
from odoo.tools.pdf import merge_pdf

from odoo.addons.base.models.ir_actions_report import _wkhtml

_WITH_CLASS = ".//*[contains(concat(' ', normalize-space(@class), ' '), $css)]"
# Switches that only a patched Qt knows, with the number of their values.
_PATCHED_ONLY = {"--header-spacing": 1, "--header-line": 0}
_MARGIN = "10"  # millimetres, where the letterhead needs no space outside the body
# Fonts from a style sheet become outlines in this build: nobody could search or copy
# the text of the document. The machine's own fonts stay text.
_FONTS = """<style>
body, body *:not(.fa) {
    font-family: "Liberation Sans", "Noto Sans CJK SC", "Noto Sans CJK TC", sans-serif
        !important;
}
</style>"""


class IrActionsReport(models.Model):
    """Make documents complete where wkhtmltopdf has no patched Qt.

    Debian's build drops headers and footers and takes one document a run. There, both
    go into the body, and the runs are merged (base/models/ir_actions_report.py).
    """

    _inherit = "ir.actions.report"

    def _run_wkhtmltopdf(self, bodies, *args, header=None, footer=None, **kwargs):
        if _wkhtml().is_patched_qt or not (header or footer):
            return super()._run_wkhtmltopdf(
                bodies, *args, header=header, footer=footer, **kwargs
            )
        headers = self._split_by_document(header, " header ")
        footers = self._split_by_document(footer, " footer ")
        # A label has neither: it keeps the margins of its paper.
        report = self.with_context(service_letterhead_in_body=headers or footers)
        documents = [
            super(IrActionsReport, report)._run_wkhtmltopdf(
                [self._embed(body, headers[index:], footers[index:])], *args, **kwargs
            )
            for index, body in enumerate(bodies)
        ]
        return documents[0] if len(documents) == 1 else merge_pdf(documents)

    def _build_wkhtmltopdf_args(self, *args, **kwargs):
        command = super()._build_wkhtmltopdf_args(*args, **kwargs)
        if _wkhtml().is_patched_qt:
            return command
        known, values_to_drop = [], 0
        for argument in command:
            if argument in _PATCHED_ONLY:
                values_to_drop = _PATCHED_ONLY[argument]
            elif values_to_drop:
                values_to_drop -= 1
            else:
                known.append(argument)
        if self.env.context.get("service_letterhead_in_body"):
            for switch in {"--margin-top", "--margin-bottom"}.intersection(known):
                known[known.index(switch) + 1] = _MARGIN
        return known

    def _split_by_document(self, html, css):
        """Return the header or footer elements of a minimal layout, one a document."""
        return lxml_html.fromstring(html).xpath(_WITH_CLASS, css=css) if html else []

    def _embed(self, body, headers, footers):
        """Return the body with the first header above it, the first footer below."""
        root = lxml_html.fromstring(body)
        main = (root.xpath("//main") or root.xpath("//body") or [root])[0]
        main.append(lxml_html.fragment_fromstring(_FONTS))
        if headers:
            main.insert(0, headers[0])
        if footers:
            # Nobody counts the pages here: "Page 1 / 1" would be wrong on page 2.
            for page_number in footers[0].xpath(_WITH_CLASS, css=" page "):
                line = page_number.getparent()
                line.getparent().remove(line)
            main.append(footers[0])
        return lxml_html.tostring(root, encoding="unicode", doctype="<!DOCTYPE html>")
