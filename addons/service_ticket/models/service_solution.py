"""What fixed a fault: the part of a solved ticket that everybody may learn from (R87)."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine import similar

_SOLVED = ("resolved", "closed")
_KINDS = ("fault", "complaint", "consultation")
_BATCH = 2000
# A solved ticket is learned anew when one of these changes.
LEARNED_FROM = {
    "kind",
    "subject",
    "description",
    "symptom_id",
    "cause_id",
    "remedy_id",
    "diagnosis",
    "work_done",
    "product_id",
    "unit_id",
    "company_id",
}


class ServiceSolution(models.Model):
    """A fault that was cleared: model, symptom, cause, remedy, and never the customer.

    One row per solved ticket, made when it is resolved and taken back when it is
    opened again. Colleagues who may not see the ticket may see this.
    """

    _name = "service.solution"
    _description = "Solved Fault"
    _order = "id desc"
    _log_access = False

    ticket_id = fields.Many2one(
        "service.ticket",
        required=True,
        ondelete="cascade",
        groups="service_ticket.group_service_agent",
    )
    company_id = fields.Many2one("res.company", required=True)
    solved_on = fields.Date()
    product_id = fields.Many2one("product.product", ondelete="set null")
    category_id = fields.Many2one("product.category", ondelete="set null")
    symptom_id = fields.Many2one(
        "service.fault.code", ondelete="set null", index="btree_not_null"
    )
    cause_id = fields.Many2one("service.fault.code", ondelete="set null")
    remedy_id = fields.Many2one("service.fault.code", ondelete="set null")
    diagnosis = fields.Text()
    work_done = fields.Text()
    words = fields.Text(groups="base.group_no_one", help="What it is found by.")
    fixed_by = fields.Char("Fixed By", compute="_compute_fixed_by")

    _one_per_ticket = models.UniqueIndex("(ticket_id)")
    _by_product = models.Index("(company_id, product_id, id)")
    _by_product_symptom = models.Index("(company_id, product_id, symptom_id, id)")
    _by_symptom = models.Index("(company_id, symptom_id, id)")
    _by_category = models.Index("(company_id, category_id, symptom_id, id)")
    # Whole words of our own making, so no extension and no character type matters.
    _by_words = models.Index("USING gin (string_to_array(words, ' '))")

    @api.depends("symptom_id", "product_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for solution in self:
            parts = (solution.product_id.sudo().name, solution.symptom_id.name)
            solution.display_name = " · ".join(part for part in parts if part) or (
                self.env._("Solved fault")
            )

    @api.depends("remedy_id", "work_done", "diagnosis")
    @api.depends_context("lang")
    def _compute_fixed_by(self):
        for solution in self:
            said = (solution.work_done or solution.diagnosis or "").strip()
            parts = (solution.remedy_id.name, said.split("\n")[0][:120])
            solution.fixed_by = ": ".join(part for part in parts if part)

    # --- Learning ---------------------------------------------------------------------

    @api.model
    def _learn(self, tickets):
        """Keep in step with these tickets: one row for each that is solved."""
        known = self.sudo().search([("ticket_id", "in", tickets.ids)])
        by_ticket = known.grouped("ticket_id")
        fresh, stale = [], self.sudo()
        for ticket in tickets.sudo():
            own = by_ticket.get(ticket, self.sudo())
            if not self._teaches(ticket):
                stale |= own
            elif own:
                own.write(self._prepare_vals(ticket))
            else:
                fresh.append(self._prepare_vals(ticket))
        stale.unlink()
        self.sudo().create(fresh)

    @api.model
    def _teaches(self, ticket):
        return (
            ticket.state in _SOLVED
            and ticket.kind in _KINDS
            and bool(ticket.remedy_id or ticket.work_done or ticket.cause_id)
            and ticket.outcome != "no_fault"
        )

    @api.model
    def _prepare_vals(self, ticket):
        """Return what may be known of a solved ticket. Never the internal note, the
        customer, or what the customer said: that is only kept as loose words."""
        product = ticket.product_id
        return {
            "ticket_id": ticket.id,
            "company_id": ticket.company_id.id,
            "solved_on": fields.Date.to_date(ticket.resolved_at),
            "product_id": product.id,
            "category_id": product.categ_id.id,
            "symptom_id": ticket.symptom_id.id,
            "cause_id": ticket.cause_id.id,
            "remedy_id": ticket.remedy_id.id,
            "diagnosis": ticket.diagnosis,
            "work_done": ticket.work_done,
            "words": " ".join(
                similar.get_words(ticket.subject, ticket.description, ticket.diagnosis)
            ),
        }

    @api.model
    def _learn_missing(self):
        """Cron: learn what was solved before, or came in by an import."""
        self.env.cr.execute(
            SQL(
                """SELECT t.id FROM service_ticket t
                    WHERE t.state IN %s AND t.kind IN %s
                      AND coalesce(t.outcome, '') != 'no_fault'
                      AND (t.cause_id IS NOT NULL OR t.remedy_id IS NOT NULL
                           OR coalesce(t.work_done, '') != '')
                      AND NOT EXISTS (SELECT FROM service_solution s
                                       WHERE s.ticket_id = t.id)
                    ORDER BY t.id DESC LIMIT %s""",
                _SOLVED,
                _KINDS,
                _BATCH + 1,
            )
        )
        ids = [row[0] for row in self.env.cr.fetchall()]
        self._learn(self.env["service.ticket"].browse(ids[:_BATCH]))
        self.env["ir.cron"]._commit_progress(
            len(ids[:_BATCH]), remaining=len(ids) - len(ids[:_BATCH])
        )
