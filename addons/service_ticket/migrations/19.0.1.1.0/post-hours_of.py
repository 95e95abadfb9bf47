"""Whose hours count is said plainly now: an empty calendar meant round the clock."""


def migrate(cr, version):
    for table in ("service_sla_target", "service_milestone"):
        cr.execute(
            f"UPDATE {table} SET hours_of ="  # noqa: S608 – fixed names
            " CASE WHEN calendar_id IS NULL THEN 'always' ELSE 'calendar' END"
        )
    # What runs is looked at once, so that it gets its warnings.
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
