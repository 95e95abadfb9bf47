"""What was there before gets what is recorded from now on."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
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
