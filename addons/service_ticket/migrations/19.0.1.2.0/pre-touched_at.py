"""When one of us last worked on a ticket, as far as its log and its thread tell.

Before the column is made by the registry, which would fill in today.
"""


def migrate(cr, version):
    cr.execute(
        "ALTER TABLE service_ticket ADD COLUMN IF NOT EXISTS touched_at timestamp"
    )
    cr.execute(
        "UPDATE service_ticket SET touched_at = coalesce(closed_at, resolved_at, create_date)"
    )
    cr.execute(
        """
        UPDATE service_ticket ticket
           SET touched_at = greatest(ticket.create_date, log.at, thread.at)
          FROM service_ticket t
          LEFT JOIN LATERAL (
               SELECT max(at) AS at FROM service_transition
                WHERE ticket_id = t.id) log ON true
          LEFT JOIN LATERAL (
               SELECT max(message.date) AS at
                 FROM mail_message message
                 JOIN res_users author ON author.partner_id = message.author_id
                WHERE message.model = 'service.ticket' AND message.res_id = t.id
                  AND message.message_type IN ('comment', 'email', 'email_outgoing')
                  AND NOT author.share AND author.active) thread ON true
         WHERE t.id = ticket.id AND t.state IN ('new', 'open', 'waiting')
        """
    )
