"""The proof of purchase of a unit that we did not deliver."""

import base64

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools.mimetypes import guess_mimetype

from .service_ticket_report import UPLOAD_TYPES


class StockLot(models.Model):
    _inherit = "stock.lot"

    purchased_on = fields.Date(
        "Purchased", tracking=True, help="As the proof of purchase says."
    )
    purchase_proof = fields.Binary(
        "Proof of Purchase", attachment=True, copy=False, help="A picture or a PDF."
    )
    purchase_proof_name = fields.Char("Name of the Proof", copy=False)

    @api.constrains("purchased_on")
    def _check_purchased_on(self):
        today = fields.Date.context_today(self)
        for unit in self:
            if unit.purchased_on and unit.purchased_on > today:
                raise ValidationError(
                    self.env._("%s can't be purchased in the future.", unit.name)
                )

    @api.constrains("unit_origin", "purchased_on", "purchase_proof")
    def _check_proof(self):
        for unit in self.filtered(lambda unit: unit.unit_origin == "proof"):
            if not (unit.purchased_on and unit.purchase_proof):
                raise ValidationError(
                    self.env._(
                        "%s: a proof of purchase needs the date of purchase and the "
                        "receipt (a picture or a PDF).",
                        unit.name,
                    )
                )

    @api.model
    def _check_proof_file(self, vals):
        """Refuse what is neither a picture nor a PDF, or too large, before storing."""
        content = vals.get("purchase_proof")
        if not content:
            return
        try:
            content = base64.b64decode(content)
        except (TypeError, ValueError) as error:
            raise UserError(
                self.env._(
                    "The proof of purchase arrived damaged: please send it once more "
                    "(a file over an interface is encoded as base64)."
                )
            ) from error
        if guess_mimetype(content) not in UPLOAD_TYPES:
            raise UserError(
                self.env._("The proof of purchase is neither a picture nor a PDF.")
            )
        if len(content) > self.env["service.ticket"]._get_upload_bytes():
            raise UserError(self.env._("The proof of purchase is too large."))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_proof_file(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_proof_file(vals)
        proof = {"purchased_on", "purchase_proof"} & vals.keys()
        if proof:
            self._refuse_other_proof()
        result = super().write(vals)
        if proof:
            self._register_proof()
        return result

    def _refuse_other_proof(self):
        """A warranty may have started from it: what is on record stays."""
        manager = self.env.user.has_group("service_ticket.group_service_manager")
        on_record = self.filtered(lambda unit: unit.unit_origin == "proof")
        if on_record and not (self.env.su or manager):
            raise AccessError(
                self.env._(
                    "The proof of purchase of %s is on record; a manager corrects it.",
                    ", ".join(on_record.mapped("name")),
                )
            )

    def _register_proof(self):
        """A unit whose proof is complete now has the proof as its origin."""
        proven = self.filtered(
            lambda unit: unit.unit_origin == "manual"
            and unit.purchased_on
            and unit.purchase_proof
        )
        if proven:
            proven.sudo().unit_origin = "proof"
            proven._on_registered()
