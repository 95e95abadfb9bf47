"""Hours that change: what was promised in them falls due at another time."""

from odoo import api, models

# What says when somebody is there; a changed name or colour moves no promise.
_ATTENDANCE = {
    "dayofweek",
    "hour_from",
    "hour_to",
    "calendar_id",
    "week_type",
    "date_from",
    "date_to",
    "day_period",
    "display_type",
    "resource_id",
}
_LEAVE = {
    "date_from",
    "date_to",
    "calendar_id",
    "resource_id",
    "time_type",
    "company_id",
}


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def write(self, vals):
        result = super().write(vals)
        if {"tz", "two_weeks_calendar", "flexible_hours"} & vals.keys():
            self._recompute_promises()
        return result

    def _recompute_promises(self):
        """Bring what runs in these hours up to date; pauses stay as they were."""
        if self.ids:
            domain = [("calendar_id", "in", self.ids)]
            self.env["service.milestone"]._look_again(domain)


class ResourceCalendarAttendance(models.Model):
    _inherit = "resource.calendar.attendance"

    @api.model_create_multi
    def create(self, vals_list):
        attendances = super().create(vals_list)
        attendances.calendar_id._recompute_promises()
        return attendances

    def write(self, vals):
        before = self.calendar_id
        result = super().write(vals)
        if _ATTENDANCE & vals.keys():
            (before | self.calendar_id)._recompute_promises()
        return result

    def unlink(self):
        calendars = self.calendar_id
        result = super().unlink()
        calendars.exists()._recompute_promises()
        return result


class ResourceCalendarLeaves(models.Model):
    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        leaves._recompute_promises(leaves._get_scope())
        return leaves

    def write(self, vals):
        before = self._get_scope()
        result = super().write(vals)
        if _LEAVE & vals.keys():
            self._recompute_promises(before | self._get_scope())
        return result

    def unlink(self):
        scope = self._get_scope()
        result = super().unlink()
        self.browse()._recompute_promises(scope)
        return result

    def _get_scope(self):
        """Return {calendar id} of these days off, False where they hold for all.

        One person's leave moves no promise.
        """
        general = self.filtered(lambda leave: not leave.resource_id)
        return {leave.calendar_id.id for leave in general}

    def _recompute_promises(self, scope):
        if False in scope:
            domain = [("calendar_id", "!=", False)]
            self.env["service.milestone"]._look_again(domain)
        elif scope:
            self.env["resource.calendar"].browse(scope)._recompute_promises()
