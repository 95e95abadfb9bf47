import hashlib
import json

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import SQL

_KEEP_DAYS = 30
_KEY_CHARS = 200


class KeyReused(UserError):
    """A key came again with other values: HTTP 409 over JSON-2."""

    http_status = 409


class ServiceApiCall(models.Model):
    """One call of another system, by its key: called again, it gets the same answer."""

    _name = "service.api.call"
    _description = "Call of Another System"
    _order = "id desc"
    _rec_name = "key"

    key = fields.Char(required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", "By", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    body_hash = fields.Char(required=True, readonly=True)
    ticket_id = fields.Many2one(
        "service.ticket", readonly=True, index="btree_not_null", ondelete="set null"
    )
    answer = fields.Json(readonly=True)

    _one_per_key = models.UniqueIndex("(user_id, key)")

    @api.model
    def _begin(self, key, body):
        """Return the call with this key: one that was answered, or a new one.

        Two calls at once: the second waits for the first, and is then run again from
        its beginning by Odoo, to find the answer of the first.

        :raise KeyReused: where the key came with another body before
        """
        if not isinstance(key, str) or not 0 < len(key.strip()) <= _KEY_CHARS:
            raise UserError(
                self.env._(
                    "idempotency_key: a text of 1 to %s characters, please.", _KEY_CHARS
                )
            )
        vals = {
            "key": key.strip(),
            "user_id": self.env.uid,
            "company_id": self.env.company.id,
            "body_hash": self._hash(body),
        }
        domain = [("key", "=", vals["key"]), ("user_id", "=", self.env.uid)]
        call = self.search(domain)
        if not call:
            return self._insert(vals)
        if call.body_hash != vals["body_hash"]:
            raise KeyReused(
                self.env._("idempotency_key “%s” was used with other values.", call.key)
            )
        return call

    @api.model
    def _insert(self, vals):
        """Take the key; that another call has just taken it belongs in no log."""
        now = fields.Datetime.now()
        vals = vals | {"create_uid": self.env.uid, "create_date": now}
        names = SQL(", ").join(SQL.identifier(name) for name in vals)
        query = SQL(
            "INSERT INTO service_api_call (%s) VALUES %s RETURNING id",
            names,
            tuple(vals.values()),
        )
        try:
            with self.env.cr.savepoint():
                self.env.cr.execute(query, log_exceptions=False)
                return self.browse(self.env.cr.fetchone()[0])
        except psycopg2.errors.UniqueViolation as error:
            raise ConcurrencyError("the same key, at the same time") from error

    @api.model
    def _hash(self, body):
        text = json.dumps(
            [self.env.company.id, body], sort_keys=True, ensure_ascii=False, default=str
        )
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    @api.autovacuum
    def _gc_old(self):
        """Forget calls after the days that the settings say."""
        days = self.env["service.rate.limit"]._get_limit(
            "service_ticket.api_keep_days", _KEEP_DAYS
        )
        before = fields.Datetime.subtract(fields.Datetime.now(), days=days)
        self.sudo().search([("create_date", "<", before)], limit=100_000).unlink()
