"""Everything that ever happened to a unit, in one line of time (R22)."""

from odoo import fields, models


class StockLot(models.Model):
    _inherit = "stock.lot"

    def _get_history(self):
        """Return what happened to the unit as dicts, the newest first.

        :return: ``day`` (date or None), ``what``, ``title``, ``text`` (may be empty)
        """
        self.ensure_one()
        events = [event for event in self._collect_history() if event["day"]]
        return sorted(events, key=lambda event: event["day"], reverse=True)

    def _collect_history(self):
        """Return the events in any order; layers above add theirs.

        What somebody may not read is not in it: records are searched as the reader.
        """
        self.ensure_one()
        return [
            *self._collect_dates(),
            *self._collect_owners(),
            *self._collect_tickets(),
            *self._collect_callbacks(),
            *self._collect_contacts(),
            *self._collect_running_file(),
        ]

    def _event(self, day, what, title="", text=""):
        """Return one event; moments become days of the reader's time zone."""
        if day and hasattr(day, "hour"):
            day = fields.Datetime.context_timestamp(self, day).date()
        return {"day": day, "what": what, "title": title or "", "text": text or ""}

    def _collect_dates(self):
        _ = self.env._
        return [
            self._event(self.delivered_on, _("Delivered"), self.model_label),
            self._event(
                self.purchased_on,
                _("Purchased"),
                _("Proof of purchase on record") if self.purchase_proof else "",
            ),
            self._event(self.commissioned_on, _("Commissioned")),
            self._event(
                self.replaced_on,
                _("Replaced"),
                _("by %s", self.replaced_by_id.name or ""),
                self.replaced_reason,
            ),
        ]

    def _collect_owners(self):
        _ = self.env._
        events = []
        for row in self.owner_ids:
            where = (
                row.site_id if row.site_id != row.partner_id else row.site_id.browse()
            )
            names = (row.partner_id.display_name, where.display_name)
            title = ", ".join(filter(None, names)) or _("Nobody")
            events.append(self._event(row.since, _("Came to"), title, row.note))
            events.append(self._event(row.until, _("Left"), title))
        return events

    def _collect_tickets(self):
        _ = self.env._
        kinds = dict(
            self.env["service.ticket"]._fields["kind"]._description_selection(self.env)
        )
        events = []
        for ticket in self.env["service.ticket"].search([("unit_id", "=", self.id)]):
            title = " · ".join(
                filter(None, (ticket.name, ticket.symptom_id.name or ticket.subject))
            )
            what = kinds[ticket.kind]
            if ticket.is_repeat:
                what = _("%s, repeated", what)
            events.append(self._event(ticket.opened_at, what, title))
            codes = (ticket.cause_id.name, ticket.remedy_id.name)
            text = " → ".join(filter(None, codes))
            text = "\n".join(filter(None, (text, ticket.work_done)))
            events.append(
                self._event(ticket.resolved_at, _("Resolved"), ticket.name, text)
            )
        return events

    def _collect_callbacks(self):
        calls = self.env["service.callback"].search(
            [("ticket_id.unit_id", "=", self.id), ("done_at", "!=", False)]
        )
        outcomes = dict(calls._fields["outcome"]._description_selection(self.env))
        return [
            self._event(
                call.done_at,
                self.env._("Called back"),
                " · ".join(
                    filter(None, (call.ticket_id.name, outcomes.get(call.outcome)))
                ),
                call.note,
            )
            for call in calls
        ]

    def _collect_contacts(self):
        contacts = self.env["service.contact"].search(
            [("unit_id", "=", self.id), ("state", "=", "made")]
        )
        return [
            self._event(
                contact.done_on,
                self.env._("Contact"),
                " · ".join(
                    filter(None, (contact.kind_id.name, contact.result_id.name))
                ),
                contact.feedback,
            )
            for contact in contacts
        ]

    def _collect_running_file(self):
        logs = self.system_log_ids
        states = dict(logs._fields["state"]._description_selection(self.env))
        return [
            self._event(
                log.date,
                self.env._("Running file"),
                states[log.state],
                "\n".join(filter(None, (log.problem, log.note))),
            )
            for log in logs
        ] + [
            self._event(operator.since, self.env._("Operator"), operator.name)
            for operator in self.operator_ids
        ]

    def action_view_file_page(self):
        """Show everything that the printed file holds, in the client."""
        self.ensure_one()
        self.check_access("read")
        report = self.env.ref("service_ticket.action_report_unit_file")
        return report.report_action(self) | {"report_type": "qweb-html"}
