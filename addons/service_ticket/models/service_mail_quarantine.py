"""What a person does with a mail that no machine could place, each once."""

from odoo import fields, models
from odoo.exceptions import UserError

_TRANSITIONS = {
    "quarantine": ("ticket", "reply", "duplicate", "spam"),
    "ticket": (),
    "reply": (),
    "duplicate": (),
    "spam": ("quarantine",),
}


class ServiceMail(models.Model):
    _inherit = "service.mail"

    def _require_undecided(self):
        """Take the mails in hand, or refuse: two people decide about each only once."""
        self.check_access("read")
        if not self.env["service.ticket"].has_access("create"):
            raise UserError(self.env._("The front desk decides about mails."))
        mails = self.sudo().try_lock_for_update()
        mails.invalidate_recordset(["state"])
        if mails != self or any(mail.state != "quarantine" for mail in mails):
            raise UserError(
                self.env._("Somebody has already decided, or is just at it.")
            )

    def _decide(self, state, ticket=None, reason=None):
        """Note who decided what; the mail itself stays as it came."""
        self.sudo().write(
            {
                "state": state,
                "ticket_id": ticket and ticket.id,
                "reason": reason or self.reason,
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
            }
        )

    # --- Buttons -----------------------------------------------------------------------

    def action_retry(self):
        """Read the mail once more: an address or a customer may exist by now."""
        self._require_undecided()
        for mail in self.sudo():
            mail._read_again()
        left = self.exists().filtered(lambda mail: mail.state == "quarantine")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if left else "success",
                "message": self.env._("It stays in quarantine: %s", left[:1].reason)
                if left
                else self.env._("Read and placed."),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_restore(self):
        """It was no spam after all."""
        self.check_access("read")
        if any(mail.state != "spam" for mail in self):
            raise UserError(self.env._("Only what was marked as spam comes back."))
        self.env["service.ticket"].check_access("create")
        self.sudo().write({"state": "quarantine"})

    def action_download(self):
        """Download the mail as it came, for a mail program."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/service.mail/{self.id}/raw/mail.eml?download=true",
            "target": "download",
        }

    def action_open_ticket(self):
        """Open the ticket that the mail belongs to."""
        self.ensure_one()
        return self.ticket_id.action_open_form()

    # --- By hand -----------------------------------------------------------------------

    def _make_ticket(self, vals):
        """Open a ticket with what a person could read; the mail goes with it."""
        self.ensure_one()
        self._require_undecided()
        ticket = self.env["service.ticket"].create(
            {**vals, "channel": "email", "opened_at": self.received_at}
        )
        self._attach_to(ticket, vals.get("description") or self.text)
        self._decide("ticket", ticket)
        self.sudo()._plan_answer()
        return ticket

    def _add_to_ticket(self, ticket):
        """Put the mail into the conversation of a ticket."""
        self.ensure_one()
        self._require_undecided()
        ticket.check_access("write")
        if ticket.company_id != self.company_id:
            raise UserError(self.env._("The mail belongs to another company."))
        self._attach_to(ticket, self.text)
        self._decide("reply", ticket)
        if not self.automatic and not self.sudo()._is_from_us():
            ticket._on_customer_wrote()

    def _attach_to(self, ticket, text):
        """Show the words in the conversation, under the number that replies name."""
        author = ticket._partner_find_from_emails_single([self.sender], no_create=True)
        message = ticket.sudo().message_post(
            body=text,
            subject=self.subject,
            author_id=author.id,
            email_from=self.sender,
            message_type="comment",
            subtype_xmlid="mail.mt_comment" if author else "mail.mt_note",
        )
        if self.message_id:
            message.message_id = self.message_id
        ticket.sudo()._message_log(
            body=self.env._("The mail as it came, put here by %s.", self.env.user.name),
            attachment_ids=self._copy_raw_to(ticket).ids,
        )

    def _copy_raw_to(self, ticket):
        """Keep the mail with the ticket as a file, for colleagues."""
        return (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": "mail.eml",
                    "raw": self.sudo()._get_raw(),
                    "mimetype": "application/octet-stream",  # never shown as a page
                    "res_model": ticket._name,
                    "res_id": ticket.id,
                }
            )
        )
