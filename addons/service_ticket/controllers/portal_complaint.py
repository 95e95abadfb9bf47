"""A customer complains about an own ticket."""

from werkzeug.exceptions import NotFound

from odoo.exceptions import AccessError, UserError
from odoo.http import request, route

from .portal import TICKET, UPLOAD_BYTES, ServicePortal
from .uploads import read_uploads


class ServiceComplaintPortal(ServicePortal):
    @route(
        f"{TICKET}/complain",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        max_content_length=UPLOAD_BYTES,
    )
    def portal_service_ticket_complain(self, ticket_id, **form):
        ticket = self._get_service_ticket(ticket_id)
        try:
            complaint = ticket._complain_from_portal(form, read_uploads("files"))
        except AccessError as error:
            raise NotFound from error
        except UserError as error:
            return self._render_service_ticket(
                ticket,
                error=str(error),
                complaint_error=True,
                complaint_text=form.get("description"),
            )
        return request.redirect(complaint.access_url)
