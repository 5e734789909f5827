"""Event-driven rehearsal: whoever may go next goes, by a queueing policy, run after run.

Tie rule: all that ends in a minute ends before anything begins in it; then each resource takes from
its queue the ride with the smallest (priority, minute asked, stage, ride number), as long as it has
a server free; what follows from this in the same minute is settled in a further round.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from standto.kernels.fixed_order import NEVER

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.uint8]

READY, LOADED, ARRIVED, UNLOADED, FREED, BOARDED, LEFT_ORIGIN, LEFT_GOAL = range(8)
KINDS = 8
FAR = 2**40
"""A minute after every event of a run."""
LOW_BITS = 2**32 - 1
MARGIN, MOST_MINUTES = 20_160, 2**19
"""The calendar has a list for each minute up to twice the last release and a fortnight, at most a
year; later minutes stand in a heap."""
VEHICLE, ORIGIN, GOAL = 0, 1, 2


@njit(cache=True)
def push(heap: Longs, first: int, size: int, key: int) -> None:
    """Put a key into the binary heap that lies at heap[first : first + size]."""
    at = size
    heap[first + at] = key
    while at > 0:
        above = (at - 1) // 2
        if heap[first + above] <= heap[first + at]:
            break
        heap[first + above], heap[first + at] = heap[first + at], heap[first + above]
        at = above


@njit(cache=True)
def pop(heap: Longs, first: int, size: int) -> int:
    """Take the smallest key out of the heap at heap[first : first + size]."""
    key = int(heap[first])
    heap[first] = heap[first + size - 1]
    count, at = size - 1, 0
    while True:
        below = 2 * at + 1
        if below >= count:
            break
        if below + 1 < count and heap[first + below + 1] < heap[first + below]:
            below += 1
        if heap[first + at] <= heap[first + below]:
            break
        heap[first + at], heap[first + below] = heap[first + below], heap[first + at]
        at = below
    return key


@njit(cache=True)
def length(  # type: ignore[no-untyped-def]
    activity, now, duration, hazard_ptr, hazard, offset, share, stretches, lo, hi, by
):
    """Minutes that an activity begun now takes, waits at closed windows included; NEVER if lost.

    lo, hi, by: (hazards,) window and factor of this run. Arrays stand alone, not in a tuple: to
    unpack one counts a reference to each, which threads would contend for.
    """
    waits = 0
    takes = duration[activity]
    for k in range(hazard_ptr[activity], hazard_ptr[activity + 1]):
        h = hazard[k]
        if stretches[h]:
            takes = np.int32(np.rint(takes * (1 + (by[h] - 1) * share[k])))
        else:
            at = now + waits + offset[k]
            if lo[h] <= at < hi[h]:
                waits += hi[h] - at
    return waits + takes if now + waits < NEVER else NEVER


@njit(cache=True, inline="always")
def happen(day, following, later, count, minute, kind, ride):  # type: ignore[no-untyped-def]
    """Put an event into the calendar: a list a minute, or the heap of what comes after the last.

    The order within a minute is of no account: what ends in it ends before any queue is served.
    """
    code = (ride << 3) + kind
    if minute < day.shape[0]:
        following[code] = day[minute]
        day[minute] = code
    else:
        push(later, 0, count[0], (minute << 32) + code)
        count[0] += 1


@njit(cache=True, inline="always")
def begin(  # type: ignore[no-untyped-def]
    day, following, later, count, phase, ride, now,
    duration, hazard_ptr, hazard, offset, share, stretches, lo, hi, by,
):  # fmt: skip
    """Begin a phase of a ride: 0 loading, 1 riding, 2 unloading. False when it never ends."""
    took = length(
        3 * ride + phase, now, duration, hazard_ptr, hazard, offset, share, stretches, lo, hi, by
    )
    if took >= NEVER:
        return False
    happen(day, following, later, count, now + took, phase + 1, ride)
    return True


@njit(cache=True, inline="always")
def soil(dirty: Longs, flags: Flags, resource: int) -> None:
    """Note a resource whose queue must be looked at; dirty[0] counts those noted."""
    if not flags[resource]:
        flags[resource] = 1
        dirty[0] += 1
        dirty[dirty[0]] = resource


@njit(cache=True, inline="always")
def ask(queues, queue_ptr, waiting, dirty, flags, resource, key):  # type: ignore[no-untyped-def]
    """Stand in a resource's queue."""
    push(queues, queue_ptr[resource], waiting[resource], key)
    waiting[resource] += 1
    soil(dirty, flags, resource)


@njit(cache=True, inline="always")
def give_back(free: Longs, dirty: Longs, flags: Flags, resource: int) -> None:
    """Free one server of a resource; -1 is none."""
    if resource >= 0:
        free[resource] += 1
        soil(dirty, flags, resource)


@njit(cache=True)
def first_ready(release: Longs, before: Longs) -> Longs:
    """The rides that wait for none, (minute << 32) + ride, in the order of their minutes."""
    ready = np.empty(release.shape[0], dtype=np.int64)
    count = 0
    for r in range(release.shape[0]):
        if before[r] == 0:
            ready[count] = (release[r] << 32) + (r << 3) + READY
            count += 1
    return np.sort(ready[:count])


