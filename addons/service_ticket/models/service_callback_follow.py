"""What a call leads to: a next step, an offer, a mail."""

import logging

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from .service_callback import STARS
from .service_mail_answer import AUTOMATIC

_logger = logging.getLogger(__name__)


class ServiceCallback(models.Model):
    _name = "service.callback"
    _inherit = ["service.callback", "service.sales"]

    # Not satisfied
    next_step = fields.Char(help="What is done for a customer who is not satisfied.")
    next_user_id = fields.Many2one(
        "res.users",
        "Next Step By",
        domain="[('share', '=', False)]",
        check_company=True,
        help="Empty: the person assigned to the ticket, else the team's leader.",
    )
    next_date = fields.Date("Next Step Until", help="Empty: today.")

    # Wants to buy
    wants_to_buy = fields.Boolean(readonly=True)
    buying_note = fields.Text(
        "Buying Interest", help="What the customer would like to buy: goes to sales."
    )
    sales_user_id = fields.Many2one("res.users", "Handed to", readonly=True)
    handed_over_at = fields.Datetime("Handed Over On", readonly=True)

    # Rated during the call
    rating_quality = fields.Selection(
        STARS, "Quality of the Work", help="If the customer likes to say so."
    )
    rating_attitude = fields.Selection(
        STARS, "Attitude", help="If the customer likes to say so."
    )
    rating_id = fields.Many2one(
        "rating.rating", readonly=True, ondelete="set null", index="btree_not_null"
    )

    _buyers_due = models.Index("(due, id) WHERE wants_to_buy IS TRUE")

    def _store_ratings(self, way):
        """Keep what the customer gave, of one's own accord, as a rating of Odoo's."""
        for call in self:
            given = call.rating_quality, call.rating_attitude
            quality, attitude = (int(stars or 0) for stars in given)
            if quality or attitude:
                call.sudo().rating_id = call.ticket_id._rate(
                    way or "phone", quality, attitude, call.note
                )

    # --- Not satisfied -----------------------------------------------------------------

    def _plan_next_steps(self):
        """Plan who does what for a customer who is not satisfied, and tell them."""
        kind = self.env.ref("service_ticket.activity_type_follow_up")
        model_id = self.env["ir.model"]._get_id("service.ticket")
        vals_list = []
        for call in self.sudo():
            user = call._get_responsible()
            today = fields.Date.context_today(call.with_context(tz=user.tz))
            vals_list.append(
                {
                    "activity_type_id": kind.id,
                    "res_model_id": model_id,
                    "res_id": call.ticket_id.id,
                    "user_id": user.id,
                    "summary": call.next_step
                    or call.with_context(lang=user.lang).env._(
                        "The customer is not satisfied"
                    ),
                    "note": plaintext2html(call.note),
                    "date_deadline": call.next_date or today,
                }
            )
        self.env["mail.activity"].sudo().create(vals_list)

    def _get_responsible(self):
        """Return who goes on: asked for, assigned, leader, or whoever called."""
        self.ensure_one()
        steps = self.env["service.escalation.step"].sudo()
        ticket = self.ticket_id
        for user in (self.next_user_id, ticket.user_id, ticket.team_id.leader_id):
            if steps._keep_able(user, ticket.company_id):
                return user
        return steps._get_roles(ticket.company_id)["managers"][:1] or self.env.user

    # --- Wants to buy ------------------------------------------------------------------

    def action_wants_to_buy(self):
        """Hand the customer's wish to sales, with what was said (R169)."""
        self.ensure_one()
        self.check_access("write")
        if self.wants_to_buy:
            raise UserError(
                self.env._("%s knows already.", self.sales_user_id.display_name)
            )
        if not self.buying_note:
            raise UserError(self.env._("Write down what the customer wants to buy."))
        user = self._hand_to_sales()
        self.sudo().write(
            {
                "wants_to_buy": True,
                "sales_user_id": user.id,
                "handed_over_at": fields.Datetime.now(),
            }
        )
        self.ticket_id.message_post(
            body=self.env._(
                "Buying interest, handed to %(who)s: %(note)s",
                who=user.name,
                note=self.buying_note,
            )
        )

    def _prepare_wish(self):
        return {
            "company_id": self.company_id,
            "partner_id": self.partner_id,
            "team_id": self.team_id,
            "title": self.ticket_id.display_name,
            "wish": self.buying_note,
            "name": self.contact_name,
            "phone": self.contact_phone,
            "unit_id": self.unit_id,
            "note": self.note,
        }

    # --- Not reached -------------------------------------------------------------------

    def _write_to_customer(self):
        """Write to a customer whom no call reached; return whether a mail is queued."""
        self.ensure_one()
        ticket = self.sudo().ticket_id
        template = self.env.ref(
            "service_ticket.mail_template_not_reached", raise_if_not_found=False
        )
        if not template or not (ticket.contact_email or ticket.partner_id.email):
            return False
        try:
            with self.env.cr.savepoint():
                template.sudo().send_mail(
                    self.id, email_values={"headers": repr(AUTOMATIC)}
                )
        except Exception as error:  # noqa: BLE001  the call is closed all the same
            _logger.info("No mail about %s", self.display_name, exc_info=True)
            ticket._message_log(
                body=self.env._("The customer could not be written to: %s", error)
            )
            return False
        return True
