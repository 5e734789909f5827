"""Orders in which lines may be placed, and rings of lines that stand near each other."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from standto.kernels import columns as c
from standto.kernels.columns import NEVER
from standto.schedule.problem import Placeable

Ints = npt.NDArray[np.int64]


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
