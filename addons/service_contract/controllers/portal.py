"""What the customer's units are entitled to, on a page and as a PDF."""

from werkzeug.exceptions import NotFound

from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal

UNIT = "/my/service-units/<int(min=1, max=2147483647):unit_id>"


class ServiceWarrantyPortal(CustomerPortal):
    @route(f"{UNIT}/warranty", type="http", auth="user", website=True, methods=["GET"])
    def portal_service_warranty(self, unit_id, **_ignored):
        unit = self._get_own_service_unit(unit_id)
        values = self._prepare_portal_layout_values()
        values.update(
            page_name="service_warranty",
            unit=unit,
            bars=unit._get_warranty_bars(),
            promises=unit._get_promise_rows(),
            exclusions=unit._get_certificate_exclusions(),
            agreement=unit._get_agreement_order(),
        )
        return request.render("service_contract.portal_service_warranty", values)

    @route(
        f"{UNIT}/certificate", type="http", auth="user", website=True, methods=["GET"]
    )
    def portal_service_certificate(self, unit_id, **_ignored):
        return self._show_report(
            self._get_own_service_unit(unit_id),
            "pdf",
            "service_contract.action_report_warranty_certificate",
            download=True,
        )

    @route(f"{UNIT}/agreement", type="http", auth="user", website=True, methods=["GET"])
    def portal_service_agreement(self, unit_id, **_ignored):
        unit = self._get_own_service_unit(unit_id)
        order = unit._get_agreement_order()
        if not order:
            return request.redirect(f"/my/service-units/{unit.id}/warranty")
        return self._show_report(
            order,
            "pdf",
            "service_contract.action_report_service_agreement",
            download=True,
        )

    def _get_own_service_unit(self, unit_id):
        """Return the user's own unit; a foreign one looks like a missing one."""
        unit = request.env["stock.lot"]._get_own_unit(str(unit_id))
        if not unit:
            raise NotFound
        return unit
