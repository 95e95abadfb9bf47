"""A unit as its customer sees it: own units, and the page behind its label."""

import base64
import re

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import consteq
from odoo.tools.misc import hmac

_ID = re.compile("[0-9]{1,9}")
_SCOPE = "service_ticket.unit_label"
_PER_ADDRESS = 30
_PER_UNIT = 6


class StockLot(models.Model):
    _inherit = "stock.lot"

    # --- Own units in the portal ----------------------------------------------------

    @api.model
    def _get_portal_domain(self, search=""):
        """Return the user's own units; customers have no rights on `stock.lot`."""
        customer = self.env.user.partner_id.commercial_partner_id
        domain = Domain("end_customer_id", "child_of", customer.id) & Domain(
            "company_id", "in", [False, *self.env.user.company_ids.ids]
        )
        search = self.env["service.ticket"]._clean_text(search, 100)
        if search:
            domain &= Domain.OR(
                Domain(name, "ilike", search)
                for name in ("name", "product_id.name", "unit_make", "unit_model")
            )
        return domain

    @api.model
    def _find_for_portal(self, search="", **kwargs):
        return self.sudo().search(self._get_portal_domain(search), **kwargs)

    @api.model
    def _count_for_portal(self, search=""):
        return self.sudo().search_count(self._get_portal_domain(search))

    @api.model
    def _get_own_unit(self, value):
        """Return the own unit whose id stands in a form, in sudo, or none."""
        if not isinstance(value, str) or not _ID.fullmatch(value):
            return self.browse()
        domain = self._get_portal_domain() & Domain("id", "=", int(value))
        return self.sudo().search(domain)

    # --- Symptoms to choose from ------------------------------------------------------

    def _get_symptoms(self):
        """Return the symptoms that fit one of these units; without any, the broad ones."""
        return self.env["service.fault.code"]._get_fitting(
            ["symptom"], self.sudo().product_id
        )

    @api.model
    def _pick_symptom(self, value):
        """Return the symptom whose id stands in a form, or none.

        Any symptom: the form may offer those of several units.
        """
        codes = self.env["service.fault.code"].sudo()
        return codes.search([("kind", "=", "symptom")]).filtered(
            lambda code: str(code.id) == value
        )

    # --- The page behind the label ----------------------------------------------------

    def _get_label_token(self):
        self.ensure_one()
        return hmac(self.env(su=True), _SCOPE, self.id)

    def _get_label_path(self):
        return f"/service/unit/{self.id}/{self._get_label_token()}"

    def _get_label_qr(self):
        """Return the QR code of the label as a data URI."""
        image = self.env["ir.actions.report"].barcode(
            "QR",
            self.get_base_url() + self._get_label_path(),
            width=240,
            height=240,
            barBorder=1,
            barLevel="M",
        )
        return "data:image/png;base64," + base64.b64encode(image).decode()

    @api.model
    def _find_by_label(self, unit_id, token):
        """Return the unit of a signed link, in sudo; none for a forged one."""
        unit = self.browse(unit_id)
        if not token.isascii() or not consteq(unit._get_label_token(), token):
            return self.browse()
        return unit.sudo().exists()

    def _report_from_label(self, form, uploads, address):
        """Open a ticket for this very unit; return it, or none over the limit.

        :param form: symptom, description, name, contact; more is ignored
        :param uploads: [(file name, bytes)]
        :param address: where the request comes from, for counting
        """
        self.ensure_one()
        tickets = self.env["service.ticket"].with_company(self.company_id)
        contact = tickets._clean_text(form.get("contact"), 100)
        if not contact:
            raise UserError(self.env._("Please leave a phone number or an e-mail."))
        vals = tickets._prepare_reported_vals("qr", self, form)
        vals["contact_name"] = tickets._clean_text(form.get("name"), 100)
        vals["contact_email" if "@" in contact else "contact_phone"] = contact
        tickets._check_uploads(uploads)
        if not self._count_report(address):
            return tickets
        return tickets._report(vals, uploads)

    def _count_report(self, address):
        """Count a report by unit and by address; say whether both are in limits."""
        counter = self.env["service.rate.limit"].sudo()
        sender = hmac(self.env(su=True), _SCOPE, f"address {address}")
        return counter._take(
            {
                f"address:{sender}": counter._get_limit(
                    "service_ticket.reports_per_address", _PER_ADDRESS
                ),
                f"unit:{self.id}": counter._get_limit(
                    "service_ticket.reports_per_unit", _PER_UNIT
                ),
            }
        )
