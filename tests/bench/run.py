"""Runs inside ``odoo shell``: all cases, a table, and results.json."""

import os
import sys
from pathlib import Path

sys.path.insert(0, os.environ["BENCH_ROOT"])

from tests.bench import contract, quality, ticket  # noqa: E402
from tests.bench.harness import Bench  # noqa: E402

sizes = [int(size) for size in os.environ["BENCH_SIZES"].split(",")]
bench = Bench(env)  # noqa: F821
print(f"{'case':32} {'ours, ms':>10} {'peer, ms':>10} {'ratio':>7} {'queries':>9}")
ticket.run(bench, sizes)
if "service.entitlement" in env:  # noqa: F821
    contract.run(bench, sizes)
quality.run(bench, sizes)
bench.write(Path(os.environ["BENCH_RESULTS"]))
env.cr.rollback()  # noqa: F821
