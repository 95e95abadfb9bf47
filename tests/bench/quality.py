"""The callback desk among many tickets: the list, the next call, the sweep."""

from datetime import timedelta

from odoo import fields

from . import fill
from .harness import Bench, Case

OWED = [("state", "=", "owed")]
LIST = {
    "due": {},
    "is_overdue": {},
    "partner_id": {"fields": {"display_name": {}}},
    "contact_phone": {},
    "ticket_id": {"fields": {"display_name": {}}},
    "job_outcome": {},
    "attempts": {},
    "claimed_by_id": {"fields": {"display_name": {}}},
    "state": {},
    "outcome": {},
}


def run(bench: Bench, sizes: list[int]) -> None:
    env = bench.env
    partners = env["res.partner"].create([{"name": f"Call {n}"} for n in range(50)])
    for size in sizes:
        fill.tickets(env, partners, size)
        fill_callbacks(env)
        for case in cases(env, size):
            bench.run(case)


def fill_callbacks(env) -> None:
    """Give every finished ticket its call; one in fifty is still owed."""
    env.cr.execute(_CALLBACKS, {"now": fields.Datetime.now()})
    env.cr.execute("ANALYZE service_callback")
    env.invalidate_all()


def cases(env, size: int) -> list[Case]:
    calls = env["service.callback"]
    label = {1_000: "1k", 100_000: "100k", 1_000_000: "1M"}.get(size, str(size))

    def within(limit):
        return lambda ours, _peer, _queries: ours <= limit

    def look():
        calls.web_search_read(OWED, LIST, limit=80, count_limit=10_001)

    def sweep():
        grace = timedelta(minutes=env.company.service_callback_grace_minutes)
        calls.search(
            [
                *OWED,
                ("escalated_at", "=", False),
                ("due", "<", fields.Datetime.now() - grace - timedelta(days=999)),
            ],
            limit=200,
        )

    return [
        Case(
            name=f"ticket.callbacks_80_of_{label}",
            count=1,
            ours=look,
            goal="≤ 20 ms",
            is_met=within(20),
        ),
        Case(
            name=f"ticket.next_call_of_{label}",
            count=1,
            ours=calls.action_next_call,
            goal="≤ 20 ms",
            is_met=within(20),
        ),
        Case(
            name=f"ticket.callbacks_overdue_none_of_{label}",
            count=1,
            ours=sweep,
            goal="≤ 5 ms",
            is_met=within(5),
        ),
        Case(
            name=f"ticket.coverage_check_of_{label}",
            count=1,
            ours=calls._check_coverage,
            goal="≤ 5 ms",
            is_met=within(5),
        ),
    ]


_CALLBACKS = """
    INSERT INTO service_callback (
        ticket_id, company_id, team_id, partner_id, customer_id, job_outcome, caller,
        way, state, outcome, attempts, due, first_due, call_from, owed_at,
        create_uid, write_uid, create_date, write_date)
    SELECT t.id, t.company_id, t.team_id, t.partner_id, t.partner_id, 'fixed', 'desk',
           'phone', CASE WHEN t.id %% 50 = 0 THEN 'owed' ELSE 'done' END,
           CASE WHEN t.id %% 50 <> 0 THEN 'satisfied' END, 0,
           %(now)s + (t.id %% 4000 - 500) * interval '1 minute',
           %(now)s, %(now)s - interval '1 day', %(now)s, 1, 1, %(now)s, %(now)s
      FROM service_ticket t
     WHERE t.state = 'closed' AND t.name LIKE 'SB%%'
       AND NOT EXISTS (SELECT FROM service_callback c WHERE c.ticket_id = t.id);
    UPDATE service_ticket t
       SET callback_state = c.state, resolved_at = coalesce(t.resolved_at, t.opened_at)
      FROM service_callback c
     WHERE c.ticket_id = t.id AND t.callback_state IS DISTINCT FROM c.state
       AND t.name LIKE 'SB%%'
"""
