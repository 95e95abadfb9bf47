"""What a department is told of a complaint in writing, and its reply (R164)."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext
from odoo.tools.mail import email_normalize

from .guard import drop_defaults

_TRANSITIONS = {
    "draft": ("sent", "cancelled"),
    "sent": ("acknowledged", "cancelled"),
    "acknowledged": (),
    "cancelled": ("draft",),
}
# What only the buttons write.
_RECORDED = {
    "state",
    "sent_at",
    "sent_uid",
    "sent_to",
    "acknowledged_at",
    "acknowledged_by",
}
# What was sent stays as it was read.
_SENT = {"department_id", "text", "reply_by"}


class ServiceComplaintNotice(models.Model):
    """One notice about one complaint to one department. What was sent is the proof."""

    _name = "service.complaint.notice"
    _description = "Notice of a Complaint"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    ticket_id = fields.Many2one(
        "service.ticket",
        "Complaint",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
        domain="[('kind', '=', 'complaint')]",
    )
    company_id = fields.Many2one(
        related="ticket_id.company_id", store=True, index=True, precompute=True
    )
    department_id = fields.Many2one(
        "service.department", required=True, check_company=True, index=True
    )
    text = fields.Text(
        "What Has to Be Known", help="Stands in the mail, above the complaint itself."
    )
    reply_by = fields.Date("Reply Needed By")
    state = fields.Selection(
        [
            ("draft", "To be sent"),
            ("sent", "Sent"),
            ("acknowledged", "Replied"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        tracking=True,
    )
    sent_at = fields.Datetime("Sent On", readonly=True, copy=False)
    sent_uid = fields.Many2one("res.users", "Sent By", readonly=True, copy=False)
    sent_to = fields.Char(readonly=True, copy=False)
    reply = fields.Text(copy=False, help="What the department says and will do.")
    acknowledged_at = fields.Datetime("Replied On", readonly=True, copy=False)
    acknowledged_by = fields.Char("Replied By", readonly=True, copy=False)

    _waiting = models.Index("(company_id, reply_by) WHERE state = 'sent'")

    @api.depends("ticket_id.name", "department_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for notice in self:
            number = notice.ticket_id.sudo().name or ""
            department = notice.department_id.name or ""
            notice.display_name = f"{number} {department}".strip()

    # --- CRUD ------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_recorded(vals, _RECORDED)
        clean = self.with_context(drop_defaults(self.env.context, _RECORDED))
        notices = super(ServiceComplaintNotice, clean).create(vals_list)
        if not self.env.su:
            notices.ticket_id.check_access("write")
        return notices.with_env(self.env)

    def write(self, vals):
        self._refuse_recorded(vals, _RECORDED | {"ticket_id"})
        if _SENT & vals.keys() and set(self.mapped("state")) - {"draft"}:
            raise UserError(
                self.env._("What was sent is the proof and stays. Prepare another.")
            )
        return super().write(vals)

    def _refuse_recorded(self, vals, names):
        if names & vals.keys() and not self.env.su:
            raise UserError(
                self.env._("A notice is sent and answered by its buttons, not by hand.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if set(self.mapped("state")) - {"draft"}:
            raise UserError(self.env._("A notice that was sent stays on record."))

    # --- Sending ---------------------------------------------------------------------

    @api.model
    def _prepare_for(self, complaints):
        """Prepare a notice to each department that the reason concerns."""
        departments = self.env["service.department"].search(
            [("reason_ids", "in", complaints.complaint_reason_id.ids)]
        )
        self.create(
            [
                {"ticket_id": ticket.id, "department_id": department.id}
                for ticket in complaints
                for department in departments
                if department.company_id == ticket.company_id
                and ticket.complaint_reason_id in department.reason_ids
            ]
        )

    def _set_state(self, state, **vals):
        for notice in self:
            if state not in _TRANSITIONS[notice.state]:
                raise UserError(
                    self.env._(
                        "%s: this step is not possible now.", notice.display_name
                    )
                )
        self.sudo().write({"state": state, **vals})

    def action_send(self):
        """Send the notice; the mail stays in the thread as proof."""
        self.check_access("write")
        for notice in self:
            notice._refuse_unsendable()
        for notice in self:
            address = notice.department_id._get_address()
            notice._set_state(
                "sent",
                sent_at=fields.Datetime.now(),
                sent_uid=self.env.uid,
                sent_to=address,
            )
            notice._post_notice(address)

    def _refuse_unsendable(self):
        department = self.department_id
        person = self.ticket_id.sudo().complaint_user_id
        if not email_normalize(department._get_address()):
            raise UserError(
                self.env._("Give %s an e-mail address first.", department.name)
            )
        if person and person == department.sudo().user_id:
            raise UserError(
                self.env._(
                    "The complaint is about %(person)s, who answers for %(department)s: "
                    "write to somebody else.",
                    person=person.name,
                    department=department.name,
                )
            )

    def _post_notice(self, address):
        """Mail the notice from the thread, so that a reply comes back to it."""
        template = self.env.ref("service_ticket.mail_template_complaint_notice")
        template = template.sudo()
        body = template._render_field("body_html", self.ids)[self.id]
        subject = template._render_field("subject", self.ids)[self.id]
        self.sudo().message_post(
            body=Markup(body),
            subject=subject,
            author_id=self.env.user.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            outgoing_email_to=address,
            email_add_signature=False,
            email_layout_xmlid="mail.mail_notification_light",
        )
        self.ticket_id.message_post(
            body=self.env._(
                "Notice sent to %(department)s (%(address)s).",
                department=self.department_id.name,
                address=address,
            ),
            subtype_xmlid="mail.mt_note",
        )

    # --- Its reply -------------------------------------------------------------------

    def action_acknowledge(self):
        """The department has answered, on paper or by word of mouth."""
        self.check_access("write")
        for notice in self:
            if not (notice.reply or "").strip():
                raise UserError(
                    self.env._("Write down what %s says.", notice.department_id.name)
                )
        self._acknowledge(self.env.user.name)

    def _acknowledge(self, name):
        self._set_state(
            "acknowledged",
            acknowledged_at=fields.Datetime.now(),
            acknowledged_by=name,
        )
        for notice in self:
            notice.ticket_id.sudo().message_post(
                body=self.env._(
                    "%(department)s answered the notice: %(reply)s",
                    department=notice.department_id.name,
                    reply=notice.reply,
                ),
                author_id=self.env.user.partner_id.id,
                subtype_xmlid="mail.mt_note",
            )

    @api.private
    def message_update(self, msg_dict, update_vals=None):
        """The department answers by mail: what it writes is its reply."""
        result = super().message_update(msg_dict, update_vals=update_vals)
        text = html2plaintext(msg_dict.get("body") or "").strip()
        for notice in self.filtered(lambda one: one.state == "sent" and text):
            notice.reply = text
            notice._acknowledge(msg_dict.get("email_from") or notice.sent_to)
        return result

    def action_cancel(self):
        """The department need not be told after all."""
        self.check_access("write")
        self._set_state("cancelled")

    def action_draft(self):
        """It has to be told after all."""
        self.check_access("write")
        self._set_state("draft")
