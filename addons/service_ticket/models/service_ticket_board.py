"""What the board shows, and how a ticket is found by a word or a phone number."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

_FOLDED_STATES = ("closed", "cancelled")
# Odoo's colours of a card's edge; the words beside say the same.
_EDGES = {"overdue": 1, "late": 1, "paused": 3, "running": 10}
_SOON_EDGE = 2
_SOON = timedelta(hours=1)
_MANY = 1000


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    site_city = fields.Char("City", related="site_id.city")
    clock_color = fields.Integer(compute="_compute_clock_color")
    waiting_since = fields.Datetime(compute="_compute_waiting_since")
    phone_search = fields.Char(
        "Phone Number", store=False, search="_search_phone_search"
    )

    _by_phone = models.Index(
        lambda registry: (
            r"USING gin (regexp_replace(contact_phone, '\D', '', 'g') gin_trgm_ops)"
            " WHERE contact_phone IS NOT NULL"
            if registry.has_trigram
            else ""
        )
    )

    @api.depends("clock_status", "next_due")
    def _compute_clock_color(self):
        now = fields.Datetime.now()
        for ticket in self:
            status, due = ticket.clock_status, ticket.next_due
            if status == "running" and due and due < now + _SOON:
                # The list of breaches is brought up to date by a job, later.
                ticket.clock_color = _SOON_EDGE if due >= now else _EDGES["overdue"]
            else:
                ticket.clock_color = _EDGES.get(status, 0)

    @api.depends("state")
    def _compute_waiting_since(self):
        waiting = self.filtered(lambda ticket: ticket.state == "waiting")
        began = dict(
            self.env["service.transition"]._read_group(
                [("ticket_id", "in", waiting.ids), ("to_state", "=", "waiting")],
                ["ticket_id"],
                ["at:max"],
            )
        )
        for ticket in self:
            ticket.waiting_since = began.get(ticket._origin)

    def _web_read_group_format(self, groupby, aggregates, groups):
        """Fold the columns of what is done: nobody waits for their cards to load."""
        result = super()._web_read_group_format(groupby, aggregates, groups)
        if tuple(groupby) == ("state",) and self._web_read_group_field_expand(groupby):
            for group in result:
                group["__fold"] = group["state"] in _FOLDED_STATES
        return result

    @api.model
    def _search_display_name(self, operator, value):
        if operator != "ilike" or not value or not isinstance(value, str):
            return super()._search_display_name(operator, value)
        named = Domain("name", operator, value)
        return Domain.OR(
            [
                named,
                Domain("subject", operator, value),
                self._get_link_domain("unit_id", named),
                self._get_link_domain("partner_id", named),
            ]
        )

    @api.model
    def _get_link_domain(self, name, domain):
        """Return the condition that `name` links to what the domain finds.

        By ids, unless they are many: an OR uses its indexes only if no part of it is a
        query of its own.
        """
        records = self.env[self._fields[name].comodel_name]
        found = records.with_context(active_test=False).search(domain, limit=_MANY)
        if len(found) == _MANY:
            return Domain(name, "any", domain)
        return Domain(name, "in", found.ids)

    @api.model
    def _search_phone_search(self, operator, value):
        """Find a number however it is typed: as the caller's, or as the customer's."""
        if operator not in ("ilike", "=") or not isinstance(value, str):
            return NotImplemented
        partners = self.env["res.partner"]
        ending = partners._get_phone_ending(value)
        if not ending:
            return Domain("contact_phone", "ilike", value)
        theirs = partners._get_phone_domain(value)
        return Domain.OR(
            [
                Domain.custom(to_sql=lambda *args: self._phone_to_sql(*args, ending)),
                self._get_link_domain("partner_id", theirs),
                self._get_link_domain("site_id", theirs),
            ]
        )

    @staticmethod
    def _phone_to_sql(_model, alias, _query, ending):
        phone = SQL.identifier(alias, "contact_phone")
        return SQL(
            r"(%s IS NOT NULL AND regexp_replace(%s, '\D', '', 'g') LIKE %s)",
            phone,
            phone,
            f"%{ending}%",
        )
