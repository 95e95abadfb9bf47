import base64
import json

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..engine import kpi
from .guard import drop_defaults

DOCUMENTS = [
    ("figures", "Figures and jobs"),
    ("person", "Work of a person"),
    ("daily", "Daily list of what is not finished"),
]
UNITS = [("day", "Day"), ("week", "Week"), ("month", "Month")]
_TRANSITIONS = {"draft": ("ready",), "ready": ("sent",), "sent": ()}
# What is decided once it is made; later records say something else.
CHOICES = {"document", "unit", "team_id", "partner_id", "person_id", "lang"}
_FIXED = CHOICES | {"company_id", "start"}
_RECORDED = {"state", "snapshot", "made_at", "sent_at", "subscription_id"}
_PRINTED = "service_ticket.action_report_service_report"


class ServiceReportChoice(models.AbstractModel):
    """What a report is about: whose, and how long a period."""

    _name = "service.report.choice"
    _description = "What a Report Is About"
    _check_company_auto = True

    document = fields.Selection(DOCUMENTS, "Report", required=True, default="figures")
    unit = fields.Selection(UNITS, "Period", required=True, default="month")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    team_id = fields.Many2one(
        "service.team", "Branch", check_company=True, help="Empty: all branches."
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", check_company=True, help="Empty: all customers."
    )
    person_id = fields.Many2one(
        "res.users",
        "Person",
        domain="[('share', '=', False)]",
        check_company=True,
        help="To whom the requests are assigned.",
    )
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        "Language",
        required=True,
        default=lambda self: self.env.lang or "en_US",
    )

    @api.constrains("document", "unit", "person_id")
    def _check_choice(self):
        for choice in self:
            if (choice.document == "daily") != (choice.unit == "day"):
                raise ValidationError(
                    self.env._(
                        "The daily list is of a day; all others are of a week or month."
                    )
                )
            if choice.document == "person" and not choice.person_id:
                raise ValidationError(self.env._("Choose the person."))

    @api.onchange("document")
    def _onchange_document(self):
        if self.document == "daily":
            self.unit = "day"
        elif self.unit == "day":
            self.unit = "month"

    def _describe_choice(self):
        """Say whose and what in one line."""
        self.ensure_one()
        labels = dict(self._fields["document"]._description_selection(self.env))
        whose = (self.team_id, self.partner_id, self.person_id)
        names = [record.display_name for record in whose if record]
        return " · ".join([labels[self.document], *names])

    def _get_start(self, day):
        """Return the first day of the period of a day."""
        return kpi.find_start(day, self.unit)


class ServiceReport(models.Model):
    """One report of one period, as the records were when it was made.

    What it says is kept as it was (a file of the record): the document is printed from
    that and never from what the records say later.
    """

    _name = "service.report"
    _description = "Service Report"
    _inherit = ["service.report.choice", "mail.thread"]
    _order = "start desc, id desc"

    start = fields.Date(
        "Period Of",
        required=True,
        default=lambda self: kpi.shift(fields.Date.context_today(self), "month", -1),
        help="Any day of the period.",
    )
    state = fields.Selection(
        [("draft", "To be made"), ("ready", "Ready"), ("sent", "Sent")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
    )
    subscription_id = fields.Many2one(
        "service.report.subscription",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    is_preview = fields.Boolean("Preview", readonly=True, copy=False)
    snapshot = fields.Binary(readonly=True, copy=False, attachment=True)
    made_at = fields.Datetime("Generated On", readonly=True, copy=False)
    sent_at = fields.Datetime("Sent On", readonly=True, copy=False)
    preview = fields.Html(
        compute="_compute_preview", sanitize=False, string="What It Says"
    )

    _once_a_period = models.UniqueIndex(
        "(subscription_id, start) WHERE subscription_id IS NOT NULL"
        " AND is_preview IS NOT TRUE",
        "This period was reported already.",
    )

    @api.depends("document", "team_id", "partner_id", "person_id", "start", "unit")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for report in self:
            period = report._get_period()
            when = self.env["service.kpi"]._describe_period(period, report.unit)
            report.display_name = f"{report._describe_choice()} · {when}"

    @api.depends("snapshot")
    def _compute_preview(self):
        for report in self:
            report.preview = report._render_body() if report.snapshot else False

    def _get_period(self):
        start = self._get_start(self.start or fields.Date.context_today(self))
        return kpi.Period(start, kpi.shift(start, self.unit, 1))

    # --- CRUD ------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_recorded(vals)
        clean = self.with_context(drop_defaults(self.env.context, _RECORDED))
        reports = super(ServiceReport, clean).create(vals_list).with_env(self.env)
        for report in reports:
            first = report._get_start(report.start)
            if report.start != first:
                report.start = first
        return reports

    def write(self, vals):
        self._refuse_recorded(vals)
        if _FIXED & vals.keys() and any(report.state != "draft" for report in self):
            raise UserError(
                self.env._("A report stays as it was made. Make another one.")
            )
        return super().write(vals)

    def _refuse_recorded(self, vals):
        if (_RECORDED | {"is_preview"}) & vals.keys() and not self.env.su:
            raise UserError(self.env._("A report is made by its button."))

    def _set_state(self, state, **vals):
        for report in self:
            if state not in _TRANSITIONS[report.state]:
                raise UserError(self.env._("%s was made already.", report.display_name))
        self.sudo().write({"state": state, **vals})

    # --- Making ------------------------------------------------------------------------

    def _make(self):
        """Keep what the records say now."""
        self.ensure_one()
        data = self.with_context(lang=self.lang)._gather()
        content = json.dumps(data, ensure_ascii=False).encode()
        self._set_state(
            "ready", snapshot=base64.b64encode(content), made_at=fields.Datetime.now()
        )

    def _get_snapshot(self):
        """Return what was kept, as it was gathered."""
        self.ensure_one()
        content = self.with_context(bin_size=False).snapshot
        return json.loads(base64.b64decode(content)) if content else {}

    def _render_body(self):
        return self.env["ir.qweb"]._render(
            "service_ticket.report_service_report_body",
            {"data": self._get_snapshot(), "document": self.document},
            lang=self.lang,
        )

    # --- Buttons -------------------------------------------------------------------------

    def action_make(self):
        """Gather the figures and lists, and show them."""
        self.check_access("write")
        for report in self:
            report._make()

    def action_print(self):
        """Print it as it was made."""
        self.ensure_one()
        self._require_made()
        return self.env.ref(_PRINTED).report_action(self)

    def action_send(self):
        """Write a mail with the document attached."""
        self.ensure_one()
        self._require_made()
        self.check_access("write")
        attachment = self._attach_pdf()
        return {
            "type": "ir.actions.act_window",
            "res_model": "mail.compose.message",
            "views": [[False, "form"]],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_subject": self.display_name,
                "default_partner_ids": self.partner_id.ids,
                "default_attachment_ids": attachment.ids,
                "default_email_layout_xmlid": "mail.mail_notification_light",
            },
        }

    def _require_made(self):
        if not self.snapshot:
            raise UserError(self.env._("Look at it first: make the report."))

    def _attach_pdf(self):
        """Return the printed document as an attachment of the report."""
        reports = self.env["ir.actions.report"].sudo()
        content, _kind = reports._render_qweb_pdf(_PRINTED, self.ids)
        return self.env["ir.attachment"].create(
            {
                "name": f"{self.with_context(lang=self.lang).display_name}.pdf",
                "raw": content,
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
            }
        )
