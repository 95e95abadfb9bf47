"""Whose hours count is said plainly now: an empty calendar meant round the clock.

Before the data are loaded: a new escalation step makes running promises count anew.
"""


def migrate(cr, version):
    # What is broken already is no news to the first replay.
    cr.execute(
        "UPDATE service_milestone SET status = 'overdue'"
        " WHERE status = 'running' AND due < now() at time zone 'utc'"
    )
    for table in ("service_sla_target", "service_milestone"):
        cr.execute(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS hours_of varchar")
        cr.execute(
            f"UPDATE {table} SET hours_of ="  # noqa: S608 – fixed names
            " CASE WHEN calendar_id IS NULL THEN 'always' ELSE 'calendar' END"
            " WHERE hours_of IS NULL"
        )
