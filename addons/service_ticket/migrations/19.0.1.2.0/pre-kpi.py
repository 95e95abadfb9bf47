"""Key figures add up stored columns: fill them at once, not record by record."""


def migrate(cr, version):
    cr.execute(
        "ALTER TABLE service_ticket ADD COLUMN IF NOT EXISTS responded_at timestamp"
    )
    cr.execute(
        """
        UPDATE service_ticket ticket SET responded_at = log.at
          FROM (SELECT ticket_id, min(at) AS at FROM service_transition
                 WHERE clock = 'first_response' GROUP BY ticket_id) AS log
         WHERE log.ticket_id = ticket.id AND ticket.responded_at IS NULL
        """
    )
    cr.execute(
        "ALTER TABLE service_milestone"
        " ADD COLUMN IF NOT EXISTS opened_at timestamp,"
        " ADD COLUMN IF NOT EXISTS team_id integer"
    )
    cr.execute(
        """
        UPDATE service_milestone milestone
           SET opened_at = ticket.opened_at, team_id = ticket.team_id
          FROM service_ticket ticket WHERE ticket.id = milestone.ticket_id
        """
    )
