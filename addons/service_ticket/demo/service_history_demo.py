"""A quarter of ordinary work of both branches, so that figures and charts say something.

The other scripts tell single stories; these requests are made in one go, of customers
and units of their own, the same ones each time.
"""

import random
from datetime import timedelta
from itertools import cycle

from odoo import api, models

from ..models.service_ticket_flow import _STATE_CHANGE

_WEEKS = 13
_CUSTOMERS = {
    "service": (
        "Corner Café",
        "Harbour Laundry",
        "Lakeside Guesthouse",
        "Town Bakery",
        "Canteen Riverside",
        "Hostel Old Mill",
        "Butcher Market Hall",
    ),
    "south": (
        "Copy Shop Square",
        "Notary Office",
        "Music School",
        "Travel Agency",
        "Town Library",
        "Tax Advisers South",
        "Driving School",
    ),
}
_UNITS = {
    "service": (
        ("washer", "wm_no_drain"),
        ("fridge", "rf_too_warm"),
        ("oven", "noise"),
    ),
    "south": (
        ("switch", "nw_no_link"),
        ("switch", "nw_packet_loss"),
        ("server", "slow"),
    ),
}
_SUBJECTS = {
    "wm_no_drain": "Water stays in the drum",
    "rf_too_warm": "Not cold enough",
    "noise": "Rattles while it runs",
    "nw_no_link": "Half of the ports are dark",
    "nw_packet_loss": "Calls break off",
    "slow": "Slow since this morning",
}
_REMEDIES = (("component", "replace_part"), ("wear", "repair_part"))
_REMEDIES += (("operation", "advice"), ("software", "software"))


