from odoo import api, fields, models

from odoo.addons.service_ticket.models.guard import check_links

from ..engine import cover
from .service_ticket_judge import REPAIR_KINDS


class ServiceTicket(models.Model):
    """Who pays: what the terms of the unit give, and why."""

    _inherit = "service.ticket"

    exclusion_id = fields.Many2one(
        "service.exclusion",
        compute="_compute_exclusion_id",
        store=True,
        readonly=False,
        tracking=True,
        copy=False,
        index="btree_not_null",
        help="The reason why no warranty covers this fault. Proposed by the cause.",
    )
    evidence_ids = fields.Many2many(
        "ir.attachment",
        "service_ticket_evidence_rel",
        string="Evidence",
        copy=False,
        help="Photos and papers that show why the warranty does not cover this fault.",
    )
    evidence_missing = fields.Boolean(
        compute="_compute_evidence_missing",
        help="The exclusion does not count before its evidence is here.",
    )
    cover_state = fields.Selection(
        [
            ("covered", "Covered"),
            ("partly", "Partly covered"),
            ("chargeable", "Chargeable"),
            ("unknown", "Not known yet"),
        ],
        "Cover",
        compute="_compute_cover",
        compute_sudo=True,
    )
    cover_reason = fields.Text(compute="_compute_cover", compute_sudo=True)
    cover_until = fields.Date(
        "Covered Until", compute="_compute_cover", compute_sudo=True
    )
    cover_provisional = fields.Boolean(compute="_compute_cover", compute_sudo=True)

    @api.depends("cause_id")
    def _compute_exclusion_id(self):
        for ticket in self:
            ticket.exclusion_id = ticket.cause_id.exclusion_id

    @api.depends("exclusion_id", "evidence_ids")
    def _compute_evidence_missing(self):
        for ticket in self:
            needed = ticket.exclusion_id.needs_evidence
            ticket.evidence_missing = needed and not ticket.evidence_ids

    def _validate_fields(self, field_names, excluded_names=()):
        """Evidence is what its user may read: nobody draws in another's papers."""
        names = set(field_names)
        super()._validate_fields(names, excluded_names)
        check_links(self, names & {"evidence_ids"})

    @api.depends(
        "unit_id",
        "cause_id",
        "exclusion_id",
        "evidence_ids",
        "kind",
        "opened_at",
        "company_id",
        "unit_id.entitlement_ids.void_on",
        "unit_id.entitlement_ids.date_start",
        "unit_id.entitlement_ids.date_end",
    )
    @api.depends_context("lang")
    def _compute_cover(self):
        papers = self._get_papers()
        for ticket in self:
            verdicts = ticket._judge(papers, REPAIR_KINDS)
            shares = {verdict.share for verdict in verdicts.values()}
            untils = [v.reason.day for v in verdicts.values() if v.share]
            helped = {verdict.rule for verdict in verdicts.values()} != {cover.PAID}
            if not ticket.unit_id:
                ticket.cover_state = "unknown"
            elif shares == {cover.FULL}:
                ticket.cover_state = "covered"
            else:
                ticket.cover_state = "partly" if helped else "chargeable"
            ticket.cover_until = min(untils, default=False)
            ticket.cover_provisional = bool(untils) and any(
                verdict.provisional for verdict in verdicts.values()
            )
            ticket.cover_reason = ticket._explain_all(verdicts)
