from odoo import fields, models
from odoo.exceptions import UserError


class ServiceVisit(models.Model):
    """The phone's interface: every ``job_*`` method is one tap of the engineer.

    Each begins with the gate, has no second effect when it is repeated, and returns
    the new job sheet. After the gate the work is done in sudo, because an engineer
    has no rights of his own on orders, stock and accounting.
    """

    _inherit = "service.visit"

    def _gate(self, *states):
        """May this user do this to this visit now?  Returns the visit in sudo.

        The visit's row is written, so that two messages of one phone that arrive at
        the same time follow each other: the second is run again by the framework
        and then sees what the first one did.
        """
        self.ensure_one()
        self.check_access("write")
        visit = self.sudo()
        self.env.cr.execute(
            "UPDATE service_visit SET state = state WHERE id = %s", [visit.id]
        )
        visit.invalidate_recordset(["state"])
        if visit.state not in states:
            raise UserError(visit._get_gate_text())
        return visit

    def _get_gate_text(self):
        self.ensure_one()
        texts = {
            "planned": self.env._("Call the customer or set out first."),
            "confirmed": self.env._("Set out first."),
            "en_route": self.env._("Tap “I have arrived” first."),
            "on_site": self.env._("You are on site already: go on with the job."),
            "done": self.env._(
                "This visit is finished. For more work, ask the "
                "dispatcher to plan another visit."
            ),
            "failed": self.env._(
                "This visit ended without the job done. Ask the "
                "dispatcher to plan another visit."
            ),
            "cancelled": self.env._("This visit was cancelled by the dispatcher."),
        }
        return texts[self.state]

    # ---------------------------------------------------------------- on the way

    def job_confirm(self, reached=True):
        """1. The customer was called; ``reached=False`` only notes the attempt."""
        visit = self._gate("planned", "confirmed", "en_route", "on_site")
        if not reached:
            visit._log_on_ticket(self.env._("Call before the visit: nobody answered"))
        elif visit.state == "planned":
            visit._set_state("confirmed", confirmed_at=fields.Datetime.now())
        return self._get_job_sheet()

    def job_set_out(self):
        """2. On the road."""
        visit = self._gate("planned", "confirmed", "en_route", "on_site")
        if not visit.set_out_at:
            visit._set_state("en_route", set_out_at=fields.Datetime.now())
        return self._get_job_sheet()

    def job_arrive(self):
        """3. At the customer's: the on-site promise is met."""
        visit = self._gate("en_route", "on_site")
        if not visit.arrived_at:
            now = fields.Datetime.now()
            visit._set_state("on_site", arrived_at=now)
            visit.ticket_id._log_event("on_site", now)
        return self._get_job_sheet()

    # ------------------------------------------------------- diagnosis and price

    def job_diagnose(self, cause_id, diagnosis=None):
        """4a. What it was. The cover is judged at once, and the template's call-out
        and labour are proposed the first time."""
        visit = self._gate("on_site")
        ticket = visit.ticket_id
        cause = self.env["service.fault.code"].browse(cause_id).sudo().exists()
        if not cause or cause.kind != "cause":
            raise UserError(self.env._("Choose a cause from the list."))
        if ticket.cause_id != cause:
            visit._check_price_open()
            ticket.cause_id = cause
        if diagnosis is not None and (ticket.diagnosis or "") != diagnosis:
            ticket.diagnosis = diagnosis
        if not visit.diagnosed_at:
            visit._propose_services()
            visit.diagnosed_at = fields.Datetime.now()
        return self._get_job_sheet()

    def job_set_part(self, product_id, qty):
        """4b. So many of this part or service are needed; 0 takes it off again."""
        visit = self._gate("on_site")
        product = self.env["product.product"].browse(product_id).sudo().exists()
        if not product or qty < 0 or not visit.diagnosed_at:
            raise UserError(
                self.env._("Record the cause first, then choose parts from your van.")
            )
        if product.type == "service":
            visit._set_service(product, qty)
        else:
            visit._set_part(product, qty)
        return self._get_job_sheet()

    def job_consent(self, signature=None, signed_by=None):
        """4c. The customer agrees to the price, by signature where there is one to
        pay. ``signature``: a PNG in base64."""
        visit = self._gate("on_site")
        ticket = visit.ticket_id
        if not visit.diagnosed_at:
            raise UserError(self.env._("Record the cause first."))
        if not visit.agreed_at or ticket._get_consent_gap():
            visit._record_agreement(signature, signed_by)
        return self._get_job_sheet()

    # ------------------------------------------------------------ work and parts

    def job_fit_part(self, move_id, lot_id=None, lot_name=None, removed_serial=None):
        """5a. This part went in, with its serial, and that one came out."""
        visit = self._gate("on_site")
        move = visit._get_part_move(move_id)
        lot = visit._find_lot(move, lot_id, lot_name)
        visit.ticket_id._fit_part(move, lot=lot, removed_serial=removed_serial)
        return self._get_job_sheet()

    def job_tick(self, step_id, done=True, note=None):
        """A check of any phase, ticked or unticked."""
        visit = self._gate("planned", "confirmed", "en_route", "on_site")
        step = visit.step_ids.filtered(lambda s: s.id == step_id)
        if not step:
            raise UserError(self.env._("This check is not on the job sheet any more."))
        step._tick(done, note)
        return self._get_job_sheet()

    def job_set_work(self, work_done=None, remedy_id=None, ended=False):
        """5b. What was done; with ``ended`` the job goes on to the test."""
        visit = self._gate("on_site")
        visit._store_work(work_done, remedy_id)
        if ended and not visit.worked_at:
            visit._refuse(visit._get_work_obstacles())
            visit.worked_at = fields.Datetime.now()
        return self._get_job_sheet()

    # ------------------------------------------------------ test, sign and collect

    def job_collect(self):
        """6a. Cash received: the invoice and the payment are posted."""
        visit = self._gate("on_site", "done")
        if visit._owes_money():
            visit._check_worked()
            visit._collect_cash()
        return self._get_job_sheet()

    def job_receipt(self):
        """The receipt to print or to show, once something was paid."""
        self.ensure_one()
        self.check_access("read")
        return self.sudo().ticket_id.action_print_receipt()

    def job_sign(self, signature=None, signed_by=None, refusal=None):
        """6b. The customer's signature for the work, or why there is none."""
        visit = self._gate("on_site")
        visit._check_worked()
        visit._store_signature(signature, signed_by, refusal)
        return self._get_job_sheet()

    def job_rate(self, value, comment=None):
        """6c. The customer's rating, from 1 to 5, as a rating of Odoo's."""
        visit = self._gate("on_site")
        if value not in (1, 2, 3, 4, 5):
            raise UserError(self.env._("A rating is a number from 1 to 5."))
        visit._store_rating(value, comment or "")
        return self._get_job_sheet()

    def job_finish(self, outcome, pay_later=False):
        """6d. The visit is done; unless more work is needed, so is the ticket.

        ``outcome`` is one of the ticket's, or ``another_visit``.
        """
        visit = self._gate("on_site", "done")
        if visit.state != "done":
            visit._finish(outcome, pay_later)
        return self._get_job_sheet()

    def job_fail(self, reason_id, note=None):
        """The job cannot be done on this visit, for one of the listed reasons."""
        visit = self._gate("planned", "confirmed", "en_route", "on_site", "failed")
        if visit.state != "failed":
            reason = self.env["service.visit.fail.reason"].browse(reason_id).exists()
            if not reason:
                raise UserError(self.env._("Choose a reason from the list."))
            visit._fail(reason.sudo(), note)
        return self._get_job_sheet()
