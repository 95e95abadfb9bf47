"""What customers think of a job: by phone, by link, in the portal; once, never forced."""

from odoo import api, models
from odoo.exceptions import AccessError, UserError

_BAD = 2  # stars: somebody calls


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    def _is_rated(self):
        """Say whether the customer has been heard: then nobody asks again."""
        self.ensure_one()
        return any(rating.consumed for rating in self.sudo().rating_ids)

    def _asks_for_rating(self):
        """Say whether a mail about this ticket asks for a rating."""
        self.ensure_one()
        return self.company_id.service_asks_rating and not self._is_rated()

    def _rate(self, way, quality, attitude, feedback=None):
        """Keep a rating that was given to us; return it.

        :param quality: 1 to 5 stars, 0 where the customer did not say
        :param attitude: the same
        """
        self.ensure_one()
        ticket = self.sudo()
        given = [stars for stars in (quality, attitude) if stars]
        token = ticket._rating_get_access_token()
        ratings = ticket.env["rating.rating"]
        rating = ratings.search([("access_token", "=", token)], limit=1)
        rating.write(
            {
                "service_way": way,
                "service_quality": quality,
                "service_attitude": attitude,
            }
        )
        ticket.rating_apply(
            sum(given) / len(given),
            rating=rating,
            feedback=feedback,
            subtype_xmlid="mail.mt_note",
        )
        return rating

    def rating_apply(
        self,
        rate,
        token=None,
        rating=None,
        feedback=None,
        subtype_xmlid=None,
        notify_delay_send=False,
    ):
        """A link counts once; a bad rating by link has us call the customer (R123).

        Its token says who rates: colleagues don't, not even over RPC.
        """
        if not self.env.su:
            raise AccessError(
                self.env._("A rating is the customer's: nobody else writes it.")
            )
        ratings = self.env["rating.rating"].sudo()
        rating = rating or (
            token and ratings.search([("access_token", "=", token)], limit=1)
        )
        by_link = rating and not rating.service_way
        if rating and rating.consumed and rating.service_way == "link":
            return rating
        rating = super().rating_apply(
            rate,
            rating=rating,
            feedback=feedback,
            subtype_xmlid=subtype_xmlid,
            notify_delay_send=notify_delay_send,
        )
        if by_link:
            rating.sudo().service_way = "link"
        if rating.service_way in ("link", "portal") and rate <= _BAD:
            self._follow_bad_rating(rating)
        return rating

    def _follow_bad_rating(self, rating):
        """Who is not satisfied is called until satisfied (R123)."""
        ticket = self.sudo()
        if ticket.state not in ("resolved", "closed"):
            return
        note = ticket.env._(
            "Rated %(stars)s of 5: %(feedback)s",
            stars=round(rating.rating),
            feedback=rating.feedback or "–",
        )
        calls = ticket.env["service.callback"]
        if not calls._owe(ticket, note=note):
            owed = ticket.callback_ids.filtered(lambda call: call.state == "owed")
            owed.note = "\n".join(filter(None, (owed.note, note)))

    @api.model
    def _get_allowed_message_params(self):
        """Stars come by their own doors, once; a message brings none."""
        return super()._get_allowed_message_params() - {"rating_value"}

    # --- In the portal -------------------------------------------------------------------

    def _get_portal_values(self):
        values = super()._get_portal_values()
        done = self.sudo().state in ("resolved", "closed")
        values["may_rate"] = done and self._is_own() and not self._is_rated()
        return values

    def _rate_from_portal(self, form):
        """Take a customer's rating, once.

        :param form: quality and attitude as digits, note; more is ignored
        :raise AccessError: where the ticket is not the user's own
        :raise UserError: where nothing is to be rated, or no star was given
        """
        self.ensure_one()
        if not self._is_own():
            raise AccessError(self.env._("This ticket is not yours to answer for."))
        ticket = self.sudo()
        ticket._require_state("resolved", "closed")
        if ticket._is_rated():
            raise UserError(self.env._("You have rated this already. Thank you."))
        quality = self._read_stars(form.get("quality"))
        attitude = self._read_stars(form.get("attitude"))
        if not (quality or attitude):
            raise UserError(self.env._("Choose one to five stars, please."))
        ticket._rate(
            "portal", quality, attitude, self._clean_text(form.get("note")) or None
        )

    @api.model
    def _read_stars(self, text):
        """Return 1 to 5, or 0 for anything else."""
        return int(text) if text in tuple("12345") else 0
