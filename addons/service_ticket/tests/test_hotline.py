from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError

from .test_branch import BranchCase


class TestHotline(BranchCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["service.ticket"].search([]).action_cancel()
        cls.env["stock.lot"].search([("id", "!=", cls.unit.id)]).service_state = "stock"
        cls.south.hotline = "100"
        cls.others = cls.env["res.partner"].create(
            [
                {"name": f"Mill {n}", "email": f"mill{n}@example.com", "phone": "1"}
                for n in range(5)
            ]
        )
        cls.others.service_team_id = cls.south
        cls.change = cls._change()

    @classmethod
    def _change(cls, **vals):
        vals = {"team_id": cls.south.id, "new_number": "200", **vals}
        return cls.env["service.hotline.change"].create(vals)

    def _run(self):
        with self.enter_registry_test_mode():
            self.env.ref("service_ticket.ir_cron_hotline").method_direct_trigger()

    def _begin(self):
        self.change.action_find_customers()
        self.change.action_notify()

    def _deliver_mails(self):
        mails = self.change.notice_ids.mail_id
        mails.filtered(lambda mail: mail.state == "outgoing").state = "sent"

    def test_who_is_concerned(self):
        self._ticket(team_id=self.south.id)
        self.assertEqual(self.change.old_number, "100")
        self.change.with_user(self.manager).action_find_customers()
        why = {n.partner_id: n.why for n in self.change.notice_ids}
        self.assertEqual(
            why, dict.fromkeys(self.others, "branch") | {self.customer: "ticket"}
        )
        self.change.action_find_customers()
        self.assertEqual(self.change.notice_count, 6, "looked up anew, not twice")

    def test_units_of_the_branch(self):
        self.north.category_ids = self.washer.categ_id
        change = self._change(team_id=self.north.id)
        self.assertEqual(change._find_concerned(), {self.customer.id: "unit"})
        self.customer.service_team_id = self.south
        self.assertFalse(change._find_concerned(), "another branch's customer")

    def test_branches_that_show_the_number_are_concerned_too(self):
        below = self._team("Far South", parent_id=self.south.id)
        own = self._team("Island", parent_id=self.south.id, hotline="300")
        self.others[0].service_team_id = below
        self.others[1].service_team_id = own
        found = self.change._find_concerned()
        self.assertIn(self.others[0].id, found)
        self.assertNotIn(self.others[1].id, found)

    def test_the_mails(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.others[0].lang = "zh_CN"
        template = self.env.ref("service_ticket.mail_template_hotline")
        template.with_context(lang="zh_CN").subject = "新号码 {{ object.id }}"
        self._begin()
        self.assertEqual(self.south.hotline, "200", "holds from today")
        self.assertEqual(self.change.old_number, "100")
        self.assertFalse(self.change.is_late)
        span = self.change.deadline - self.change.announced_at
        self.assertEqual(span, timedelta(days=3))
        self._run()
        notices = self.change.notice_ids
        self.assertEqual(set(notices.mapped("state")), {"queued"})
        mails = notices.mail_id
        self.assertEqual(len(mails), 5)
        self.assertIn("200", mails[1].body_html)
        self.assertIn("100", mails[1].body_html)
        self.assertIn("新号码", notices[0].mail_id.subject)
        self._deliver_mails()
        self._run()
        self.assertEqual(set(notices.mapped("state")), {"sent"})
        self.assertTrue(all(notices.mapped("sent_at")))
        self.assertEqual(notices[1].sent_to, "mill1@example.com")
        self.assertEqual(self.change.state, "done")
        self.assertEqual(self.change.progress, 100)

    def test_the_number_holds_from_its_day(self):
        tomorrow = fields.Date.today() + timedelta(days=2)
        self.change.effective_on = tomorrow
        self._begin()
        self._run()
        self.assertEqual(self.south.hotline, "100")
        self.change.effective_on = fields.Date.today() - timedelta(days=1)
        self._run()
        self.assertEqual(self.south.hotline, "200")

    def test_whom_no_mail_reaches_is_phoned(self):
        self.others[0].email = False
        self._begin()
        self._run()
        first, second = self.change.notice_ids[:2]
        self.assertEqual((first.state, first.failure), ("failed", "No e-mail address"))
        second.mail_id.write({"state": "exception", "failure_reason": "No such host"})
        self._deliver_mails()
        self._run()
        self.assertEqual((second.state, second.failure), ("failed", "No such host"))
        self.assertEqual(self.change.failed_count, 2)
        self.assertEqual(self.change.state, "notifying")
        first.with_user(self.agent).action_told_by_phone()
        self.assertEqual(first.told_by_id, self.agent)
        self.assertTrue(first.told_at)
        second.with_user(self.agent).email = "mill@other.example.com"
        second.with_user(self.agent).action_try_again()
        self._run()
        self.assertEqual(second.sent_to, "mill@other.example.com")
        self._deliver_mails()
        self._run()
        self.assertEqual(self.change.state, "done")
        with self._refused(UserError, "not waiting"):
            first.action_told_by_phone()

    def test_a_mail_that_comes_back_is_no_proof(self):
        self._begin()
        self._run()
        self._deliver_mails()
        self._run()
        self.assertEqual(self.change.state, "done")
        notice = self.change.notice_ids[0]
        message = notice.mail_id.mail_message_id
        notice._note_bounce(message, notice.email)
        self.assertEqual(notice.state, "failed")
        self.assertEqual(self.change.state, "notifying")

    def test_batches_go_on_where_a_worker_died(self):
        module = "odoo.addons.service_ticket.models.service_hotline_notice"
        self._begin()
        mails = self.env["mail.mail"].sudo()
        before = mails.search_count([])
        with patch(f"{module}._BATCH", 2):
            notices = self.env["service.hotline.notice"]
            notices._queue_batch()
            self.env.flush_all()
            # The second batch dies before it is committed.
            with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
                notices._queue_batch()
                self.env.flush_all()
                raise ZeroDivisionError
            self.env.invalidate_all()
            while notices._queue_batch():
                pass
        self.assertEqual(mails.search_count([]), before + 5)
        self.assertEqual(len(self.change.notice_ids.mail_id), 5)

    def test_one_that_fails_stops_no_other(self):
        self._begin()
        notices = type(self.env["service.hotline.notice"])
        create, bad = notices._create_mails, self.change.notice_ids[2]

        def broken(this):
            if bad in this:
                raise ValueError("unreadable")
            return create(this)

        with patch.object(notices, "_create_mails", broken):
            self._run()
        self.assertEqual(bad.state, "failed")
        self.assertIn("unreadable", bad.failure)
        self.assertEqual(
            set((self.change.notice_ids - bad).mapped("state")), {"queued"}
        )

    def test_who_is_late_is_told_to_the_leader_once(self):
        self.others[0].email = False
        self._begin()
        self._run()
        self.assertFalse(self.change.activity_ids)
        self.change.sudo().announced_at -= timedelta(days=4)
        self.assertTrue(self.change.is_late)
        self._run()
        self._run()
        self.assertEqual(self.change.activity_ids.user_id, self.dispatcher)
        self.assertEqual(len(self.change.activity_ids), 1)

    def test_stopping(self):
        self._begin()
        self.change.action_cancel()
        self._run()
        self.assertFalse(self.change.notice_ids.mail_id)
        self.change.action_prepare_again()
        self.assertEqual(self.change.state, "draft")
        self.assertFalse(self.change.deadline)

    def test_refusals(self):
        with self._refused(UserError, "Find the customers first"):
            self._change().action_notify()
        for vals in ({"state": "done"}, {"in_effect": True}):
            with self._refused(UserError, "recorded by the system"):
                self.change.with_user(self.manager).write(vals)
        with self._refused(AccessError, "."):
            self.change.with_user(self.agent).action_notify()
        self._begin()
        with self._refused(UserError, "make another change"):
            self.change.with_user(self.manager).new_number = "1"
        with self._refused(UserError, "on record"):
            self.change.with_user(self.manager).unlink()
        notice = self.change.notice_ids[0].with_user(self.manager)
        with self._refused(UserError, "use the buttons"):
            notice.write({"state": "told"})
        with self._refused(UserError, "on record"):
            notice.unlink()
        _company, stranger = self._second_company()
        for record in (self.change, notice):
            with self._refused(AccessError, "."):
                record.with_user(stranger).read(["display_name"])

    def test_written_documents_show_the_hotline(self):
        """R124: the company's number, not the engineer's."""
        self.engineer_2.partner_id.phone = "555 0166"
        ticket = self._ticket(team_id=self.south.id, user_id=self.engineer_2.id)
        pages = self._read_pdf("service_ticket.report_ticket", ticket)
        self.assertIn("Our hotline 100", pages[0])
        self.assertNotIn("555 0166", pages[0])
        for name in ("closed", "acknowledgement", "analysis"):
            template = self.env.ref(f"service_ticket.mail_template_{name}")
            template.reset_template()  # as shipped, whatever an upgrade left
            body = template._render_field("body_html", ticket.ids)[ticket.id]
            self.assertIn("Our hotline", body)
            self.assertNotIn("555 0166", body)
