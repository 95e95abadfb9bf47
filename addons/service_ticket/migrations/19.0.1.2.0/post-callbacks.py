"""Callbacks that were owed or made before get what is kept of them from now on."""

from odoo import SUPERUSER_ID, api
from odoo.tools import convert_file

_ENGINEER_WRITES = "service_ticket.service_callback_rule_engineer"
_CLOSED = "service_ticket.mail_template_closed"


def migrate(cr, version):
    cr.execute(
        """
        UPDATE service_callback
           SET call_from = coalesce(call_from, due), owed_at = create_date,
               first_due = coalesce(first_due, due)
        """
    )
    cr.execute(
        """
        UPDATE service_ticket t
           SET callback_state = c.state
          FROM (SELECT DISTINCT ON (ticket_id) ticket_id, state
                  FROM service_callback
                 WHERE state IN ('owed', 'done')
                 ORDER BY ticket_id, id DESC) c
         WHERE c.ticket_id = t.id AND t.callback_state IS NULL
        """
    )
    # Calls that are late already are on their list: nobody is told of all at once.
    cr.execute(
        """
        UPDATE service_callback SET escalated_at = now() at time zone 'utc'
         WHERE state = 'owed' AND escalated_at IS NULL
           AND due < now() at time zone 'utc'
        """
    )
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name in ("advised", "untested", "doubtful"):
        rule = env.ref(f"service_ticket.callback_rule_{name}", False)
        if rule:
            rule.not_earlier = True
            rule.caller = "engineer" if name == "doubtful" else "desk"
    for name in ("fixed", "no_fault"):
        rule = env.ref(f"service_ticket.callback_rule_{name}", False)
        if rule:
            rule.sequence = 30
    # Engineers make calls now, those that a rule gives them.
    rule = env.ref(_ENGINEER_WRITES, False)
    if rule:
        rule.perm_write = False
    # The mail asks for a rating now, unless somebody has words of their own in it.
    template = env.ref(_CLOSED, False)
    if template and template.write_uid.id == SUPERUSER_ID:
        convert_file(
            env, "service_ticket", "data/mail_template_closed_data.xml", {}, "init"
        )
