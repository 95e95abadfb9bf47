from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import mute_logger

from .common import ServiceCase

REPORT = "service_ticket.action_report_complaint"


class ComplaintCase(ServiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leader = cls._new_user("leader", "service_ticket.group_service_manager")
        cls.team.leader_id = cls.leader
        cls.reason = cls.env.ref("service_ticket.complaint_reason_delay_visit")
        cls.department = cls.env["service.department"].create(
            {"name": "Warehouse", "email": "warehouse@example.com"}
        )
        cls.job = cls._ticket(user_id=cls.engineer.id)

    def _complaint(self, user=None, **vals):
        vals = {
            **self.job._prepare_complaint_vals(),
            "subject": "Nobody came",
            "description": "I waited all morning.",
            "complaint_reason_id": self.reason.id,
            **vals,
        }
        return self.env["service.ticket"].with_user(user or self.agent).create(vals)

    def _decide(self, complaint):
        complaint.with_user(self.manager).write(
            {
                "complaint_justified": "yes",
                "complaint_root_cause_id": self.env.ref(
                    "service_ticket.root_cause_planning"
                ).id,
                "complaint_root_note": "Two jobs at one time.",
                "complaint_redress": "The visit is free of charge.",
            }
        )

    def _answer(self, complaint, way="phone"):
        complaint.write(
            {"complaint_answer": "We are sorry.", "complaint_answer_way": way}
        )
        complaint.action_complaint_answered()

    def _resolved(self, **vals):
        complaint = self._complaint(**vals)
        complaint.action_open()
        self._answer(complaint)
        self._decide(complaint)
        complaint.complaint_confirm_user_id = self.agent
        complaint.action_resolve()
        return complaint


class TestComplaint(ComplaintCase):
    """A complaint goes from the first word to the customer's consent (R161, R164)."""

    def test_recorded_and_the_superior_is_told_at_once(self):
        complaint = self._complaint()
        self.assertEqual(complaint.complaint_recorder_id, self.agent)
        self.assertEqual(complaint.complaint_group, "delay")
        self.assertEqual(complaint.partner_id, self.customer)
        self.assertEqual(complaint.activity_ids.user_id, self.leader)
        self.assertEqual(self.job.complaint_count, 1)

    def test_a_complaint_about_the_leader_goes_to_the_managers(self):
        complaint = self._complaint(complaint_user_id=self.leader.id)
        told = complaint.sudo().activity_ids.user_id
        self.assertIn(self.manager, told)
        self.assertNotIn(self.leader, told)

    def test_a_ticket_that_becomes_a_complaint_is_one(self):
        ticket = self._ticket()
        self.assertFalse(ticket.complaint_answer_due)
        ticket.with_user(self.agent).kind = "complaint"
        self.assertTrue(ticket.complaint_answer_due)
        self.assertEqual(ticket.complaint_recorder_id, self.agent)
        self.assertEqual(ticket.activity_ids.user_id, self.leader)

    def test_the_answer_is_promised_in_working_hours_by_reason(self):
        self.env.ref("service_ticket.calendar_office").tz = "UTC"
        self.reason.answer_hours = 4
        with freeze_time(datetime(2026, 3, 6, 16, 0)):  # Friday, two hours to go
            complaint = self._complaint()
            self.assertEqual(
                complaint.complaint_answer_due, datetime(2026, 3, 9, 10, 0)
            )
            self.reason.working_hours = False
            self.assertEqual(
                complaint.complaint_answer_due,
                datetime(2026, 3, 9, 10, 0),
                "what was promised stays",
            )
            other = self._complaint()
            self.assertEqual(other.complaint_answer_due, datetime(2026, 3, 6, 20, 0))

    def test_late_answers_are_told_of_once(self):
        complaint = self._complaint()
        complaint.action_open()
        late = complaint.complaint_answer_due + timedelta(minutes=1)
        with freeze_time(late):
            before = complaint.activity_ids
            self._run_cron("ir_cron_quality_unanswered")
            told = complaint.activity_ids - before
            self.assertEqual(told.user_id, self.leader | self.agent)
            self._run_cron("ir_cron_quality_unanswered")
            self.assertEqual(complaint.activity_ids, before | told)
            self._answer(complaint)
        self.assertTrue(complaint.complaint_late)

    def test_one_that_cannot_be_told_keeps_no_other_from_it(self):
        tickets = self.env["service.ticket"]
        good, bad = self._complaint(), self._complaint()
        tell = type(tickets)._tell_unanswered

        def stumble(records):
            if bad in records:
                raise ValueError("broken")
            return tell(records)

        self.patch(type(tickets), "_tell_unanswered", stumble)
        logger = "odoo.addons.service_ticket.models.batch"
        late = good.complaint_answer_due + timedelta(days=9)
        with freeze_time(late), mute_logger(logger):
            self._run_cron("ir_cron_quality_unanswered")
        told = "The answer to a complaint is overdue."
        self.assertIn(told, good.activity_ids.mapped("summary"))
        self.assertNotIn(told, bad.activity_ids.mapped("summary"))
        self.assertTrue(good.complaint_due_told and bad.complaint_due_told)

    def test_it_does_not_end_before_all_is_done(self):
        complaint = self._complaint()
        complaint.action_open()
        with self._refused(UserError, "give the customer an answer"):
            complaint.action_resolve()
        self._answer(complaint)
        with self._refused(UserError, "a manager decides"):
            complaint.action_resolve()
        self._decide(complaint)
        with self._refused(UserError, "name who confirms"):
            complaint.action_resolve()
        complaint.complaint_confirm_user_id = self.agent
        complaint.action_resolve()
        self.assertEqual(complaint.outcome, "answered")
        with self._refused(UserError, "not been called back"):
            complaint.action_close()

    def test_only_the_named_person_confirms(self):
        complaint = self._resolved()
        call = complaint.callback_ids
        with self._refused(UserError, "calls this customer"):
            call.with_user(self.dispatcher).action_satisfied()
        call.with_user(self.agent).action_satisfied()
        self.assertEqual(complaint.state, "closed")

    def test_the_next_call_leaves_it_to_the_named_person(self):
        call = self._resolved().callback_ids
        call.sudo().write({"due": "2020-01-01 08:00:00", "call_from": False})
        call.sudo().call_from = call.due
        self.assertFalse(call.with_user(self.dispatcher)._try_claim())
        self.assertTrue(call.with_user(self.agent)._try_claim())

    def test_not_satisfied_is_answered_anew(self):
        complaint = self._resolved()
        call = complaint.callback_ids.with_user(self.agent)
        call.note = "Nobody has come yet."
        call.action_unsatisfied()
        self.assertEqual(complaint.state, "open")
        self.assertFalse(complaint.complaint_answered_at)
        with self._refused(UserError, "give the customer an answer"):
            complaint.action_resolve()
        self._answer(complaint)
        complaint.action_resolve()
        with self._refused(UserError, "not been called back"):
            complaint.action_close()

    def test_nobody_to_ask_takes_a_managers_word(self):
        complaint = self._resolved()
        complaint.callback_ids.sudo().state = "cancelled"
        with self._refused(UserError, "has not said that all is well"):
            complaint.action_close()
        with self._refused(UserError, "for a service manager"):
            complaint.complaint_unconfirmed = "Moved away"
        complaint.with_user(self.manager).complaint_unconfirmed = "Moved away"
        complaint.action_close()
        self.assertEqual(complaint.state, "closed")

    def test_waiting_in_between_keeps_the_answer(self):
        complaint = self._complaint()
        complaint.action_open()
        self._answer(complaint)
        complaint._set_state("waiting")
        complaint.action_resume()
        self.assertTrue(complaint.complaint_answered_at)

    def test_an_answer_by_mail_is_sent_and_stays(self):
        complaint = self._complaint()
        mails = self.env["mail.mail"].search([])
        self._answer(complaint, "email")
        mail = self.env["mail.mail"].search([]) - mails
        self.assertIn("We are sorry.", mail.body_html)
        self.assertEqual(mail.email_to, complaint.contact_email)
        self.assertIn("We are sorry.", str(complaint.message_ids.mapped("body")))
        with self._refused(UserError, "has this answer"):
            complaint.complaint_answer = "We are not sorry."
        with self._refused(UserError, "answered already"):
            complaint.action_complaint_answered()

    def test_an_answer_needs_words_a_way_and_an_address(self):
        complaint = self._complaint()
        with self._refused(UserError, "Write down the answer"):
            complaint.action_complaint_answered()
        self.customer.email = False
        complaint.contact_email = False
        with self._refused(UserError, "no e-mail address"):
            self._answer(complaint, "email")

    def test_agents_record_and_managers_decide(self):
        complaint = self._complaint()
        for vals in (
            {"complaint_justified": "no"},
            {"complaint_redress": "Nothing"},
            {"complaint_root_cause_id": False},
        ):
            with self._refused(UserError, "for a service manager"):
                complaint.with_user(self.agent).write(vals)
        with self._refused(UserError, "for a service manager"):
            self._complaint(complaint_justified="no")
        tickets = self.env["service.ticket"].with_user(self.agent)
        crafted = tickets.with_context(default_complaint_justified="no").create(
            {"subject": "x", "kind": "complaint"}
        )
        self.assertFalse(crafted.complaint_justified)
        with self._refused(UserError, "recorded by the system"):
            complaint.write({"complaint_answered_at": "2026-01-01 00:00:00"})
        with self._refused(UserError, "filled in by the front desk"):
            self.job.with_user(self.engineer).complaint_user_id = self.engineer_2

    def test_a_complaint_stays_one(self):
        complaint = self._complaint()
        with self._refused(UserError, "only a manager makes it another"):
            complaint.kind = "fault"
        with self._refused(UserError, "merged into a complaint only"):
            complaint._merge_into(self.job)
        complaint.with_user(self.manager).kind = "fault"

    def test_what_people_were_told_ends_with_it(self):
        complaint = self._complaint()
        self.assertTrue(complaint.activity_ids)
        complaint.action_cancel()
        self.assertFalse(complaint.activity_ids)

    def test_nobody_travels_to_a_complaint(self):
        policy = self.env.ref("service_ticket.policy_tender")
        severity = self.env.ref("service_ticket.severity_major")
        self.assertIn("on_site", policy._get_targets(severity, "fault"))
        self.assertNotIn("on_site", policy._get_targets(severity, "complaint"))
        self.env["service.sla.target"].create(
            {
                "policy_id": policy.id,
                "clock": "on_site",
                "kind": "complaint",
                "severity_id": severity.id,
                "hours": 48,
            }
        )
        self.assertEqual(
            policy._get_targets(severity, "complaint")["on_site"].hours, 48
        )

    def test_a_complaint_stays_on_record(self):
        with self._refused(UserError, "stays on record"):
            self._complaint().with_user(self.manager).unlink()

    def test_from_a_callback_with_a_click_once(self):
        self.job.write(
            {
                "cause_id": self.env.ref("service_ticket.cause_component").id,
                "outcome": "fixed",
            }
        )
        self.job.action_resolve()
        call = self.job.callback_ids.with_user(self.agent)
        with self._refused(UserError, "Only who is not satisfied"):
            call.action_complain()
        call.note = "He was rude."
        call.action_unsatisfied()
        action = call.action_complain()
        complaint = self.env["service.ticket"].browse(action["res_id"])
        self.assertEqual(complaint.description, "He was rude.")
        self.assertEqual(complaint.complaint_ticket_id, self.job)
        self.assertEqual(call.action_complain()["res_id"], complaint.id)
        with (
            mute_logger("odoo.sql_db"),
            self._refused(Exception, "one_complaint_per_callback"),
        ):
            self._complaint().sudo().complaint_callback_id = call
            self.env.flush_all()

    def test_complaint_form_is_complete(self):
        complaint = self._resolved(complaint_user_id=self.engineer.id)
        text = " ".join(self._read_pdf(REPORT, complaint))
        for word in (
            complaint.name,
            self.customer.name,
            "Bridge Street 1",
            "+32 16 70 80 90",
            self.reason.name,
            self.agent.name,
            self.engineer.name,
            "I waited all morning.",
            "We are sorry.",
            "Two jobs at one time.",
            "The visit is free of charge.",
        ):
            self.assertIn(word, text)


class TestComplainedAbout(ComplaintCase):
    """Who is complained about neither sees the complaint nor looks into it."""

    def _about(self, person, **vals):
        return self._complaint(complaint_user_id=person.id, **vals)

    def test_the_person_does_not_see_it(self):
        for person in (self.engineer, self.dispatcher):
            with self.subTest(person.login):
                job = self._ticket(user_id=self.engineer.id)
                complaint = self._about(person, complaint_ticket_id=job.id)
                self.env["service.callback"].sudo()._owe(complaint)
                complaint.sudo().callback_ids._log_attempts(False)
                complaint._rate("phone", 1, 1, "Rude")
                handover = self.env["service.handover"].create(
                    {"ticket_id": complaint.id, "user_id": self.env.uid}
                )
                self._answer(complaint)
                for record in (
                    complaint,
                    complaint.sudo().callback_ids,
                    complaint.sudo().callback_ids.attempt_ids,
                    complaint.sudo().rating_ids,
                    handover,
                    complaint.sudo().message_ids[:1],
                ):
                    with self.assertRaises(AccessError):
                        record.with_user(person).read(["id", "display_name"])
                self.assertNotIn(
                    complaint, self.env["service.ticket"].with_user(person).search([])
                )
                self.assertEqual(job.with_user(person).complaint_count, 0)
                self.assertEqual(job.with_user(self.agent).complaint_count, 1)

    def test_others_and_managers_see_it(self):
        complaint = self._about(self.engineer)
        self.assertTrue(complaint.with_user(self.agent).subject)
        complaint = self._about(self.manager)
        self.assertTrue(complaint.with_user(self.manager).subject)

    def test_named_later_it_is_hidden_from_then_on(self):
        complaint = self._complaint(user_id=self.engineer.id)
        self.assertTrue(complaint.with_user(self.engineer).subject)
        with self._refused(ValidationError, "somebody else looks into it"):
            complaint.complaint_user_id = self.engineer
        complaint.message_subscribe(self.engineer.partner_id.ids)
        complaint.write({"user_id": False, "complaint_user_id": self.engineer.id})
        self.assertNotIn(self.engineer.partner_id, complaint.message_partner_ids)
        complaint.message_subscribe(self.engineer.partner_id.ids)
        self.assertNotIn(self.engineer.partner_id, complaint.message_partner_ids)
        with self.assertRaises(AccessError):
            complaint.with_user(self.engineer).read(["subject"])
        complaint.complaint_user_id = False
        complaint.user_id = self.engineer
        self.assertTrue(complaint.with_user(self.engineer).subject)

    def test_the_person_does_not_confirm(self):
        complaint = self._about(self.dispatcher)
        for name in ("user_id", "complaint_confirm_user_id"):
            with self._refused(ValidationError, "somebody else looks into it"):
                complaint[name] = self.dispatcher


class TestNotice(ComplaintCase):
    """Departments hear in writing, and their answer comes back (R156, R164)."""

    def _notice(self, **vals):
        complaint = self._complaint()
        return (
            self.env["service.complaint.notice"]
            .with_user(self.agent)
            .create(
                {"ticket_id": complaint.id, "department_id": self.department.id, **vals}
            )
        )

    def test_prepared_for_whom_the_reason_concerns(self):
        self.department.reason_ids = self.reason
        company, _stranger = self._second_company()
        self.env["service.department"].create(
            {
                "name": "Of another company",
                "company_id": company.id,
                "reason_ids": self.reason.ids,
            }
        )
        complaint = self._complaint()
        self.assertEqual(complaint.complaint_notice_ids.department_id, self.department)
        self.assertEqual(complaint.complaint_notice_ids.state, "draft")

    def test_sent_and_kept_as_proof(self):
        notice = self._notice(text="Where was the part?")
        mails = self.env["mail.mail"].search([])
        notice.action_send()
        self.assertEqual((notice.state, notice.sent_uid), ("sent", self.agent))
        mail = self.env["mail.mail"].search([]) - mails
        self.assertEqual(mail.email_to, "warehouse@example.com")
        self.assertIn("Where was the part?", mail.body_html)
        self.assertIn("Where was the part?", str(notice.message_ids.mapped("body")))
        with self._refused(UserError, "is the proof"):
            notice.text = "Something else"
        with self._refused(UserError, "not possible now"):
            notice.action_send()
        with self._refused(UserError, "stays on record"):
            notice.with_user(self.manager).unlink()

    def test_not_sent_without_an_address_or_to_the_one_complained_about(self):
        notice = self._notice()
        self.department.email = False
        with self._refused(UserError, "e-mail address"):
            notice.action_send()
        self.department.user_id = self.dispatcher
        notice.ticket_id.complaint_user_id = self.dispatcher
        with self._refused(UserError, "write to somebody else"):
            notice.action_send()

    def test_answered_by_hand(self):
        notice = self._notice()
        notice.action_send()
        with self._refused(UserError, "Write down what"):
            notice.action_acknowledge()
        notice.reply = "We lost it."
        notice.action_acknowledge()
        self.assertEqual(notice.state, "acknowledged")
        self.assertIn("We lost it.", str(notice.ticket_id.message_ids.mapped("body")))
        with self._refused(UserError, "by its buttons"):
            notice.with_user(self.manager).state = "draft"

    def test_answered_by_mail(self):
        notice = self._notice()
        notice.action_send()
        sent = notice.message_ids.filtered(lambda m: m.outgoing_email_to)
        reply = (
            "From: warehouse@example.com\nTo: catchall@example.com\n"
            f"Subject: Re: it\nMessage-Id: <reply@x>\nIn-Reply-To: {sent.message_id}\n"
            "Content-Type: text/plain\n\nThe carrier lost it.\n"
        )
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            self.env["mail.thread"].message_process(False, reply)
        self.assertEqual(notice.state, "acknowledged")
        self.assertIn("The carrier lost it.", notice.reply)
        self.assertIn("warehouse@example.com", notice.acknowledged_by)

    def test_an_unanswered_notice_holds_the_complaint(self):
        notice = self._notice()
        notice.action_send()
        complaint = notice.ticket_id
        complaint.action_open()
        self._answer(complaint)
        self._decide(complaint)
        complaint.complaint_confirm_user_id = self.agent
        with self._refused(UserError, "Warehouse did not answer"):
            complaint.action_resolve()
        notice.action_cancel()
        complaint.action_resolve()

    def test_companies_do_not_see_each_other(self):
        notice = self._notice()
        _company, stranger = self._second_company()
        for record in (notice, self.department, notice.ticket_id):
            with self.assertRaises(AccessError):
                record.with_user(stranger).read(["company_id"])
