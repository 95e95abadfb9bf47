"""For what runs by itself over many records."""

import logging

_logger = logging.getLogger(__name__)


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
