"""Why a ticket is with its team is told of new ones: a million old rows are left alone."""


def migrate(cr, version):
    cr.execute(
        "ALTER TABLE service_ticket"
        " ADD COLUMN IF NOT EXISTS team_found_by varchar,"
        " ADD COLUMN IF NOT EXISTS handover_count integer"
    )
