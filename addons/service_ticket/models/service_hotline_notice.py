"""Each customer who has to know of a new number, with the proof that it was told."""

import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

from .service_mail_answer import AUTOMATIC

_logger = logging.getLogger(__name__)
_BATCH = 100
_BY_HAND = {"note", "email"}


class ServiceHotlineNotice(models.Model):
    """One customer concerned by one change of number: told when, how, by whom."""

    _name = "service.hotline.notice"
    _description = "Customer to Tell of a New Number"
    _order = "change_id desc, id"
    _rec_name = "partner_id"

    change_id = fields.Many2one(
        "service.hotline.change", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="change_id.company_id", store=True, index=True, precompute=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, ondelete="restrict", index=True
    )
    phone = fields.Char(related="partner_id.phone")
    why = fields.Selection(
        [
            ("ticket", "Open work"),
            ("branch", "Own branch"),
            ("contract", "Contract"),
            ("unit", "Unit"),
        ],
        readonly=True,
    )
    email = fields.Char("E-mail", compute="_compute_email", store=True, readonly=False)
    state = fields.Selection(
        [
            ("due", "To be told"),
            ("queued", "Mail on its way"),
            ("sent", "Told by mail"),
            ("failed", "To phone or write to"),
            ("told", "Told by hand"),
        ],
        required=True,
        readonly=True,
        default="due",
    )
    change_state = fields.Selection(
        related="change_id.state", string="State of the Change"
    )
    mail_id = fields.Many2one(
        "mail.mail", "Mail", readonly=True, index="btree_not_null", ondelete="set null"
    )
    sent_to = fields.Char("Sent To", readonly=True)
    sent_at = fields.Datetime("Sent On", readonly=True)
    failure = fields.Char("Why Not", readonly=True)
    told_by_id = fields.Many2one("res.users", "Told By", readonly=True)
    told_at = fields.Datetime("Told On", readonly=True)
    told_how = fields.Selection(
        [("phone", "Phone"), ("letter", "Letter or fax")], "Told How", readonly=True
    )
    note = fields.Char()

    _once = models.UniqueIndex(
        "(change_id, partner_id)", "This customer is on the list already."
    )
    _by_state = models.Index("(change_id, state)")
    _to_send = models.Index("(id) WHERE state IN ('due', 'queued')")

    @api.depends("partner_id")
    def _compute_email(self):
        for notice in self:
            notice.email = notice.partner_id.email or notice.email

    def write(self, vals):
        if not self.env.su and vals.keys() - _BY_HAND:
            raise UserError(
                self.env._(
                    "Who was told when is recorded by the system: use the buttons."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_prepared(self):
        if set(self.change_id.mapped("state")) - {"draft"}:
            raise UserError(self.env._("Who was told of a number stays on record."))

    # --- By mail ------------------------------------------------------------------------

    @api.model
    def _get_due_domain(self):
        return [("state", "=", "due"), ("change_id.state", "=", "notifying")]

    @api.model
    def _queue_batch(self):
        """Queue the mails of one batch; return how many notices it was.

        Each mail is queued in the transaction that says so: a worker that dies has
        sent either none of the batch or all of it.
        """
        domain = self._get_due_domain()
        notices = self.search(domain, limit=_BATCH, order="id")
        notices = notices.try_lock_for_update().filtered_domain(domain)
        notices._queue()
        return len(notices)

    def _queue(self):
        """Queue a mail for each; one that can't be made stops no other."""
        silent = self.filtered(lambda notice: not notice.email)
        silent.write({"state": "failed", "failure": self.env._("No e-mail address")})
        wanted = self - silent
        if not wanted:
            return
        try:
            with self.env.cr.savepoint():
                wanted._create_mails()
        except Exception as error:  # noqa: BLE001  one by one, the others get theirs
            if len(wanted) == 1:
                _logger.info("No mail to %s", wanted.email, exc_info=True)
                wanted.write({"state": "failed", "failure": str(error)[:500]})
                return
            for notice in wanted:
                notice._queue()

    def _create_mails(self):
        template = self.env.ref("service_ticket.mail_template_hotline")
        texts = [
            template._render_field(name, self.ids, compute_lang=True, **options)
            for name, options in (
                ("subject", {}),
                ("body_html", {"options": {"post_process": True}}),
            )
        ]
        robot = self.env.ref("base.partner_root")
        vals_list = []
        for notice in self:
            company, team = notice.company_id, notice.change_id.team_id
            sender = team.alias_email or company.email_formatted
            vals_list.append(
                {
                    "subject": texts[0][notice.id],
                    "body_html": texts[1][notice.id],
                    "email_to": notice.email,
                    "email_from": sender or robot.email_formatted,
                    "reply_to": sender or False,
                    "author_id": robot.id,
                    "headers": repr(AUTOMATIC),
                    "auto_delete": False,  # the mail itself is the proof
                }
            )
        mails = self.env["mail.mail"].sudo().create(vals_list)
        for notice, mail in zip(self, mails, strict=True):
            notice.write(
                {
                    "state": "queued",
                    "mail_id": mail.id,
                    "sent_to": notice.email,
                    "failure": False,
                }
            )
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    @api.model
    def _settle(self):
        """Note what became of the mails that were queued."""
        domain = [("state", "=", "queued"), ("mail_id.state", "!=", "outgoing")]
        for notice in self.search(domain, limit=10 * _BATCH, order="id"):
            mail = notice.mail_id.sudo()
            if mail.state in ("sent", "received"):
                notice.write({"state": "sent", "sent_at": mail.write_date})
            else:
                why = mail.failure_reason or mail.failure_type or mail.state
                notice.write({"state": "failed", "failure": (why or "")[:500]})

    @api.model
    def _note_bounce(self, message, address):
        """Our mail came back: this customer has to be told otherwise."""
        domain = [("mail_id.mail_message_id", "=", message.id)]
        notice = self.sudo().search(domain, limit=1)
        if notice.state in ("queued", "sent"):
            notice.write(
                {
                    "state": "failed",
                    "failure": self.env._("The mail to %s came back.", address or ""),
                }
            )
            done = notice.change_id.filtered(lambda change: change.state == "done")
            done._set_state("notifying")

    # --- By hand ------------------------------------------------------------------------

    def action_told_by_phone(self):
        """Note that somebody told the customer on the phone."""
        self._note_told("phone")

    def action_told_by_letter(self):
        """Note that somebody wrote to the customer."""
        self._note_told("letter")

    def _note_told(self, how):
        self.check_access("write")
        for notice in self:
            if (
                notice.state not in ("due", "failed")
                or notice.change_state != "notifying"
            ):
                raise UserError(
                    self.env._("%s is not waiting to be told.", notice.partner_id.name)
                )
        self.sudo().write(
            {
                "state": "told",
                "told_how": how,
                "told_by_id": self.env.uid,
                "told_at": fields.Datetime.now(),
            }
        )
        self.env["service.hotline.change"].sudo()._finish()

    def action_try_again(self):
        """Send the mail again, perhaps to another address."""
        self.check_access("write")
        for notice in self:
            if notice.state != "failed" or not notice.email:
                raise UserError(
                    self.env._(
                        "%s: enter an e-mail address, or tell them by phone.",
                        notice.partner_id.name,
                    )
                )
        self.sudo().write({"state": "due", "failure": False})
        self.env.ref("service_ticket.ir_cron_hotline").sudo()._trigger()
