"""The scheduler: portfolio of list schedules, then ruin and recreate until told to stop."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from standto.kernels.columns import Cells
from standto.kernels.listing import construct, improve, last_arrival
from standto.schedule.audit import audit
from standto.schedule.bounds import bounds
from standto.schedule.closures import planned
from standto.schedule.orders import orders, rings
from standto.schedule.problem import Problem
from standto.schedule.result import measured, result_of
from standto.schedule.schedule import Result
from standto.schedule.state import empty, journal

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
logger = logging.getLogger(__name__)
Progress = Callable[[str, str], None]

BATCH = 64
"""Rounds of ruin and recreate between two looks at the clock."""

PROVING = 0.25
"""Share of the time given that goes to the bounds."""


@dataclass(frozen=True)
class Stop:
    """When to stop: after so many seconds, or after so many rounds, which repeat exactly."""

    seconds: float | None = None
    iterations: int | None = None


@dataclass
class Search:
    """A plan in the making: its cells, what each line costs, and the objective."""

    cells: Cells
    costs: Floats
    order: Ints
    value: float


def solve(problem: Problem, stop: Stop, seed: int, progress: Progress | None = None) -> Result:
    """The best plan found, audited data and bounds with it. Ctrl-C gives the best so far."""
    begun = time.perf_counter()
    tell = progress or (lambda stage, words: None)
    best = built(problem, seed, tell)
    rounds = 0
    try:
        if len(problem.lines) > 1:
            best, rounds = improved(problem, best, stop, seed, begun, tell)
    except KeyboardInterrupt:
        tell("schedule", "stopped: the best plan so far")
    tell("bounds", "proving how good any plan could be")
    moved = (planned(problem, best.cells) >= 0).astype(np.int64)
    seconds = None if stop.seconds is None else max(0.2, PROVING * stop.seconds)
    proofs = bounds(problem, moved, measured(problem, best.cells), seconds, tell)
    result = result_of(problem, best.cells, proofs, rounds, time.perf_counter() - begun)
    tell("audit", "checking every rule again")
    faults = audit(problem.world, problem.plan, problem.limits, result.schedule)
    for fault in faults:
        logger.error("the audit found %s", fault)
    return replace(result, faults=tuple(faults))


def built(problem: Problem, seed: int, tell: Progress) -> Search:
    """The best of several list schedules, one an order of lines."""
    t = problem.tables
    log = journal(t)
    tolls = np.zeros(t.routes.shape[0], dtype=np.int64)
    surcharge = np.zeros((len(problem.lines), 2))
    best: Search | None = None
    for name, order in orders(problem, seed):
        cells = empty(t, problem.resources)
        costs = np.zeros(len(problem.lines))
        construct(cells, log, t.flat, t.pay, tolls, surcharge, order, costs)
        value = float(costs.sum() + problem.closure_weight * last_arrival(cells, t.flat)[0])
        tell("schedule", f"order {name}: {value:.0f}")
        if best is None or value < best.value:
            best = Search(cells, costs, order, value)
    assert best is not None, "there is always an order"
    return best


def improved(
    problem: Problem, start: Search, stop: Stop, seed: int, begun: float, tell: Progress
) -> tuple[Search, int]:
    """The plan after ruin and recreate, and the rounds made."""
    t = problem.tables
    log = journal(t)
    tolls = np.zeros(t.routes.shape[0], dtype=np.int64)
    surcharge = np.zeros((len(problem.lines), 2))
    around, seats = rings(problem)
    rank = np.empty(len(problem.lines), dtype=np.int64)
    rank[start.order] = np.arange(rank.size)
    state = np.array([seed & 0x7FFFFFFF], dtype=np.int64)
    rounds = 0
    while not _over(stop, rounds, begun):
        batch = BATCH if stop.iterations is None else min(BATCH, stop.iterations - rounds)
        start.value = improve(
            start.cells, log, t.flat, t.pay, tolls, surcharge, around, seats, rank, start.costs,
            state, batch, 0.0, problem.closure_weight,
        )  # fmt: skip
        rounds += batch
        tell("schedule", f"{rounds} rounds: {start.value:.0f}")
    return start, rounds


def _over(stop: Stop, rounds: int, begun: float) -> bool:
    if stop.iterations is not None and rounds >= stop.iterations:
        return True
    spent = time.perf_counter() - begun
    if stop.seconds is not None and spent >= (1 - PROVING) * stop.seconds:
        return True
    return stop.iterations is None and stop.seconds is None
