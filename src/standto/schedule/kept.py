"""What can be kept of a plan: its rides that have not begun, written into a new instance.

A row of the instance is kept whole or not at all. It is not where the net has lost one of its
rides, where an asset cannot be there, a permit comes later, or there is no longer room for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from standto.kernels import columns as c
from standto.kernels.columns import NEVER, Cells, Ints
from standto.kernels.retracing import retrace, shed
from standto.schedule.matched import Rides, matched
from standto.schedule.problem import Problem
from standto.schedule.state import empty, journal
from standto.world.graph import AIR, RAIL, SEA

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Kept:
    """A plan in the making with all that was kept; lost: (lines,) whether a row was not."""

    cells: Cells
    lost: Bools


def kept(problem: Problem, legs: pl.DataFrame) -> Kept:
    """All that can be kept of the rides in `legs`, none of which has begun."""
    t = problem.tables
    rides = matched(problem, legs)
    whole = np.zeros(len(problem.lines), dtype=bool)
    whole[rides.seats[:, 4]] = True
    whole[rides.own[broken(problem, rides)]] = False
    for _ in range(whole.size):  # each time at least one more row falls out
        late = stranded(problem, rides, whole)
        if not late.size:
            break
        whole[late] = False
    cells = empty(t, problem.resources)
    log = journal(t)
    seats = np.ascontiguousarray(rides.seats[whole[rides.seats[:, 4]]])
    retrace(cells, log, t.flat, rides.table(whole), seats)
    gone = np.zeros(whole.size, dtype=np.int64)
    if (cells[: t.at[c.A_TRIP]] < 0).any():
        shed(cells, log, t.flat, gone)
    return Kept(cells, ~whole | (gone > 0))


def broken(problem: Problem, r: Rides) -> Ints:
    """Rides that cannot be as they were: no asset, too late, too fast, or without a permit."""
    t = problem.tables
    hops, lines = t.hops[r.hop], t.lines[r.own]
    lifted = r.trip >= 0
    if not t.asset_fleet.size:
        return np.flatnonzero(lifted)
    fleet = t.fleets[t.asset_fleet[np.maximum(r.asset, 0)]]
    run = hops[:, c.H_MIN] + np.where(lifted, -(-hops[:, c.H_KM] * 6 // fleet[:, c.F_SPEED]), 0)
    bad = (r.arrive - r.depart != run) | (lifted & (r.asset < 0))
    for own, hop_says, fleet_says in (
        (r.load, c.H_LOAD, c.F_LOAD), (r.unload, c.H_UNLOAD, c.F_UNLOAD)
    ):  # fmt: skip
        least = np.where(hops[:, hop_says] < 0, fleet[:, fleet_says], hops[:, hop_says])
        bad |= lifted & (own != least)
    bad |= (r.leg == 0) & (r.depart - r.load < lines[:, c.L_READY])
    mode = hops[:, c.H_MODE]
    wrong = fleet[:, c.F_MODE] != mode
    wrong |= (mode == RAIL) & (fleet[:, c.F_GAUGE] != hops[:, c.H_GAUGE])
    wrong |= (mode == SEA) & (fleet[:, c.F_DRAUGHT] > hops[:, c.H_DRAUGHT])
    wrong |= (mode == AIR) & (fleet[:, c.F_RUNWAY] > hops[:, c.H_RUNWAY])
    bad |= lifted & wrong
    return np.flatnonzero(bad | ~cleared(problem, r))


def cleared(problem: Problem, r: Rides) -> Bools:
    """(rides,) whether every border on the way is open by the time it is crossed."""
    t = problem.tables
    hops = t.hops[r.hop]
    first, count = hops[:, c.H_BORDER], hops[:, c.H_BORDER_END] - hops[:, c.H_BORDER]
    ride = np.repeat(np.arange(r.hop.size), count)
    border = np.arange(ride.size) - np.repeat(np.cumsum(count) - count, count) + first[ride]
    crossing, line = t.borders[border], t.lines[r.own[ride]]
    speed = np.ones(ride.size, dtype=np.int64)
    if t.asset_fleet.size:
        speeds = t.fleets[t.asset_fleet[np.maximum(r.asset, 0)], c.F_SPEED]
        speed = np.where(r.trip >= 0, speeds, 1)[ride]
    crossed = r.depart[ride] + crossing[:, c.B_OFFSET] + crossing[:, c.B_KM] * 6 // speed
    country = crossing[:, c.B_COUNTRY]
    opens = line[:, c.L_REQUEST] + t.leads[country, hops[ride, c.H_MODE]]
    good = np.ones(r.hop.size, dtype=bool)
    good[ride[(country != line[:, c.L_OWNER]) & (crossed < opens)]] = False
    return good


def stranded(problem: Problem, r: Rides, whole: Bools) -> Ints:
    """Rows with a ride on a trip whose asset cannot be there in time from where it is before."""
    t = problem.tables
    use = np.flatnonzero(whole[r.own] & (r.trip >= 0))
    _, first = np.unique(r.trip[use], return_index=True)
    runs = use[np.sort(first)]
    runs = runs[np.lexsort((r.depart[runs] - r.load[runs], r.asset[runs]))]
    if not runs.size:
        return runs
    asset = r.asset[runs]
    fleet = t.fleets[t.asset_fleet[asset]]
    begin, end = r.depart[runs] - r.load[runs], r.arrive[runs] + r.unload[runs]
    stood, free = t.asset_from[asset, 0].copy(), t.asset_from[asset, 1].copy()
    again = np.flatnonzero(asset[1:] == asset[:-1]) + 1
    stood[again] = t.hops[r.hop[runs[again - 1]], c.H_TO]
    free[again] = end[again - 1] + fleet[again, c.F_TURN]
    empty_move = t.positions[fleet[:, c.F_SYSTEM], stood, t.hops[r.hop[runs], c.H_FROM]]
    late = (free + empty_move > begin) | (empty_move >= NEVER) | (begin < fleet[:, c.F_READY])
    bad = np.isin(r.trip, r.trip[runs[late]]) & whole[r.own]
    return np.unique(r.own[bad])
