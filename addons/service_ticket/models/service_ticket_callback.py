"""A finished job has its callback, however it was finished (R149)."""

from odoo import api, fields, models

from .service_transition import OPEN_STATES

_CALLED = ("owed", "done", "missed")


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    callback_state = fields.Selection(
        [("owed", "Owed"), ("done", "Called back"), ("missed", "Not reached")],
        "Callback",
        readonly=True,
        copy=False,
        help="What has become of the call that this job owes its customer.",
    )

    # There is no such row; the nightly check looks for it all the same.
    _not_called_back = models.Index(
        "(id) WHERE state IN ('resolved', 'closed') AND callback_state IS NULL"
    )

    # Few of the many finished jobs.
    _call_open = models.Index(
        "(callback_state, id) INCLUDE (company_id)"
        " WHERE callback_state IN ('owed', 'missed')"
    )

    @api.model
    def _get_recorded_fields(self):
        return super()._get_recorded_fields() | {"callback_state"}

    def _store_callback_state(self):
        """Keep on the tickets what has become of their last regular call."""
        last = {}
        calls = self.env["service.callback"].sudo()
        for call in calls.search(
            [
                ("ticket_id", "in", self.ids),
                ("state", "in", _CALLED),
                ("is_check", "=", False),
            ],
            order="id",
        ):
            last[call.ticket_id.id] = call.state
        quiet = self.sudo().with_context(mail_notrack=True)
        changed = quiet.filtered(lambda t: t.callback_state != last.get(t.id, False))
        for state, tickets in changed.grouped(lambda t: last.get(t.id, False)).items():
            tickets.write({"callback_state": state})

    def _set_state(self, state, reason=None, note=None):
        """Whoever finishes a job owes the call; who opens it again owes none yet."""
        if state == "closed":
            for ticket in self:
                ticket._refuse_obstacles(ticket._get_callback_obstacles())
        done = self.filtered(lambda ticket: ticket.state not in OPEN_STATES)
        result = super()._set_state(state, reason, note)
        # What was owed before the job was done does not stand for the call after it.
        dropped = self if state in ("resolved", "cancelled") else done
        if state != "closed":
            dropped._get_owed_calls()._drop()
        if state == "resolved":
            self.env["service.callback"]._owe(self)
        return result

    def _get_owed_calls(self):
        calls = self.sudo().callback_ids
        return calls.filtered(lambda call: call.state == "owed")

    def _get_callback_obstacles(self):
        """Say that the customer has not been called back yet."""
        self.ensure_one()
        if self._get_owed_calls():
            return [self.env._("%s: the customer has not been called back.", self.name)]
        return []

    def _get_close_obstacles(self):
        return self._get_callback_obstacles() + super()._get_close_obstacles()

    # --- What the customer reads ---------------------------------------------------------

    def _get_portal_next_step(self):
        """Say that we call, and when."""
        self.ensure_one()
        due = self.state == "resolved" and self._format_moment(self.callback_due)
        if due:
            return self.env._(
                "The work is done. We call you by %s to ask whether it works again; "
                "you can also tell us here.",
                due,
            )
        return super()._get_portal_next_step()
