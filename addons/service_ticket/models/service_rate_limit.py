from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL


class ServiceRateLimit(models.Model):
    """One report through a public page: the n-th of its hour for one key.

    The key is hashed: who reported is nobody's business here. Two requests at once
    can't take the same number, so the limit holds without a lock.
    """

    _name = "service.rate.limit"
    _description = "Count of Public Reports"
    _order = "hour desc, number desc"

    key = fields.Char(required=True)
    hour = fields.Datetime(required=True, index=True)
    number = fields.Integer(required=True)

    _one_per_number = models.UniqueIndex("(key, hour, number)")

    @api.model
    def _take(self, limits):
        """Count one report for every key; say whether all are within their limit.

        :param limits: {key: reports an hour}
        """
        hour = fields.Datetime.now().replace(minute=0, second=0, microsecond=0)
        return all(self._take_number(key, hour, limit) for key, limit in limits.items())

    def _take_number(self, key, hour, limit):
        last = self.search([("key", "=", key), ("hour", "=", hour)], limit=1)
        for number in range(last.number + 1, limit + 1):
            # Not by `create`: in a flood its failures would fill the log.
            insert = SQL(
                "INSERT INTO service_rate_limit (key, hour, number) VALUES (%s, %s, %s)",
                key,
                hour,
                number,
            )
            try:
                with self.env.cr.savepoint():
                    self.env.cr.execute(insert, log_exceptions=False)
            except psycopg2.errors.UniqueViolation:
                continue  # taken meanwhile by a request that we can't see
            return True
        return False

    @api.model
    def _get_limit(self, name, default):
        """Return a limit from the settings; what is no number counts as not set."""
        value = self.env["ir.config_parameter"].sudo().get_param(name, "")
        return int(value) if value.isdecimal() else default

    @api.autovacuum
    def _gc_old(self):
        yesterday = fields.Datetime.now() - timedelta(days=1)
        self.sudo().search([("hour", "<", yesterday)], limit=100_000).unlink()
