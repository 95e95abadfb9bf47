"""Two calls about the same fault become one ticket, with both conversations."""

from odoo import api, fields, models

from .service_transition import OPEN_STATES


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    merged_into_id = fields.Many2one(
        "service.ticket",
        "Merged Into",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    @api.model
    def _get_recorded_fields(self):
        return super()._get_recorded_fields() | {"merged_into_id"}

    def _prepare_state_vals(self, state):
        """What is opened again goes its own way."""
        vals = super()._prepare_state_vals(state)
        return vals | {"merged_into_id": False} if state == "open" else vals

    def _follow_merges(self):
        """Return the ticket as which this one goes on: itself, or where it ended."""
        ticket, seen = self, self
        while ticket.merged_into_id - seen:
            ticket = ticket.merged_into_id
            seen |= ticket
        return ticket

    def action_merge(self):
        """Ask which ticket goes on, and merge the others into it."""
        offered = self | self._find_same_calls() if len(self) == 1 else self
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Merge Tickets"),
            "res_model": "service.ticket.merge",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_ticket_ids": offered.ids},
        }

    def _find_same_calls(self):
        """Return the likely duplicates: those of this kind, if any; of this unit first.

        A complaint about a fault is a request of its own.
        """
        self.ensure_one()
        others = self.duplicate_ids
        same_kind = others.filtered(lambda ticket: ticket.kind == self.kind)
        return (same_kind or others).sorted(lambda t: t.unit_id != self.unit_id)

    def _merge_into(self, target):
        """End these tickets as parts of `target`: it gets words, thread and files.

        The promises of the target run from the earliest call on.

        :raise UserError: where one can't be merged; nothing changes
        """
        (self | target).check_access("write")
        self._refuse_obstacles(
            [text for ticket in self for text in ticket._get_merge_obstacles(target)]
            + (self | target)._get_strangers()
        )
        for ticket in self:
            ticket._hand_over_words(target)
            ticket._hand_over_thread(target)
        self.sudo().merged_into_id = target
        self._set_state("cancelled", note=self.env._("Merged into %s", target.name))
        earliest = min((self | target).mapped("opened_at"))
        if earliest < target.opened_at:
            target.opened_at = earliest

    def _get_merge_obstacles(self, target):
        """Return sentences that say why this ticket can't be merged into `target`.

        Layers above refuse what has bookings of its own: merge the other way round.
        """
        self.ensure_one()
        reasons = []
        for ticket in self | target:
            if ticket.state not in OPEN_STATES:
                reasons.append(
                    self.env._("%s is done already: reopen it first.", ticket.name)
                )
        if self.company_id != target.company_id:
            reasons.append(
                self.env._("%(a)s and %(b)s are of different companies.")
                % {"a": self.name, "b": target.name}
            )
        return reasons

    def _get_strangers(self):
        """Say that these tickets belong to several customers, if they do."""
        customers = self.partner_id.commercial_partner_id
        if len(customers) < 2:
            return []
        return [
            self.env._(
                "These tickets are of different customers (%s): one would read what the "
                "other wrote.",
                ", ".join(customers.mapped("display_name")),
            )
        ]

    def _hand_over_words(self, target):
        """What the customer said goes to the target, and what the target lacks."""
        told = "\n".join(filter(None, (self.subject, self.description)))
        if told:
            told = f"{self.name}: {told}"
            target.description = "\n\n".join(filter(None, (target.description, told)))
        lacking = ("partner_id", "site_id", "unit_id", "symptom_id", "demand")
        vals = {n: self[n].id if n[-3:] == "_id" else self[n] for n in lacking}
        target.write({n: v for n, v in vals.items() if v and not target[n]})

    def _hand_over_thread(self, target):
        """Messages, files, plans and followers go on with the target."""
        here, there = self.sudo(), target.sudo()
        there.message_subscribe(here.message_partner_ids.ids)
        there.email_cc = ", ".join(filter(None, (there.email_cc, here.email_cc)))
        here.message_ids.write({"res_id": target.id})
        self.env["ir.attachment"].sudo().search(
            [("res_model", "=", self._name), ("res_id", "=", self.id)]
        ).write({"res_id": target.id})
        here.mail_ids.ticket_id = target
        promise = self.env.ref("service_ticket.activity_type_promise")
        plans = here.activity_ids.filtered(lambda a: a.activity_type_id != promise)
        plans.write({"res_id": target.id})
        author = self.env.user.partner_id.id
        there.message_post(
            body=self.env._("%s was merged into this ticket.", self._get_html_link()),
            author_id=author,
        )
        here.message_post(
            body=self.env._("Goes on as %s.", target._get_html_link()),
            author_id=author,
        )
