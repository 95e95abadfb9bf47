"""Regions and files of customers are found in steps: a million rows are left alone."""


def migrate(cr, version):
    cr.execute(
        "ALTER TABLE res_partner"
        " ADD COLUMN IF NOT EXISTS service_region_id integer,"
        " ADD COLUMN IF NOT EXISTS service_completeness double precision,"
        " ADD COLUMN IF NOT EXISTS service_file_completed_on date,"
        " ADD COLUMN IF NOT EXISTS service_next_on date,"
        " ADD COLUMN IF NOT EXISTS service_next_reason varchar,"
        " ADD COLUMN IF NOT EXISTS service_contact_check_on date,"
        " ADD COLUMN IF NOT EXISTS service_contact_due date"
    )
