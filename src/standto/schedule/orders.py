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
    made = np.full(len(problem.lines), NEVER, dtype=np.int64)
    for line in range(made.size):
        rows = t.routes[t.choices[2 * line] : t.choices[2 * line + 2], 2]
        made[line] = rows.min(initial=NEVER)
    return made


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
    for line in range(way_out.size):
        first = t.choices[2 * line]
        if first < t.choices[2 * line + 2] and t.routes[first, 0] < t.routes[first, 1]:
            hops = t.route_hops[t.routes[first, 0] : t.routes[first, 1]]
            way_out[line] = t.hops[hops[0], c.H_TO] if hops.size > 1 else t.hops[hops[0], c.H_FROM]
            way_in[line] = t.hops[hops[-1], c.H_TO]
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
