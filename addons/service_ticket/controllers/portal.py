"""The customer's pages: own tickets, own units, and a form to report a fault."""

from werkzeug.exceptions import NotFound

from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

from .uploads import read_uploads

# What a database can't look up is not there either.
TICKET = "/my/service-tickets/<int(min=1, max=2147483647):ticket_id>"
UPLOAD_BYTES = 64 * 1024 * 1024


class ServicePortal(CustomerPortal):
    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        for name, model in (
            ("service_ticket_count", "service.ticket"),
            ("service_unit_count", "stock.lot"),
        ):
            if name in counters:
                values[name] = request.env[model]._count_for_portal()
        return values

    # --- Lists -------------------------------------------------------------------------

    @route(
        ["/my/service-tickets", "/my/service-tickets/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def portal_my_service_tickets(self, page=1, sortby=None, search="", **_ignored):
        sortings = {
            "newest": {"label": request.env._("Newest"), "order": "id desc"},
            "state": {"label": request.env._("State"), "order": "state, id desc"},
            "number": {"label": request.env._("Number"), "order": "name, id"},
        }
        return self._render_list(
            "service.ticket", "/my/service-tickets", page, sortings, sortby, search
        )

    @route(
        ["/my/service-units", "/my/service-units/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def portal_my_service_units(self, page=1, sortby=None, search="", **_ignored):
        sortings = {
            "serial": {"label": request.env._("Serial Number"), "order": "name, id"},
            "product": {"label": request.env._("Product"), "order": "product_id, name"},
            "newest": {
                "label": request.env._("Newest"),
                "order": "delivered_on desc nulls last, id desc",
            },
        }
        return self._render_list(
            "stock.lot", "/my/service-units", page, sortings, sortby, search
        )

    def _render_list(self, model, url, page, sortings, sortby, search):
        if sortby not in sortings:
            sortby = next(iter(sortings))
        records = request.env[model]
        pager = portal_pager(
            url=url,
            url_args={"sortby": sortby, "search": search},
            total=records._count_for_portal(search),
            page=page,
            step=self._items_per_page,
        )
        found = records._find_for_portal(
            search,
            order=sortings[sortby]["order"],
            limit=self._items_per_page,
            offset=pager["offset"],
        )
        is_ticket = model == "service.ticket"
        if is_ticket:
            request.session["my_service_tickets_history"] = found.ids[:100]
        values = self._prepare_portal_layout_values()
        values.update(
            records=found,
            page_name="service_ticket" if is_ticket else "service_unit",
            pager=pager,
            default_url=url,
            searchbar_sortings=sortings,
            sortby=sortby,
            search=search,
            search_in="all",
            searchbar_inputs={
                "all": {"input": "all", "label": request.env._("Search by serial…")}
            },
        )
        name = "tickets" if is_ticket else "units"
        return request.render(f"service_ticket.portal_my_service_{name}", values)

    # --- One ticket --------------------------------------------------------------------

    @route(TICKET, type="http", auth="public", website=True, methods=["GET"])
    def portal_service_ticket(self, ticket_id, access_token=None, **_ignored):
        try:
            ticket = self._get_service_ticket(ticket_id, access_token)
        except NotFound:
            if request.env.user._is_public():
                return request.redirect(
                    f"/web/login?redirect={request.httprequest.path}"
                )
            raise
        return self._render_service_ticket(ticket, access_token)

    @route(f"{TICKET}/works", type="http", auth="user", website=True, methods=["POST"])
    def portal_service_ticket_works(self, ticket_id, note="", **_ignored):
        return self._answer(ticket_id, True, note)

    @route(f"{TICKET}/broken", type="http", auth="user", website=True, methods=["POST"])
    def portal_service_ticket_broken(self, ticket_id, note="", **_ignored):
        return self._answer(ticket_id, False, note)

    @route(f"{TICKET}/rate", type="http", auth="user", website=True, methods=["POST"])
    def portal_service_ticket_rate(self, ticket_id, **form):
        ticket = self._get_service_ticket(ticket_id)
        try:
            ticket._rate_from_portal(form)
        except AccessError as error:
            raise NotFound from error
        except UserError as error:
            return self._render_service_ticket(ticket, error=str(error))
        return request.redirect(ticket.access_url)

    def _get_service_ticket(self, ticket_id, access_token=None):
        """Return the ticket as the user, not in sudo; missing and forbidden alike."""
        if access_token and not access_token.isascii():
            raise NotFound
        try:
            self._document_check_access("service.ticket", ticket_id, access_token)
        except (AccessError, MissingError) as error:
            raise NotFound from error
        return request.env["service.ticket"].browse(ticket_id)

    def _answer(self, ticket_id, works, note):
        ticket = self._get_service_ticket(ticket_id)
        try:
            ticket._answer_from_portal(works, note)
        except AccessError as error:
            raise NotFound from error
        except UserError as error:
            return self._render_service_ticket(ticket, error=str(error), note=note)
        return request.redirect(ticket.access_url)

    def _render_service_ticket(self, ticket, access_token=None, **values):
        values = {
            "page_name": "service_ticket",
            "error": None,
            "note": "",
            **ticket._get_portal_values(),
            **values,
        }
        document = values["ticket"]
        return request.render(
            "service_ticket.portal_service_ticket",
            self._get_page_view_values(
                document, access_token, values, "my_service_tickets_history", False
            ),
        )

    # --- Reporting a fault ----------------------------------------------------------------

    @route(
        "/my/service-tickets/new",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def portal_service_report(self, unit=None, **_ignored):
        return self._render_report({"unit": unit})

    @route(
        "/my/service-tickets/report",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        max_content_length=UPLOAD_BYTES,
    )
    def portal_service_report_send(self, **form):
        try:
            ticket = request.env["service.ticket"]._report_from_portal(
                form, read_uploads("files")
            )
        except UserError as error:
            return self._render_report(form, error=str(error))
        return request.redirect(ticket.access_url)

    def _render_report(self, form, error=None):
        units = request.env["stock.lot"]
        units = units._find_for_portal(order="name, id")
        asked = units._get_own_unit(form.get("unit")) or units
        values = self._prepare_portal_layout_values()
        values.update(
            page_name="service_report",
            form=form,
            error=error,
            units=units,
            symptoms=asked._get_symptoms(),
        )
        return request.render("service_ticket.portal_service_report", values)
