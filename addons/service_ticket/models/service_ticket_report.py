"""What somebody reports without the desk: in the portal, or by a unit's label."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.mimetypes import guess_mimetype

from ..engine.mail import CONTROL

_UPLOADS = 5
_UPLOAD_MEGABYTES = 10
UPLOAD_TYPES = {
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "image/heic",
    "application/pdf",
}


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    @api.model
    def _report_from_portal(self, form, uploads):
        """Open a ticket for the user's own customer; return it for the user.

        :param form: unit (an id as text), symptom, description, phone; more is ignored
        :param uploads: [(file name, bytes)]
        """
        user = self.env.user
        unit = self.env["stock.lot"]._get_own_unit(form.get("unit"))
        if form.get("unit") and not unit:
            raise UserError(self.env._("Please choose one of your units."))
        vals = self._prepare_reported_vals("portal", unit, form)
        vals.update(
            partner_id=unit.end_customer_id.id or user.commercial_partner_id.id,
            contact_name=user.name,
            contact_email=user.email,
            contact_phone=self._clean_text(form.get("phone"), 64) or user.phone,
        )
        if not unit:
            vals["site_id"] = user.partner_id.id
        return self._report(vals, uploads, author=user.partner_id).with_env(self.env)

    @api.model
    def _prepare_reported_vals(self, channel, unit, form):
        """Return the values of a ticket that somebody reports about a unit."""
        description = self._clean_text(form.get("description"))
        symptom = unit._pick_symptom(form.get("symptom"))
        if not description and not symptom:
            raise UserError(self.env._("Please say what is wrong."))
        return {
            "channel": channel,
            "kind": "fault",
            "company_id": (unit.company_id or self.env.company).id,
            "unit_id": unit.id,
            "symptom_id": symptom.id,
            "subject": symptom.name or description.splitlines()[0][:80],
            "description": description,
        }

    @api.model
    def _report(self, vals, uploads, author=None):
        """Create the ticket in sudo and keep the files with it."""
        self._check_uploads(uploads)
        ticket = self.sudo().create(vals)
        if uploads:
            # Only who is logged in speaks to the customer's other people.
            ticket.message_post(
                author_id=(author or self.env.ref("base.partner_root")).id,
                attachments=[
                    (self._clean_text(name, 100) or self.env._("File"), content)
                    for name, content in uploads
                ],
                message_type="comment",
                subtype_xmlid="mail.mt_comment" if author else "mail.mt_note",
            )
        return ticket

    @api.model
    def _get_upload_bytes(self):
        """Return how large one file may be."""
        megabytes = self.env["service.rate.limit"]._get_limit(
            "service_ticket.upload_megabytes", _UPLOAD_MEGABYTES
        )
        return megabytes * 1024 * 1024

    @api.model
    def _check_uploads(self, uploads):
        limit = self._get_upload_bytes()
        if len(uploads) > _UPLOADS:
            raise UserError(self.env._("At most %s files, please.", _UPLOADS))
        for name, content in uploads:
            if len(content) > limit:
                raise UserError(
                    self.env._(
                        "“%(name)s” is too large: at most %(size)s MB, please.",
                        name=name,
                        size=limit // 1024 // 1024,
                    )
                )
            if guess_mimetype(content) not in UPLOAD_TYPES:
                raise UserError(
                    self.env._("“%s” is neither a picture nor a PDF.", name)
                )

    @api.model
    def _clean_text(self, text, limit=4000):
        """Return what somebody typed, without what a database can't keep."""
        text = text if isinstance(text, str) else ""
        return CONTROL.sub("", text.replace("\r\n", "\n"))[:limit].strip()
