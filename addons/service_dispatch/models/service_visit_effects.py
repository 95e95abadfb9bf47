"""What the job sheet's taps do. Every method runs after the gate, in sudo."""

import base64

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html


class ServiceVisit(models.Model):
    _inherit = "service.visit"

    def _refuse(self, obstacles):
        """Says everything that is missing at once."""
        if obstacles:
            raise UserError("\n".join(obstacles))

    # ------------------------------------------------------- diagnosis and price

    def _check_price_open(self):
        """What the customer has agreed to is not judged anew behind his back."""
        if self.agreed_at and self.ticket_id.order_id.amount_total:
            raise UserError(
                self.env._(
                    "The customer has agreed to the price of “%s”. Ask the dispatcher "
                    "to change the order before you change the cause.",
                    self.ticket_id.cause_id.name,
                )
            )

    def _propose_services(self):
        template = self.template_id
        ticket = self.ticket_id
        known = ticket.order_id.order_line.product_id
        for product, qty in (
            (template.callout_product_id, 1),
            (template.labour_product_id, template.labour_hours),
        ):
            if product and qty and product not in known:
                ticket._set_order_line(product, qty)

    def _set_service(self, product, qty):
        template = self.template_id
        offered = template.callout_product_id | template.labour_product_id
        if product not in offered | self.ticket_id.order_id.order_line.product_id:
            raise UserError(
                self.env._("“%s” is not offered on this job sheet.", product.name)
            )
        self.ticket_id._set_order_line(product, qty)

    def _set_part(self, product, qty):
        """Planned and fitted pieces come to ``qty`` afterwards."""
        ticket = self.ticket_id
        moves = ticket._get_part_moves().filtered(lambda m: m.product_id == product)
        compare = product.uom_id.compare
        missing = qty - sum(moves.mapped("product_uom_qty"))
        for move in moves.filtered(lambda m: m.state != "done").sorted("id", True):
            if compare(missing, 0) >= 0:
                break
            ticket._unplan_part(move)
            missing += move.product_uom_qty
        if compare(missing, 0) > 0:
            ticket._plan_part(product, missing, self.user_id)
        elif compare(missing, 0) < 0:
            raise UserError(self.env._("“%s” is fitted already.", product.display_name))

    def _record_agreement(self, signature, signed_by):
        ticket = self.ticket_id
        if ticket._get_consent_gap():
            if not signature or not (signed_by or "").strip():
                raise UserError(
                    self.env._(
                        "There is something to pay: the customer signs with a name "
                        "before the work begins. Without consent, end the visit with "
                        "“Customer refused”."
                    )
                )
            image = self._check_image(signature)
            ticket._record_consent(image, signed_by.strip())
        self.agreed_at = fields.Datetime.now()

    def _check_image(self, signature):
        """The picture in base64, or a refusal where nobody has drawn.

        :param signature: base64, with or without the prefix of a data URL
        """
        image = self.ticket_id._read_signature(str(signature).rpartition(",")[2])
        return base64.b64encode(image)

    # ------------------------------------------------------------ work and parts

    def _get_part_move(self, move_id):
        move = self.ticket_id._get_part_moves().filtered(lambda m: m.id == move_id)
        if not move:
            raise UserError(
                self.env._("This part is not on the job any more. Add it again.")
            )
        return move

    def _find_lot(self, move, lot_id, lot_name):
        """The serial picked from the list, or typed and scanned, of this product."""
        lots = self.env["stock.lot"].sudo()
        if not lot_id and not (lot_name or "").strip():
            return lots
        serial = ("id", "=", lot_id) if lot_id else ("name", "=", lot_name.strip())
        lot = lots.search(
            [
                serial,
                ("product_id", "=", move.product_id.id),
                ("company_id", "in", [False, self.company_id.id]),
            ],
            limit=1,
        )
        if not lot:
            raise UserError(
                self.env._(
                    "Serial %(serial)s of %(product)s is unknown. Check the label or "
                    "choose a serial from your van.",
                    serial=lot_name or lot_id,
                    product=move.product_id.display_name,
                )
            )
        return lot

    def _store_work(self, work_done, remedy_id):
        ticket = self.ticket_id
        vals = {}
        if work_done is not None and (ticket.work_done or "") != work_done:
            vals["work_done"] = work_done
        if remedy_id is not None and ticket.remedy_id.id != (remedy_id or False):
            remedy = self.env["service.fault.code"].browse(remedy_id or [])
            if remedy and remedy.kind != "remedy":
                raise UserError(self.env._("Choose a remedy from the list."))
            vals["remedy_id"] = remedy.id
        if vals:
            ticket.write(vals)

    def _get_work_obstacles(self):
        """What is missing before the test run."""
        ticket = self.ticket_id
        obstacles = []
        if not self.agreed_at or ticket._get_consent_gap():
            obstacles.append(
                ticket._get_consent_gap()
                or self.env._("Go through the price with the customer first.")
            )
        for move in ticket._get_part_moves():
            if move.state != "done":
                obstacles.append(
                    self.env._(
                        "“%s” is planned and not fitted: fit it or take it off.",
                        move.product_id.display_name,
                    )
                )
        if not (ticket.work_done or "").strip():
            obstacles.append(self.env._("Write down in a few words what you did."))
        return obstacles + self._get_step_obstacles("call", "set_out", "arrive", "work")

    def _get_step_obstacles(self, *phases):
        return [
            self.env._("Not ticked yet: %s.", step.name)
            for step in self.step_ids
            if step.required and not step.done and step.phase in phases
        ]

    # ------------------------------------------------------ test, sign and collect

    def _check_worked(self):
        if not self.worked_at and self.state == "on_site":
            raise UserError(self.env._("Finish “Work and parts” first."))

    def _collect_cash(self):
        """Invoice, payment and the line in the chatter, all by the layer of money."""
        self.ticket_id._collect()

    def _store_signature(self, signature, signed_by, refusal):
        if signature:
            if not (signed_by or "").strip():
                raise UserError(self.env._("Write the name of the person who signs."))
            if not self.customer_signature or self.signed_by != signed_by.strip():
                self.write(
                    {
                        "customer_signature": self._check_image(signature),
                        "signed_by": signed_by.strip(),
                        "signed_on": fields.Datetime.now(),
                        "signature_refusal": False,
                    }
                )
        elif (refusal or "").strip():
            self.write(
                {
                    "signature_refusal": refusal.strip(),
                    "customer_signature": False,
                    "signed_by": False,
                    "signed_on": False,
                }
            )
        else:
            raise UserError(
                self.env._("Let the customer sign, or say why there is no signature.")
            )

    def _store_rating(self, value, comment):
        ticket = self.ticket_id
        rating = self.rating_id
        if rating and rating.rating == value and (rating.feedback or "") == comment:
            return
        if not rating:
            token = ticket._rating_get_access_token()
            rating = self.env["rating.rating"].search(
                [("access_token", "=", token)], limit=1
            )
            rating.write(
                {
                    "rated_partner_id": self.user_id.partner_id.id,
                    "service_way": "sheet",
                }
            )
            self.rating_id = rating
        ticket.rating_apply(
            value, rating=rating, feedback=comment, subtype_xmlid="mail.mt_note"
        )

    def _get_finish_obstacles(self):
        """What is missing before the engineer may leave, apart from payment."""
        obstacles = []
        if not self.worked_at:
            obstacles.append(self.env._("Finish “Work and parts” first."))
        obstacles += self._get_step_obstacles("test")
        if not self.customer_signature and not self.signature_refusal:
            obstacles.append(
                self.env._("Let the customer sign, or say why there is no signature.")
            )
        return obstacles

    def _finish(self, outcome, pay_later):
        ticket = self.ticket_id
        outcomes = dict(ticket._fields["outcome"]._description_selection(self.env))
        if outcome not in outcomes and outcome != "another_visit":
            raise UserError(self.env._("Choose how the job ended."))
        obstacles = self._get_finish_obstacles()
        if self._owes_money() and not pay_later:
            obstacles.append(
                self.env._("Collect the money, or choose “Customer pays by invoice”.")
            )
        self._refuse(obstacles)
        self._set_state("done", done_at=fields.Datetime.now())
        if outcome == "another_visit":
            self._ask_dispatcher(self.env._("Another visit is needed"))
            return
        ticket.outcome = outcome
        if self._owes_money():
            ticket._create_invoice()
        ticket.action_resolve()

    def _fail(self, reason, note):
        self._set_state(
            "failed",
            fail_reason_id=reason.id,
            fail_note=(note or "").strip() or False,
            done_at=fields.Datetime.now(),
        )
        self._log_on_ticket(self.env._("Visit failed: %s", reason.name))
        steps = dict(reason._fields["next_step"]._description_selection(self.env))
        self._ask_dispatcher(f"{reason.name}: {steps[reason.next_step]}", note)
        if reason.next_step == "call":
            self.env["service.callback"]._owe_for_vain_visit(self)

    def _ask_dispatcher(self, summary, note=None):
        """An activity on the ticket for whoever planned the visit."""
        self.ticket_id.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=summary,
            note=plaintext2html(note) if note else "",
            user_id=self.create_uid.id,
        )
