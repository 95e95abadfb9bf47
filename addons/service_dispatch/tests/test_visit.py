from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import DispatchCase


@tagged("post_install", "-at_install")
class TestVisit(DispatchCase):
    """Planning's record: times, states, overlaps, and what nobody may write."""

    def test_end_follows_start_and_duration_both_ways(self):
        visit = self._visit(duration=1.5)
        self.assertEqual(visit.end - visit.start, timedelta(minutes=90))
        visit.end = visit.start + timedelta(hours=2)
        self.assertEqual(visit.duration, 2)

    def test_steps_are_copied_from_the_template(self):
        visit = self._visit()
        self.assertEqual(
            visit.step_ids.mapped("name"), self.template.step_ids.mapped("name")
        )
        self.assertFalse(any(visit.step_ids.mapped("done")))

    def test_checks_and_dates_are_in_the_reader_s_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.engineer.lang = "zh_CN"
        step = self.template.step_ids[0]
        step.with_context(lang="zh_CN").name = "确认时间"
        visit = self._visit()
        self.assertEqual(visit.step_ids[0].name, "确认时间")
        day = visit.with_context(lang="zh_CN")._format_day(visit.start)
        self.assertRegex(day, r"^\d+月\d+日")

    def test_planning_hands_the_ticket_over_and_tells_everybody(self):
        visit = self._visit()
        ticket = visit.ticket_id
        self.assertEqual(ticket.user_id, self.engineer)
        self.assertEqual(ticket.state, "open")
        self.assertEqual(ticket.support_mode, "onsite")
        self.assertEqual(ticket.visit_state, "planned")
        self.assertIn("Visit planned", ticket.message_ids[:1].body)
        mail = self.env["mail.mail"].search(
            [("model", "=", "service.visit"), ("res_id", "=", visit.id)]
        )
        self.assertEqual(mail.state, "outgoing", "queued, not sent")
        self.assertIn(self.customer.email, mail.email_to)
        self.assertIn(ticket.name, mail.subject)

    def test_customer_without_mail_gets_none(self):
        self.customer.email = False
        visit = self._visit(ticket=self._ticket(contact_email=False))
        self.assertFalse(
            self.env["mail.mail"].search_count([("res_id", "=", visit.id)])
        )

    def test_one_engineer_is_in_one_place(self):
        first = self._visit(hours=1)
        with self.assertRefused(first.ticket_id.name):
            self._visit(hours=1.5)
        self._visit(hours=1.5, engineer=self.employee_2)

    def test_visits_may_follow_each_other_without_a_gap(self):
        first = self._visit(hours=1, duration=1)
        second = self.env["service.visit"]._plan(
            self._agreed(), self.employee, first.end, self.template, 1
        )
        self.assertEqual(second.start, first.end)

    def test_a_cancelled_visit_gives_its_time_back(self):
        first = self._visit(hours=1)
        first._cancel("Customer is away")
        self.assertEqual(first.ticket_id.visit_state, "none")
        self._visit(hours=1)

    def test_moving_onto_another_visit_is_refused(self):
        self._visit(hours=1, duration=1)
        second = self._visit(hours=3, duration=1)
        with self.assertRefused("already has a visit"):
            second.start -= timedelta(hours=1.5)

    def test_moving_asks_the_customer_again(self):
        visit = self._visit()
        visit.with_user(self.dispatcher).action_confirm()
        self.assertEqual(visit.state, "confirmed")
        visit.with_user(self.dispatcher).start += timedelta(hours=2)
        self.assertEqual(visit.state, "planned")
        self.assertFalse(visit.confirmed_at)
        subjects = (
            self.env["mail.mail"].search([("res_id", "=", visit.id)]).mapped("subject")
        )
        self.assertTrue(any("New time" in subject for subject in subjects))

    def test_what_began_cannot_be_moved(self):
        visit = self._visit()
        self._job(visit, until="en_route")
        with self.assertRefused("cannot be moved"):
            visit.with_user(self.dispatcher).start += timedelta(hours=2)

    def test_every_step_outside_the_table_is_refused(self):
        from ..models.service_visit_flow import _TRANSITIONS

        for state, targets in _TRANSITIONS.items():
            for target in set(_TRANSITIONS) - targets:
                visit = self.env["service.visit"].new({"state": state})
                with self.subTest(f"{state} to {target}"), self.assertRaises(UserError):
                    visit._set_state(target)

    def test_state_is_not_written_by_hand(self):
        visit = self._visit()
        for user in (self.dispatcher, self.manager):
            with self.assertRefused("job sheet"):
                visit.with_user(user).write({"state": "done"})
        with self.assertRefused("job sheet"):
            visit.with_user(self.dispatcher).write({"signed_by": "Nobody"})
        with self.assertRefused("job sheet"):
            visit.with_user(self.dispatcher).write({"ticket_id": self._ticket().id})

    def test_a_visit_does_not_begin_on_site(self):
        with self.assertRefused("planned"):
            self.env["service.visit"].with_user(self.dispatcher).create(
                {
                    "ticket_id": self._ticket().id,
                    "engineer_id": self.employee.id,
                    "start": fields.Datetime.now(),
                    "state": "on_site",
                }
            )

    def test_a_visit_needs_the_word_of_both_sides(self):
        ticket = self._ticket()
        visits = self.env["service.visit"].with_user(self.dispatcher)
        vals = {
            "ticket_id": ticket.id,
            "engineer_id": self.employee.id,
            "start": fields.Datetime.now(),
        }
        for agree, words in (
            (lambda: None, "both sides"),
            (ticket.action_confirm_visit, "has not agreed"),
        ):
            agree()
            with self.assertRefused(words):
                visits.create(vals)
        ticket.action_agree_to_visit()
        self.assertEqual(visits.create(vals).state, "planned")

    def test_a_crafted_context_signs_and_ends_nothing(self):
        visits = self.env["service.visit"].with_user(self.dispatcher)
        crafted = visits.with_context(default_state="done", default_signed_by="Forged")
        visit = crafted.create(
            {
                "ticket_id": self._agreed().id,
                "engineer_id": self.employee.id,
                "start": fields.Datetime.now(),
            }
        )
        self.assertEqual((visit.state, visit.signed_by), ("planned", False))

    def test_only_what_is_planned_can_be_deleted(self):
        visit = self._visit()
        self._job(visit, until="en_route")
        with self.assertRefused("Cancel"):
            visit.with_user(self.dispatcher).unlink()
        self._visit(hours=5).with_user(self.dispatcher).unlink()

    def test_cancelling_needs_a_reason_and_tells_the_customer(self):
        visit = self._visit()
        action = visit.with_user(self.dispatcher).action_cancel()
        wizard = Form(
            self.env[action["res_model"]]
            .with_user(self.dispatcher)
            .with_context(action["context"])
        )
        with self.assertRaises(AssertionError):
            wizard.save()
        wizard.reason = "Customer is away"
        wizard.save().action_cancel_visits()
        self.assertEqual(visit.state, "cancelled")
        self.assertEqual(visit.ticket_id.visit_state, "none")
        mails = self.env["mail.mail"].search([("res_id", "=", visit.id)])
        self.assertIn("is cancelled", " ".join(mails.mapped("subject")))

    def test_withdrawing_a_request_cancels_its_visits(self):
        visit = self._visit()
        visit.ticket_id.with_user(self.agent).action_cancel()
        self.assertEqual(visit.state, "cancelled")
        mails = self.env["mail.mail"].search([("res_id", "=", visit.id)])
        self.assertIn("is cancelled", " ".join(mails.mapped("subject")))
        with self.assertRefused("is over"):
            self._visit(ticket=visit.ticket_id)

    def test_a_request_is_not_withdrawn_from_under_the_engineer(self):
        visit = self._visit()
        self._job(visit, until="en_route")
        with self.assertRefused("still open"):
            visit.ticket_id.with_user(self.agent).action_cancel()
        self.assertEqual((visit.state, visit.ticket_id.state), ("en_route", "open"))

    def test_ticket_is_not_resolved_over_an_open_visit(self):
        visit = self._visit()
        ticket = visit.ticket_id
        ticket.write({"cause_id": self.quality.id, "outcome": "fixed"})
        with self.assertRefused("still open"):
            ticket.action_resolve()
        visit._cancel("Solved on the phone")
        ticket.action_resolve()
        self.assertEqual(ticket.state, "resolved")

    def test_unplanned_tickets_are_found(self):
        domain = [("visit_state", "=", "none"), ("support_mode", "=", "onsite")]
        ticket = self._ticket(support_mode="onsite")
        self.assertIn(ticket, self.env["service.ticket"].search(domain))
        self._visit(ticket=ticket)
        self.assertNotIn(ticket, self.env["service.ticket"].search(domain))

    def test_many_visits_cost_as_many_queries_as_few(self):
        def plan(count, first):
            now = fields.Datetime.now()
            tickets = self.env["service.ticket"].create(
                [{"partner_id": self.customer.id} for _ in range(count)]
            )
            tickets._agree_on_visit()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["service.visit"].create(
                [
                    {
                        "ticket_id": ticket.id,
                        "engineer_id": self.employee.id,
                        "start": now + timedelta(days=first + number),
                        "template_id": self.template.id,
                    }
                    for number, ticket in enumerate(tickets)
                ]
            )
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        plan(1, 10)
        few, many = plan(2, 20), plan(20, 40)
        self.assertLessEqual(many, few + 8, "inserts go in batches")

    def test_a_ticket_with_a_visit_is_not_merged_away(self):
        visit = self._visit()
        booked, other = visit.ticket_id, self._ticket()
        with self.assertRaisesRegex(UserError, "has a visit"):
            booked._merge_into(other)
        self.assertFalse(booked.merged_into_id)
        other._merge_into(booked)
        self.assertEqual(other.merged_into_id, booked)
