"""What was there before gets what is recorded from now on."""

from odoo import SUPERUSER_ID, api

# What is past is on record as taken, without anybody told: else the first sweep would
# tell of every old breach at once. Promises without a row here are told as usual.
_TAKEN = """
    INSERT INTO service_alert
           (milestone_id, ticket_id, company_id, step_id, at, create_uid, write_uid,
            create_date, write_date)
    SELECT milestone.id, ticket.id, ticket.company_id, step.id, %(now)s, %(root)s,
           %(root)s, %(now)s, %(now)s
      FROM service_milestone milestone
      JOIN service_ticket ticket ON ticket.id = milestone.ticket_id
      JOIN service_escalation_step step
        ON step.active
       AND (step.company_id IS NULL OR step.company_id = ticket.company_id)
       AND (step.policy_id IS NULL OR step.policy_id = ticket.policy_id)
       AND (step.clock IS NULL OR step.clock = milestone.clock)
       AND (NOT EXISTS (SELECT FROM service_escalation_step_service_severity_rel
                         WHERE service_escalation_step_id = step.id)
            OR EXISTS (SELECT FROM service_escalation_step_service_severity_rel
                        WHERE service_escalation_step_id = step.id
                          AND service_severity_id = ticket.severity_id))
     WHERE milestone.status IN ('running', 'overdue')
       AND milestone.due + step.minutes * interval '1 minute' < %(now)s
        ON CONFLICT DO NOTHING
"""


def migrate(cr, version):
    now = cr.now().replace(microsecond=0)
    cr.execute(_TAKEN, {"root": SUPERUSER_ID, "now": now})
    # The sweep counts these anew.
    cr.execute(
        "UPDATE service_milestone SET next_alert = now() at time zone 'utc'"
        " WHERE status IN ('running', 'overdue', 'paused')"
    )
    for level, letter in enumerate("ABC", 1):
        cr.execute(
            "UPDATE service_severity SET letter = %s WHERE level = %s"
            " AND letter IS NULL",
            [letter, level],
        )
    cr.execute(
        "UPDATE stock_lot SET unit_origin = 'delivered'"
        " WHERE unit_origin IS NULL AND delivered_on IS NOT NULL"
    )
    cr.execute(
        """
        INSERT INTO service_unit_owner
               (unit_id, company_id, partner_id, site_id, since, create_uid,
                write_uid, create_date, write_date)
        SELECT id, company_id, end_customer_id, site_id, delivered_on, %(root)s,
               %(root)s, now() at time zone 'utc', now() at time zone 'utc'
          FROM stock_lot unit
         WHERE end_customer_id IS NOT NULL
           AND NOT EXISTS (
               SELECT FROM service_unit_owner WHERE unit_id = unit.id)
        """,
        {"root": SUPERUSER_ID},
    )
    env = api.Environment(cr, SUPERUSER_ID, {})
    customer = env.ref("service_ticket.waiting_customer", raise_if_not_found=False)
    if customer:
        customer.ends_with_mail = True
