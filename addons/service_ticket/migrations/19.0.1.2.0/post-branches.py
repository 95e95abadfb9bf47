"""Members of teams are rows of their own now, with a role."""

from odoo import SUPERUSER_ID


def migrate(cr, version):
    cr.execute(
        """
        INSERT INTO service_team_member
               (team_id, user_id, company_id, create_uid, write_uid, create_date,
                write_date)
        SELECT rel.service_team_id, rel.res_users_id, team.company_id, %(root)s,
               %(root)s, now() at time zone 'utc', now() at time zone 'utc'
          FROM res_users_service_team_rel rel
          JOIN service_team team ON team.id = rel.service_team_id
            ON CONFLICT DO NOTHING
        """,
        {"root": SUPERUSER_ID},
    )
