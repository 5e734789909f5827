"""Measures of the rehearsal: beside SimPy and salabim, one worker against two, against size.

The schedule is made at random on the bundled network, with the contingencies of feb2022; all play
the same movement with the same draws. Ratios are of processor time on one core, which other work on
the machine disturbs less than the clock.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from standto.rehearse.bench_schedule import made_schedule
from standto.rehearse.closing import Closing
from standto.rehearse.draws import Draws, draw
from standto.rehearse.engine import Engine
from standto.rehearse.fixed_order import FixedOrder
from standto.rehearse.queueing import Queueing
from standto.rehearse.runs import How, play_all, player
from standto.schedule.bench import Row, Tell
from standto.schedule.bench_child import installed
from standto.schedule.bench_peers import MISSING
from standto.schedule.bench_table import Form
from standto.world.load import load, load_network

FORM = Form(
    columns={
        "measure": "measure",
        "lines": "lines",
        "activities": "activities",
        "player": "player",
        "workers": "workers",
        "runs": "runs",
        "seconds": "seconds",
        "run_ms": "ms a run",
        "faster": "ours is faster by",
        "agrees": "agrees",
        "load": "load",
        "note": "note",
    },
    shares=frozenset(),
    whole=frozenset({"lines", "activities", "runs"}),
    key=lambda cells: tuple(cells[c] for c in ("measure", "lines", "player", "workers", "runs")),
)
"""Rows: seconds by the clock; run_ms of the processor; faster: a peer's processor time a run over
ours; agrees: whether every activity or ride ends at the same minute as ours; load: load average."""
CONTINGENCIES = "feb2022"
"""Scenario whose contingencies strike the movement."""
QUEUE_RUNS = 512
"""Queues are played at most so many times: a run takes as long as some fifty of the fixed order."""
PEER_RUNS = 3
TIMES = 3
"""Ours is played so many times over; the median counts."""
SALABIM_LINES = 3_000
"""More lines than this are not played in salabim, which takes minutes for one run of them."""
SCALE_RUNS = 2_000
NONE_CLOSE = Closing(
    forces=(),
    order=np.zeros(0, dtype=np.int64),
    bounds=np.zeros(1, dtype=np.int64),
    weight=np.zeros(0),
    needed=np.zeros(0),
    hopeless=np.zeros(0, dtype=np.bool_),
)
"""A closing of no forces, for engines whose ends alone count."""


@dataclass(frozen=True)
class Bench:
    """What to measure: each size of lines, so many runs and workers, and pairs of scale-out."""

    sizes: Sequence[int]
    runs: int
    workers: int = 2
    pairs: int = 9


@dataclass(frozen=True)
class Case:
    """Both policies for one random schedule, and the seconds it took to make and to build them."""

    lines: int
    fixed: FixedOrder
    queues: Queueing
    making: float
    building: float


def rehearsal(bench: Bench, tell: Tell) -> Iterator[Row]:
    """Rows of speed beside the peers for each size, and of scale-out for the largest."""
    for lines in bench.sizes:
        case = made(lines, tell)
        tell("bench", f"{lines:,} lines: fixed order")
        yield from fixed_order(case, bench)
        tell("bench", f"{lines:,} lines: queues")
        yield from priority_queues(case, bench)
    if bench.pairs and bench.workers > 1:
        tell("bench", f"{bench.workers} workers against one")
        yield scale_out(case, bench)


def made(lines: int, tell: Tell) -> Case:
    """A random schedule of so many lines, with its kernels compiled."""
    tell("bench", f"{lines:,} lines: a schedule made at random")
    table = load(CONTINGENCIES).contingencies
    began = time.perf_counter()
    network, plan, schedule = made_schedule(load_network(), lines, 1)
    built = time.perf_counter()
    fixed = FixedOrder.of(schedule, plan, table, network)
    done = time.perf_counter()
    queues = Queueing.of(schedule, plan, table, network, by_priority=True)
    for engine in (fixed, queues):
        engine.closures(draws_of(1))
    return Case(lines, fixed, queues, built - began, done - built)


def draws_of(runs: int) -> Draws:
    """What happens in so many runs."""
    return draw(load(CONTINGENCIES).contingencies, runs, 1)


def fixed_order(case: Case, bench: Bench) -> Iterator[Row]:
    """Rows of the fixed order: ours, SimPy's and salabim's."""
    ours = played(case, "fixed order", case.fixed, bench.runs, bench.workers)
    yield ours | {"note": f"arrays built in {case.building:.1f} s"}
    if not installed("simpy"):
        yield missing(case, "fixed order", "SimPy")
    else:
        from standto.rehearse.bench_simpy import simpy_fixed

        few = each(PEER_RUNS)
        row = peer(case, ours, "SimPy", [partial(simpy_fixed, case.fixed, d) for d in few],
                   [case.fixed.ends(d)[:, 0].tolist() for d in few])  # fmt: skip
        yield row | {"note": "one process an activity"}
    if case.lines > SALABIM_LINES:
        return
    if not installed("salabim"):
        yield missing(case, "fixed order", "salabim")
        return
    from standto.rehearse.bench_salabim import salabim_fixed

    one = each(1)[0]
    row = peer(case, ours, "salabim", [partial(salabim_fixed, case.fixed, one)],
               [case.fixed.ends(one)[:, 0].tolist()])  # fmt: skip
    yield row | {"note": "one component an activity"}


def priority_queues(case: Case, bench: Bench) -> Iterator[Row]:
    """Rows of the queues: ours, SimPy's as they are, and SimPy's with our tie rule."""
    runs = min(bench.runs, QUEUE_RUNS)
    ours = played(case, "priority queues", case.queues, runs, bench.workers)
    yield ours
    if not installed("simpy"):
        yield missing(case, "priority queues", "SimPy")
        return
    from standto.rehearse.bench_simpy import Counter, Desk, simpy_queueing

    few = each(PEER_RUNS)
    row = peer(case, ours, "SimPy",
               [partial(simpy_queueing, case.queues, d, Counter) for d in few], None)  # fmt: skip
    yield row | {"note": "PriorityResource, which breaks ties its own way"}
    row = peer(case, ours, "SimPy, our tie rule",
               [partial(simpy_queueing, case.queues, d, Desk) for d in few],
               [case.queues.ends(d)[0].tolist() for d in few])  # fmt: skip
    yield row | {"note": "asked for the ends, not for the time"}


def scale_out(case: Case, bench: Bench) -> Row:
    """Row of more workers against one, by turns: how often faster by the clock, by the median."""
    draws = draws_of(min(bench.runs, SCALE_RUNS))
    pairs = []
    for _ in range(bench.pairs):
        pairs.append([timed(case.fixed, draws, workers) for workers in (1, bench.workers)])
    ratios = [one[0] / many[0] for one, many in pairs]
    dearer = [many[1] / one[1] for one, many in pairs]
    return blank(case, "scale-out, fixed order", "standto", draws.runs) | {
        "workers": bench.workers,
        "seconds": rounded(statistics.median(many[0] for _, many in pairs)),
        "run_ms": rounded(statistics.median(many[1] for _, many in pairs) / draws.runs * 1e3),
        "faster": f"x{statistics.median(ratios):.2f}",
        "note": f"than one worker, by the median of {bench.pairs} pairs by turns;"
        f" x{max(ratios):.2f} at best; processor time {statistics.median(dearer):.2f} times that of"
        " one worker",
    }


def each(runs: int) -> list[Draws]:
    """The first runs, each alone."""
    draws = draws_of(runs)
    return [draws.part(np.array([r])) for r in range(runs)]


def played(case: Case, measure: str, engine: Engine, runs: int, workers: int) -> Row:
    """Row of an engine of ours."""
    draws = draws_of(runs)
    times = [timed(engine, draws, workers) for _ in range(TIMES)]
    clock, spent = (statistics.median(column) for column in zip(*times, strict=True))
    return blank(case, measure, "standto", runs) | {
        "workers": workers,
        "seconds": rounded(clock),
        "run_ms": rounded(spent / runs * 1e3),
    }


def timed(engine: Engine, draws: Draws, workers: int) -> tuple[float, float]:
    """Seconds by the clock, and of the processor, for all runs on so many workers."""
    how = How(workers=workers)
    began, spent = time.perf_counter(), time.process_time()
    with player(engine, draws, how) as hands:
        play_all(engine, draws, how, hands, None, "bench")
    return time.perf_counter() - began, time.process_time() - spent


def peer(
    case: Case,
    ours: Row,
    name: str,
    plays: list[Callable[[], list[int]]],
    ends: list[list[int]] | None,
) -> Row:
    """Row of a peer, by the median of its runs. ends: ours of the same runs, to be compared."""
    began, times, same = time.perf_counter(), [], True
    for n, play in enumerate(plays):
        spent = time.process_time()
        theirs = play()
        times.append(time.process_time() - spent)
        same = same and (ends is None or theirs == ends[n])
    clock, run_ms = time.perf_counter() - began, statistics.median(times) * 1e3
    return blank(case, str(ours["measure"]), name, len(plays)) | {
        "workers": 1,
        "seconds": rounded(clock),
        "run_ms": rounded(run_ms),
        "faster": f"x{run_ms / max(float(ours['run_ms'] or 0.0), 1e-9):,.0f}",
        "agrees": None if ends is None else same,
    }


def missing(case: Case, measure: str, name: str) -> Row:
    """Row of a peer that is not installed."""
    return blank(case, measure, name, 0) | {"note": MISSING}


def blank(case: Case, measure: str, name: str, runs: int) -> Row:
    """A row before anything is known."""
    return {
        "measure": measure,
        "lines": case.lines,
        "activities": len(case.fixed.release),
        "player": name,
        "runs": runs,
        "load": round(os.getloadavg()[0], 1),
    }


def rounded(value: float) -> float:
    """Three digits that count, and no decimals where they do not."""
    short = float(f"{value:.3g}")
    return int(short) if short >= 100 else short
