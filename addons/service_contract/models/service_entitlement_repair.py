"""A fitted part carries a warranty of its own (R138)."""

from odoo import api, fields, models


class ServiceEntitlement(models.Model):
    _inherit = "service.entitlement"

    @api.model
    def _grant_from_repair(self, ticket, parts):
        """Give the ticket's unit the repair warranty of these parts, in one batch.

        Called again for the same ticket, it begins anew: the part was fitted anew.
        """
        company = ticket.company_id
        terms = {
            part: part.product_tmpl_id.with_company(company)._get_repair_coverage(
                company
            )
            for part in parts
        }
        given = self.search(
            [("ticket_id", "=", ticket.id), ("source", "=", "repair")]
        ).grouped("scope_product_id")
        today = fields.Date.context_today(ticket)
        vals_list = []
        for part, coverage in terms.items():
            old = given.get(part)
            if old:
                old.write(
                    {"date_start": today, "date_end": old.coverage_id._get_end(today)}
                )
            elif coverage:
                vals_list.append(
                    self._prepare_repair_vals(ticket, part, coverage, today)
                )
        quiet = self.with_context(mail_create_nolog=True, tracking_disable=True)
        return quiet.create(vals_list).with_env(self.env)

    @api.model
    def _prepare_repair_vals(self, ticket, part, coverage, day):
        return {
            "unit_id": ticket.unit_id.id,
            "coverage_id": coverage.id,
            "source": "repair",
            "scope_product_id": part.id,
            "ticket_id": ticket.id,
            "date_start": day,
            "date_end": coverage._get_end(day),
            "company_id": ticket.company_id.id,
        }
