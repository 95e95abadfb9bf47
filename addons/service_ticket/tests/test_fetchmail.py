"""Odoo's own fetchers, driven against mailboxes full of damaged mails (B1)."""

import os

from odoo.tests import tagged

from .mail_corpus import mutated, quietly
from .mail_servers import Imap, Mailbox, Pop
from .test_mail_intake import MailCase

_COUNT = int(os.environ.get("SERVICE_FETCHED", "60"))


@tagged("post_install", "-at_install")
class TestFetchmail(MailCase):
    @quietly
    def _fetch_all(self, server_type, protocol, seed):
        # IMAP hands over an empty mail as none at all: nobody has written it.
        mails = [raw or b"\n" for raw in mutated(self.address, _COUNT, seed)]
        before = self.mails.search_count([])
        with Mailbox(protocol, mails) as box, self.enter_registry_test_mode():
            server = self.env["fetchmail.server"].create(
                {
                    "name": "Fake",
                    "server_type": server_type,
                    "server": "127.0.0.1",
                    "port": box.server_address[1],
                    "user": "desk",
                    "password": "desk",
                    "state": "done",
                }
            )
            with self.registry.cursor() as cr:
                server = server.with_env(self.env(cr=cr))
                server._fetch_mail(batch_limit=_COUNT)
            self.assertEqual(box.left, [])
        self.env.invalidate_all()
        self.assertFalse(server.with_env(self.env).error_message)
        self.assertEqual(self.mails.search_count([]) - before, _COUNT)

    def test_over_imap(self):
        self._fetch_all("imap", Imap, 11)

    def test_over_pop(self):
        self._fetch_all("pop", Pop, 12)
