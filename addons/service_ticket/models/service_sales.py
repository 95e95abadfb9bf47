"""A customer wants to buy: whoever hears it hands it to sales (R169)."""

from odoo import models
from odoo.tools import plaintext2html


class ServiceSales(models.AbstractModel):
    """A talk with a customer, from which a wish goes to sales."""

    _name = "service.sales"
    _description = "Hands Wishes to Sales"

    def _prepare_wish(self):
        """Return what sales needs to know, read in sudo and in the seller's language.

        :return: dict with `company_id`, `partner_id` (may be empty), `team_id`, `title`
            and `wish`, and where known `name`, `phone`, `unit_id` and `note`
        """
        raise NotImplementedError

    def _hand_to_sales(self):
        """Tell sales and return whom: an opportunity where there is CRM, else a task."""
        self.ensure_one()
        user = self._get_salesperson()
        talk = self.sudo().with_context(lang=user.lang)
        wish = talk._prepare_wish()
        record = wish["partner_id"] or talk.ticket_id
        if "crm.lead" in self.env:
            leads = self.env["crm.lead"].sudo().with_company(wish["company_id"])
            record = leads.create(talk._prepare_opportunity_vals(wish, user))
        record.activity_schedule(
            "service_ticket.activity_type_sales",
            summary=talk.env._("Wants to buy: %s", wish["title"]),
            note=talk._get_sales_note(wish),
            user_id=user.id,
        )
        return user

    def _get_salesperson(self):
        """Return the customer's salesperson, else the team's leader, else a manager."""
        wish = self.sudo()._prepare_wish()
        steps = self.env["service.escalation.step"].sudo()
        partner, company = wish["partner_id"], wish["company_id"]
        for user in (
            partner.user_id,
            partner.commercial_partner_id.user_id,
            wish["team_id"].leader_id,
        ):
            if steps._keep_able(user, company):
                return user
        return steps._get_roles(company)["managers"][:1] or self.env.user

    def _prepare_opportunity_vals(self, wish, user):
        return {
            "type": "opportunity",
            "name": wish["wish"].splitlines()[0][:80],
            "partner_id": wish["partner_id"].id,
            "contact_name": wish.get("name"),
            "phone": wish.get("phone"),
            "user_id": user.id,
            "company_id": wish["company_id"].id,
            "description": self._get_sales_note(wish),
        }

    def _get_sales_note(self, wish):
        """Say what sales needs: the wish, who said it, and about which unit we spoke."""
        unit = wish.get("unit_id")
        lines = [
            wish["wish"],
            wish.get("name"),
            wish.get("phone"),
            unit and unit.display_name,
            wish.get("note"),
        ]
        return plaintext2html("\n".join(filter(None, lines)))
