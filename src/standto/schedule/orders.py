"""Orders in which lines may be placed, and rings of lines that stand near each other."""

from __future__ import annotations

from collections.abc import Generator
from itertools import product

import numpy as np
import numpy.typing as npt

from standto.kernels import columns as c
from standto.kernels.columns import NEVER
from standto.schedule.problem import Placeable

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

STARTS = ((0.0, 1.0, 0.0, 2.0), (1.0, 0.0, 0.0, 2.0))
"""How much readiness, due date, way and weight count in an order at first: the better is kept."""
STEPS, FINEST = (0.5, 0.5, 0.5, 1.0), 0.25
"""By how much each is moved at first, and what part of that is the least."""
MIXED = 45
"""Most mixtures tried. On made-up instances of 500 to 10,000 lines so many gave list schedules 4 to
10 % better than the best order by one key, where terminals or lift are short."""


def alone(problem: Placeable) -> Ints:
    """(lines,) least minutes from ready to arrival by the quickest route, else NEVER."""
    t = problem.tables
    first, end = t.choices[:-1:2], t.choices[2::2]
    least = np.minimum.reduceat(np.append(t.routes[:, 2], NEVER), first) if first.size else first
    return np.where(end > first, least, NEVER)


def orders(problem: Placeable, seed: int) -> list[tuple[str, Ints]]:
    """Several orders: each is best on some instance, and one costs a fraction of a second."""
    t = problem.tables
    ready, due = t.lines[:, c.L_READY], t.lines[:, c.L_REQUIRED]
    way = alone(problem)
    slack = np.where(due >= NEVER, NEVER, due - ready - way)
    weight = np.zeros(len(problem.lines))
    np.add.at(weight, t.packets[:, c.P_LINE], t.weight)
    keys = {
        "ready": (ready + 0.0, way * -1.0),
        "longest way": (-(ready + way) * 1.0, ready * 1.0),
        "first home": ((ready + way) * 1.0, -weight),
        "slack": (slack * 1.0, ready * 1.0),
        "required": (due * 1.0, ready * 1.0),
        "weight": (-weight, ready * 1.0),
        "weight by way": (-weight / np.maximum(way, 1), ready * 1.0),
    }
    names = np.argsort(np.argsort(np.array(problem.lines)))
    return [(name, np.lexsort((names, second, first))) for name, (first, second) in keys.items()]


def mixtures(problem: Placeable, worth: float) -> Generator[Ints, float, None]:
    """Orders by mixtures of four keys; to each is sent what it costs, the next lie near the best.

    The keys are minutes: ready, due, the quickest way, and the weight of a line's packets (of the
    mean one: `worth`). One counts for more or less at a time, by smaller and smaller steps.
    """
    keys = mixed_keys(problem, worth)
    names = np.argsort(np.argsort(np.array(problem.lines)))

    def order(mixture: tuple[float, ...]) -> Ints:
        made: Ints = np.lexsort((names, keys @ np.array(mixture)))
        return made

    tried: list[tuple[float, tuple[float, ...]]] = []
    for start in STARTS:
        cost = yield order(start)
        tried.append((cost, start))
    (best, mixture), step, count = min(tried), 1.0, len(tried)
    while step >= FINEST:
        moved = False
        for k, sign in product(range(len(STEPS)), (1.0, -1.0)):
            if count >= MIXED:
                return
            near = (*mixture[:k], mixture[k] + sign * step * STEPS[k], *mixture[k + 1 :])
            cost = yield order(near)
            count += 1
            if cost < best:
                best, mixture, moved = cost, near, True
        step = step if moved else step / 2


def mixed_keys(problem: Placeable, worth: float) -> Floats:
    """(lines, 4) ready, due, quickest way and, less than nothing, weight of packets, in minutes.

    What is due at no date is due after the longest time that any other line is given; what has no
    way has the longest.
    """
    t = problem.tables
    ready, due = t.lines[:, c.L_READY] * 1.0, t.lines[:, c.L_REQUIRED] * 1.0
    way = alone(problem) * 1.0
    way = np.minimum(way, way[way < NEVER].max(initial=0.0))
    given = due - ready - way
    given = np.where(due < NEVER, given, given[due < NEVER].max(initial=0.0))
    line = t.packets[:, c.P_LINE]
    count = np.maximum(1, np.bincount(line, minlength=ready.size))
    each: Floats = np.bincount(line, weights=t.weight, minlength=ready.size) / count
    weight = each * (worth / max(float(each.mean()), 1e-300))
    return np.stack((ready, ready + way + given, way, -weight), axis=1)


def rings(problem: Placeable) -> tuple[Ints, Ints]:
    """Lines in three circles (same way out, same goal, same force), and their seats in each."""
    t = problem.tables
    ready = t.lines[:, c.L_READY]
    way_out = np.full(len(problem.lines), -1, dtype=np.int64)
    way_in = np.full(len(problem.lines), -1, dtype=np.int64)
    first = t.choices[:-1:2]
    goes = np.flatnonzero(first < t.choices[2::2])
    begin, end = t.routes[first[goes], 0], t.routes[first[goes], 1]
    goes, begin, end = (x[begin < end] for x in (goes, begin, end))
    start, last = t.hops[t.route_hops[begin]], t.hops[t.route_hops[end - 1]]
    way_out[goes] = np.where(end - begin > 1, start[:, c.H_TO], start[:, c.H_FROM])
    way_in[goes] = last[:, c.H_TO]
    names = np.argsort(np.argsort(np.array(problem.lines)))
    made = np.stack(
        [
            np.lexsort((names, ready, way_out)),
            np.lexsort((names, ready, way_in)),
            np.lexsort((names, ready, t.lines[:, c.L_FORCE])),
            np.lexsort((names, ready)),
        ]
    )
    seats = np.empty_like(made)
    for k, ring in enumerate(made):
        seats[k, ring] = np.arange(ring.size)
    return made, seats