class ServiceDemo(models.AbstractModel):
    _inherit = "service.demo"

    @api.model
    def _make_history(self):
        """Make what both branches did in the last thirteen weeks."""
        quiet = self.with_context(
            tracking_disable=True,
            mail_create_nolog=True,
            mail_notrack=True,
            service_state_change=_STATE_CHANGE,
        )
        dice = random.Random(13)  # noqa: S311 – the same each time
        jobs = []
        for name, people in (
            ("service", ("engineer", "engineer_2", "engineer_3")),
            ("south", ("engineer_4", "engineer_5")),
        ):
            team = quiet.env.ref(f"service_ticket.team_{name}")
            users = [quiet.env.ref(f"service_ticket.user_{who}") for who in people]
            units = quiet._make_history_units(name)
            jobs += quiet._plan_history(dice, team, users, units)
        tickets = quiet.env["service.ticket"].create([job["vals"] for job in jobs])
        quiet._log_history(list(zip(tickets, jobs, strict=True)))

    def _make_history_units(self, branch):
        partners = self.env["res.partner"].create(
            [
                {
                    "name": name,
                    "street": f"Market Street {number}",
                    "city": "San Francisco",
                    "country_id": self.env.ref("base.us").id,
                    "phone": f"+1 415 555 02{number:02}",
                    "email": f"market.street.{number}.{branch}@example.com",
                }
                for number, name in enumerate(_CUSTOMERS[branch], 1)
            ]
        )
        kinds = _UNITS[branch]
        units = self.env["stock.lot"].create(
            [
                {
                    "name": f"H{branch[0].upper()}-{index:03}-{place}",
                    "product_id": self.env.ref(f"service_ticket.product_{kind}").id,
                    "end_customer_id": partner.id,
                    "site_id": partner.id if index + place != 3 else False,
                    "install_place": "Ground floor" if index + place != 3 else False,
                    "unit_origin": "manual",
                }
                for index, partner in enumerate(partners, 1)
                for place, (kind, _symptom) in enumerate(kinds)
            ]
        )
        symptoms = [symptom for _kind, symptom in kinds] * len(partners)
        return list(zip(units, symptoms, strict=True))

    def _plan_history(self, dice, team, users, units):
        """Return what happened to each request, in hours after it came in."""
        jobs = []
        last = units[0]
        turn = cycle(dice.sample(units, len(units)))
        for week in range(_WEEKS, 0, -1):
            for _job in range(dice.randint(3, 6)):
                day = -5 * week + dice.randint(0, 4)
                opened = self._get_workday(
                    day, dice.randint(8, 15), dice.randint(0, 59), team
                )
                # Now and then a fault comes back; else another unit has its turn.
                unit, symptom = next(turn) if dice.random() < 0.96 else last
                last = unit, symptom
                # They learn: late answers and visits become rarer.
                late = dice.random() < 0.01 + week / 150
                phone = dice.random() < 0.3
                jobs.append(
                    {
                        "respond": dice.uniform(5, 9)
                        if late
                        else dice.uniform(0.1, 0.4),
                        "on_site": None
                        if phone
                        else dice.uniform(1.5, 30 if late else 3.5),
                        "satisfied": dice.random() < 0.97,
                        "vals": self._prepare_history_vals(
                            dice, team, users, unit, symptom, opened, phone
                        ),
                    }
                )
        return jobs

    def _prepare_history_vals(self, dice, team, users, unit, symptom, opened, phone):
        cause, remedy = dice.choice(_REMEDIES)
        complaint = dice.random() < 0.01
        code = self.env.ref
        level = dice.choice(("main", "minor", "minor"))
        return {
            "kind": "complaint" if complaint else "fault",
            "subject": "Nobody called back" if complaint else _SUBJECTS[symptom],
            "unit_id": unit.id,
            "team_id": team.id,
            "user_id": dice.choice(users).id,
            "symptom_id": code(f"service_ticket.symptom_{symptom}").id,
            "cause_id": code(f"service_ticket.cause_{cause}").id,
            "remedy_id": code(f"service_ticket.remedy_{remedy}").id,
            "severity_id": code(f"service_ticket.severity_{level}").id,
            "support_mode": "phone" if phone else "onsite",
            "outcome": "advised" if phone else "fixed",
            "work_done": "Advised on the phone." if phone else "Repaired and tested.",
            "opened_at": opened,
            "visit_agreed_at": not phone and opened,
            "visit_confirmed_at": not phone and opened,
            "complaint_reason_id": complaint
            and code("service_ticket.complaint_reason_delay_reply").id,
        }

    def _log_history(self, pairs):
        """Write the log of each, and let the clocks read it."""
        lines, calls = [], []
        for ticket, job in pairs:
            times = self._get_history_times(ticket, job)
            ticket.write(
                {
                    "state": "closed",
                    "resolved_at": times["resolved"],
                    "closed_at": times["closed"],
                    "closing_mail": "sent",
                }
            )
            lines += self._prepare_history_log(ticket, times)
            calls.append(
                {
                    "ticket_id": ticket.id,
                    "job_outcome": ticket.outcome,
                    "state": "done",
                    "due": times["resolved"] + timedelta(days=1),
                    "done_at": times["closed"],
                    "outcome": "satisfied" if job["satisfied"] else "unsatisfied",
                    "note": False if job["satisfied"] else "It took too long.",
                    "user_id": self.env.ref("service_ticket.user_frontdesk").id,
                }
            )
        self.env["service.transition"].create(lines)
        self.env["service.callback"].create(calls)
        tickets = self.env["service.ticket"].union(*(ticket for ticket, _job in pairs))
        # What was broken then was told then.
        tickets.milestone_ids.status = "overdue"
        tickets.invalidate_recordset()
        tickets._replay_clocks()
        tickets._end_plans()
        self.env["service.solution"]._learn(tickets)
        tickets.unit_id._judge_repeats()

    def _get_history_times(self, ticket, job):
        def after(hours):
            return ticket.opened_at + timedelta(hours=hours)

        on_site = job["on_site"]
        resolved = after((on_site or job["respond"]) + 1.5)
        return {
            "open": after(job["respond"]),
            "on_site": on_site and after(max(on_site, job["respond"])),
            "resolved": resolved,
            "closed": resolved + timedelta(hours=20),
        }

    def _prepare_history_log(self, ticket, times):
        user = ticket.user_id.id

        def line(at, **vals):
            return {"ticket_id": ticket.id, "at": at, "user_id": user, **vals}

        resolved = max(times["resolved"], times["on_site"] or times["resolved"])
        lines = [
            line(times["open"], from_state="new", to_state="open"),
            line(times["open"], clock="first_response"),
            line(resolved, clock="restoration"),
            line(resolved, clock="resolution"),
            line(resolved, from_state="open", to_state="resolved"),
            line(times["closed"], from_state="resolved", to_state="closed"),
        ]
        if times["on_site"]:
            lines.insert(2, line(times["on_site"], clock="on_site"))
        if times["on_site"] and ticket.team_id.policy_id:
            lines.insert(3, line(times["on_site"], clock="spare_on_site"))
            lines.append(line(times["closed"], clock="report"))
        return lines
