"""Complaints from before: no day was promised for their answer, so none is overdue.

Before the columns are made by the registry, which would promise one in the past, and
look at every ticket for it.
"""


def migrate(cr, version):
    cr.execute(
        "ALTER TABLE service_ticket"
        " ADD COLUMN IF NOT EXISTS complaint_group varchar,"
        " ADD COLUMN IF NOT EXISTS complaint_answer_due timestamp,"
        " ADD COLUMN IF NOT EXISTS complaint_due_told boolean,"
        " ADD COLUMN IF NOT EXISTS complaint_recorder_id integer"
    )
    cr.execute(
        """
        UPDATE service_ticket
           SET complaint_group = coalesce(complaint_group, 'other'),
               complaint_recorder_id = coalesce(complaint_recorder_id, create_uid),
               complaint_due_told = true
         WHERE kind = 'complaint' AND complaint_due_told IS NOT TRUE
        """
    )
