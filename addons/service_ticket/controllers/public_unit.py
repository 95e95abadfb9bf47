"""The page behind a unit's QR label: report a fault without a login."""

from werkzeug.exceptions import NotFound

from odoo.exceptions import UserError
from odoo.http import Controller, request, route

from .portal import UPLOAD_BYTES
from .uploads import read_uploads

UNIT = "/service/unit/<int(min=1, max=2147483647):unit_id>/<string:token>"


class ServicePublicUnit(Controller):
    @route(
        UNIT, type="http", auth="public", website=True, methods=["GET"], sitemap=False
    )
    def public_unit(self, unit_id, token, **_ignored):
        return self._render(self._get_unit(unit_id, token), {})

    @route(
        f"{UNIT}/report",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
        max_content_length=UPLOAD_BYTES,
    )
    def public_unit_report(self, unit_id, token, **form):
        unit = self._get_unit(unit_id, token)
        if form.get("website"):  # hidden from people: only a robot fills it in
            return request.redirect(f"{unit._get_label_path()}/thanks")
        try:
            ticket = unit._report_from_label(
                form, read_uploads("files"), request.httprequest.remote_addr
            )
        except UserError as error:
            return self._render(unit, form, str(error))
        if not ticket:
            wait = request.env._(
                "Many reports came in just now. Please try again in an hour, or call us."
            )
            return self._render(unit, form, wait, status=429)
        request.session["service_reported"] = [
            unit.id,
            ticket.name,
            ticket._format_moment(ticket.response_due) or "",
        ]
        return request.redirect(f"{unit._get_label_path()}/thanks")

    @route(
        f"{UNIT}/thanks",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
        sitemap=False,
    )
    def public_unit_thanks(self, unit_id, token, **_ignored):
        unit = self._get_unit(unit_id, token)
        reported = request.session.get("service_reported") or [None, "", ""]
        known = reported[0] == unit.id
        return request.render(
            "service_ticket.public_unit_thanks",
            {
                "unit": unit,
                "number": reported[1] if known else "",
                "response_due": reported[2] if known else "",
            },
        )

    def _get_unit(self, unit_id, token):
        """Return the unit of a signed link; a forged link looks like a missing unit."""
        unit = request.env["stock.lot"]._find_by_label(unit_id, token)
        if not unit:
            raise NotFound
        return unit

    def _render(self, unit, form, error=None, status=200):
        values = {
            "unit": unit,
            "action": f"{unit._get_label_path()}/report",
            "symptoms": unit._get_symptoms(),
            "form": form,
            "error": error,
        }
        return request.render("service_ticket.public_unit", values, status=status)
