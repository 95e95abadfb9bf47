"""Between the fetcher and Odoo's mail gateway: no mail for the desk is lost."""

import xmlrpc.client

from odoo import api, models
from odoo.tools.misc import clean_context


class Intake:
    """The mail that is being read; an RPC client can't put it into a context."""

    def __init__(self, mail):
        self.mail = mail
        self.held = None  # why it is kept back, of the kinds of trouble
        self.routes = None  # what it was given to; none where Odoo ignored it
        self.refers_to = None  # the ticket of others that it refers to


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def message_process(
        self,
        model,
        message,
        custom_values=None,
        save_original=False,
        strip_attachments=False,
        thread_id=None,
    ):
        """Keep a mail that concerns the desk before anything is read in it.

        Whatever then goes wrong ends in quarantine: fetchers delete a mail from its
        mailbox once this returns, and also when this raises. A mail for nobody is kept
        only where it was fetched: a mail server that delivers is told by the error.
        """
        options = {
            "custom_values": custom_values,
            "save_original": save_original,
            "strip_attachments": strip_attachments,
            "thread_id": thread_id,
        }
        if self._get_intake():
            return super().message_process(model, message, **options)
        raw = message.data if isinstance(message, xmlrpc.client.Binary) else message
        raw = raw.encode() if isinstance(raw, str) else bytes(raw)
        mails = self.env["service.mail"].sudo()
        mails = mails.with_context(clean_context(self.env.context))
        fetched = bool(self.env.context.get("default_fetchmail_server_id"))
        envelope, vals = mails._examine(raw, model, fetched)
        if vals is None:
            return super().message_process(model, message, **options)
        mail = mails._keep(raw, envelope, vals)
        if mail.state == "duplicate" or mail.reason_code:
            return False
        return mail._read_in(self, model, raw, options)

    @api.model
    def _get_intake(self):
        intake = self.env.context.get("service_intake")
        return intake if isinstance(intake, Intake) else None

    @api.model
    def message_route(
        self, message, message_dict, model=None, thread_id=None, custom_values=None
    ):
        routes = super().message_route(
            message, message_dict, model, thread_id, custom_values
        )
        intake = self._get_intake()
        if not intake:
            return routes
        return intake.mail._choose_routes(intake, routes, message_dict)

    @api.model
    def _detect_loop_sender(self, message, message_dict, routes):
        """The desk keeps what is too much in quarantine and answers nobody."""
        if self._get_intake():
            return False
        return super()._detect_loop_sender(message, message_dict, routes)

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        intake = self._get_intake()
        if not intake:
            return super()._message_route_process(message, message_dict, routes)
        if intake.mail.automatic in ("reply", "bounce"):
            message_dict["is_internal"] = True  # a note: nobody is told by mail
        intake.routes = routes
        thread_id = super()._message_route_process(message, message_dict, routes)
        if routes and routes[-1][0] == "service.ticket":
            intake.mail._land(intake, thread_id, new=not routes[-1][1])
        return thread_id
