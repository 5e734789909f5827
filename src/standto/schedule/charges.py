"""What lift and borders cost where the user weighs them: of a plan, and of any plan at least."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from standto.kernels import columns as c
from standto.kernels import ways as k
from standto.kernels.columns import Cells
from standto.kernels.pricing import SHARE
from standto.schedule.bound_ways import Ways
from standto.schedule.closures import packets_used
from standto.schedule.problem import Problem

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def charged(problem: Problem, cells: Cells) -> float:
    """What a plan's trips and the borders that its packets cross cost."""
    t = problem.tables
    if not problem.dues[c.DUE_LIFT :].any():
        return 0.0
    packet = packets_used(problem, cells)
    route = cells[t.at[c.A_ROUTE] + packet].astype(np.int64)
    first, count = t.routes[route, 0], t.routes[route, 1] - t.routes[route, 0]
    step = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    hop = t.route_hops[np.repeat(first, count) + step]
    at = t.at[c.A_LEG] + (np.repeat(packet, count) * c.MAX_LEGS + step) * 2
    trip, one = np.unique(cells[at + c.LEG_TRIP], return_index=True)
    trip, one = trip[trip >= 0].astype(np.int64), one[trip >= 0]
    row = t.at[c.A_TRIP] + trip * c.TRIP_FIELDS
    busy = cells[row + c.T_ARRIVE].astype(np.int64) - cells[row + c.T_DEPART]
    busy += cells[row + c.T_LOAD] + cells[row + c.T_UNLOAD]
    total = (busy * problem.dues[c.DUE_LIFT + t.hops[hop[one], c.H_MODE]]).sum()
    return float(total + border_dues(problem)[hop].sum())


def border_dues(problem: Problem) -> Floats:
    """(hops,) what the borders of each cost a packet; nothing where they have no weight."""
    dues = problem.dues[c.DUE_BORDERS :]
    return dues if dues.size else np.zeros(problem.tables.hops.shape[0])


def least_charged(ways: Ways, known: npt.NDArray[np.bool_]) -> float:
    """The least that any plan pays for its lift and borders: the cheapest way of every packet.

    A packet pays its part of a trip, of which those aboard have no more than one together. known:
    (lines,) which count.
    """
    problem = ways.problem
    if not problem.dues[c.DUE_LIFT :].any():
        return 0.0
    by_leg = least_in(ways.leg_pieces, piece_dues(ways))
    by_leg = np.where(np.isfinite(by_leg), by_leg, 0.0)
    sums = np.concatenate(([0.0], np.cumsum(by_leg)))[ways.way_legs]
    # sums of differences are not exact, and a bound must not be too high by that
    by_way = np.maximum(0.0, np.diff(sums) - 1e-9 * sums[-1])
    by_packet = np.append(least_in(ways.packet_ways, by_way), 0.0)
    by_option = np.add.reduceat(by_packet, ways.options[:-1])
    by_option = np.where(np.diff(ways.options) > 0, by_option, np.inf).reshape(-1, 2)
    least = by_option.min(axis=1)
    return float(least[known & np.isfinite(least)].sum())


def piece_dues(ways: Ways) -> Floats:
    """(pieces,) what each piece of a way costs its packet at least."""
    hop, of = ways.pieces[:, k.W_HOP], ways.pieces[:, k.W_CLASS]
    rides, aboard = ways.hops[hop], of >= 0
    if not ways.fleets.size:
        return border_dues(ways.problem)[hop]
    lift = ways.fleets[np.maximum(of, 0)]
    load = np.where(rides[:, c.H_LOAD] < 0, lift[:, c.F_LOAD], rides[:, c.H_LOAD])
    unload = np.where(rides[:, c.H_UNLOAD] < 0, lift[:, c.F_UNLOAD], rides[:, c.H_UNLOAD])
    run = rides[:, c.H_MIN] + -(-rides[:, c.H_KM] * 6 // np.maximum(1, lift[:, c.F_SPEED]))
    price = ways.problem.dues[c.DUE_LIFT + rides[:, c.H_MODE]]
    part = np.where(aboard, ways.pieces[:, k.W_SHARE] / SHARE, 0.0)
    made: Floats = part * price * (load + run + unload) + border_dues(ways.problem)[hop]
    return made


def least_in(starts: Ints, values: Floats) -> Floats:
    """The least value of each group; infinite for a group without any."""
    if starts.size < 2:
        return np.zeros(0)
    found = np.minimum.reduceat(np.append(values, np.inf), starts[:-1])
    least: Floats = np.where(np.diff(starts) > 0, found, np.inf)
    return least
