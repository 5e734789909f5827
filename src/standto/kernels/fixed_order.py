"""Fixed-order rehearsal: every activity keeps its planned turn, delays shift right.

A max-plus recursion over activities in planned order, carried out for many runs side by side: the
innermost loops run over runs, so that they become vector instructions.
"""

from __future__ import annotations

import numpy as np
from numba import njit

NEVER = 2**29
"""A minute that means: does not happen in this run."""


@njit(cache=True, nogil=True)  # pragma: no cover - compiled
def rehearse_block(
    release,
    duration,
    before_ptr,
    before,
    lag,
    shared,
    hazard_ptr,
    hazard,
    offset,
    stretches,
    opens,
    closes,
    factor,
    start,
    end,
):
    """Fill `start` and `end` of every activity for one block of runs.

    release, duration: (activities,) int32 minutes; activities in planned order, each after all it
    waits for. before_ptr, before, lag: CSR lists of the activities each waits for, and the minutes
    that must lie between that one's end and this one's start. shared: 1 where the wait is for a
    shared resource, which an activity that never happens frees, 0 where it is for the load itself.
    hazard_ptr, hazard, offset: CSR lists of what may strike each activity, and how many minutes
    after its start it meets it. stretches: (hazards,) 1 where a hazard multiplies durations, 0
    where it shuts a window. opens, closes: (hazards, runs) int32 windows; a run that a hazard
    spares has an empty one (closes <= opens). factor: (hazards, runs) float32.
    start, end: (activities, runs) int32, written.
    """
    activities, runs = end.shape
    for a in range(activities):
        for r in range(runs):
            start[a, r] = release[a]
        for k in range(before_ptr[a], before_ptr[a + 1]):
            b, gap = before[k], lag[k]
            if shared[k]:
                for r in range(runs):
                    e = end[b, r]
                    free = e + gap if e < NEVER else 0
                    start[a, r] = max(start[a, r], free)
            else:
                for r in range(runs):
                    start[a, r] = max(start[a, r], end[b, r] + gap)
        for r in range(runs):
            end[a, r] = duration[a]
        for k in range(hazard_ptr[a], hazard_ptr[a + 1]):
            h = hazard[k]
            if stretches[h]:
                for r in range(runs):
                    end[a, r] = np.int32(np.rint(end[a, r] * factor[h, r]))
            else:
                meets = offset[k]
                for r in range(runs):
                    at = start[a, r] + meets
                    wait = closes[h, r] - at
                    inside = (at >= opens[h, r]) & (wait > 0)
                    start[a, r] += wait if inside else 0
        for r in range(runs):
            s = start[a, r]
            e = s + end[a, r]
            end[a, r] = e if s < NEVER else NEVER
            start[a, r] = s if s < NEVER else NEVER
