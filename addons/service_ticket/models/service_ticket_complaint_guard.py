"""Who writes what of a complaint: the desk takes it down, a manager decides."""

from odoo import api, models
from odoo.exceptions import UserError

from .guard import drop_defaults

# Whose complaint it is and about what: the desk takes it down.
_DESK = {
    "complaint_reason_id",
    "complaint_ticket_id",
    "complaint_user_id",
    "complaint_confirm_user_id",
}
# What becomes of it: a manager decides.
_DECIDED = {
    "complaint_justified",
    "complaint_root_cause_id",
    "complaint_root_note",
    "complaint_redress",
    "complaint_redress_amount",
    "complaint_unconfirmed",
}


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    # --- CRUD ------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_undue({name for name, value in vals.items() if value})
        decided = () if self._may_decide() else _DECIDED
        clean = self.with_context(drop_defaults(self.env.context, decided))
        tickets = super(ServiceTicket, clean).create(vals_list).with_env(self.env)
        complaints = tickets.filtered(
            lambda ticket: ticket.kind == "complaint" and not ticket.is_history
        )
        complaints._on_complaint_recorded()
        return tickets

    def write(self, vals):
        self._refuse_undue(vals.keys())
        if {"complaint_answer", "complaint_answer_way"} & vals.keys():
            self._refuse_given_answer()
        before = self.filtered(lambda ticket: ticket.kind == "complaint")
        if before and vals.get("kind", "complaint") != "complaint":
            self._refuse_other_kind()
        result = super().write(vals)
        if vals.get("kind") == "complaint":
            (self - before)._on_complaint_recorded()
        if {"complaint_user_id", "kind"} & vals.keys():
            self._hide_from_person()
        return result

    def _refuse_undue(self, names):
        """The desk takes a complaint down; what becomes of it, a manager decides."""
        desk = self.env.user.has_group("service_ticket.group_service_agent")
        decided = _DECIDED & names and not self._may_decide()
        if decided or (_DESK & names and not (self.env.su or desk)):
            name = min((_DECIDED if decided else _DESK) & names)
            label = self._fields[name]._description_string(self.env)
            message = self.env._("“%s” is filled in by the front desk.", label)
            if decided:
                message = self.env._("“%s” is for a service manager to decide.", label)
            raise UserError(message)

    def _refuse_other_kind(self):
        if not self._may_decide():
            raise UserError(
                self.env._("A complaint stays one; only a manager makes it another.")
            )

    def _refuse_given_answer(self):
        given = self.filtered("complaint_answered_at")
        if given and not self.env.su:
            raise UserError(
                self.env._(
                    "%s: the customer has this answer. Write a message, if there is "
                    "more to say.",
                    ", ".join(given.mapped("name")),
                )
            )

    @api.model
    def _get_recorded_fields(self):
        return super()._get_recorded_fields() | {
            "complaint_recorder_id",
            "complaint_callback_id",
            "complaint_answer_due",
            "complaint_answered_at",
            "complaint_answered_uid",
            "complaint_late",
            "complaint_due_told",
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_no_complaint(self):
        """A complaint is archived with all its papers, whatever came of it (R161)."""
        complaints = self.filtered(lambda ticket: ticket.kind == "complaint")
        if complaints:
            raise UserError(
                self.env._(
                    "%s is a complaint and stays on record. Cancel it instead.",
                    ", ".join(complaints.mapped("name")),
                )
            )
