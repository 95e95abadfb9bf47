"""Many tickets, straight into the tables, with fresh statistics."""

OPEN_SHARE = 10  # percent


def tickets(env, partners, size: int) -> None:
    """Fill up to `size` tickets with their three clocks; one in ten is open."""
    env.cr.execute("SELECT count(*) FROM service_ticket")
    missing = size - env.cr.fetchone()[0]
    values = {
        "missing": missing,
        "open": OPEN_SHARE,
        "company": env.company.id,
        "partner": min(partners.ids),
        "severity": env.ref("service_ticket.severity_minor").id,
        "team": env.ref("service_ticket.team_service").id,
    }
    if missing > 0:
        env.cr.execute(_TICKETS, values)
        env.cr.execute(_CLOCKS)
    env.cr.execute("ANALYZE service_ticket, service_milestone")


def solutions(env) -> None:
    """Make every closed ticket teach something: one of 20 faults, in loose words."""
    symptoms = env["service.fault.code"].search([("kind", "=", "symptom")])
    values = {"symptoms": symptoms.ids, "words": _WORDS, "count": len(_WORDS)}
    env.cr.execute(_SOLUTIONS, values)
    env.cr.execute("ANALYZE service_solution")


def peer_tickets(env, partners, size: int) -> None:
    """The same number of tickets of the peer."""
    env.cr.execute("SELECT count(*) FROM helpdesk_ticket")
    missing = size - env.cr.fetchone()[0]
    stages = env["helpdesk.ticket.stage"].search([])
    values = {
        "missing": missing,
        "open": OPEN_SHARE,
        "company": env.company.id,
        "partner": min(partners.ids),
        "first": stages.filtered(lambda stage: not stage.closed)[:1].id,
        "closed": stages.filtered("closed")[:1].id,
    }
    if missing > 0:
        env.cr.execute(_PEER_TICKETS, values)
    env.cr.execute("ANALYZE helpdesk_ticket")


_TICKETS = """
    INSERT INTO service_ticket (
        name, subject, description, kind, channel, state, company_id, team_id,
        severity_id, partner_id, support_mode, opened_at, touched_at, responded_at,
        resolved_at, closed_at, resolution_hours, is_repeat, next_due, clock_status,
        create_uid, write_uid, create_date, write_date)
    SELECT 'SB' || lpad(n::text, 8, '0'), 'Fault ' || md5(n::text),
           'It stopped: ' || md5((n * 7)::text), 'fault', 'phone',
           CASE WHEN n %% 100 < %(open)s THEN 'open' ELSE 'closed' END,
           %(company)s, %(team)s, %(severity)s, %(partner)s + n %% 50, 'phone',
           opened, opened, opened + n %% 99 * interval '1 minute',
           CASE WHEN n %% 100 >= %(open)s THEN opened + n %% 9 * interval '1 hour' END,
           CASE WHEN n %% 100 >= %(open)s THEN opened + n %% 30 * interval '1 hour' END,
           n %% 9, n %% 25 = 0,
           CASE WHEN n %% 100 < %(open)s
                THEN now() at time zone 'utc' + n * interval '1 minute' END,
           CASE WHEN n %% 100 < %(open)s THEN 'running' ELSE 'met' END,
           1, 1, now() at time zone 'utc', now() at time zone 'utc'
      FROM generate_series(1, %(missing)s) AS n
     CROSS JOIN LATERAL (
           SELECT now() at time zone 'utc' - n * interval '10 seconds' AS opened) AS o
"""

_CLOCKS = """
    INSERT INTO service_milestone (
        ticket_id, company_id, team_id, opened_at, clock, status, hours, hours_of, due,
        next_alert, create_uid, write_uid, create_date, write_date)
    SELECT t.id, t.company_id, t.team_id, t.opened_at, clock,
           CASE WHEN t.state = 'open' THEN 'running' ELSE 'met' END,
           extract(epoch FROM due - t.opened_at) / 3600, 'always', due,
           CASE WHEN t.state = 'open' THEN due END,
           1, 1, now() at time zone 'utc', now() at time zone 'utc'
      FROM service_ticket t
     CROSS JOIN unnest(ARRAY['first_response', 'on_site', 'restoration'])
           WITH ORDINALITY AS c (clock, place)
     CROSS JOIN LATERAL (
           SELECT coalesce(t.next_due, t.opened_at) + place * interval '1 day' AS due
     ) AS d
     WHERE t.name LIKE 'SB%'
        ON CONFLICT DO NOTHING
"""

_PEER_TICKETS = """
    INSERT INTO helpdesk_ticket (
        number, name, description, company_id, partner_id, stage_id, priority, active,
        create_uid, write_uid, create_date, write_date)
    SELECT 'PB' || lpad(n::text, 8, '0'), 'Fault ' || md5(n::text),
           'It stopped: ' || md5((n * 7)::text), %(company)s, %(partner)s + n %% 50,
           CASE WHEN n %% 100 < %(open)s THEN %(first)s ELSE %(closed)s END, '1', true,
           1, 1, now() at time zone 'utc', now() at time zone 'utc'
      FROM generate_series(1, %(missing)s) AS n
"""

_WORDS = (
    "wash leak drip door drum filt spin nois rattl vibrat heat cold ic frost fan motor "
    "panel cabl disk memor tra roll jam blink 空调 制冷 漏水 噪声 压缩 缩机 打印 卡纸 "
    "开机 黑屏 掉线 网络 温度 报警 重启 过热"
).split()

# Six words a fault: five common ones, unevenly, and one that is nearly its own.
_SOLUTIONS = """
    INSERT INTO service_solution (
        ticket_id, company_id, solved_on, symptom_id, work_done, words)
    SELECT t.id, t.company_id, t.opened_at::date,
           (%(symptoms)s::int[])[1 + (t.id * 7) %% array_length(%(symptoms)s::int[], 1)],
           'Done',
           (SELECT string_agg(DISTINCT (%(words)s::text[])[
                       1 + ((t.id * k * k) %% (%(count)s - k * 3))], ' ')
              FROM generate_series(1, 5) AS k) || ' e' || t.id %% 5000
      FROM service_ticket t
     WHERE t.state = 'closed' AND t.name LIKE 'SB%%'
        ON CONFLICT DO NOTHING
"""
