"""What upgrades do with what was there before."""

import importlib.util
from datetime import timedelta

from odoo import fields
from odoo.tools import file_path

from .common import ServiceCase


class TestUpgrade(ServiceCase):
    def _migrate(self, version, name, column=None):
        path = file_path(f"service_ticket/migrations/{version}/{name}.py")
        spec = importlib.util.spec_from_file_location(name, path)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        self.env.flush_all()
        if column:
            self.env.cr.execute(f"ALTER TABLE service_ticket DROP COLUMN {column}")
        script.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()

    def test_old_breaches_are_not_told(self):
        now = fields.Datetime.now()
        old = self._ticket(user_id=self.engineer.id)
        near = self._ticket(user_id=self.engineer.id)
        first = old.milestone_ids.filtered(lambda m: m.clock == "first_response")
        running = near.milestone_ids.filtered(lambda m: m.clock == "first_response")
        before = now - timedelta(days=3)
        self.env.cr.execute(
            "UPDATE service_ticket SET opened_at = %s WHERE id = %s", [before, old.id]
        )
        # As the old version left them: noticed by nobody.
        self.env.cr.execute(
            "UPDATE service_milestone SET status = 'running',"
            " due = due - interval '3 days' WHERE ticket_id = %s",
            [old.id],
        )
        self.env.invalidate_all()
        self._migrate("19.0.1.1.0", "pre-hours_of")
        self._migrate("19.0.1.1.0", "post-look_again")
        self.assertTrue(first.alert_ids)
        self.assertFalse(first.alert_ids.user_ids)
        self.assertFalse(running.alert_ids)
        messages = len(old.message_ids)
        self.env.cr.execute(
            "UPDATE service_milestone SET next_alert = next_alert - interval '1 minute'"
            " WHERE ticket_id = %s",
            [old.id],
        )
        self.env["service.milestone"]._sweep()
        self.assertEqual(first.status, "overdue")
        self.assertFalse(first.alert_ids.user_ids)
        self.assertFalse(old.activity_ids)
        self.assertEqual(len(old.message_ids), messages)
        # What breaks from now on is told as usual.
        running.write({"due": before, "next_alert": before})
        near.opened_at = before
        self.env["service.milestone"]._sweep()
        self.assertTrue(running.alert_ids.user_ids)

    def test_when_it_was_last_worked_on_is_read_from_log_and_thread(self):
        ticket, closed = self._ticket(), self._ticket()
        hour = timedelta(hours=1)
        made = fields.Datetime.now() - 48 * hour
        ticket._set_state("open")
        ticket.transition_ids.at = made + hour
        theirs, ours = (
            ticket.message_post(
                body="x", message_type="comment", author_id=author.partner_id.id
            )
            for author in (self.env.ref("base.public_user"), self.agent)
        )
        theirs.date, ours.date = made + 3 * hour, made + 2 * hour
        closed.action_cancel()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE service_ticket SET create_date = %s, closed_at = NULL"
            " WHERE id = ANY(%s)",
            [made, (ticket | closed).ids],
        )
        self._migrate("19.0.1.2.0", "pre-touched_at", column="touched_at")
        self.assertEqual(ticket.touched_at, made + 2 * hour)
        self.assertEqual(closed.touched_at, made)

    def test_complaints_from_before_are_not_overdue(self):
        ticket = self._ticket(kind="complaint")
        told = ticket.activity_ids  # it is new: who looks into it
        ticket.opened_at = fields.Datetime.now() - timedelta(days=40)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE service_ticket SET complaint_group = NULL,"
            " complaint_answer_due = NULL, complaint_due_told = NULL,"
            " complaint_recorder_id = NULL WHERE id = %s",
            [ticket.id],
        )
        self._migrate("19.0.1.2.0", "pre-complaints")
        with self.enter_registry_test_mode():
            self.env.ref(
                "service_ticket.ir_cron_quality_unanswered"
            ).method_direct_trigger()
        self.assertEqual(ticket.activity_ids, told)
        self.assertFalse(ticket.complaint_answer_due)
        self.assertEqual(ticket.complaint_recorder_id, ticket.create_uid)
        self.assertEqual(ticket.complaint_group, "other")

    def test_calls_late_before_are_told_to_nobody(self):
        ticket = self._ticket(user_id=self.engineer.id)
        late = fields.Datetime.now() - timedelta(days=3)
        call = self.env["service.callback"].create(
            {"ticket_id": ticket.id, "due": late}
        )
        self._migrate("19.0.1.2.0", "post-callbacks")
        self.env["service.callback"]._escalate_overdue()
        self.assertEqual(ticket.callback_state, "owed")
        self.assertTrue(call.escalated_at)
        self.assertFalse(ticket.activity_ids)
