import base64
import logging
import os

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import mute_logger

from ..engine import mail as reader

_logger = logging.getLogger(__name__)
_SHOWN_CHARS = 100_000
_KEEP_DAYS = 400
REASONS = [
    ("unreadable", "Can't be read"),
    ("no_route", "Addressed to nobody we know"),
    ("refused", "The ticket could not be made"),
    ("automatic", "Written by a machine"),
    ("flood", "Too many from one address"),
    ("same_id", "Reuses the number of another mail"),
    ("busy", "Somebody else was at it"),
    ("error", "Unexpected error"),
]


class ServiceMail(models.Model):
    """One mail that the service desk received, as it came, and what became of it.

    It is stored before anything is read in it, so that none is lost (R167).
    """

    _name = "service.mail"
    _description = "Received Mail"
    _rec_name = "subject"
    _order = "id desc"
    _check_company_auto = True

    subject = fields.Char(readonly=True)
    sender = fields.Char("Sender", readonly=True)
    email = fields.Char("Address", readonly=True)
    recipients = fields.Char("Recipients", readonly=True)
    message_id = fields.Char("Message-Id", readonly=True)
    received_at = fields.Datetime(
        "Received", required=True, readonly=True, default=fields.Datetime.now
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
    )
    team_id = fields.Many2one(
        "service.team", readonly=True, check_company=True, index="btree_not_null"
    )
    automatic = fields.Selection(
        [
            ("generated", "Device, list or program"),
            ("reply", "Automatic answer"),
            ("bounce", "Undelivered mail"),
        ],
        "Written by a Machine",
        readonly=True,
    )
    raw = fields.Binary("Mail", attachment=True, readonly=True)
    size = fields.Integer("Bytes", readonly=True)
    text = fields.Text("What It Says", compute="_compute_text")
    raw_text = fields.Text("As It Came", compute="_compute_text")

    # What became of it
    state = fields.Selection(
        [
            ("quarantine", "Quarantine"),
            ("ticket", "New Ticket"),
            ("reply", "Reply"),
            ("duplicate", "Duplicate"),
            ("spam", "Spam"),
        ],
        "Became",
        required=True,
        readonly=True,
        default="quarantine",
    )
    reason_code = fields.Selection(REASONS, "Kind of Trouble", readonly=True)
    reason = fields.Char(readonly=True)
    detail = fields.Text("For the Administrator", readonly=True)
    ticket_id = fields.Many2one(
        "service.ticket", "Ticket", readonly=True, index="btree_not_null"
    )
    original_id = fields.Many2one(
        "service.mail", "Copy Of", readonly=True, index="btree_not_null"
    )
    attempts = fields.Integer("Times Read", readonly=True)
    decided_by_id = fields.Many2one("res.users", "Decided By", readonly=True)
    decided_at = fields.Datetime("Decided On", readonly=True)

    # Who tells copies apart is the database: a search would not see the other fetcher.
    message_key = fields.Char(readonly=True)
    fingerprint = fields.Char(readonly=True)
    _one_per_message = models.UniqueIndex("(message_key)")
    _one_per_content = models.UniqueIndex("(fingerprint)")
    _quarantined = models.Index("(id) WHERE state = 'quarantine'")
    _by_sender = models.Index("(email, received_at)")

    @api.depends("raw")
    def _compute_text(self):
        for mail in self:
            raw = mail._get_raw()
            mail.text = reader.read_text(raw)
            mail.raw_text = reader.show_raw(raw, _SHOWN_CHARS)

    def _get_raw(self):
        """Return the bytes of the mail."""
        self.ensure_one()
        return base64.b64decode(self.with_context(bin_size=False).raw or b"")

    # --- Keeping ---------------------------------------------------------------------

    @api.model
    def _keep(self, raw, envelope, vals):
        """Store a mail as it came; copies of one mail are told apart by the database.

        A second fetcher waits here until the first one is done, and then sees that
        it holds a copy.
        """
        print_ = reader.fingerprint(raw, envelope)
        vals = {**self._prepare_vals(raw, envelope), **vals}
        unique = {"fingerprint": print_}
        if envelope.message_id:
            unique["message_key"] = envelope.message_id
        mail = self._try_create({**vals, **unique})
        if not mail and len(unique) > 1:
            same_id = {"reason_code": "same_id", "reason": self._explain("same_id")}
            mail = self._try_create({**vals, **same_id, "fingerprint": print_})
        if not mail:
            original = self.search([("fingerprint", "=", print_)], limit=1)
            copy = {"state": "duplicate", "original_id": original.id}
            mail = self.create({**vals, **copy, "ticket_id": original.ticket_id.id})
        mail._secure_raw(raw)
        return mail

    @api.model
    def _prepare_vals(self, raw, envelope):
        name, address = envelope.sender_name, envelope.sender
        return {
            "subject": envelope.subject,
            "sender": f"{name} <{address}>" if name and address else name or address,
            "email": address,
            "recipients": ", ".join(envelope.recipients)[:500],
            "message_id": envelope.message_id,
            "automatic": envelope.automatic or False,
            "raw": base64.b64encode(raw),
            "size": len(raw),
        }

    @api.model
    def _try_create(self, vals):
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                return self.create(vals)
        except psycopg2.errors.UniqueViolation:
            return self.browse()

    def _secure_raw(self, raw):
        """Put the mail into the database where the disk did not take it.

        Odoo only logs when it can't write a file, and the fetcher deletes the mail.
        """
        attachment = self.env["ir.attachment"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("res_field", "=", "raw"),
            ]
        )
        name = attachment.store_fname
        if attachment and name and not os.path.exists(attachment._full_path(name)):
            _logger.warning("Mail %s is kept in the database: disk full?", self.id)
            self.env.cr.execute(
                "UPDATE ir_attachment SET store_fname = NULL, db_datas = %s"
                " WHERE id = %s",
                [psycopg2.Binary(raw), attachment.id],
            )
            attachment.invalidate_recordset()

    # --- Forgetting --------------------------------------------------------------------

    @api.ondelete(at_uninstall=False)
    def _unlink_never_undecided(self):
        """A question that nobody answered is kept (R167)."""
        if any(mail.state == "quarantine" for mail in self) and not self.env.su:
            raise UserError(
                self.env._("Decide what becomes of a mail before you delete it.")
            )

    @api.autovacuum
    def _gc_old(self):
        """Forget mails after the days that the settings say, quarantine never."""
        days = self.env["service.rate.limit"]._get_limit(
            "service_ticket.mail_keep_days", _KEEP_DAYS
        )
        before = fields.Datetime.subtract(fields.Datetime.now(), days=days)
        self.sudo().search(
            [("received_at", "<", before), ("state", "!=", "quarantine")], limit=10_000
        ).unlink()
