from collections import defaultdict

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Command


class ServiceAlert(models.Model):
    """One escalation step of one promise that was taken: who was told, and when.

    Written in the transaction that tells them, so each step is taken once, whatever
    dies in between.
    """

    _name = "service.alert"
    _description = "Escalation"
    _order = "id desc"
    _rec_name = "step_id"

    milestone_id = fields.Many2one(
        "service.milestone", "Promise", required=True, ondelete="cascade", index=True
    )
    ticket_id = fields.Many2one(
        related="milestone_id.ticket_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="ticket_id.company_id", store=True, index=True, precompute=True
    )
    step_id = fields.Many2one(
        "service.escalation.step",
        "Step",
        required=True,
        ondelete="restrict",
        index=True,
    )
    at = fields.Datetime("Told On", required=True, default=fields.Datetime.now)
    user_ids = fields.Many2many("res.users", string="Told")
    superseded = fields.Boolean(
        "Promise Changed",
        help="The promise changed since; the step is taken again when it is time.",
    )

    _once = models.UniqueIndex(
        "(milestone_id, step_id) WHERE superseded IS NOT TRUE",
        "This step was taken already.",
    )

    def _get_summary(self):
        """Say in one line what is near its end or broken."""
        self.ensure_one()
        step, clock = self.step_id, self.milestone_id.display_name
        if step.share < 100:
            return self.env._(
                "%(clock)s: %(share)s %% of the time is used",
                clock=clock,
                share=step.share,
            )
        if not step.minutes:
            return self.env._("%s: the promise is broken", clock)
        return self.env._(
            "%(clock)s: broken for %(minutes)s minutes",
            clock=clock,
            minutes=step.minutes,
        )

    def action_open_ticket(self):
        """Open the ticket whose promise this is about."""
        self.ensure_one()
        return self.ticket_id.action_open_form()

    # --- Telling -------------------------------------------------------------------

    @api.model
    def _take(self, due_steps, broken):
        """Take steps: record them, tell people, write it into the tickets' threads.

        :param due_steps: triples (milestone, step id, moment)
        :param broken: the promises that broke just now
        """
        steps = self.env["service.escalation.step"].sudo()
        roles, people, vals_list = {}, {}, []
        # In the order in which it happened, also where the sweep comes late.
        for milestone, step_id, _at in sorted(due_steps, key=lambda due: due[2]):
            ticket = milestone.ticket_id
            company = ticket.company_id
            if company not in roles:
                roles[company] = steps._get_roles(company)
            asked = step_id, company, ticket.team_id, ticket.user_id
            if asked not in people:
                step = steps.browse(step_id)
                people[asked] = step._get_users(ticket, roles[company]).ids
            vals_list.append(
                {
                    "milestone_id": milestone.id,
                    "ticket_id": ticket.id,
                    "company_id": company.id,
                    "step_id": step_id,
                    "user_ids": [Command.set(people[asked])],
                }
            )
        self.create(vals_list)._tell(broken)

    def _tell(self, broken):
        """Tell people, and write in each ticket's thread what broke and who knows."""
        self._plan_activities()
        self._queue_mails()
        self._write_notes(broken)

    def _by_person(self, wanted):
        """Return {(ticket, user): alerts}: who is told several things is told once."""
        result = defaultdict(self.browse)
        for alert in self.filtered(wanted):
            for user in alert.user_ids:
                result[alert.ticket_id, user] |= alert
        return result

    def _plan_activities(self):
        kind = self.env.ref("service_ticket.activity_type_promise")
        model_id = self.env["ir.model"]._get_id("service.ticket")
        vals_list = [
            {
                "activity_type_id": kind.id,
                "automated": True,
                "res_model_id": model_id,
                "res_id": ticket.id,
                "user_id": user.id,
                "summary": alerts.with_context(lang=user.lang)._join_summaries(),
                "date_deadline": fields.Date.context_today(
                    self.with_context(tz=user.tz)
                ),
            }
            for (ticket, user), alerts in self._by_person("step_id.by_activity").items()
        ]
        if vals_list:
            # The mail of an activity is left out: mails go where a step asks for them.
            activities = self.env["mail.activity"].with_context(
                mail_activity_quick_update=True, mail_notrack=True
            )
            activities.sudo().create(vals_list)

    def _queue_mails(self):
        robot = self.env.ref("base.partner_root")
        vals_list = []
        for (ticket, user), alerts in self._by_person("step_id.by_mail").items():
            alerts = alerts.with_context(lang=user.lang)
            ticket = ticket.with_context(lang=user.lang)
            vals_list.append(
                {
                    "subject": f"{ticket.display_name}: {alerts._join_summaries()}",
                    "body_html": alerts._get_mail_body(ticket),
                    "recipient_ids": [(4, user.partner_id.id)],
                    "author_id": robot.id,
                    "email_from": ticket.company_id.email_formatted
                    or robot.email_formatted,
                    "auto_delete": True,
                }
            )
        self.env["mail.mail"].sudo().create(vals_list)

    def _get_mail_body(self, ticket):
        link = f"{ticket.get_base_url()}/odoo/service-tickets/{ticket.id}"
        lines = (
            self._join_summaries(),
            ticket.partner_id.display_name or "",
            ticket.severity_id.name,
        )
        return Markup("<p>%s</p><p><a href='%s'>%s</a></p>") % (
            Markup("<br/>").join(line for line in lines if line),
            link,
            ticket.display_name,
        )

    def _join_summaries(self):
        return ", ".join(alert._get_summary() for alert in self)

    def _write_notes(self, broken):
        """One note a ticket, in the language of its company."""
        tickets = (broken.ticket_id | self.ticket_id).sudo()
        broke, told = broken.grouped("ticket_id"), self.grouped("ticket_id")
        bodies = {}
        for ticket in tickets:
            lang = ticket.company_id.partner_id.lang
            mine = broke.get(ticket, broken.browse()).with_context(lang=lang)
            lines = mine._get_broken_lines()
            for alert in told.get(ticket, self.browse()).with_context(lang=lang):
                lines.append(
                    alert.env._(
                        "%(what)s. Told: %(people)s",
                        what=alert._get_summary(),
                        people=", ".join(alert.user_ids.mapped("name")) or "–",
                    )
                )
            bodies[ticket.id] = Markup("<br/>").join(lines)
        robot = self.env.ref("base.partner_root")
        tickets._message_log_batch(bodies=bodies, author_id=robot.id)
