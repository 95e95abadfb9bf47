"""Who has tickets or units has a file, since the first of them.

Files from before have no day on which they are due: they are not late.
"""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    cr.execute(
        """
        WITH contact AS (
            SELECT partner.commercial_partner_id AS id, ticket.company_id,
                   ticket.opened_at::date AS day
              FROM service_ticket ticket
              JOIN res_partner partner ON partner.id = ticket.partner_id
             UNION ALL
            SELECT partner.commercial_partner_id, lot.company_id,
                   coalesce(lot.delivered_on, lot.purchased_on, lot.create_date::date)
              FROM stock_lot lot
              JOIN res_partner partner ON partner.id = lot.end_customer_id
        ), first AS (
            SELECT DISTINCT ON (id) id, company_id, day
              FROM contact ORDER BY id, day, company_id
        )
        UPDATE res_partner
           SET service_first_contact_on = first.day,
               service_since = coalesce(service_since, first.day),
               service_company_id = coalesce(res_partner.company_id, first.company_id)
          FROM first
         WHERE first.id = res_partner.id AND service_first_contact_on IS NULL
        """
    )
    cr.execute(
        """
        UPDATE res_partner
           SET service_last_on = served.day
          FROM (SELECT partner.commercial_partner_id AS id,
                       max(ticket.resolved_at)::date AS day
                  FROM service_ticket ticket
                  JOIN res_partner partner ON partner.id = ticket.partner_id
                 WHERE ticket.kind IN ('fault', 'inspection', 'installation', 'support')
                   AND ticket.support_mode <> 'phone' AND ticket.resolved_at IS NOT NULL
                 GROUP BY 1) served
         WHERE served.id = res_partner.id AND service_last_on IS NULL
        """
    )
    env = api.Environment(cr, SUPERUSER_ID, {})
    env.invalidate_all()
    for work in ("region", "file", "contacts"):
        env["service.walk"]._begin(work)
