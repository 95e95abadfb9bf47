"""For what runs by itself over many records."""

import logging

import psycopg2

_logger = logging.getLogger(__name__)
# Somebody else writes the records right now.
BUSY = (
    psycopg2.errors.SerializationFailure,
    psycopg2.errors.LockNotAvailable,
    psycopg2.errors.DeadlockDetected,
)


def try_lock(records, limit=None):
    """Return the records that could be locked, read anew; none on a conflict."""
    try:
        with records.env.cr.savepoint():
            mine = records.try_lock_for_update(allow_referencing=True, limit=limit)
    except BUSY:  # changed since this transaction began
        mine = records.browse()
    mine.invalidate_recordset()
    return mine


def do_each(records, work):
    """Do the work for all at once; where that fails, for each one alone.

    One bad record keeps no other from it: it is left undone and logged.

    :param work: function of the records, also of a single one
    :return: the bad ones
    """
    if not records:
        return records
    try:
        with records.env.cr.savepoint():
            work(records)
    except Exception:
        records.env.invalidate_all()
        if len(records) == 1:
            _logger.exception("Left undone: %s", records)
            return records
        return records.browse().union(*(do_each(one, work) for one in records))
    return records.browse()
