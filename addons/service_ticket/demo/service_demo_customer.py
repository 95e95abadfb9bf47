"""Files of the demo company's customers as they would be after a quarter."""

from datetime import timedelta

from odoo import api, fields, models

# A new customer's file takes a day, a busy week a little longer.
_DAYS_TO_COMPLETE = (0, 1, 1, 2, 1, 4)


class ServiceDemo(models.AbstractModel):
    _inherit = "service.demo"

    @api.model
    def _date_customer_files(self):
        """Let each file begin with the first unit or ticket, and not today."""
        self.env["service.walk"].search([]).unlink()
        partners = self.env["res.partner"].sudo()
        customers = partners.search([("service_first_contact_on", "!=", False)])
        customers._recompute_recordset()
        self.env.add_to_compute(partners._fields["service_region_id"], customers)
        today = fields.Date.today()
        for number, customer in enumerate(customers):
            first = self._get_first_day(customer)
            done = first + timedelta(days=_DAYS_TO_COMPLETE[number % 6])
            complete = customer.service_completeness == 1
            vals = {
                "service_first_contact_on": first,
                "service_since": first,
                "service_file_due_on": first + timedelta(days=2),
                "service_file_completed_on": complete and min(done, today),
                "service_last_on": self._get_last_service(customer),
            }
            customer.with_context(tracking_disable=True).write(vals)

    def _get_first_day(self, customer):
        tickets = self.env["service.ticket"].search(
            [("partner_id", "child_of", customer.id)]
        )
        units = self.env["stock.lot"].search(
            [("end_customer_id", "child_of", customer.id)]
        )
        days = [ticket.opened_at.date() for ticket in tickets]
        days += [unit.delivered_on or unit.purchased_on for unit in units]
        return min(filter(None, days), default=fields.Date.today())

    def _get_last_service(self, customer):
        served = self.env["service.ticket"].search(
            [
                ("partner_id", "child_of", customer.id),
                ("support_mode", "!=", "phone"),
                ("resolved_at", "!=", False),
            ],
            order="resolved_at desc",
            limit=1,
        )
        return served and served.resolved_at.date()

    @api.model
    def _make_contact(self, customer_id, kind, days_ago, result, feedback, login):
        """A contact that was made so many days ago."""
        day = fields.Date.today() - timedelta(days=days_ago)
        user = self.env["res.users"].search([("login", "=", login)])
        contact = self.env["service.contact"].create(
            {
                "partner_id": customer_id,
                "kind_id": self.env.ref(f"service_ticket.contact_kind_{kind}").id,
                "due": day,
                "user_id": user.id,
                "result_id": self.env.ref(f"service_ticket.contact_result_{result}").id,
                "feedback": feedback,
            }
        )
        contact.write({"state": "made", "done_on": day, "done_by_id": user.id})

    @api.model
    def _plan_contacts(self):
        """What the nightly run would have planned by now."""
        self.env.flush_all()
        while self.env["service.contact"]._plan_next():
            self.env.flush_all()
        owed = self.env["service.contact"].search([("state", "=", "owed")])
        desk = self.env.ref("service_ticket.user_frontdesk")
        today = fields.Date.today()
        # Never called before: these days already, for the desk has begun.
        for number, contact in enumerate(owed):
            if number % 3 == 0:
                contact.user_id = desk
            if number % 4 == 1:
                contact.due = today + timedelta(days=number % 5 - 2)
