"""A unit makes its owner a customer with a file."""

from odoo import api, models


class StockLot(models.Model):
    _inherit = "stock.lot"

    @api.model_create_multi
    def create(self, vals_list):
        units = super().create(vals_list)
        units._open_customer_files()
        return units

    def write(self, vals):
        result = super().write(vals)
        if vals.get("end_customer_id"):
            self._open_customer_files()
        return result

    def _open_customer_files(self):
        for unit in self.sudo():
            owner = unit.end_customer_id.commercial_partner_id
            if owner and not owner.service_first_contact_on:
                day = unit.delivered_on or unit.purchased_on
                owner._on_first_contact(day, unit.company_id)
