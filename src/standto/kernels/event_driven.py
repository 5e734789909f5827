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
def length(activity, now, run, strikes):  # type: ignore[no-untyped-def]
    """Minutes that an activity begun now takes, waits at closed windows included; NEVER if lost."""
    duration, hazard_ptr, hazard, offset, share, stretches, opens, closes, factor = strikes
    waits = 0
    takes = duration[activity]
    for k in range(hazard_ptr[activity], hazard_ptr[activity + 1]):
        h = hazard[k]
        if stretches[h]:
            takes = np.int32(np.rint(takes * (1 + (factor[h, run] - 1) * share[k])))
        else:
            at = now + waits + offset[k]
            if opens[h, run] <= at < closes[h, run]:
                waits += closes[h, run] - at
    return waits + takes if now + waits < NEVER else NEVER


@njit(cache=True)
def happen(events: Longs, count: Longs, rides: int, minute: int, kind: int, ride: int) -> None:
    """Put an event into the calendar."""
    push(events, 0, count[0], minute * (KINDS * rides) + kind * rides + ride)
    count[0] += 1


@njit(cache=True)
def begin(events, count, rides, phase, ride, now, run, strikes):  # type: ignore[no-untyped-def]
    """Begin a phase of a ride: 0 loading, 1 riding, 2 unloading. False when it never ends."""
    took = length(3 * ride + phase, now, run, strikes)
    if took >= NEVER:
        return False
    happen(events, count, rides, now + took, phase + 1, ride)
    return True


@njit(cache=True)
def ask(queues, queue_ptr, waiting, dirty, resource, key):  # type: ignore[no-untyped-def]
    """Stand in a resource's queue."""
    push(queues, queue_ptr[resource], waiting[resource], key)
    waiting[resource] += 1
    dirty[resource] = 1


@njit(cache=True)
def give_back(free: Longs, dirty: Flags, resource: int) -> None:
    """Free one server of a resource; -1 is none."""
    if resource >= 0:
        free[resource] += 1
        dirty[resource] = 1


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
    events = np.empty(KINDS * rides + 1, dtype=np.int64)
    queues = np.empty(queue_ptr[resources] + 1, dtype=np.int64)
    count = np.zeros(1, dtype=np.int64)
    for run in range(runs):
        end[:, run] = NEVER
        missing, free = before.copy(), servers.copy()
        waiting = np.zeros(resources, dtype=np.int64)
        dirty = np.zeros(resources, dtype=np.uint8)
        count[0] = 0
        for r in range(rides):
            if missing[r] == 0:
                happen(events, count, rides, release[r], READY, r)
        while count[0] > 0:
            now = events[0] // (KINDS * rides)
            while count[0] > 0 and events[0] // (KINDS * rides) == now:
                code = pop(events, 0, count[0]) % (KINDS * rides)
                count[0] -= 1
                kind, r = code // rides, code % rides
                stage = -1
                if kind == READY:
                    stage = VEHICLE if needs[r, VEHICLE] >= 0 else ORIGIN
                elif kind == LOADED:
                    give_back(free, dirty, needs[r, ORIGIN])
                    if not begin(events, count, rides, 1, r, now, run, strikes):
                        give_back(free, dirty, needs[r, VEHICLE])
                elif kind == ARRIVED:
                    stage = GOAL
                elif kind == UNLOADED:
                    end[r, run] = now
                    give_back(free, dirty, needs[r, GOAL])
                    if needs[r, VEHICLE] >= 0:
                        happen(events, count, rides, now + lag[r], FREED, r)
                    for k in range(after_ptr[r], after_ptr[r + 1]):
                        b = after[k]
                        missing[b] -= 1
                        if missing[b] == 0:
                            happen(events, count, rides, max(now, release[b]), READY, b)
                elif kind == BOARDED:
                    stage = ORIGIN
                elif kind == LEFT_ORIGIN:
                    give_back(free, dirty, needs[r, ORIGIN])
                elif kind == LEFT_GOAL:
                    give_back(free, dirty, needs[r, GOAL])
                else:
                    give_back(free, dirty, needs[r, VEHICLE])
                if stage >= 0:
                    resource = needs[r, stage]
                    if resource >= 0:
                        key = ((priority[r] << 30) + now) * (3 * rides) + stage * rides + r
                        ask(queues, queue_ptr, waiting, dirty, resource, key)
                    elif not begin(events, count, rides, stage // 2 * 2, r, now, run, strikes):
                        give_back(free, dirty, needs[r, VEHICLE])
            for resource in range(resources):
                if not dirty[resource]:
                    continue
                dirty[resource] = 0
                while free[resource] > 0 and waiting[resource] > 0:
                    rest = pop(queues, queue_ptr[resource], waiting[resource]) % (3 * rides)
                    waiting[resource] -= 1
                    free[resource] -= 1
                    stage, r = rest // rides, rest % rides
                    if stage == VEHICLE and needs[r, ORIGIN] >= 0:
                        happen(events, count, rides, now, BOARDED, r)
                    elif not begin(events, count, rides, stage // 2 * 2, r, now, run, strikes):
                        happen(events, count, rides, now, FREED, r)
                        if stage != VEHICLE:
                            happen(events, count, rides, now, LEFT_ORIGIN + stage // 2, r)
