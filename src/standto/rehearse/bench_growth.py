"""What a rehearsal costs against its size: against the lines, and against the runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from standto.rehearse.bench import Case, blank, draws_of, made, rounded, timed
from standto.rehearse.bench_plot import Curve, plot
from standto.rehearse.engine import Engine
from standto.schedule.bench import Row, Tell

QUEUE_SHARE = 10
"""Queues are played a tenth as often: it is the cost of one run that is asked for."""
BY_LINES, QUEUES_BY_LINES, BY_RUNS = (
    "growth by lines, fixed order",
    "growth by lines, priority queues",
    "growth by runs, fixed order",
)
THOUSAND = 1_000


def growth(sizes: Sequence[int], runs: Sequence[int], workers: int, tell: Tell) -> Iterator[Row]:
    """Rows of one run of each size of lines, and of each number of runs of the smallest size."""
    for n, lines in enumerate(sizes):
        case = made(lines, tell)
        if n == 0:
            for count in runs:
                tell("bench", f"{count:,} runs of {lines:,} lines")
                yield grown(case, BY_RUNS, case.fixed, count, workers)
        few = min(THOUSAND, max(runs))
        tell("bench", f"{lines:,} lines: {few:,} runs")
        yield grown(case, BY_LINES, case.fixed, few, workers) | {
            "note": f"made in {case.making:.0f} s, arrays built in {case.building:.1f} s"
        }
        tenth = max(1, few // QUEUE_SHARE)
        yield grown(case, QUEUES_BY_LINES, case.queues, tenth, workers)


def grown(case: Case, measure: str, engine: Engine, runs: int, workers: int) -> Row:
    """Row of one size."""
    clock, spent = timed(engine, draws_of(runs), workers)
    return blank(case, measure, "standto", runs) | {
        "workers": workers,
        "seconds": rounded(clock),
        "run_ms": rounded(spent / runs * 1e3),
    }


def plotted(rows: Sequence[Row]) -> str:
    """Rows as curves: processor seconds of a thousand runs by lines, and of so many runs."""
    named = {
        BY_LINES: "lines, fixed (1,000 runs)",
        QUEUES_BY_LINES: "lines, queues (1,000 runs)",
        BY_RUNS: "runs, fixed",
    }
    curves: list[Curve] = []
    for measure, name in named.items():
        points = []
        for row in rows:
            if row["measure"] != measure:
                continue
            spent = float(row["run_ms"] or 0) / 1e3
            runs, lines = (int(row[c] or 0) for c in ("runs", "lines"))
            points.append((runs, spent * runs) if measure == BY_RUNS else (lines, spent * THOUSAND))
        if points:
            curves.append((name, points))
    return plot(curves)
