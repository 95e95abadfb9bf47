from odoo import api, models
from odoo.tools import format_date, format_duration


class ServiceVisit(models.Model):
    """What the phone shows: one dict with everything, ready for JSON.

    ``_sheet_*`` methods run on a record in sudo: ``get_job_sheet`` has checked that
    the visit may be read.
    """

    _inherit = "service.visit"

    @api.readonly
    def get_job_sheet(self):
        """The whole job sheet of one visit, as the phone shows it."""
        self.ensure_one()
        self.check_access("read")
        return self._get_job_sheet()

    def _get_job_sheet(self):
        editable = self.has_access("write")
        visit = self.sudo()
        return {
            "id": visit.id,
            "state": visit.state,
            "state_label": visit._get_state_label(),
            "editable": editable,
            "phase": visit._get_phase(),
            "phases": visit._sheet_phases(),
            "engineer": visit.engineer_id.name,
            "note": visit.note or "",
            **visit._sheet_time(),
            "customer": visit._sheet_customer(),
            "ticket": visit._sheet_ticket(),
            "unit": visit._sheet_unit(),
            "diagnosis": visit._sheet_diagnosis(),
            "cover": visit._sheet_cover(),
            "price": visit._sheet_price(),
            "parts": visit._sheet_parts(),
            "van": visit._sheet_van(),
            "payment": visit._sheet_payment(),
            "closing": visit._sheet_closing(),
            "fail_reasons": visit._sheet_fail_reasons(),
        }

    def _get_phase(self):
        """The big step in hand; ``end`` when there is nothing left to do."""
        self.ensure_one()
        if self.state == "on_site":
            if not self.agreed_at or self.ticket_id._get_consent_gap():
                return "diagnose"
            return "test" if self.worked_at else "work"
        phases = {"planned": "call", "confirmed": "set_out", "en_route": "arrive"}
        return phases.get(self.state, "end")

    # ------------------------------------------------------------------ sections

    def _sheet_phases(self):
        labels = self.env["service.visit.step"]._fields["phase"]
        steps = self.step_ids.grouped("phase")
        none = self.env["service.visit.step"]
        return [
            {
                "key": key,
                "label": label,
                "steps": [s._get_sheet() for s in steps.get(key, none)],
            }
            for key, label in labels._description_selection(self.env)
        ]

    def _sheet_time(self):
        promised = self.ticket_id.milestone_ids.filtered(
            lambda m: m.clock == "on_site" and m.due
        )[:1]
        times = ("confirmed_at", "set_out_at", "arrived_at", "done_at")
        return {
            "day": self._format_day(self.start),
            "from": self._format_time(self.start),
            "to": self._format_time(self.end),
            "start": self.start.isoformat() + "Z",
            "length": format_duration(self.duration),
            "promised": self._format_moment(promised.due) if promised else "",
            "times": {
                name: self._format_time(self[name]) if self[name] else ""
                for name in times
            },
        }

    def _sheet_customer(self):
        ticket = self.ticket_id
        return {
            "name": ticket.partner_id.display_name or "",
            "contact": ticket.contact_name or ticket.partner_id.name or "",
            "phone": ticket.contact_phone or ticket.partner_id.phone or "",
            "address": self.address,
        }

    def _sheet_ticket(self):
        ticket = self.ticket_id
        return {
            "id": ticket.id,
            "name": ticket.name,
            "kind": ticket.kind,
            "subject": ticket.subject or "",
            "symptom": ticket.symptom_id.name or "",
            "description": ticket.description or "",
            "severity": ticket.severity_id.name or "",
            "severity_level": ticket.severity_id.level,
        }

    def _sheet_unit(self):
        ticket = self.ticket_id
        unit = ticket.unit_id
        # in sudo here: another company's faults of the same unit are not ours to show
        history = ticket.last_ticket_ids.filtered(
            lambda past: past.company_id == ticket.company_id
        )[:3]
        return {
            "serial": unit.name or "",
            "product": (unit.product_id or ticket.product_id).name or "",
            "delivered": format_date(self.env, unit.delivered_on),
            "history": [
                {
                    "id": past.id,
                    "day": self._format_day(past.opened_at, "yMMMd"),
                    "text": past.cause_id.name or past.symptom_id.name or past.subject,
                }
                for past in history
            ],
        }

    def _sheet_diagnosis(self):
        ticket = self.ticket_id
        codes = self.env["service.fault.code"]._get_fitting(
            ["cause", "remedy"], ticket.product_id
        )
        causes = codes.filtered(lambda c: c.kind == "cause")
        frequent = self._get_frequent_causes()
        return {
            "done": bool(self.diagnosed_at),
            "cause_id": ticket.cause_id.id,
            "cause": ticket.cause_id.name or "",
            "text": ticket.diagnosis or "",
            "causes": [
                {"id": c.id, "name": c.name, "frequent": c in frequent} for c in causes
            ],
            "remedies": [{"id": c.id, "name": c.name} for c in codes - causes],
            "similar": [] if self.diagnosed_at else ticket._get_similar_faults(3),
        }

    def _get_frequent_causes(self):
        """What this symptom turned out to be before: the first chips to tap."""
        symptom = self.ticket_id.symptom_id
        if not symptom:
            return self.env["service.fault.code"]
        groups = self.env["service.ticket"]._read_group(
            [
                ("symptom_id", "=", symptom.id),
                ("cause_id", "!=", False),
                ("company_id", "=", self.company_id.id),
            ],
            ["cause_id"],
            ["__count"],
            order="__count desc",
            limit=4,
        )
        return self.env["service.fault.code"].concat(*(cause for cause, _ in groups))

    def _sheet_cover(self):
        ticket = self.ticket_id
        return {
            "state": ticket.cover_state or "unknown",
            "reason": ticket.cover_reason or "",
        }

    def _sheet_price(self):
        ticket = self.ticket_id
        order = ticket.order_id
        lines = order.order_line.filtered(lambda line: not line.display_type)
        currency = order.currency_id or self.company_id.currency_id
        gap = ticket._get_consent_gap()
        return {
            "currency_id": currency.id,
            "lines": [self._sheet_line(line) for line in lines],
            "untaxed": order.amount_untaxed,
            "tax": order.amount_tax,
            "total": order.amount_total,
            "free": currency.is_zero(order.amount_total),
            "gap": gap or "",
            "agreed": bool(self.agreed_at and not gap),
            "signed_by": order.signed_by or "",
            "services": self._sheet_services(lines),
        }

    def _sheet_line(self, line):
        full = line.price_unit * line.product_uom_qty
        return {
            "id": line.id,
            "product_id": line.product_id.id,
            "name": line.product_id.name or line.name,
            "kind": line.service_line_kind or "",
            "service": line.product_id.type == "service",
            "qty": line.product_uom_qty,
            "uom": line.product_uom_id.name,
            "full": full,
            "share": line.cover_share,
            "reason": line.cover_reason or "",
            "amount": line.price_subtotal,
        }

    def _sheet_services(self, lines):
        """The template's services, to be raised and lowered on the phone."""
        template = self.template_id
        on_order = {line.product_id: line.product_uom_qty for line in lines}
        products = template.callout_product_id | template.labour_product_id
        return [
            {
                "product_id": product.id,
                "name": product.name,
                "uom": product.uom_id.name,
                "qty": on_order.get(product, 0.0),
                "step": 0.5 if product == template.labour_product_id else 1,
            }
            for product in products
        ]

    def _sheet_parts(self):
        """The parts planned for this ticket, with what is known of their serials."""
        moves = self.ticket_id._get_part_moves()
        removed = moves.search([("fitted_move_id", "in", moves.ids)])
        serials = {old.fitted_move_id: old.lot_ids.mapped("name") for old in removed}
        return [self._sheet_part(move, serials.get(move, [])) for move in moves]

    def _sheet_part(self, move, removed):
        fitted = move.state == "done"
        return {
            "move_id": move.id,
            "product_id": move.product_id.id,
            "name": move.product_id.name,
            "qty": move.product_uom_qty,
            "uom": move.product_uom.name,
            "tracking": move.product_id.tracking,
            "done": fitted,
            "serial": ", ".join(move.lot_ids.mapped("name")) if fitted else "",
            "removed": ", ".join(removed),
        }

    def _sheet_van(self):
        if not self.user_id or self.state != "on_site":
            return []
        parts = self.ticket_id._get_van_parts(self.user_id)
        return [{**part, "lots": [list(lot) for lot in part["lots"]]} for part in parts]

    def _sheet_payment(self):
        ticket = self.ticket_id
        payment = self._get_payment()
        return {
            "state": ticket.payment_state or "none",
            "amount": self._get_amount_due(),
            "receipt": payment.name or "",
            "invoice": ", ".join(ticket.invoice_ids.mapped("name")),
        }

    def _sheet_closing(self):
        ticket = self.ticket_id
        outcomes = ticket._fields["outcome"]._description_selection(self.env)
        on_site = self.state == "on_site"
        return {
            "work_done": ticket.work_done or "",
            "remedy_id": ticket.remedy_id.id,
            "worked": bool(self.worked_at),
            "outcome": ticket.outcome or "",
            "outcomes": [{"key": key, "label": label} for key, label in outcomes],
            "signed_by": self.signed_by or "",
            "signed": bool(self.customer_signature),
            "refusal": self.signature_refusal or "",
            "rating": int(self.rating_id.rating) if self.rating_id else 0,
            "comment": self.rating_id.feedback or "",
            "fail_reason": self.fail_reason_id.name or "",
            "work_obstacles": self._get_work_obstacles() if on_site else [],
            "obstacles": self._get_finish_obstacles() if self.worked_at else [],
        }

    def _sheet_fail_reasons(self):
        reasons = self.env["service.visit.fail.reason"].search([])
        return [{"id": r.id, "name": r.name, "advice": r.advice or ""} for r in reasons]

    # --------------------------------------------------------------------- money

    def _get_amount_due(self):
        """What the customer still has to pay, taxes included."""
        ticket = self.ticket_id
        order = ticket.order_id
        if ticket.payment_state in ("nothing", "paid"):
            return 0.0
        billed = ticket.invoice_ids.filtered(lambda m: m.state == "posted")
        due = sum(-move.direction_sign * move.amount_residual for move in billed)
        if not billed or ticket.payment_state == "to_invoice":
            # an earlier visit is billed, what came on top is not
            due += order.amount_total
            due -= sum(-move.direction_sign * move.amount_total for move in billed)
        return order.currency_id.round(due) if order else due

    def _owes_money(self):
        currency = self.ticket_id.order_id.currency_id or self.company_id.currency_id
        return currency.compare_amounts(self._get_amount_due(), 0.0) > 0

    def _get_payment(self):
        """The last payment of the ticket's invoices."""
        ticket = self.ticket_id
        return ticket._get_payments(ticket.invoice_ids)[:1]
