"""The rehearsal's kernels against SimPy and salabim, one worker against two, cost against size.

    .venv/bin/python bench/rehearsal.py [compare|workers|tasks|growth] [--lines N] [--runs N]

The schedule is made at random on the bundled network (`tests/made_movement.py`), with the bundled
contingencies of feb2022; all simulators play the same movement with the same draws. Ratios are of
processor time on one core, which other work on the machine disturbs less than the clock.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.made_movement import made_schedule

from rehearsal_plot import plot
from rehearsal_twins import salabim_fixed, seconds, simpy_fixed, simpy_queueing
from standto.rehearse.closing import Closing, Minutes
from standto.rehearse.draws import Draws, draw
from standto.rehearse.engine import Engine, Scratch
from standto.rehearse.fixed_order import FixedOrder
from standto.rehearse.queueing import Queueing
from standto.rehearse.runs import How, blocks_of, play_all, player
from standto.world.load import load, load_network

SALABIM_LINES = 3_000
"""More lines than this are not played in salabim, which takes minutes for one run of them."""
TASKS = 400
PAIRS = 9


def main() -> None:
    """Measure what is asked for, or all of it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", nargs="?", choices=("compare", "workers", "tasks", "growth"))
    parser.add_argument("--lines", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--svg", type=Path)
    given = parser.parse_args()
    print(f"{os.cpu_count()} cores, load before {os.getloadavg()[0]:.1f}")
    if given.what in (None, "compare"):
        compare(given.lines, given.runs)
    if given.what in (None, "workers"):
        workers(given.lines, min(given.runs, 2_000))
    if given.what in (None, "tasks"):
        tasks()
    if given.what in (None, "growth"):
        growth(given.svg)
    print(f"load after {os.getloadavg()[0]:.1f}")


def engines(lines: int) -> tuple[FixedOrder, Queueing]:
    """Both policies for one random schedule, with the time that building them takes."""
    network, plan, schedule = made_schedule(load_network(), lines, 1)
    table = load("feb2022").contingencies
    began = time.perf_counter()
    fixed = FixedOrder.of(schedule, plan, table, network)
    built = time.perf_counter() - began
    queueing = Queueing.of(schedule, plan, table, network, by_priority=True)
    print(f"{lines:,} lines, {len(fixed.release):,} activities, built in {built:.1f} s")
    return fixed, queueing


def draws_of(runs: int) -> Draws:
    """The contingencies of feb2022."""
    return draw(load("feb2022").contingencies, runs, 1)


def played(engine: Engine, draws: Draws, workers: int) -> tuple[float, float]:
    """Seconds by the clock, and of the processor, for all runs on so many workers."""
    how = How(workers=workers)
    began, spent = time.perf_counter(), time.process_time()
    with player(engine, draws, how) as hands:
        play_all(engine, draws, how, hands, None, "bench")
    return time.perf_counter() - began, time.process_time() - spent


def compare(lines: int, runs: int) -> None:
    """Seconds a run of each simulator."""
    fixed, queueing = engines(lines)
    few = draws_of(3)
    fixed.closures(few)
    queueing.closures(few)
    every = [few.part(np.array([r])) for r in range(3)]
    twins: list[list[int]] = []
    slow = [seconds(lambda d=d: twins.append(simpy_fixed(fixed, d))) for d in every]
    assert all(
        twin == fixed.ends(d)[:, 0].tolist() for twin, d in zip(twins, every, strict=True)
    ), "the kernel's ends are SimPy's"
    told("fixed order", fixed, runs, "SimPy", slow)
    if lines <= SALABIM_LINES:
        told("fixed order", fixed, runs, "salabim", [salabim_fixed(fixed, every[0])])
    slow = [seconds(lambda d=d: simpy_queueing(queueing, d)) for d in every]
    told("priority queues", queueing, min(runs, 512), "SimPy", slow)


def told(name: str, engine: Engine, runs: int, peer: str, slow: list[float]) -> None:
    """Print an engine beside a peer, by the median of three; slow: seconds of the peer a run."""
    times = [played(engine, draws_of(runs), 2) for _ in range(3)]
    clock, spent = (statistics.median(t) for t in zip(*times, strict=True))
    theirs = statistics.median(slow)
    print(
        f"{name}, {runs:,} runs: {clock:.2f} s on 2 workers,"
        f" {spent / runs * 1e3:.3f} ms of processor a run; {peer}: {theirs:.2f} s a run,"
        f" x{theirs * runs / spent:,.0f} core for core,"
        f" x{theirs * runs / clock:,.0f} by the clock on 2 workers"
    )


def workers(lines: int, runs: int) -> None:
    """One worker against two, alternating, by the median; the quietest pair beside it."""
    fixed, _ = engines(lines)
    draws = draws_of(runs)
    fixed.closures(draws.part(np.arange(1)))
    rows = []
    for _ in range(PAIRS):
        (one, spent_one), (two, spent_two) = played(fixed, draws, 1), played(fixed, draws, 2)
        rows.append((one / two, spent_two / spent_one, one, two))
        print(f"  1 worker {one:.2f} s, 2 workers {two:.2f} s, load {os.getloadavg()[0]:.1f}")
    ratios, dearer, ones, twos = (list(column) for column in zip(*rows, strict=True))
    print(
        f"{runs:,} runs: x{statistics.median(ratios):.2f} by the median of {PAIRS} pairs,"
        f" x{max(ratios):.2f} at best, quickest with 1 {min(ones):.2f} s and with 2"
        f" {min(twos):.2f} s; processor time with two {statistics.median(dearer):.2f} times that"
        " with one"
    )


class Nothing:
    """An engine whose blocks take no time: what is left is the cost of a task."""

    closing: Closing = None  # type: ignore[assignment]
    block = 1
    again = 0

    def __init__(self, threads: bool) -> None:
        self.threads = threads

    def arrays(self) -> tuple[npt.NDArray[np.generic], ...]:
        """None."""
        return ()

    def closures(self, draws: Draws, scratch: Scratch | None = None) -> Minutes:
        """Nought for ten forces."""
        return np.zeros((draws.runs, 10), dtype=np.int64)


def tasks() -> None:
    """What a task costs on threads, on processes and on a Dask cluster of this machine."""
    draws = draws_of(TASKS)
    jobs = [(chosen, -1) for chosen in blocks_of(np.arange(TASKS), 1)]
    for name, engine in (("threads", Nothing(True)), ("processes", Nothing(False))):
        with player(engine, draws, How(workers=2)) as play:
            list(play(jobs[:4]))
            print(f"{name}: {clock(lambda p=play: list(p(jobs))) / TASKS * 1e3:.2f} ms a task")
    with cluster() as address, player(Nothing(True), draws, How(cluster=address)) as play:
        list(play(jobs[:4]))
        print(f"Dask: {clock(lambda p=play: list(p(jobs))) / TASKS * 1e3:.2f} ms a task")


@contextmanager
def cluster() -> Iterator[str]:
    """Address of a Dask cluster of two processes on this machine."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as made:
        yield made.scheduler_address


def clock(play: Callable[[], object]) -> float:
    """Seconds by the clock."""
    began = time.perf_counter()
    play()
    return time.perf_counter() - began


def growth(svg: Path | None) -> None:
    """Processor seconds against lines (1,000 runs) and against runs (1,000 lines)."""
    by_lines, by_queues = [], []
    for lines in (1_000, 3_000, 10_000, 30_000, 100_000):
        fixed, queueing = engines(lines)
        for engine, points, runs in ((fixed, by_lines, 1_000), (queueing, by_queues, 100)):
            engine.closures(draws_of(1))
            took = played(engine, draws_of(runs), 2)[1] * 1_000 / runs
            points.append((lines, took))
            print(f"{lines:>8,} lines, 1,000 runs: {took:.2f} s, {type(engine).__name__}")
    fixed, _ = engines(1_000)
    by_runs = []
    for runs in (100, 1_000, 10_000, 100_000):
        by_runs.append((runs, played(fixed, draws_of(runs), 2)[1]))
        print(f"{runs:>8,} runs, 1,000 lines: {by_runs[-1][1]:.2f} s")
    if svg:
        series = [
            ("lines, fixed (1,000 runs)", by_lines),
            ("lines, queues (1,000 runs)", by_queues),
            ("runs, fixed (1,000 lines)", by_runs),
        ]
        svg.write_text(plot(series))


if __name__ == "__main__":
    main()
