"""The judge is asked about a ticket, and answers in words."""

from dataclasses import replace

import pytz

from odoo import fields, models

from ..engine import cover

# What a repair consists of: the banner answers for these kinds of line.
REPAIR_KINDS = ("part", "labour", "travel", "diagnosis")
# A request that is no fault is served, by tariff (R63).
_NOT_FAULTS = ("consultation", "support", "training")


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    # --- What the judge is told -----------------------------------------------------

    def _is_diagnosed(self):
        return bool(self.cause_id or self.exclusion_id)

    def _get_papers(self):
        """Return what speaks for the units of these tickets, by unit and company."""
        entitlements = self.env["service.entitlement"].sudo()
        entitlements = entitlements.search(
            [("unit_id", "in", self.unit_id._origin.ids)]
        )
        usage = entitlements._get_usage()
        _order, other_makes = self.env["service.cover.layer"]._get_precedence()
        papers = {}
        for entitlement in entitlements:
            key = (entitlement.unit_id.id, entitlement.company_id.id)
            papers.setdefault(key, []).append(
                entitlement._to_engine(usage, other_makes)
            )
        return papers

    def _get_cover_day(self):
        """Return the day of the fault at the site, else at the desk."""
        zone = (
            self.site_id.sudo().tz
            or self.team_id.sudo().calendar_id.tz
            or self.company_id.sudo().resource_calendar_id.tz
            or "UTC"
        )
        opened_at = self.opened_at or fields.Datetime.now()
        return pytz.utc.localize(opened_at).astimezone(pytz.timezone(zone)).date()

    def _prepare_cover_request(self, papers):
        """Return the judge's question about this ticket, still without a line."""
        unit, exclusion = self.unit_id._origin, self.exclusion_id._origin
        precedence, _makes = self.env["service.cover.layer"]._get_precedence()
        return cover.CoverRequest(
            kind="part",
            day=self._get_cover_day(),
            entitlements=tuple(papers.get((unit.id, self.company_id.id), ())),
            exclusion=str(exclusion.id) if exclusion else None,
            diagnosed=self._is_diagnosed(),
            fault=self.kind not in _NOT_FAULTS,
            precedence=precedence,
            proven=not self.evidence_missing,
            foreign=unit.sudo().product_id.service_other_make,
            products=self._get_fitted_products(),
        )

    def _get_fitted_products(self):
        """Return the parts that this job is about, as the judge names them."""
        lines = self.sudo().order_id.order_line
        goods = lines.filtered(lambda line: line.service_line_kind in ("part", "unit"))
        return frozenset(str(product.id) for product in goods.product_id)

    def _judge(self, papers, kinds):
        """Return the verdict for each kind of line of this ticket's job."""
        question = self._prepare_cover_request(papers)
        requests = [replace(question, kind=kind) for kind in kinds]
        return dict(zip(kinds, cover.judge_many(requests), strict=True))

    def _get_cover_lines(self):
        """Return what each kind of line of a repair would cost the customer.

        :return: list of dicts with `kind`, `label`, `share` (percent) and `reason`
        """
        self.ensure_one()
        labels = self._get_kind_labels()
        verdicts = self._judge(self._get_papers(), REPAIR_KINDS)
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

    def _explain(self, answer, tariff=None, currency=None):
        """Return the sentence of a verdict, or of what another document gave.

        :param tariff: the published unit price, to say what was charged instead
        """
        words = self._get_reason_words(answer.reason)
        sentence = self._get_sentences()[answer.reason.key] % words
        price = self._explain_price(answer, tariff, currency)
        return f"{sentence} {price}" if price else sentence

    def _get_sentence_key(self, verdict, asked):
        """Return what the sentence is made from: thousands of lines share a few."""
        reason, document = verdict.reason, verdict.reason.document
        if document and reason.key != "void":
            entitlements = self.env["service.entitlement"].sudo()
            entitlement = entitlements.browse(int(document))
            document = (entitlement.coverage_id.id, entitlement.scope_product_id.id)
        return (
            self.env.lang,
            document,
            reason.key,
            reason.kind,
            reason.share,
            reason.day,
            reason.exclusion,
            reason.basis,
            verdict.price,
            asked.prices.tariff,
        )

    def _get_reason_words(self, reason):
        entitlements = self.env["service.entitlement"].sudo()
        exclusions = self.env["service.exclusion"].sudo()
        document = entitlements.browse(int(reason.document or 0) or [])
        exclusion = exclusions.browse(int(reason.exclusion or 0) or [])
        return {
            "day": entitlements._format_end(reason.day) if reason.day else "",
            "document": document.display_name or "",
            "void_reason": document.void_reason or "",
            "sentence": exclusion.sentence or "",
            "kind": self._get_kind_labels()[reason.kind],
            "share": f"{reason.share.normalize():f}",
            "quantity": f"{reason.quantity.normalize():f}",
        }

    def _explain_price(self, answer, tariff, currency):
        """Return by which price rule the rest is charged, where it is not the tariff."""
        basis = answer.reason.basis
        if answer.share == cover.FULL or basis == "tariff":
            return ""
        price = self._get_price_names()[basis]
        if tariff is None:
            return self.env._("Charged %s.", price)
        return self.env._(
            "Charged %(basis)s: %(price)s instead of %(tariff)s.",
            basis=price,
            price=currency.format(float(answer.price)),
            tariff=currency.format(float(tariff)),
        )

    def _get_price_names(self):
        return {
            "cost": self.env._("at cost"),
            "contract": self.env._("at the price of the original contract"),
            "card": self.env._("by the warranty card"),
        }

    def _get_sentences(self):
        """Return the sentence patterns by the judge's reason key."""
        return {
            "covered": self.env._("Covered by %(document)s until %(day)s."),
            "partly": self.env._("%(share)s %% covered by %(document)s until %(day)s."),
            "limited": self.env._(
                "%(share)s %% covered by %(document)s: no more is left of its limit."
            ),
            "priced": self.env._("Not covered: %(document)s names the price only."),
            "used_up": self.env._(
                "Not covered: the limit of %(document)s for %(kind)s is used up."
            ),
            "excluded": self.env._("Not covered: %(sentence)s (%(document)s)"),
            "not_fault": self.env._("Not a fault: charged by tariff."),
            "kind": self.env._("Not covered: %(document)s does not include %(kind)s."),
            "other_part": self.env._(
                "Not covered: %(document)s is about another part."
            ),
            "foreign": self.env._("Not covered: the product is of another make."),
            "ended": self.env._("Not covered: %(document)s ended on %(day)s."),
            "not_started": self.env._(
                "Not covered: %(document)s begins on %(day)s only."
            ),
            "void": self.env._("Not covered: %(document)s is void. %(void_reason)s."),
            "none": self.env._("Not covered: there is no warranty for this unit."),
        }
