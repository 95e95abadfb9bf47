"""How a ticket moves: one table, one method, and the buttons."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .guard import drop_defaults

_TRANSITIONS = {
    "new": ("open", "waiting", "resolved", "cancelled"),
    "open": ("waiting", "resolved", "cancelled"),
    "waiting": ("open", "resolved", "cancelled"),
    "resolved": ("closed", "open"),
    "closed": ("open",),
    "cancelled": ("open",),
}
# Handed over in the context by _set_state alone: an RPC client can't forge an object.
_STATE_CHANGE = object()


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_direct_state(vals)
            self._refuse_recorded(vals)
        names = self._get_recorded_fields() | {"state"}
        tickets = self.with_context(drop_defaults(self.env.context, names))
        return super(ServiceTicket, tickets).create(vals_list).with_env(self.env)

    def write(self, vals):
        self._refuse_direct_state(vals)
        self._refuse_recorded(vals)
        if "company_id" in vals:
            self._refuse_company(vals["company_id"])
        return super().write(vals)

    def _refuse_company(self, company_id):
        """What was booked for a ticket stays in its company's books, so it does, too."""
        moved = self.filtered(lambda ticket: ticket.company_id.id != company_id)
        for ticket in moved:
            own = self.env.su or company_id in self.env.user.company_ids.ids
            if ticket.state != "new" or not own:
                raise UserError(self.env._("%s stays with its company.", ticket.name))

    @api.model
    def _get_recorded_fields(self):
        """Return the fields that only the suite writes; layers above add theirs."""
        return {
            "waiting_reason_id",
            "policy_id",
            "next_due",
            "remaining_hours",
            "clock_status",
            "resolved_at",
            "closed_at",
        }

    def _refuse_recorded(self, vals):
        """Read-only in a view stops no RPC client: what others trust is kept here."""
        recorded = self._get_recorded_fields() & vals.keys()
        moving = self.env.context.get("service_state_change") is _STATE_CHANGE
        if recorded and not (self.env.su or moving):
            raise UserError(
                self.env._(
                    "“%s” is recorded by the system and not written by hand.",
                    self._fields[min(recorded)]._description_string(self.env),
                )
            )

    def _refuse_direct_state(self, vals):
        """A state only moves along its table, whoever writes (A7)."""
        by_hand = self.env.context.get("service_state_change") is not _STATE_CHANGE
        unchanged = set(self.mapped("state")) or {"new"}
        if by_hand and "state" in vals and {vals["state"]} != unchanged:
            raise UserError(
                self.env._("A ticket changes its state by its buttons, not by hand.")
            )

    def _set_state(self, state, reason=None, note=None):
        """Move the tickets to `state`, log it and replay their clocks.

        :raise UserError: where the table does not know the step; nothing changes.
        """
        self._check_transition(state)
        reason = reason or self.env["service.waiting.reason"]
        now = fields.Datetime.now()
        from_states = {ticket.id: ticket.state for ticket in self}
        vals = {"waiting_reason_id": reason.id, **self._prepare_state_vals(state)}
        self.with_context(service_state_change=_STATE_CHANGE).write(vals)
        self.env["service.transition"].sudo().create(
            [
                {
                    "ticket_id": ticket.id,
                    "at": now,
                    "from_state": from_states[ticket.id],
                    "to_state": state,
                    "reason_id": reason.id,
                    "pauses_clock": reason.pauses_clock,
                    "note": note,
                    "user_id": self.env.uid,
                }
                for ticket in self
            ]
        )
        self._replay_clocks()

    def _prepare_state_vals(self, state):
        """Return what tickets that enter this state keep of it."""
        now = fields.Datetime.now()
        stamps = {
            "resolved": {"resolved_at": now},
            "closed": {"closed_at": now},
            "open": {"resolved_at": False, "closed_at": False},
        }
        return {"state": state, **stamps.get(state, {})}

    def _check_transition(self, state):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for ticket in self:
            if state not in _TRANSITIONS[ticket.state]:
                raise UserError(
                    self.env._(
                        "%(ticket)s is “%(from)s” and can't become “%(to)s”.",
                        ticket=ticket.name,
                        **{"from": labels[ticket.state], "to": labels[state]},
                    )
                )

    def _require_state(self, *states):
        """Refuse a button that was pressed in another state (a stale screen)."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for ticket in self:
            if ticket.state not in states:
                raise UserError(
                    self.env._(
                        "%(ticket)s is “%(state)s”: this step is not possible now.",
                        ticket=ticket.name,
                        state=labels[ticket.state],
                    )
                )

    def _refuse_obstacles(self, obstacles):
        if obstacles:
            raise UserError("\n".join(obstacles))

    # --- Buttons -----------------------------------------------------------------

    def action_open(self):
        """Take the tickets in hand: the first response to the customer."""
        self.check_access("write")
        self._require_state("new")
        self._set_state("open")
        self.filtered(lambda ticket: not ticket.user_id).user_id = self.env.user
        self._log_event("first_response")

    def action_resume(self):
        """Go on after waiting: the clocks run again."""
        self.check_access("write")
        self._require_state("waiting")
        self._set_state("open")

    def action_resolve(self):
        """The fault is cleared; the customer will be called back."""
        self.check_access("write")
        for ticket in self:
            ticket._check_transition("resolved")
            ticket._refuse_obstacles(ticket._get_resolve_obstacles())
        self._log_event("first_response")
        self._log_event("restoration")
        self._log_event("resolution")
        self._set_state("resolved")
        self._after_resolve()

    def action_close(self):
        """Close what is cleared and reported to the customer (R28)."""
        self.check_access("write")
        for ticket in self:
            ticket._check_transition("closed")
            ticket._refuse_obstacles(ticket._get_close_obstacles())
        self._set_state("closed")

    def action_reopen(self):
        """The fault is not cleared after all; resolution runs on."""
        self.check_access("write")
        self._require_state("resolved", "closed", "cancelled")
        self._set_state("open")

    def action_cancel(self):
        """The request was void or is withdrawn."""
        self.check_access("write")
        self._set_state("cancelled")

    def action_save_and_next(self):
        """Save this call, say its number, and open an empty screen for the next one."""
        self.ensure_one()
        intake = self.env["ir.actions.act_window"]._for_xml_id(
            "service_ticket.service_ticket_intake_action"
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "title": self.env._("%s is saved", self.name),
                "message": self.promise_summary,
                "next": intake | {"target": "main"},  # no trail of calls above
            },
        }

    def action_open_form(self):
        """Open the whole ticket."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [[False, "form"]],
            "target": "main",
        }

    # --- What is missing -----------------------------------------------------------

    def _get_resolve_obstacles(self):
        """Return sentences that say what is missing before the ticket is resolved."""
        self.ensure_one()
        obstacles = []
        if self.kind == "fault" and not self.cause_id:
            obstacles.append(
                self.env._("%s: record the cause of the fault first.", self.name)
            )
        if not self.outcome:
            obstacles.append(
                self.env._("%s: say how the job ended (outcome) first.", self.name)
            )
        return obstacles

    def _get_close_obstacles(self):
        """Return sentences that say what is missing before the ticket is closed."""
        self.ensure_one()
        return []

    def _after_resolve(self):
        """The job is done: layers above book what follows from it."""
