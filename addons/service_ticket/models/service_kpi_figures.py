"""What each key figure counts: one or two counts of records."""

from typing import NamedTuple

from odoo import api, models

from .service_sla_policy import CLOCKS
from .service_transition import OPEN_STATES


class Count(NamedTuple):
    """Records of a model, and what is taken of them.

    :ivar date: the field whose moment decides to which period a record belongs; None
        where only the present state is known
    :ivar measure: ``count``, ``mean`` or ``median``
    :ivar field: of which field; a pair (since, until) is the hours between the two
    """

    model: str
    date: str | None
    domain: tuple = ()
    measure: str = "count"
    field: str | tuple[str, str] | None = None


class Figure(NamedTuple):
    """A count, or its share in another one times `factor`."""

    top: Count
    base: Count | None = None
    factor: float = 1.0

    @property
    def shown(self):
        """What the value is about, as a whole."""
        return self.base or self.top


_COUNTED = ("state", "!=", "cancelled")
_FAULT = ("kind", "=", "fault")
_JUDGED = ("status", "in", ("met", "late", "overdue"))


class ServiceKpi(models.Model):
    _inherit = "service.kpi"

    # --- What is counted -----------------------------------------------------------------

    @api.model
    def _get_figures(self):
        """Return {key: Figure}; layers above add theirs, with a record for each."""
        return {
            **self._get_load_figures(),
            **self._get_promise_figures(),
            **self._get_time_figures(),
            **self._get_quality_figures(),
        }

    @api.model
    def _get_load_figures(self):
        tickets = "service.ticket"
        is_open = ("state", "in", OPEN_STATES)
        late = ("clock_status", "=", "overdue")
        return {
            "received": Figure(Count(tickets, "opened_at", (_COUNTED,))),
            "closed": Figure(Count(tickets, "closed_at", (("state", "=", "closed"),))),
            "open": Figure(Count(tickets, None, (is_open,))),
            "overdue": Figure(Count(tickets, None, (is_open, late))),
        }

    @api.model
    def _get_promise_figures(self):
        promises = "service.milestone"
        broken = ("status", "in", ("late", "overdue"))
        kept = ("status", "=", "met")
        figures = {
            "kept": Figure(
                Count(promises, "opened_at", (kept,)),
                Count(promises, "opened_at", (_JUDGED,)),
                100,
            ),
            "breaches": Figure(Count(promises, "opened_at", (broken,))),
        }
        for name, _label in CLOCKS:
            of_clock = ("clock", "=", name)
            figures[f"kept_{name}"] = Figure(
                Count(promises, "opened_at", (kept, of_clock)),
                Count(promises, "opened_at", (_JUDGED, of_clock)),
                100,
            )
        return figures

    @api.model
    def _get_time_figures(self):
        tickets = "service.ticket"
        answered = (_COUNTED, ("responded_at", "!=", False))
        solved = (("resolved_at", "!=", False),)
        response, whole = ("opened_at", "responded_at"), ("opened_at", "resolved_at")
        work = "resolution_hours"
        return {
            f"{key}_{measure}": Figure(Count(tickets, date, domain, measure, field))
            for key, date, domain, field in (
                ("response", "opened_at", answered, response),
                ("resolution", "resolved_at", solved, whole),
                ("resolution_work", "resolved_at", solved, work),
            )
            for measure in ("median", "mean")
        }

    @api.model
    def _get_quality_figures(self):
        tickets, calls = "service.ticket", "service.callback"
        received = Count(tickets, "opened_at", (_COUNTED, ("kind", "!=", "complaint")))
        every = Count(tickets, "opened_at", (_COUNTED,))
        solved = Count(tickets, "resolved_at", (_FAULT,))
        faults = Count(
            tickets, "opened_at", (_COUNTED, _FAULT, ("unit_id", "!=", False))
        )
        owed = Count(calls, "due", (("state", "!=", "cancelled"), ("due", "<=", "now")))
        jobs = Count(tickets, "resolved_at", (("is_history", "=", False),))
        called = Count(calls, "done_at", (("state", "in", ("done", "missed")),))
        rated = ("rating_last_value", ">", 0)
        rated = Count(tickets, "closed_at", (rated,), "mean", "rating_last_value")
        said = ("outcome", "in", ("satisfied", "unsatisfied"))
        answers = Count(calls, "done_at", (("state", "=", "done"), said))
        has_file = ("service_first_contact_on", "!=", False)
        files = Count("res.partner", None, (has_file, ("active", "=", True)))
        units = Count("stock.lot", None, (("service_state", "=", "in_service"),))
        return {
            "phone_solved": self._share(solved, ("support_mode", "=", "phone")),
            "repeats": self._share(faults, ("is_repeat", "=", True)),
            "one_branch": self._share(every, ("handover_count", "=", 0)),
            "handovers": Figure(every._replace(measure="mean", field="handover_count")),
            "covered": self._share(jobs, ("callback_state", "!=", False)),
            "called_back": self._share(owed, ("state", "in", ("done", "missed"))),
            "reached": self._share(called, ("state", "=", "done")),
            "rating": Figure(rated),
            "satisfied": self._share(answers, ("outcome", "=", "satisfied")),
            "complaints": Figure(
                received._replace(domain=(_COUNTED, ("kind", "=", "complaint"))),
                received,
                100,
            ),
            "customer_files": self._share(files, ("service_completeness", ">=", 1.0)),
            "files_complete": self._share(units, ("completeness", "=", 1.0)),
        }

    @api.model
    def _share(self, base, *terms, factor=100):
        """Return the share of a count for which these terms hold, too."""
        return Figure(base._replace(domain=(*base.domain, *terms)), base, factor)
