from unittest.mock import patch

from odoo.exceptions import UserError

from .common import ServiceCase


class TestClosing(ServiceCase):
    """The customer learns that the ticket is closed, once, and not in the write."""

    def _closed(self, **vals):
        ticket = self._ticket(
            cause_id=self.env.ref("service_ticket.cause_component").id,
            outcome="fixed",
            work_done="Pump replaced",
            **vals,
        )
        ticket.action_resolve()
        ticket.callback_ids.state = "cancelled"
        ticket.action_close()
        return ticket

    def _mails(self, tickets):
        return self.env["mail.mail"].search(
            [("model", "=", "service.ticket"), ("res_id", "in", tickets.ids)]
        )

    def _run(self):
        with self.enter_registry_test_mode():
            self.env.ref("service_ticket.ir_cron_closing_mail").method_direct_trigger()

    def test_the_mail_waits_for_the_cron_and_goes_out_once(self):
        ticket = self._closed(contact_email="caller@example.com")
        self.assertEqual(ticket.closing_mail, "due")
        self.assertFalse(self._mails(ticket))
        self._run()
        self.assertEqual(ticket.closing_mail, "sent")
        mail = self._mails(ticket)
        self.assertEqual(mail.email_to, "caller@example.com")
        self.assertIn("Pump replaced", mail.body_html)
        self.assertIn(ticket.name, mail.subject)
        self.assertIn("auto-replied", mail.headers)
        self._run()
        self.assertEqual(len(self._mails(ticket)), 1)

    def test_closing_again_tells_again(self):
        ticket = self._closed()
        self._run()
        ticket.action_reopen()
        ticket.action_resolve()
        ticket.callback_ids.state = "cancelled"
        ticket.action_close()
        self._run()
        self.assertEqual(len(self._mails(ticket)), 2)

    def test_no_mail_where_it_is_not_wanted_or_the_ticket_was_reopened(self):
        reopened = self._closed()
        reopened.action_reopen()
        quiet = self._closed()
        self.team.tells_when_closed = False
        self._run()
        self.assertEqual(quiet.closing_mail, "withheld")
        self.assertEqual(reopened.closing_mail, "withheld")
        self.assertFalse(self._mails(quiet | reopened))

    def test_one_that_fails_stops_no_other(self):
        good, bad = self._closed(), self._closed()
        template = type(self.env["mail.template"])
        send = template.send_mail_batch

        def fail_on_bad(records, res_ids, *args, **kwargs):
            if bad.id in res_ids:
                raise UserError("no such address")
            return send(records, res_ids, *args, **kwargs)

        with patch.object(template, "send_mail_batch", fail_on_bad):
            self._run()
        self.assertEqual((good.closing_mail, bad.closing_mail), ("sent", "failed"))
        self.assertEqual(len(self._mails(good)), 1)
        self.assertIn("no such address", bad.message_ids[0].body)

    def test_without_its_template_nothing_is_sent_and_nothing_stops(self):
        ticket = self._closed()
        self.env.ref("service_ticket.mail_template_closed").unlink()
        self._run()
        self.assertEqual(ticket.closing_mail, "withheld")

    def test_nobody_writes_it_by_hand(self):
        ticket = self._closed()
        with self.assertRaises(UserError):
            ticket.with_user(self.agent).closing_mail = "sent"
