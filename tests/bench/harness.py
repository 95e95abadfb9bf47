"""Time the suite against its peers in one process and one database.

A case gives the same work twice: done by the suite and, where there is one, by a peer.
Each is run a few times in a savepoint that is rolled back; the median counts. Times are
milliseconds, queries are those that reach PostgreSQL.
"""

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

REPEATS = 3


@dataclass(frozen=True)
class Case:
    """One comparison.

    :ivar name: ``layer.what``, e.g. ``ticket.create_1000``
    :ivar count: how many records one run is about; figures are per record
    :ivar ours: does the work
    :ivar peer: the same work by a peer, if any
    :ivar prepare: makes what `ours` and `peer` are given, outside the timing
    :ivar goal: what is to be reached, in words
    :ivar is_met: judges (our milliseconds, the peer's or None, our queries)
    """

    name: str
    count: int
    ours: Callable
    goal: str
    is_met: Callable[[float, float | None, float], bool]
    peer: Callable | None = None
    prepare: Callable = lambda: ()
    prepare_peer: Callable = lambda: ()


class Bench:
    """Runs cases in one environment and keeps their figures."""

    def __init__(self, env):
        self.env = env
        self.results: list[dict] = []

    def run(self, case: Case) -> None:
        """Run one case and print its line."""
        ours, queries = self._measure(case.ours, case.prepare, case.count)
        peer = None
        if case.peer:
            peer, _queries = self._measure(case.peer, case.prepare_peer, case.count)
        self.results.append(
            {
                "name": case.name,
                "ours": round(ours, 3),
                "peer": None if peer is None else round(peer, 3),
                "floor": None,
                "ratio": None if peer is None else round(peer / ours, 2),
                "goal": case.goal,
                "met": bool(case.is_met(ours, peer, queries)),
                "queries": round(queries, 3),
            }
        )
        print(self._line(self.results[-1]), flush=True)

    def _measure(self, work, prepare, count) -> tuple[float, float]:
        times, queries = [], []
        for _repeat in range(REPEATS):
            with self.env.cr.savepoint() as savepoint:
                given = prepare()
                self.env.cr.flush()
                self.env.invalidate_all()
                before, start = self.env.cr.sql_log_count, time.perf_counter()
                work(*given)
                self.env.cr.flush()  # with what Odoo leaves to the commit: tracking
                times.append((time.perf_counter() - start) * 1000)
                queries.append(self.env.cr.sql_log_count - before)
                savepoint.rollback()
            self.env.cr.clear()
            self.env.invalidate_all()
        return statistics.median(times) / count, statistics.median(queries) / count

    @staticmethod
    def _line(row: dict) -> str:
        peer = "" if row["peer"] is None else f"{row['peer']:10.3f}"
        ratio = "" if row["ratio"] is None else f"{row['ratio']:6.1f}×"
        mark = "met" if row["met"] else "MISSED"
        return (
            f"{row['name']:32} {row['ours']:10.3f} {peer:>10} {ratio:>7}"
            f" {row['queries']:9.3f}  {mark:6}  {row['goal']}"
        )

    def write(self, path: Path) -> None:
        """Keep the figures of this run."""
        path.write_text(json.dumps(self.results, indent=1, ensure_ascii=False) + "\n")
