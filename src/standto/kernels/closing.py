"""When forces have closed: the last arrival of each, or that of a share of its weight."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from standto.kernels.fixed_order import NEVER

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@njit(cache=True, nogil=True)
def close_block(
    end: Ints, order: Longs, bounds: Longs, weight: Floats, needed: Floats, closed: Ints
) -> None:
    """Fill `closed`, the minute at which each force has closed, for one block of runs.

    end: (rows, runs) int32 minute at which each row ends. order: (packets,) row with which each
    packet has arrived, sorted by force. bounds: (forces + 1,) where each force's begin. weight:
    (packets,) whole numbers. needed: (forces,) share of the weight that must have arrived.
    closed: (forces, runs) int32, written; NEVER where it does not, or has no packets.
    """
    runs = end.shape[1]
    for f in range(len(needed)):
        first, beyond = bounds[f], bounds[f + 1]
        if first == beyond:
            closed[f, :] = NEVER
        elif needed[f] >= 1:
            closed[f, :] = end[order[first]]
            for k in range(first + 1, beyond):
                row = order[k]
                for r in range(runs):
                    closed[f, r] = max(closed[f, r], end[row, r])
        else:
            for r in range(runs):
                closed[f, r] = reached(end, order, weight, first, beyond, needed[f], r)


@njit(cache=True, nogil=True)
def reached(
    end: Ints, order: Longs, weight: Floats, first: int, beyond: int, needed: float, r: int
) -> int:
    """First minute of run r by which a share of the weight of some packets has arrived."""
    total = 0.0
    low, high = NEVER, NEVER
    for k in range(first, beyond):
        total += weight[k]
        low = min(low, end[order[k], r] - 1)
    while high - low > 1:
        middle = (low + high) // 2
        there = 0.0
        for k in range(first, beyond):
            if end[order[k], r] <= middle:
                there += weight[k]
        if there >= needed * total - 1e-9:
            high = middle
        else:
            low = middle
    return high
