"""What runs gets its warnings; severities get the letters of agreements."""


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
