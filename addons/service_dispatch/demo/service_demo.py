from datetime import timedelta

from odoo import api, fields, models

# Nobody is visited at night, at whatever hour the demo data are installed: the first
# and the last start of a day, and from when on visits start where it is too late.
_DAY = (8, 18, 14)


class ServiceDemo(models.AbstractModel):
    _inherit = "service.demo"

    def _get_today(self, minutes):
        """Return a full quarter of an hour so many minutes from now, in daytime."""
        moment = fields.Datetime.now() + timedelta(minutes=minutes)
        moment -= timedelta(minutes=moment.minute % 15, seconds=moment.second)
        first, last, early = (self._get_workday(0, hour) for hour in _DAY)
        if first <= moment <= last:
            return moment
        base = first if moment < first else early
        return base + timedelta(minutes=minutes)

    @api.model
    def _record_past_visits(self):
        """Give everything that was done on site its visit, as the log tells it."""
        # The quarter before is counted only: nobody plays who agreed to come when.
        came = self.env["service.transition"].search(
            [("clock", "=", "on_site"), ("ticket_id.visit_confirmed_at", "!=", False)]
        )
        employees = self.env["hr.employee"].search([("is_service_engineer", "=", True)])
        by_user = employees.grouped("user_id")
        template = self.env.ref("service_dispatch.visit_template_repair")
        vals_list = []
        for line in came:
            left = line.ticket_id.transition_ids.filtered(
                lambda other, at=line.at: other.to_state and other.at > at
            )[:1]
            done = left.at or line.at + timedelta(hours=1)
            vals_list.append(
                {
                    "ticket_id": line.ticket_id.id,
                    "engineer_id": by_user[line.user_id].id,
                    "template_id": template.id,
                    "start": line.at,
                    "duration": (done - line.at).total_seconds() / 3600,
                    "state": "done",
                    "confirmed_at": line.ticket_id.visit_confirmed_at,
                    "set_out_at": line.at - timedelta(minutes=35),
                    "arrived_at": line.at,
                    "worked_at": done,
                    "done_at": done,
                    "signature_refusal": "Signed on paper",
                }
            )
        visits = self.env["service.visit"].with_context(tracking_disable=True)
        for visit in visits.create(vals_list):
            visit.step_ids.write({"done": True, "done_at": visit.done_at})
