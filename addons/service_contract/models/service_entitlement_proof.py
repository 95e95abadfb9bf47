"""From a proof of purchase to the entitlement of a unit that we did not deliver."""

from odoo import api, models


class ServiceEntitlement(models.Model):
    _inherit = "service.entitlement"

    @api.model
    def _grant_from_proof(self, units):
        """Give units with a proof of purchase what their products promise, in one batch.

        Never to units of another make (R64). Repeating it changes nothing.
        """
        proven = units.filtered(lambda unit: unit.unit_origin == "proof")
        given = self.search(
            [
                ("unit_id", "in", proven.ids),
                ("source", "in", ("sale", "delivery", "proof")),
            ]
        )
        vals_list = []
        for unit in proven - given.unit_id:
            coverage = unit.product_id.product_tmpl_id._get_service_coverage()
            company = unit.company_id or self.env.company
            if coverage and coverage.company_id in (company, company.browse()):
                vals_list.append(self._prepare_proof_vals(unit, coverage, company))
        quiet = self.with_context(mail_create_nolog=True, tracking_disable=True)
        return quiet.create(vals_list).with_env(self.env)

    @api.model
    def _prepare_proof_vals(self, unit, coverage, company):
        start = self._get_start(unit, coverage)
        return {
            "unit_id": unit.id,
            "coverage_id": coverage.id,
            "source": "proof",
            "date_start": start,
            "date_end": coverage._get_end(start),
            "company_id": company.id,
        }
