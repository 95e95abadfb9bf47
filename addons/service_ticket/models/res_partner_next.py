"""When a customer's next service is due, derived from the file (R171)."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

REASONS = [
    ("wish", "The customer's wish"),
    ("cycle", "Maintenance is due"),
    ("event", "Event or offer"),
    ("contract", "Owed by contract"),
]


class ResPartner(models.Model):
    _inherit = "res.partner"

    service_cycle_months = fields.Integer(
        "Service Cycle (Months)", help="How often the customer's units are serviced."
    )
    service_wish = fields.Text(
        "Wishes", help="What the customer wants: times, persons, ways of payment …"
    )
    service_wish_on = fields.Date(
        "Wished For", help="When the customer wants the next service."
    )
    service_last_on = fields.Date("Last Service", readonly=True, copy=False)
    service_next_on = fields.Date(
        "Next Service",
        compute="_compute_service_next",
        store=True,
        copy=False,
        help="The customer's wish, or the last service and its cycle, or what comes "
        "first of what else is owed.",
    )
    service_next_reason = fields.Selection(
        REASONS, "Because", compute="_compute_service_next", store=True, copy=False
    )

    _service_cycle_positive = models.Constraint(
        "CHECK (service_cycle_months BETWEEN 0 AND 600)",
        "A service cycle lies between 0 and 600 months.",
    )
    _service_next = models.Index("(service_next_on) WHERE service_next_on IS NOT NULL")

    @api.depends(
        "service_first_contact_on",
        "service_since",
        "service_cycle_months",
        "service_wish_on",
        "service_last_on",
        "service_contact_ids.due",
        "service_contact_ids.state",
        "service_contact_ids.campaign_id",
    )
    def _compute_service_next(self):
        files = self.filtered("service_first_contact_on")
        candidates = files._get_next_services()
        for partner in self:
            found = candidates.get(partner) or [(False, False)]
            day, reason = min(found)
            if (partner.service_next_on, partner.service_next_reason) != (day, reason):
                partner.service_next_on, partner.service_next_reason = day, reason

    def _get_next_services(self):
        """Return {customer: [(date, reason)]}, in bulk.

        Layers above add what they owe (an inspection by contract): the first one counts.
        """
        events = dict(
            self.env["service.contact"]
            .sudo()
            ._read_group(
                [
                    ("partner_id", "in", self.ids),
                    ("state", "=", "owed"),
                    ("campaign_id", "!=", False),
                ],
                ["partner_id"],
                ["due:min"],
            )
        )
        found = {}
        for partner in self:
            dates = found[partner] = []
            if day := partner._get_serviced_next():
                dates.append(day)
            if event := events.get(partner._origin):
                dates.append((event, "event"))
        return found

    def _get_serviced_next(self):
        """Return (date, reason) by wish or cycle; a wish from before is fulfilled."""
        self.ensure_one()
        last, wish = self.service_last_on, self.service_wish_on
        if wish and (not last or wish > last):
            return wish, "wish"
        begun = last or self.service_since
        if self.service_cycle_months and begun:
            return begun + relativedelta(months=self.service_cycle_months), "cycle"
        return None

    def _on_serviced(self, day):
        """Somebody was there for these customers; called in bulk, in sudo."""
        late = self.sudo().commercial_partner_id.filtered(
            lambda partner: not partner.service_last_on or partner.service_last_on < day
        )
        if late:
            late.with_context(tracking_disable=True).service_last_on = day
