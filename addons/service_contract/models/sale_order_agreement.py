"""The service guarantee agreement that is signed together with an order (R37, R55)."""

from odoo import models
from odoo.tools import format_duration


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_agreement_title(self):
        return self.env._("Service Guarantee Agreement")

    def _get_agreement_terms(self):
        """Return {terms: products} of what this order delivers with a serial."""
        terms = {}
        for line in self.order_line.filtered(lambda line: line.product_id):
            template = line.product_id.product_tmpl_id
            if template.type != "consu" or template.tracking != "serial":
                continue
            coverage = line.service_coverage_id or template._get_service_coverage()
            while coverage:
                products = terms.setdefault(coverage, self.env["product.product"])
                terms[coverage] = products | line.product_id
                coverage = coverage.follow_id
        return terms

    def _get_agreement_coverages(self):
        """Return what the agreement prints about each of the terms."""
        labels = self.env["service.ticket"]._get_kind_labels()
        return [
            {
                "coverage": coverage,
                "products": ", ".join(products.mapped("display_name")),
                "starts": coverage._describe_start(),
                "lines": [
                    {
                        "label": labels[line.kind],
                        "gives": line._describe(),
                        "months": coverage._describe_months(line.months),
                    }
                    for line in coverage.line_ids
                ],
            }
            for coverage, products in self._get_agreement_terms().items()
        ]

    def _get_agreement_exclusions(self):
        coverages = self.env["service.coverage"].union(*self._get_agreement_terms())
        return coverages._get_exclusion_sentences() if coverages else []

    def _get_agreement_targets(self):
        """Return [(severity, promised times)] of the policy that this customer has."""
        partner = self.partner_id.commercial_partner_id
        policies = self.env["service.sla.policy"]._get_in_order()
        policy = (partner.service_policy_id + policies).filtered(
            lambda policy: policy.company_id in (self.company_id, self.company_id[:0])
        )[:1]
        rows = {}
        clocks = self.env["service.sla.target"]._fields["clock"]
        labels = dict(clocks._description_selection(self.env))
        for target in policy.target_ids.filtered(lambda t: t.kind in (False, "fault")):
            name = target.severity_id.name or self.env._("Every fault")
            promised = f"{labels[target.clock]}: {format_duration(target.hours)}"
            rows.setdefault(name, []).append(promised)
        return [(name, " · ".join(promised)) for name, promised in rows.items()]
