"""One number on the agenda of a quality meeting, and the records behind it."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

TOPICS = [
    ("complaint", "Complaints"),
    ("unsatisfied", "Customers not satisfied when called back"),
    ("repeat", "The same fault again"),
    ("breach", "Broken promises"),
    ("action", "Corrective actions"),
]


class ServiceQualityMeetingLine(models.Model):
    """How often something went wrong in a week, and in the week before it."""

    _name = "service.quality.meeting.line"
    _description = "Agenda of a Quality Meeting"
    _order = "meeting_id, sequence, id"

    meeting_id = fields.Many2one(
        "service.quality.meeting", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="meeting_id.company_id", store=True, index=True, precompute=True
    )
    sequence = fields.Integer()
    topic = fields.Selection(TOPICS, required=True)
    complaint_reason_id = fields.Many2one(
        "service.complaint.reason", "Complaint", ondelete="restrict"
    )
    breach_reason_id = fields.Many2one(
        "service.breach.reason", "True Reason", ondelete="restrict"
    )
    part = fields.Selection(
        [("overdue", "Overdue"), ("check", "To be checked"), ("failed", "Did not work")]
    )
    label = fields.Char("What It Is", compute="_compute_label")
    number = fields.Integer("How Often")
    number_before = fields.Integer("Week Before")

    @api.depends("topic", "complaint_reason_id", "breach_reason_id", "part")
    @api.depends_context("lang")
    def _compute_label(self):
        parts = dict(self._fields["part"]._description_selection(self.env))
        unknown = {
            "complaint": self.env._("No reason recorded"),
            "breach": self.env._("No reason recorded"),
            "action": "",
            "unsatisfied": self.env._("All"),
            "repeat": self.env._("All"),
        }
        for line in self:
            line.label = (
                line.complaint_reason_id.name
                or line.breach_reason_id.name
                or parts.get(line.part)
                or unknown.get(line.topic)
            )

    @api.depends("topic", "label")
    @api.depends_context("lang")
    def _compute_display_name(self):
        topics = dict(self._fields["topic"]._description_selection(self.env))
        for line in self:
            line.display_name = f"{topics.get(line.topic, '')}: {line.label}"

    # --- Counting --------------------------------------------------------------------

    @api.model
    def _prepare_lines(self, meeting):
        """Return the values of a meeting's lines: what there was, most often first."""
        start, end = meeting._get_week()
        weeks = ((start, end), (start - (end - start), start))
        lines = [
            *self._count_reasons(meeting, "complaint", "complaint_reason_id", weeks),
            *self._count_once(meeting, "unsatisfied", weeks),
            *self._count_once(meeting, "repeat", weeks),
            *self._count_reasons(meeting, "breach", "breach_reason_id", weeks),
            *self._count_actions(meeting),
        ]
        return [
            {"meeting_id": meeting.id, "sequence": at, **vals}
            for at, vals in enumerate(lines)
        ]

    @api.model
    def _count_reasons(self, meeting, topic, name, weeks):
        model = self.env[self._get_model(topic)].sudo()
        now, before = (
            {
                reason.id: count
                for reason, count in model._read_group(
                    self._get_domain(meeting, topic, week), [name], ["__count"]
                )
            }
            for week in weeks
        )
        lines = [
            {
                "topic": topic,
                name: reason,
                "number": now.get(reason, 0),
                "number_before": before.get(reason, 0),
            }
            for reason in {**now, **before}
        ]
        return sorted(lines, key=lambda vals: -vals["number"])

    @api.model
    def _count_once(self, meeting, topic, weeks):
        model = self.env[self._get_model(topic)].sudo()
        now, before = (
            model.search_count(self._get_domain(meeting, topic, week)) for week in weeks
        )
        if not (now or before):
            return []
        return [{"topic": topic, "number": now, "number_before": before}]

    @api.model
    def _count_actions(self, meeting):
        """What is overdue or to be checked now; nobody knows what it was a week ago."""
        model = self.env["service.corrective.action"].sudo()
        counts = {
            part: model.search_count(self._get_action_domain(meeting, part))
            for part in ("overdue", "check", "failed")
        }
        return [
            {"topic": "action", "part": part, "number": count}
            for part, count in counts.items()
            if count
        ]

    # --- The records behind a number ---------------------------------------------------

    @api.model
    def _get_model(self, topic):
        return {
            "unsatisfied": "service.callback",
            "breach": "service.milestone",
            "action": "service.corrective.action",
        }.get(topic, "service.ticket")

    @api.model
    def _get_domain(self, meeting, topic, week):
        """Return what a topic counts in a week, (from, until) in UTC."""
        start, end = week
        scope = Domain("company_id", "=", meeting.company_id.id)
        team = meeting.team_id
        if team and topic == "breach":
            scope &= Domain("ticket_id.team_id", "=", team.id)
        elif team:
            scope &= Domain("team_id", "=", team.id)
        when = {"unsatisfied": "done_at", "breach": "due"}.get(topic, "opened_at")
        scope &= Domain(when, ">=", start) & Domain(when, "<", end)
        return (
            scope
            & {
                "complaint": Domain("kind", "=", "complaint")
                & Domain("state", "!=", "cancelled"),
                "unsatisfied": Domain("outcome", "=", "unsatisfied"),
                "repeat": Domain("is_repeat", "=", True),
                "breach": Domain("status", "in", ("overdue", "late")),
            }[topic]
        )

    @api.model
    def _get_action_domain(self, meeting, part):
        scope = Domain("company_id", "=", meeting.company_id.id)
        if meeting.team_id:
            scope &= Domain("team_id", "in", (meeting.team_id.id, False))
        day = min(fields.Date.context_today(self), meeting.date_to + timedelta(days=7))
        if part == "check":
            return scope & Domain("state", "=", "done") & Domain("next_step", "<=", day)
        if part == "failed":
            start, end = meeting._get_week()
            return (
                scope
                & Domain("state", "=", "failed")
                & Domain("checked_at", ">=", start)
                & Domain("checked_at", "<", end)
            )
        return scope & Domain("state", "=", "open") & Domain("next_step", "<", day)

    def action_open_records(self):
        """Open the records behind the number."""
        self.ensure_one()
        self.check_access("read")
        meeting, topic = self.meeting_id, self.topic
        if topic == "action":
            domain = self._get_action_domain(meeting, self.part)
        else:
            domain = self._get_domain(meeting, topic, meeting._get_week())
        if topic == "complaint":
            domain &= Domain("complaint_reason_id", "=", self.complaint_reason_id.id)
        elif topic == "breach":
            domain &= Domain("breach_reason_id", "=", self.breach_reason_id.id)
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._get_model(topic),
            "views": [[False, "list"], [False, "form"]],
            "domain": list(domain),
            "context": {"promise_with_ticket": True},
        }
