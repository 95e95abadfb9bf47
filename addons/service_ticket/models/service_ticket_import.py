"""Files from another helpdesk, through Odoo's own import: also what is long past.

A ticket that was closed there is history here: it keeps its dates, its log says that
it was imported, and no clock, mail or callback starts for it.
"""

from odoo import api, models
from odoo import fields as odoo_fields
from odoo.exceptions import AccessError, ValidationError

from .service_ticket_flow import _STATE_CHANGE

_COLUMNS = ("import_state", "import_closed_at")
_PAST = {"closed": ("resolved", "closed"), "cancelled": ("cancelled",)}


class _Import:
    """What an import knows of its file; an RPC client can't put it into a context."""

    def __init__(self, known):
        self.known = known  # references that tickets have already
        self.seen = set()


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    external_reference = odoo_fields.Char(
        "Number in the Old System",
        copy=False,
        help="What another helpdesk or system calls this ticket.",
    )
    is_history = odoo_fields.Boolean(
        "From the Old System",
        readonly=True,
        copy=False,
        help="Was closed before it came here: nothing is promised for it.",
    )
    promised_from = odoo_fields.Datetime(
        "Promises Count From",
        readonly=True,
        copy=False,
        help="When a request of the old system was opened again here. Empty: from when "
        "it was received.",
    )
    import_state = odoo_fields.Selection(
        [
            ("new", "New"),
            ("open", "In progress"),
            ("closed", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        "State in the Old System",
        store=False,
        help="For the import of a file, by a manager: tickets that were closed or "
        "cancelled become history.",
    )
    import_closed_at = odoo_fields.Datetime("Closed in the Old System", store=False)

    _one_per_reference = models.UniqueIndex(
        "(company_id, external_reference) WHERE external_reference IS NOT NULL",
        "Another ticket has this number in the old system.",
    )

    @api.model
    def get_import_templates(self):
        return [
            {
                "label": self.env._("Template for tickets of another helpdesk"),
                "template": "/service_ticket/static/xls/service_tickets.xlsx",
            }
        ]

    # --- Reading a file ----------------------------------------------------------------

    @api.model
    def load(self, fields, data):
        """Import a file; a state or a closing date of another system takes a manager.

        :raise AccessError: where others bring such columns
        """
        past = set(_COLUMNS) & set(fields)
        if past and not self.env.user.has_group("service_ticket.group_service_manager"):
            raise AccessError(
                self.env._("A manager imports tickets that were closed elsewhere.")
            )
        quiet = {"tracking_disable": True, "mail_create_nosubscribe": True}
        known = self._find_known(fields, data)
        tickets = self.with_context(service_import=_Import(known), **quiet)
        return super(ServiceTicket, tickets).load(fields, data)

    @api.model
    def _find_known(self, fields, data):
        """Return {(company, reference): ticket} of what is here already, in one query."""
        if "external_reference" not in fields:
            return {}
        column = list(fields).index("external_reference")
        values = {row[column] for row in data if row[column]}
        domain = [("external_reference", "in", list(values))]
        found = self.sudo().search_fetch(domain, ["external_reference", "company_id"])
        return {(one.company_id.id, one.external_reference): one.id for one in found}

    @api.model
    def _get_import(self):
        running = self.env.context.get("service_import")
        return running if isinstance(running, _Import) else None

    def _convert_records(self, records, **kwargs):
        """Say with its row what can't be taken, before anything is created."""
        running = self._get_import()
        for record_id, xid, record, info in super()._convert_records(records, **kwargs):
            errors = []
            if running:
                known_id = record_id or self._find_imported(xid)
                errors = [*self._find_import_errors(running, known_id, record)]
            for field, message in errors:
                kwargs["log"](dict(info, type="error", field=field, message=message))
            if not errors:
                yield record_id, xid, record, info

    @api.model
    def _find_imported(self, xid):
        """Return the id of the ticket with this external id."""
        if not xid:
            return False
        xid = xid if "." in xid else f"__import__.{xid}"
        return self.env["ir.model.data"]._xmlid_to_res_id(xid)

    @api.model
    def _find_import_errors(self, running, known_id, record):
        """Yield (field, what is wrong) of one row.

        :param known_id: the ticket that the row puts right, if it is no new one
        """
        company = record.get("company_id") or self.env.company.id
        key = company, record.get("external_reference")
        if key[1]:
            if key in running.seen or running.known.get(key, known_id) != known_id:
                message = self.env._("Another ticket has the number “%s”.", key[1])
                yield "external_reference", message
            running.seen.add(key)
        try:
            self._prepare_past(dict(record))
        except ValidationError as error:
            yield "import_closed_at", str(error)

    # --- Making tickets of it ------------------------------------------------------------

    @api.model
    def _prepare_past(self, vals):
        """Take the columns of the past out of the values; return (state, closed at).

        :raise ValidationError: where they contradict themselves
        """
        state = vals.pop("import_state", None)
        closed_at = odoo_fields.Datetime.to_datetime(vals.pop("import_closed_at", None))
        opened_at = odoo_fields.Datetime.to_datetime(vals.get("opened_at"))
        now = odoo_fields.Datetime.now()
        if state in _PAST and not (closed_at and opened_at):
            raise ValidationError(
                self.env._("Say when it was received, and when it was closed.")
            )
        if closed_at and state not in _PAST:
            raise ValidationError(
                self.env._("It has a closing date, but is not closed.")
            )
        if closed_at and not opened_at <= closed_at <= now:
            raise ValidationError(
                self.env._("It can't be closed before it was received, or in future.")
            )
        if opened_at and opened_at > now:
            raise ValidationError(self.env._("It can't have been received in future."))
        return state, closed_at

    @api.model_create_multi
    def create(self, vals_list):
        running = self._get_import()
        if not running:
            for vals in vals_list:
                for name in _COLUMNS:
                    vals.pop(name, None)
            return super().create(vals_list)
        pasts = []
        for vals in vals_list:
            self._refuse_recorded(vals)
            self._refuse_direct_state(vals)
            pasts.append(self._prepare_past(vals))
            vals |= self._prepare_history_vals(*pasts[-1])
            vals.setdefault("channel", "other")
        moving = self.with_context(service_state_change=_STATE_CHANGE)
        tickets = super(ServiceTicket, moving).create(vals_list).with_env(self.env)
        tickets._log_past([state for state, _closed_at in pasts])
        return tickets

    @api.model
    def _prepare_history_vals(self, state, closed_at):
        if state not in _PAST:
            return {}
        vals = {"is_history": True, "state": state}
        if state == "closed":
            vals |= {"resolved_at": closed_at, "closed_at": closed_at}
        return vals | ({"closed_at": closed_at} if state == "cancelled" else {})

    def _log_past(self, states):
        """Log what the other system did, step by step along the table of states."""
        opened = self.browse()
        lines = []
        note = self.env._("Imported from the old system.")
        for ticket, state in zip(self, states, strict=True):
            if state == "open":
                opened += ticket
            before = "new"
            for step in _PAST.get(state, ()):
                line = {"from_state": before, "to_state": step, "note": note}
                line |= {"ticket_id": ticket.id, "at": ticket.closed_at}
                lines.append({**line, "user_id": self.env.uid})
                before = step
        self.env["service.transition"].sudo().create(lines)
        if opened:
            opened._set_state("open", note=note)

    # --- What is past stays quiet ----------------------------------------------------------

    @api.model
    def _get_recorded_fields(self):
        return super()._get_recorded_fields() | {"is_history", "promised_from"}

    def _set_state(self, state, reason=None, note=None):
        """What is opened again is no history any more: promises count from now on."""
        past = self.filtered(lambda ticket: ticket.is_history and state == "open")
        result = super()._set_state(state, reason=reason, note=note)
        if past:
            past.sudo().write(
                {"is_history": False, "promised_from": odoo_fields.Datetime.now()}
            )
            past._start_clocks()
            if self._is_one_of_us(self.env.user):
                past._log_event("first_response")
        return result

    def _get_promised_from(self):
        """Return when the clocks of this ticket begin."""
        return self.promised_from or self.opened_at

    def _start_clocks(self, fresh=False):
        live = self.filtered(lambda ticket: not ticket.is_history)
        if live:
            super(ServiceTicket, live)._start_clocks(fresh=fresh)
