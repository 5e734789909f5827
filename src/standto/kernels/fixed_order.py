"""Fixed-order rehearsal: every activity keeps its planned turn, delays shift right.

A max-plus recursion over activities in planned order, carried out for many runs side by side: the
innermost loops run over runs, so that they become vector instructions.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.uint8]

NEVER = 2**29
"""A minute that means: does not happen in this run."""


@njit(cache=True, nogil=True)
def rehearse_block(
    release: Ints,
    duration: Ints,
    wait_ptr: Longs,
    wait_for: Longs,
    lag: Ints,
    shared: Flags,
    hazard_ptr: Longs,
    hazard: Longs,
    offset: Ints,
    share: Floats,
    stretches: Flags,
    opens: Ints,
    closes: Ints,
    factor: Floats,
    end: Ints,
) -> None:
    """Fill `end`, the minute at which each activity ends, for one block of runs.

    release, duration: (activities,) int32 minutes; activities in planned order, each after all it
    waits for. wait_ptr, wait_for, lag: CSR lists of the activities each waits for, and the minutes
    (int32) that must lie between that one's end and this one's start. shared: uint8, 1 where the
    wait is for a shared resource, which an activity that never happens leaves free, 0 where it is
    for the load itself. hazard_ptr, hazard, offset, share: CSR lists of what may strike each
    activity, how many minutes after its start it meets it, and the share (float32) of its duration
    that is stretched. stretches: (hazards,) uint8, 1 where a hazard multiplies durations, 0 where
    it shuts a window. opens, closes: (hazards, runs) int32 windows; a run that a hazard spares has
    an empty one (closes <= opens). factor: (hazards, runs) float32.
    end: (activities, runs) int32, written; NEVER where the activity does not happen.
    """
    activities, runs = end.shape
    start = np.empty(runs, dtype=np.int32)
    for a in range(activities):
        last = end[a]
        start[:] = release[a]
        last[:] = duration[a]
        for k in range(wait_ptr[a], wait_ptr[a + 1]):
            before = end[wait_for[k]]
            gap = lag[k]
            if shared[k]:
                for r in range(runs):
                    free = before[r] + gap if before[r] < NEVER else 0
                    start[r] = max(start[r], free)
            else:
                for r in range(runs):
                    free = before[r] + gap if before[r] < NEVER else NEVER
                    start[r] = max(start[r], free)
        for k in range(hazard_ptr[a], hazard_ptr[a + 1]):
            h = hazard[k]
            if stretches[h]:
                for r in range(runs):
                    longer = np.rint(last[r] * (1 + (factor[h, r] - 1) * share[k]))
                    last[r] = np.int32(min(longer, NEVER))
            else:
                meets = offset[k]
                for r in range(runs):
                    at = start[r] + meets
                    inside = (at >= opens[h, r]) & (at < closes[h, r])
                    until = closes[h, r] - meets if closes[h, r] < NEVER else NEVER
                    start[r] = until if inside else start[r]
        for r in range(runs):
            last[r] = min(start[r] + last[r], NEVER)
