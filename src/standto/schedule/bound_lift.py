"""Where lift can be and when, and how long it takes on its way.

What bounds know of lift: for each fleet on its own, without trips or anything else that moves.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from standto.kernels import columns as c
from standto.kernels.columns import NEVER
from standto.schedule.problem import Problem

Ints = npt.NDArray[np.int64]


def ends_at(problem: Problem, fleet: int, column: int) -> Ints:
    """Stops at which hops that a fleet could serve begin (H_FROM) or end (H_TO)."""
    hops, row = problem.tables.hops, problem.tables.fleets[fleet]
    fit = (hops[:, c.H_LIFT] > 0) & (hops[:, c.H_MODE] == row[c.F_MODE])
    if row[c.F_MODE] == c.RAIL:
        fit &= hops[:, c.H_GAUGE] == row[c.F_GAUGE]
    return np.unique(hops[fit, column])


def loads_at(problem: Problem, fleet: int) -> Ints:
    """Stops at which a fleet could load."""
    return ends_at(problem, fleet, c.H_FROM)


def moves(problem: Problem, fleet: int) -> Ints:
    """(stops, stops) least minutes of a fleet's move, empty or loaded, with no stop between."""
    t = problem.tables
    row = t.fleets[fleet]
    table: Ints = t.positions[row[c.F_SYSTEM]].copy()
    hops = t.hops[(t.hops[:, c.H_LIFT] > 0) & (t.hops[:, c.H_MODE] == row[c.F_MODE])]
    run = hops[:, c.H_MIN] + hops[:, c.H_KM] * 6 // row[c.F_SPEED]
    np.minimum.at(table, (hops[:, c.H_FROM], hops[:, c.H_TO]), run)
    return table


def quickest(table: Ints, at: Ints) -> Ints:
    """Least minutes from the stops that `at` gives a beginning, over any number of moves."""
    best = at.copy()
    while True:
        after = np.minimum(best, (best[:, None] + table).min(axis=0, initial=NEVER))
        if np.array_equal(after, best):
            return best
        best = after


def reached(problem: Problem) -> Ints:
    """(fleets, stops) earliest minute at which any asset of a fleet can stand at each stop."""
    t = problem.tables
    made = np.full((t.fleets.shape[0], len(problem.stops)), NEVER, dtype=np.int64)
    for fleet, row in enumerate(t.fleets):
        used = np.union1d(loads_at(problem, fleet), ends_at(problem, fleet, c.H_TO))
        begin = np.full(len(problem.stops), NEVER, dtype=np.int64)
        for asset in range(row[c.F_ASSET], row[c.F_ASSET_END]):
            stop, minute = t.asset_from[asset]
            begin[stop] = min(begin[stop], max(minute, row[c.F_READY]))
        among = np.union1d(used, np.flatnonzero(begin < NEVER))
        table = moves(problem, fleet)[np.ix_(among, among)]
        made[fleet, among] = np.minimum(quickest(table, begin[among]), NEVER)
    return made


def onward(problem: Problem) -> Ints:
    """(fleets, stops) least minutes from a stop to any at which the fleet could load next."""
    t = problem.tables
    made = np.zeros((t.fleets.shape[0], len(problem.stops)), dtype=np.int64)
    for fleet, row in enumerate(t.fleets):
        used = loads_at(problem, fleet)
        if used.size:
            made[fleet] = t.positions[row[c.F_SYSTEM]][:, used].min(axis=1)
    return np.where(made >= NEVER, 0, made)
