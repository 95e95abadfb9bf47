"""Notes of tracked changes, one insert for a whole batch of tickets."""

from odoo import models
from odoo.tools.mail import generate_tracking_message_id


class _Notes(list):
    """Collects the notes of a batch; an RPC client's context can't hold one."""


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    def _message_track(self, fields_iter, initial_values_dict):
        """Let Odoo find what changed; its notes are written together afterwards.

        Odoo inserts the note of each record by itself (mail/models/mail_thread.py,
        `_message_track`), which is most of what moving a thousand tickets costs.
        """
        if len(self) < 2:
            return super()._message_track(fields_iter, initial_values_dict)
        notes = _Notes()
        tickets = self.with_context(service_notes=notes)
        tracking = super(ServiceTicket, tickets)._message_track(
            fields_iter, initial_values_dict
        )
        self._create_notes(notes)
        return tracking

    def _message_log(self, **kwargs):
        notes = self.env.context.get("service_notes")
        if isinstance(notes, _Notes):
            notes.append({"res_id": self.id, **kwargs})
            return self.env["mail.message"]
        return super()._message_log(**kwargs)

    def _create_notes(self, notes):
        if not notes:
            return
        changes = [note.pop("tracking_value_ids") or () for note in notes]
        messages = self.sudo()._message_create(self._prepare_notes(notes))
        self.env["mail.tracking.value"].sudo().create(
            [
                {**values, "mail_message_id": message.id}
                for message, commands in zip(messages, changes, strict=True)
                for _create, _id, values in commands
            ]
        )

    def _prepare_notes(self, notes):
        """Complete the values of notes, as `_message_log_batch` does for one."""
        common = {
            "model": self._name,
            "record_alias_domain_id": False,
            "record_company_id": False,
            "message_type": "notification",
            "is_internal": True,
            "subtype_id": self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note"),
            "email_add_signature": False,
            "message_id": generate_tracking_message_id("message-notify"),
        }
        senders = {
            given: self._prepare_note_sender(given)
            for given in {note["author_id"] for note in notes}
        }
        return [{**common, **note, **senders[note["author_id"]]} for note in notes]

    def _prepare_note_sender(self, author_id):
        author_id, email_from = self._message_compute_author(author_id)
        reply_to = self.env["mail.thread"]._notify_get_reply_to(
            default=email_from, author_id=author_id
        )
        return {
            "author_id": author_id,
            "email_from": email_from,
            "reply_to": reply_to[False],
        }
