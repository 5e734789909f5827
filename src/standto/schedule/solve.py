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
from standto.schedule.problem import Placeable, Problem
from standto.schedule.result import measured, result_of
from standto.schedule.schedule import Result
from standto.schedule.state import empty, journal

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
logger = logging.getLogger(__name__)
Progress = Callable[[str, str], None]

SLACK = 3e-4
"""Share of the objective by which a plan may get worse in one round, at first. None was 1.5 % worse
on a lift-bound instance of 300 lines in 5 s, ten times as much no better."""
DESCENT = 0.8
"""Share of the search after which nothing worse is kept."""
BATCH = 64
"""Rounds of ruin and recreate between two looks at the clock."""
CHUNK = 256
"""Lines placed between two looks at the clock, and at the keyboard, while a list is made."""

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
    best = built(problem, stop, seed, begun, tell)
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


def built(problem: Placeable, stop: Stop, seed: int, begun: float, tell: Progress) -> Search:
    """The best of several list schedules, one an order of lines, in half the time at most.

    The first is always finished, so that there is a plan; a later one is left off when the time is
    over, or when its first lines alone cost as much as the best plan.
    """
    t = problem.tables
    log = journal(t)
    tolls = np.zeros(t.routes.shape[0], dtype=np.int64)
    surcharge = np.zeros((len(problem.lines), 2))
    best: Search | None = None
    for name, order in orders(problem, seed):
        cells = empty(t, problem.resources)
        costs = np.zeros(len(problem.lines))
        for at in range(0, order.size, CHUNK):
            construct(cells, log, t.flat, t.pay, tolls, surcharge, order[at : at + CHUNK], costs)
            if best is not None and (over(stop, begun) or costs.sum() >= best.value):
                break
        else:
            value = float(costs.sum() + problem.closure_weight * last_arrival(cells, t.flat)[0])
            tell("schedule", f"order {name}: {value:.0f}")
            if best is None or value < best.value:
                best = Search(cells, costs, order, value)
        if over(stop, begun):
            break
    assert best is not None, "there is always an order"
    return best


def over(stop: Stop, begun: float) -> bool:
    """Whether the half of the seconds that goes to list schedules is gone."""
    return stop.seconds is not None and time.perf_counter() - begun > stop.seconds / 2


def improved(
    problem: Placeable, start: Search, stop: Stop, seed: int, begun: float, tell: Progress
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
    first = Search(start.cells.copy(), start.costs.copy(), start.order, start.value)
    while spent(stop, rounds, begun) < 1.0:
        batch = BATCH if stop.iterations is None else min(BATCH, stop.iterations - rounds)
        share = min(1.0, spent(stop, rounds, begun) / DESCENT)
        start.value = improve(
            start.cells, log, t.flat, t.pay, tolls, surcharge, around, seats, rank, start.costs,
            state, batch, SLACK * start.value * (1.0 - share), problem.closure_weight,
        )  # fmt: skip
        rounds += batch
        tell("schedule", f"{rounds} rounds: {start.value:.0f}")
    return (start if start.value <= first.value else first), rounds


def spent(stop: Stop, rounds: int, begun: float) -> float:
    """Share of the search that is over: of its rounds, or of its seconds."""
    shares = [1.0] if stop.iterations is None and stop.seconds is None else [0.0]
    if stop.iterations is not None:
        shares.append(rounds / stop.iterations if stop.iterations > 0 else 1.0)
    if stop.seconds is not None:
        shares.append((time.perf_counter() - begun) / max(1e-9, (1 - PROVING) * stop.seconds))
    return max(shares)
