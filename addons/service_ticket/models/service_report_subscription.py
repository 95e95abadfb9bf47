"""Who gets which report how often; nothing is sent that nobody looked at before."""

import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine import kpi
from .guard import drop_defaults
from .service_report import CHOICES

_logger = logging.getLogger(__name__)
_LATER = timedelta(hours=1)
_BUSY = (
    psycopg2.errors.SerializationFailure,
    psycopg2.errors.LockNotAvailable,
    psycopg2.errors.DeadlockDetected,
)
# Whoever changes one of these has to look again before anything is sent.
_LOOKED_AT = CHOICES | {"recipient_ids", "format", "company_id"}
_RECORDED = {"previewed_at", "previewed_by_id", "error", "retry_at"}


class ServiceReportSubscription(models.Model):
    """A report that some people get after each day, week or month."""

    _name = "service.report.subscription"
    _description = "Report Subscription"
    _inherit = ["service.report.choice", "mail.thread", "mail.activity.mixin"]
    _order = "id"

    active = fields.Boolean(default=True)
    recipient_ids = fields.Many2many(
        "res.partner", string="Recipients", check_company=True
    )
    format = fields.Selection(
        [("pdf", "Attached as PDF"), ("mail", "In the mail itself")],
        "Sent",
        required=True,
        default="pdf",
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        required=True,
        readonly=True,
        check_company=True,
        default=lambda self: self.env.user,
        help="The report says what this person may see, and failures are told here.",
    )
    next_start = fields.Date(
        "Next Period Of",
        required=True,
        default=lambda self: kpi.find_start(fields.Date.context_today(self), "month"),
        help="It is sent when this period is over.",
    )
    previewed_at = fields.Datetime("Looked At", readonly=True, copy=False)
    previewed_by_id = fields.Many2one(
        "res.users", "Looked At By", readonly=True, copy=False
    )
    error = fields.Char("Not Sent Because", readonly=True, copy=False)
    retry_at = fields.Datetime("Tried Again", readonly=True, copy=False)
    report_ids = fields.One2many("service.report", "subscription_id", "Reports")

    @api.depends("document", "team_id", "partner_id", "person_id", "unit")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["unit"]._description_selection(self.env))
        for one in self:
            one.display_name = f"{one._describe_choice()} · {labels.get(one.unit)}"

    @api.onchange("unit", "document")
    def _onchange_unit(self):
        today = fields.Date.context_today(self)
        self.next_start = kpi.find_start(today, self.unit or "month")

    # --- CRUD --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_recorded(vals)
        clean = self.with_context(drop_defaults(self.env.context, _RECORDED))
        made = super(ServiceReportSubscription, clean).create(vals_list)
        return made.with_env(self.env)

    def write(self, vals):
        self._refuse_recorded(vals)
        result = super().write(vals)
        if _LOOKED_AT & vals.keys():
            seen = self.filtered("previewed_at").sudo()
            seen.write({"previewed_at": False, "previewed_by_id": False})
        return result

    def _refuse_recorded(self, vals):
        if _RECORDED & vals.keys() and not self.env.su:
            raise UserError(self.env._("A subscription is looked at by its button."))

    # --- Making ------------------------------------------------------------------------

    def _prepare_report_vals(self, start):
        self.ensure_one()
        vals = {name: self[name] for name in ("document", "unit", "lang")}
        links = ("company_id", "team_id", "partner_id", "person_id")
        vals.update({name: self[name].id for name in links})
        return vals | {"start": start, "subscription_id": self.id}

    def _make_report(self, start, preview=False):
        """Make a report with the rights of who is responsible for it."""
        self.ensure_one()
        owner = self.user_id
        if not owner.active or self.company_id not in owner.company_ids:
            raise UserError(
                self.env._("%s does not work for this company any more.", owner.name)
            )
        vals = self._prepare_report_vals(start) | {"is_preview": preview}
        report = self.env["service.report"].sudo().create(vals)
        context = {"allowed_company_ids": self.company_id.ids}
        report.with_user(owner).with_context(**context)._make()
        return report

    def action_preview(self):
        """Show the report of the last period that is over; from then on it is sent."""
        self.ensure_one()
        self.check_access("write")
        if not self.recipient_ids:
            raise UserError(self.env._("Say first who gets the report."))
        today = fields.Date.context_today(self)
        last = kpi.find_start(today, self.unit)
        if self.unit != "day":
            last = kpi.shift(last, self.unit, -1)
        report = self._make_report(last, preview=True).with_env(self.env)
        self.sudo().write(
            {
                "previewed_at": fields.Datetime.now(),
                "previewed_by_id": self.env.uid,
                "error": False,
                "retry_at": False,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": report._name,
            "res_id": report.id,
            "views": [[False, "form"]],
        }

    # --- Sending -----------------------------------------------------------------------

    @api.model
    def _cron_send(self, batch=20):
        """Send what is due, one report at a time; each is committed."""
        now = fields.Datetime.now()
        due = self.search(
            [
                ("previewed_at", "!=", False),
                ("next_start", "<", fields.Date.to_date(now) + timedelta(days=1)),
                "|",
                ("retry_at", "=", False),
                ("retry_at", "<=", now),
            ],
            order="id",
        ).filtered(lambda one: one._is_due())
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(due))
        for one in due[:batch]:
            one._try_send()
            if not progress(1):
                break

    def _get_today(self):
        zone = self.env["service.report"].new(self._prepare_report_vals(False))
        today = fields.Datetime.context_timestamp(
            self.with_context(tz=zone._get_zone().zone), fields.Datetime.now()
        )
        return today.date()

    def _is_due(self):
        """Whether a period is over; the daily list is of the day itself."""
        start = kpi.find_start(self.next_start, self.unit)
        end = start if self.unit == "day" else kpi.shift(start, self.unit, 1)
        return end <= self._get_today()

    def _try_send(self):
        """Send one report; a failure is noted, told once, and tried again later."""
        if not self.try_lock_for_update():
            return
        try:
            with self.env.cr.savepoint():
                self._send()
        except Exception as error:
            self.env.invalidate_all()
            if isinstance(error, _BUSY):
                return
            _logger.warning("Report subscription %s failed", self.id, exc_info=True)
            self._tell_failure(str(error)[:300])

    def _send(self):
        start = kpi.find_start(self.next_start, self.unit)
        if self.unit == "day":  # yesterday's list is of no use today
            start = self._get_today()
        sent = self.report_ids.filtered(
            lambda report: report.start == start and not report.is_preview
        )
        if not sent:
            self._make_report(start)._mail_to(self.recipient_ids, self.format)
        self.sudo().write(
            {
                "next_start": kpi.shift(start, self.unit, 1),
                "error": False,
                "retry_at": False,
            }
        )

    def _tell_failure(self, error):
        known = self.error == error
        self.sudo().write({"error": error, "retry_at": fields.Datetime.now() + _LATER})
        if not known:
            self.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("The report was not sent"),
                note=error,
                user_id=self.user_id.id,
            )


class ServiceReport(models.Model):
    _inherit = "service.report"

    def _mail_to(self, partners, how):
        """Send the report; the mail leaves with the queue, once this is committed."""
        self.ensure_one()
        speaking = self.with_context(lang=self.lang)
        body = speaking.env._("%s is attached.", speaking.display_name)
        attachments = self.env["ir.attachment"]
        if how == "mail":
            body = speaking._render_body()
        else:
            attachments = self._attach_pdf()
        speaking.with_context(mail_notify_force_send=False).message_post(
            body=body,
            subject=speaking.display_name,
            partner_ids=partners.ids,
            attachment_ids=attachments.ids,
            author_id=self.subscription_id.user_id.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            email_layout_xmlid="mail.mail_notification_light",
        )
        self._set_state("sent", sent_at=fields.Datetime.now())
