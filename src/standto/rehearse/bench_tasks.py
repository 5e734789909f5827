"""What a task costs on threads, on processes and on a Dask cluster of this machine."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from standto.rehearse.bench import NONE_CLOSE, draws_of, rounded
from standto.rehearse.closing import Closing, Minutes
from standto.rehearse.draws import Draws
from standto.rehearse.engine import Scratch
from standto.rehearse.runs import How, Play, blocks_of, player
from standto.schedule.bench import Row, Tell
from standto.schedule.bench_child import installed

FIRST = 4
"""Tasks played beforehand, so that workers have started."""
NO_CLUSTER = "not on this machine: install the extra cluster"


@dataclass(frozen=True)
class Nothing:
    """An engine whose blocks take no time: what is left is the cost of a task."""

    threads: bool
    block: int = 1
    again: int = 0

    @property
    def closing(self) -> Closing:
        """Of no forces."""
        return NONE_CLOSE

    def arrays(self) -> tuple[npt.NDArray[np.generic], ...]:
        """None."""
        return ()

    def closures(self, draws: Draws, scratch: Scratch | None = None) -> Minutes:
        """Nought for ten forces."""
        return np.zeros((draws.runs, 10), dtype=np.int64)


def tasks(workers: int, count: int, tell: Tell) -> Iterator[Row]:
    """Rows of so many tasks, that is blocks of one run, on each sort of worker; none of none."""
    if count == 0:
        return
    draws = draws_of(count)
    for name, threads in (("threads", True), ("processes", False)):
        tell("bench", f"tasks on {name}")
        with player(Nothing(threads), draws, How(workers=workers)) as play:
            yield row(name, workers, count, clock(play, count))
    if not installed("distributed"):
        yield row("Dask", workers, 0, None) | {"note": NO_CLUSTER}
        return
    tell("bench", "tasks on a Dask cluster")
    with cluster(workers) as address, player(Nothing(True), draws, How(cluster=address)) as play:
        yield row("Dask", workers, count, clock(play, count))


@contextmanager
def cluster(workers: int) -> Iterator[str]:
    """Address of a Dask cluster of so many processes on this machine."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=":0") as made:
        yield made.scheduler_address


def clock(play: Play, count: int) -> float:
    """Seconds by the clock for so many tasks."""
    jobs = [(chosen, -1) for chosen in blocks_of(np.arange(count), 1)]
    list(play(jobs[:FIRST]))
    began = time.perf_counter()
    list(play(jobs))
    return time.perf_counter() - began


def row(name: str, workers: int, count: int, seconds: float | None) -> Row:
    """A row; by the clock, because most of the cost is another process's."""
    return {
        "measure": "cost of a task",
        "player": name,
        "workers": workers,
        "runs": count,
        "seconds": None if seconds is None else rounded(seconds),
        "run_ms": None if seconds is None else rounded(seconds / count * 1e3),
        "load": round(os.getloadavg()[0], 1),
        "note": "a task is a block of runs that take no time; by the clock",
    }
