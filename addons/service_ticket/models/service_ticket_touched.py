"""When somebody of us last worked on a ticket: none is forgotten (R167).

`write_date` says something else: the sweep, a repeat that is found or an upgrade write
tickets that nobody has looked at; and a customer who asks again still waits for us.
"""

from datetime import timedelta

from odoo import SUPERUSER_ID, fields, models

_SAME_MOMENT = timedelta(minutes=1)
_WORDS = ("comment", "email_outgoing")


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    touched_at = fields.Datetime(
        "Last Worked On",
        required=True,
        readonly=True,
        copy=False,
        default=fields.Datetime.now,
        help="When one of us last wrote, changed or did something here, or it came into "
        "its state. What the system does by itself does not count, nor does what the "
        "customer writes.",
    )

    # Lists and boards of open work are counted in it, the table is left alone.
    _open_by_touched = models.Index(
        "(touched_at) INCLUDE (company_id, team_id, user_id, kind, state)"
        " WHERE state IN ('new', 'open', 'waiting')"
    )

    def _get_recorded_fields(self):
        return super()._get_recorded_fields() | {"touched_at"}

    def _prepare_touched_vals(self, vals):
        """Return what a write of these values adds: people change, or the state does.

        What the suite stores by itself is written in sudo.
        """
        by_hand = not self.env.su and self._is_one_of_us(self.env.user)
        if "state" in vals or by_hand:
            return {"touched_at": fields.Datetime.now()}
        return {}

    def _is_one_of_us(self, user):
        return user.id != SUPERUSER_ID and user._is_internal()

    def _touch(self):
        """Somebody did something that belongs to these tickets: a note, a visit."""
        if not self._is_one_of_us(self.env.user):
            return
        tickets, now = self.sudo(), fields.Datetime.now()
        tickets.filtered(lambda t: t.touched_at <= now - _SAME_MOMENT).write(
            {"touched_at": now}
        )

    def _log_event(self, name, at=None, note=None):
        result = super()._log_event(name, at=at, note=note)
        self._touch()
        return result

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        done = message.subtype_id == self.env.ref("mail.mt_activities")
        if done or message.message_type in _WORDS:
            self._touch()
        elif message.message_type == "email":  # read by the gateway, as nobody
            users = message.author_id.sudo().user_ids
            if author := users.filtered(self._is_one_of_us)[:1]:
                self.with_user(author)._touch()
        return result