@njit(cache=True, nogil=True)
def simulate_block(  # type: ignore[no-untyped-def]
    release,
    priority,
    needs,
    lag,
    before,
    after_ptr,
    after,
    servers,
    queue_ptr,
    strikes,
    end,
):
    """Fill `end`, the minute at which each ride is unloaded, for one block of runs.

    release: (rides,) earliest minute. priority: (rides,) small first, equal for first come first
    served. needs: (rides, 3) resource of its vehicle, its loading and its unloading, -1 for none.
    lag: (rides,) minutes after unloading until the vehicle is free again. before: (rides,) number
    of rides that must have ended; after_ptr, after: CSR lists of those that wait for each.
    servers: (resources,) how many each serves at once.
    queue_ptr: (resources + 1,) room for each queue. strikes: duration, hazard_ptr, hazard, offset,
    share, stretches, opens, closes, factor as in `fixed_order.rehearse_block`, for activities 3r,
    3r + 1 and 3r + 2: the loading, ride and unloading of ride r. end: (rides, runs) int32, written;
    NEVER if lost.
    """
    rides, runs = end.shape
    resources = servers.shape[0]
    duration, hazard_ptr, hazard, offset, share, stretches, opens, closes, factor = strikes
    bits = 1
    while (1 << bits) < rides:
        bits += 1
    mask = (1 << bits) - 1
    last = np.max(release) if rides else 0
    day = np.full(min(2 * last + MARGIN, MOST_MINUTES), -1, dtype=np.int32)
    following = np.empty(KINDS * rides, dtype=np.int32)
    later = np.empty(KINDS * rides + 1, dtype=np.int64)
    queues = np.empty(queue_ptr[resources] + 1, dtype=np.int64)
    count = np.zeros(1, dtype=np.int64)
    ready = first_ready(release, before)
    minutes = day.shape[0]
    for run in range(runs):
        end[:, run] = NEVER
        lo, hi, by = opens[:, run].copy(), closes[:, run].copy(), factor[:, run].copy()
        missing, free = before.copy(), servers.copy()
        waiting = np.zeros(resources, dtype=np.int64)
        dirty = np.zeros(resources + 1, dtype=np.int64)
        flags = np.zeros(resources, dtype=np.uint8)
        count[0], coming, now = 0, 0, 0
        while True:
            ahead = ready[coming] >> 32 if coming < ready.shape[0] else FAR
            while now < minutes and now < ahead and day[now] < 0:
                now += 1
            if now >= minutes:
                now = min(ahead, later[0] >> 32 if count[0] > 0 else FAR)
                if now >= FAR:
                    break
            while True:
                if coming < ready.shape[0] and ready[coming] >> 32 == now:
                    code = ready[coming] & LOW_BITS
                    coming += 1
                elif now < minutes and day[now] >= 0:
                    code = np.int64(day[now])
                    day[now] = following[code]
                elif now >= minutes and count[0] > 0 and later[0] >> 32 == now:
                    code = pop(later, 0, count[0]) & LOW_BITS
                    count[0] -= 1
                else:
                    break
                kind, r = code & 7, code >> 3
                stage = -1
                if kind == READY:
                    stage = VEHICLE if needs[r, VEHICLE] >= 0 else ORIGIN
                elif kind == LOADED:
                    give_back(free, dirty, flags, needs[r, ORIGIN])
                    if not begin(
                        day,
                        following,
                        later,
                        count,
                        1,
                        r,
                        now,
                        duration,
                        hazard_ptr,
                        hazard,
                        offset,
                        share,
                        stretches,
                        lo,
                        hi,
                        by,
                    ):
                        give_back(free, dirty, flags, needs[r, VEHICLE])
                elif kind == ARRIVED:
                    stage = GOAL
                elif kind == UNLOADED:
                    end[r, run] = now
                    give_back(free, dirty, flags, needs[r, GOAL])
                    if needs[r, VEHICLE] >= 0:
                        happen(day, following, later, count, now + lag[r], FREED, r)
                    for k in range(after_ptr[r], after_ptr[r + 1]):
                        b = after[k]
                        missing[b] -= 1
                        if missing[b] == 0:
                            happen(day, following, later, count, max(now, release[b]), READY, b)
                elif kind == BOARDED:
                    stage = ORIGIN
                elif kind == LEFT_ORIGIN:
                    give_back(free, dirty, flags, needs[r, ORIGIN])
                elif kind == LEFT_GOAL:
                    give_back(free, dirty, flags, needs[r, GOAL])
                else:
                    give_back(free, dirty, flags, needs[r, VEHICLE])
                if stage >= 0:
                    resource = needs[r, stage]
                    if resource >= 0:
                        key = (((((priority[r] << 30) + now) << 2) + stage) << bits) + r
                        ask(queues, queue_ptr, waiting, dirty, flags, resource, key)
                    elif not begin(
                        day,
                        following,
                        later,
                        count,
                        stage // 2 * 2,
                        r,
                        now,
                        duration,
                        hazard_ptr,
                        hazard,
                        offset,
                        share,
                        stretches,
                        lo,
                        hi,
                        by,
                    ):
                        give_back(free, dirty, flags, needs[r, VEHICLE])
            noted, dirty[0] = dirty[0], 0
            for n in range(1, noted + 1):
                resource = dirty[n]
                flags[resource] = 0
                while free[resource] > 0 and waiting[resource] > 0:
                    rest = pop(queues, queue_ptr[resource], waiting[resource])
                    waiting[resource] -= 1
                    free[resource] -= 1
                    stage, r = (rest >> bits) & 3, rest & mask
                    if stage == VEHICLE and needs[r, ORIGIN] >= 0:
                        happen(day, following, later, count, now, BOARDED, r)
                    elif not begin(
                        day,
                        following,
                        later,
                        count,
                        stage // 2 * 2,
                        r,
                        now,
                        duration,
                        hazard_ptr,
                        hazard,
                        offset,
                        share,
                        stretches,
                        lo,
                        hi,
                        by,
                    ):
                        happen(day, following, later, count, now, FREED, r)
                        if stage != VEHICLE:
                            happen(day, following, later, count, now, LEFT_ORIGIN + stage // 2, r)
