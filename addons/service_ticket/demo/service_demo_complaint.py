"""What people do about complaints, for the script of `service.demo`."""

from datetime import timedelta

from odoo import api, fields, models


class ServiceDemo(models.AbstractModel):
    _inherit = "service.demo"

    def _settle(self, ticket):
        super()._settle(ticket)
        if ticket.kind == "complaint" and ticket.state != "new":  # somebody acted
            ticket.activity_ids.filtered("automated").unlink()

    def _do_answer(self, ticket, moment, word, text):
        """The complaint is answered, in a way such as phone, letter or visit."""
        ticket.write({"complaint_answer": text, "complaint_answer_way": word})
        ticket.action_complaint_answered()
        given = ticket.sudo()
        given.complaint_answered_at = moment
        given.complaint_late = moment > given.complaint_answer_due

    def _do_decide(self, ticket, moment, word, text):
        """A manager says that it is justified, and why it happened."""
        cause = self.env.ref(f"service_ticket.root_cause_{word}")
        ticket.write(
            {
                "complaint_justified": "yes",
                "complaint_root_cause_id": cause.id,
                "complaint_root_note": text,
            }
        )

    def _do_reject(self, ticket, moment, word, text):
        """A manager says that it is not justified, and why."""
        self._do_decide(ticket, moment, word, text)
        ticket.complaint_justified = "no"

    def _do_inform(self, ticket, moment, word, text):
        """A department is sent a notice; no mail leaves a demo database."""
        department = self.env.ref(f"service_ticket.department_{word}")
        notice = ticket.complaint_notice_ids.filtered(
            lambda one: one.department_id == department
        ) or ticket.env["service.complaint.notice"].create(
            {"ticket_id": ticket.id, "department_id": department.id}
        )
        reply_by = moment.date() + timedelta(days=3)
        notice.write({"text": text, "reply_by": reply_by})
        notice.sudo().write(
            {
                "state": "sent",
                "sent_at": moment,
                "sent_uid": ticket.env.uid,
                "sent_to": notice.department_id._get_address(),
            }
        )
        notice.message_post(body=text, subtype_xmlid="mail.mt_note")
        notice.sudo().message_ids.date = moment

    def _do_replied(self, ticket, moment, word, text):
        """The department answers the notice."""
        notice = ticket.complaint_notice_ids.filtered(lambda n: n.state == "sent")
        notice.reply = text
        notice.action_acknowledge()
        notice.sudo().acknowledged_at = moment

    @api.model
    def _say_why(self):
        """Three in four broken promises have their true reason on record."""
        names = ("no_engineer", "part_late", "customer", "no_engineer", "job_before")
        reasons = [self.env.ref(f"service_ticket.breach_reason_{n}") for n in names]
        broken = self.env["service.milestone"].search(
            [("status", "in", ("overdue", "late"))], order="due, id"
        )
        for at, promise in enumerate(broken):
            if at % 4:
                promise.breach_reason_id = reasons[at % len(reasons)]

    @api.model
    def _check_worked(self, action_id, days_ago, note):
        """Let an action have been done, and its check have shown that it worked."""
        action = self.env["service.corrective.action"].browse(action_id)
        now = fields.Datetime.now()
        done = now - timedelta(days=days_ago + action.check_days)
        checked = now - timedelta(days=days_ago)
        action.with_user(action.user_id).action_done()
        action.write({"done_at": done, "check_due": checked.date(), "check_note": note})
        action.with_user(action.checker_id).action_worked()
        action.checked_at = checked
        action.message_ids.date = checked

    @api.model
    def _hold_meeting(self, meeting_id):
        """Let a meeting have been held when it was planned."""
        meeting = self.env["service.quality.meeting"].browse(meeting_id)
        meeting.with_user(meeting.chair_id).action_hold()
        meeting.held_at = meeting.planned_at
