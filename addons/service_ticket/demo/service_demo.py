"""Plays what happened at the demo company before it was installed.

The people press their buttons, each with the own rights; then what was recorded is put
at the moment when it is said to have happened, and the clocks replay the log.
"""

import re
from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models

_LINE = re.compile(
    r"(?:(?P<day>-\d+) (?P<hour>\d+):(?P<minute>\d+)|now-(?P<ago>\d+))"
    r" (?P<login>\w+) (?P<what>\w+)(?: (?P<word>[\w.]+))?(?:: (?P<text>.+))?"
)
_ROBOT = "base.partner_root"


class ServiceDemo(models.AbstractModel):
    """A line of a script: when, who (login, or customer), what, and in which words.

    ``-2 09:40`` is the second working day before today in the team's time zone,
    ``now-30`` half an hour ago.
    """

    _name = "service.demo"
    _description = "Demo Data"

    @api.model
    def _play(self, ticket_id, script):
        """Play the script of one ticket."""
        ticket = self.env["service.ticket"].browse(ticket_id)
        for line in filter(None, map(str.strip, script.splitlines())):
            match = _LINE.fullmatch(line)
            if not match:
                raise ValueError(f"{ticket.display_name}: {line}")
            self._play_line(ticket, **match.groupdict())
        self._settle(ticket)

    def _play_line(self, ticket, login, what, word, text, **when):
        moment = self._get_moment(ticket, **when)
        user = self.env["res.users"].search([("login", "=", login)])
        theirs = ticket.with_user(user) if user else ticket
        children = ("transition_ids", "callback_ids", "advice_ids", "message_ids")
        before = {name: ticket[name] for name in children}
        quiet = theirs.with_context(tracking_disable=True, mail_notify_force_send=False)
        getattr(self, f"_do_{what}")(quiet, moment, word, text)
        ticket.invalidate_recordset()
        made = {name: ticket[name] - before[name] for name in children}
        # What the robot says now of broken promises is not yet true.
        robot = self.env.ref(_ROBOT)
        made["message_ids"].filtered(lambda m: m.author_id == robot).unlink()
        made["message_ids"].exists().date = moment
        made["transition_ids"].at = moment
        made["advice_ids"].given_at = moment
        for call in made["callback_ids"].sudo():
            due = self._get_callback_due(call, moment)
            waits = call.rule_id.not_earlier
            call.write(
                {
                    "owed_at": moment,
                    "due": due,
                    "first_due": due,
                    "call_from": due if waits else moment,
                }
            )

    def _get_moment(self, ticket, day, hour, minute, ago):
        if ago:
            now = fields.Datetime.now().replace(second=0)
            return now - timedelta(minutes=int(ago))
        return self._get_workday(int(day), int(hour), int(minute), ticket.team_id)

    def _get_zone(self, team):
        return pytz.timezone(team.calendar_id.tz or "UTC")

    def _get_workday(self, days, hour, minute=0, team=None):
        """Return the moment of the n-th working day before (after) today."""
        zone = self._get_zone(team or self.env.ref("service_ticket.team_service"))
        date = datetime.now(zone).date()
        step = timedelta(days=1 if days > 0 else -1)
        for _workday in range(abs(days)):
            date += step
            while date.weekday() > 4:
                date += step
        local = zone.localize(datetime.combine(date, time(hour, minute)))
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    def _get_callback_due(self, call, moment):
        rule = call.rule_id
        calendar = call.ticket_id.team_id.calendar_id
        if not rule.working_hours:
            calendar = calendar.browse()
        seconds = round(rule.hours * 3600)
        hours = call.ticket_id._get_hours([(calendar, moment, seconds)])
        return hours[calendar].advance(moment, seconds)

    def _settle(self, ticket):
        """What the log says is stored, and what was broken is said when it broke."""
        ended = {line.to_state: line.at for line in ticket.transition_ids}
        over = ticket.state in ("resolved", "closed")
        ticket.write(
            {
                "resolved_at": over and ended.get("resolved"),
                "closed_at": ticket.state == "closed" and ended.get("closed"),
                "closing_mail": ticket.state == "closed" and "sent",
                "touched_at": max([ticket.opened_at, *ended.values()]),
            }
        )
        ticket.milestone_ids.status = "none"
        said = ticket.message_ids
        ticket._replay_clocks()
        ticket.invalidate_recordset(["message_ids"])
        broken = ticket.milestone_ids.filtered(
            lambda m: m.status in ("late", "overdue")
        )
        if broken:
            (ticket.message_ids - said).date = max(broken.mapped("due"))
        self.env["service.solution"]._learn(ticket)
        ticket.unit_id._judge_repeats()

    # --- What people do ------------------------------------------------------------

    def _do_received(self, ticket, moment, word, text):
        ticket.sudo().opened_at = moment
        ticket.sudo().message_ids.date = moment

    def _do_open(self, ticket, moment, word, text):
        ticket.action_open()

    def _do_wait(self, ticket, moment, word, text):
        reason = self.env.ref(f"service_ticket.waiting_{word}")
        ticket.env["service.ticket.wait"].create(
            {"ticket_ids": ticket.ids, "reason_id": reason.id, "note": text}
        ).action_wait()

    def _do_resume(self, ticket, moment, word, text):
        ticket.action_resume()

    def _do_met(self, ticket, moment, word, text):
        ticket.check_access("write")
        ticket._log_event(word, moment, text)

    def _do_advise(self, ticket, moment, word, text):
        ticket.env["service.advice"].create({"ticket_id": ticket.id, "text": text})

    def _do_tried(self, ticket, moment, word, text):
        """It worked, failed, or was rejected."""
        advice = ticket.advice_ids.filtered(lambda a: a.state == "given")
        getattr(advice, f"action_{word}")()
        advice.sudo().answered_at = moment
        if word == "rejected":
            ticket.sudo().visit_agreed_at = moment

    def _do_agree(self, ticket, moment, word, text):
        ticket.action_agree_to_visit()
        ticket.sudo().visit_agreed_at = moment

    def _do_confirm(self, ticket, moment, word, text):
        ticket.action_confirm_visit()
        ticket.sudo().visit_confirmed_at = moment

    def _do_resolve(self, ticket, moment, word, text):
        ticket.action_resolve()

    def _do_report(self, ticket, moment, word, text):
        """The fault analysis was sent."""
        ticket.check_access("write")
        ticket._on_analysis_sent()
        ticket.sudo().analysis_sent_at = moment

    def _do_call(self, ticket, moment, word, text):
        """The owed callback: one of its buttons, and what the customer says."""
        call = ticket.callback_ids.filtered(lambda c: c.state == "owed")
        tried = call.attempt_ids
        if text:
            call["buying_note" if word == "wants_to_buy" else "note"] = text
        getattr(call, f"action_{word}")()
        call = call.sudo()
        (call.attempt_ids - tried).at = moment
        if call.state != "owed":
            # What was queued for the customer is said to be sent long ago.
            mails = self.env["mail.mail"].search(
                [("model", "=", call._name), ("res_id", "=", call.id)]
            )
            mails.unlink()
            call.done_at = moment
            call.rating_id.rated_on = moment
        elif word == "unreachable":
            hours = call.rule_id.retry_hours
            call._plan_try(moment + timedelta(hours=hours))
        if word == "wants_to_buy":
            call.handed_over_at = moment

    def _do_stars(self, ticket, moment, word, text):
        """During the callback, e.g. 5.4: quality and attitude."""
        call = ticket.callback_ids.filtered(lambda c: c.state == "owed")
        call.rating_quality, call.rating_attitude = word.split(".")

    def _do_rates(self, ticket, moment, word, text):
        """The customer rates by the link or in the portal, e.g. portal.5."""
        way, stars = word.split(".")
        rating = ticket.sudo()._rate(way, int(stars), 0, text)
        rating.rated_on = moment

    def _do_reopen(self, ticket, moment, word, text):
        ticket.action_reopen()

    def _do_cancel(self, ticket, moment, word, text):
        ticket.action_cancel()

    def _do_merge(self, ticket, moment, word, text):
        ticket._merge_into(ticket.env.ref(f"service_ticket.{word}"))

    def _do_writes(self, ticket, moment, word, text):
        """The customer writes, by mail or in the portal."""
        ticket.message_post(
            body=text,
            author_id=ticket.partner_id.id,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
        )

    def _do_notes(self, ticket, moment, word, text):
        ticket.message_post(body=text, subtype_xmlid="mail.mt_note")

    # --- Users -----------------------------------------------------------------------

    @api.model
    def _silence_bot(self):
        """Keep Odoo's chat bot, where it is there, from covering the first screen."""
        users = self.env["res.users"].search([("share", "=", False)])
        if "odoobot_state" in users._fields:
            users.odoobot_state = "disabled"

    # --- Units -----------------------------------------------------------------------

    @api.model
    def _deliver(self, picking_id, days_ago):
        """Validate a delivery and let it have happened so many days ago."""
        picking = self.env["stock.picking"].browse(picking_id)
        # Odoo asks about text messages where it can send them.
        picking.with_context(skip_sms=True).button_validate()
        moment = fields.Datetime.now() - timedelta(days=days_ago)
        picking.date_done = moment
        picking.move_ids.date = moment
        lines = picking.move_ids.move_line_ids
        lines.date = moment
        units = lines.lot_id
        units.delivered_on = moment.date()
        units.owner_ids.since = moment.date()
