import re
import unicodedata
from collections import Counter

from odoo import api, fields, models
from odoo.fields import Domain

from .guard import check_links

_PHONE = re.compile(r"[+\d\s./()\u2010-\u2013-]+")
_PHONE_DIGITS = 5, 8  # fewer say nothing; more may be a prefix that is written or not


class ResPartner(models.Model):
    _inherit = "res.partner"

    service_policy_id = fields.Many2one(
        "service.sla.policy",
        "Promised Times",
        help="What this customer is promised when it differs from the team's policy.",
    )
    service_calendar_id = fields.Many2one(
        "resource.calendar",
        "Site's Hours",
        check_company=True,
        help="When somebody is there: promises may count in these hours. Empty: those "
        "of the company that the contact belongs to.",
    )
    service_unit_ids = fields.One2many("stock.lot", "end_customer_id", "Units")
    service_unit_count = fields.Integer(compute="_compute_service_counts")
    service_ticket_count = fields.Integer(compute="_compute_service_counts")

    _callers = models.Index(
        lambda registry: (
            "USING gin (complete_name gin_trgm_ops, email gin_trgm_ops,"
            " phone gin_trgm_ops, ref gin_trgm_ops)"
            if registry.has_trigram
            else ""
        )
    )

    def write(self, vals):
        result = super().write(vals)
        if "service_policy_id" in vals:
            domain = [("partner_id", "child_of", self.ids)]
            self.env["service.ticket"]._promise_anew(domain)
        if "service_calendar_id" in vals:
            domain = [
                ("hours_of", "=", "site"),
                "|",
                ("ticket_id.site_id", "child_of", self.ids),
                ("ticket_id.partner_id", "child_of", self.ids),
            ]
            self.env["service.ticket"]._count_anew(domain)
        if {"street", "city"} & vals.keys():
            domain = [("site_id", "child_of", self.ids)]  # contacts share the address
            self.env["service.ticket"]._recount_gaps(domain)
        return result

    def _validate_fields(self, field_names, excluded_names=()):
        names = set(field_names)
        super()._validate_fields(names, excluded_names)
        check_links(self, names & {"service_policy_id", "service_calendar_id"})

    def _compute_service_counts(self):
        units = self._count_with_contacts("stock.lot", "end_customer_id")
        tickets = self._count_with_contacts("service.ticket", "partner_id")
        for partner in self:
            partner.service_unit_count = units[partner._origin.id]
            partner.service_ticket_count = tickets[partner._origin.id]

    def _count_with_contacts(self, model, name):
        """Return {partner id: records}; those of a contact count for the company too."""
        counts = Counter()
        for partner, count in self.env[model]._read_group(
            [(name, "child_of", self.ids)], [name], ["__count"]
        ):
            while partner:
                counts[partner.id] += count
                partner = partner.parent_id
        return counts

    @api.model
    def _get_caller_domain(self, words):
        """Return the domain of who may mean themselves by these words."""
        return Domain.OR(
            [
                *(
                    Domain(name, "ilike", words)
                    for name in ("complete_name", "phone", "email", "ref")
                ),
                self._get_phone_domain(words),
            ]
        )

    @api.model
    def _get_phone_domain(self, words):
        """Find a phone number however it is written, with or without its prefix."""
        ending = self._get_phone_ending(words)
        if not ending:
            return Domain.FALSE
        return Domain("phone_mobile_search", "ilike", ending)

    @api.model
    def _get_phone_ending(self, words):
        """Return the digits that a phone number typed as `words` ends with, or ""."""
        words = unicodedata.normalize("NFKC", words).strip()
        digits = re.sub(r"\D", "", words).lstrip("0")
        least, most = _PHONE_DIGITS
        if not _PHONE.fullmatch(words) or len(digits) < least:
            return ""
        ending = digits[-most:].lstrip("0")
        return ending if len(ending) >= least else ""

    def _search_display_name(self, operator, value):
        domain = super()._search_display_name(operator, value)
        if (
            self.env.context.get("service_caller_search")
            and operator == "ilike"
            and isinstance(value, str)
        ):
            domain = Domain(domain) | self._get_caller_domain(value)
        return domain

    def action_view_service_units(self):
        """Open the units that stand at this customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_ticket.service_unit_action"
        )
        return action | {
            "domain": [("end_customer_id", "child_of", self.id)],
            "context": {
                "default_end_customer_id": self.commercial_partner_id.id,
                "default_site_id": self.id,
                "default_unit_origin": "manual",
            },
        }

    def action_new_service_unit(self):
        """Enter a unit of this customer that was not delivered by us."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_ticket.service_unit_new_action"
        )
        return action | {
            "context": {
                "default_service_state": "in_service",
                "default_unit_origin": "manual",
                "default_end_customer_id": self.commercial_partner_id.id,
                "default_site_id": self.id,
            }
        }

    def action_view_service_tickets(self):
        """Open the tickets of this customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_ticket.service_ticket_action"
        )
        return action | {
            "domain": [("partner_id", "child_of", self.id)],
            "context": {"default_partner_id": self.id},
        }
