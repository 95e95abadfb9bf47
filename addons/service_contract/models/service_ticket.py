import pytz

from odoo import api, fields, models
from odoo.tools import format_date, formatLang

from ..engine import cover

# What a repair consists of: the banner answers for these kinds of line.
_REPAIR_KINDS = ("part", "labour", "travel", "diagnosis")
# A request that is no fault is served, by tariff (R63).
_NOT_FAULTS = ("consultation", "support", "training")


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

    @api.depends(
        "unit_id",
        "cause_id",
        "exclusion_id",
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
            verdicts = ticket._judge(papers, _REPAIR_KINDS)
            shares = {verdict.share for verdict in verdicts.values()}
            untils = [v.reason.day for v in verdicts.values() if v.share]
            if not ticket.unit_id:
                ticket.cover_state = "unknown"
            elif shares == {cover.FULL}:
                ticket.cover_state = "covered"
            else:
                ticket.cover_state = "partly" if any(shares) else "chargeable"
            ticket.cover_until = min(untils, default=False)
            ticket.cover_provisional = bool(untils) and not ticket._is_diagnosed()
            ticket.cover_reason = ticket._explain_all(verdicts)

    # --- Asking the judge -----------------------------------------------------

    def _is_diagnosed(self):
        return bool(self.cause_id or self.exclusion_id)

    def _get_papers(self):
        """Return what speaks for the units of these tickets, by unit and company."""
        units = self.unit_id._origin
        entitlements = self.env["service.entitlement"].sudo()
        papers = {}
        for entitlement in entitlements.search([("unit_id", "in", units.ids)]):
            key = (entitlement.unit_id.id, entitlement.company_id.id)
            papers.setdefault(key, []).append(entitlement._to_engine())
        return papers

    def _get_cover_day(self):
        """Return the day of the fault where the desk is that took the call."""
        zone = (
            self.team_id.sudo().calendar_id.tz
            or self.company_id.sudo().resource_calendar_id.tz
            or "UTC"
        )
        opened_at = self.opened_at or fields.Datetime.now()
        return pytz.utc.localize(opened_at).astimezone(pytz.timezone(zone)).date()

    def _judge(self, papers, kinds):
        """Return the verdict for each kind of line of this ticket's job."""
        documents = papers.get((self.unit_id._origin.id, self.company_id.id), ())
        exclusion = self.exclusion_id._origin
        requests = [
            cover.CoverRequest(
                kind=kind,
                day=self._get_cover_day(),
                entitlements=tuple(documents),
                exclusion=str(exclusion.id) if exclusion else None,
                diagnosed=self._is_diagnosed(),
                fault=self.kind not in _NOT_FAULTS,
            )
            for kind in kinds
        ]
        return dict(zip(kinds, cover.judge_many(requests), strict=True))

    def _get_cover_lines(self):
        """Return what each kind of line of a repair would cost the customer.

        :return: list of dicts with `kind`, `label`, `share` (percent) and `reason`
        """
        self.ensure_one()
        labels = self._get_kind_labels()
        verdicts = self._judge(self._get_papers(), _REPAIR_KINDS)
        return [
            {
                "kind": kind,
                "label": labels[kind],
                "share": float(verdict.share),
                "reason": self._explain(verdict),
            }
            for kind, verdict in verdicts.items()
        ]

    # --- In words -------------------------------------------------------------

    def _explain_all(self, verdicts):
        """Return one sentence where all kinds agree, else one line for each answer."""
        if not self.unit_id:
            return self.env._("Choose the unit to see whether it is covered.")
        labels = self._get_kind_labels()
        kinds_by_reason = {}
        for kind, verdict in verdicts.items():
            reason = self._explain(verdict)
            kinds_by_reason.setdefault(reason, []).append(labels[kind])
        if len(kinds_by_reason) == 1:
            return next(iter(kinds_by_reason))
        return "\n".join(
            f"{', '.join(kinds)}: {reason}" for reason, kinds in kinds_by_reason.items()
        )

    def _get_kind_labels(self):
        kinds = self.env["product.template"]._fields["service_line_kind"]
        return dict(kinds._description_selection(self.env))

    def _explain(self, verdict):
        """Return the sentence of a verdict in the language of the environment."""
        reason = verdict.reason
        words = {"day": format_date(self.env, reason.day) if reason.day else ""}
        if reason.document:
            entitlement = self.env["service.entitlement"].sudo()
            document = entitlement.browse(int(reason.document))
            words["document"] = document.display_name
            words["void_reason"] = document.void_reason or ""
        if reason.exclusion:
            exclusion = self.env["service.exclusion"].sudo()
            words["sentence"] = exclusion.browse(int(reason.exclusion)).sentence
        words["kind"] = self._get_kind_labels()[reason.kind]
        words["share"] = formatLang(self.env, float(reason.share), digits=0)
        return self._get_sentences()[reason.key] % words

    def _get_sentences(self):
        """Return the sentence patterns by the judge's reason key."""
        return {
            "covered": self.env._("Covered by %(document)s until %(day)s."),
            "partly": self.env._("%(share)s %% covered by %(document)s until %(day)s."),
            "excluded": self.env._("Not covered: %(sentence)s (%(document)s)"),
            "not_fault": self.env._("Not a fault: charged by tariff."),
            "kind": self.env._("Not covered: %(document)s does not include %(kind)s."),
            "ended": self.env._("Not covered: %(document)s ended on %(day)s."),
            "not_started": self.env._(
                "Not covered: %(document)s begins on %(day)s only."
            ),
            "void": self.env._("Not covered: %(document)s is void. %(void_reason)s."),
            "none": self.env._("Not covered: there is no warranty for this unit."),
        }
