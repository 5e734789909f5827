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
def happen(events: Longs, count: Longs, bits: int, minute: int, kind: int, ride: int) -> None:
    """Put an event into the calendar: minute, kind (3 bits) and ride (`bits` bits) in one key."""
    push(events, 0, count[0], (((minute << 3) + kind) << bits) + ride)
    count[0] += 1


@njit(cache=True)
def begin(events, count, bits, phase, ride, now, run, strikes):  # type: ignore[no-untyped-def]
    """Begin a phase of a ride: 0 loading, 1 riding, 2 unloading. False when it never ends."""
    took = length(3 * ride + phase, now, run, strikes)
    if took >= NEVER:
        return False
    happen(events, count, bits, now + took, phase + 1, ride)
    return True


@njit(cache=True)
def soil(dirty: Longs, flags: Flags, resource: int) -> None:
    """Note a resource whose queue must be looked at; dirty[0] counts those noted."""
    if not flags[resource]:
        flags[resource] = 1
        dirty[0] += 1
        dirty[dirty[0]] = resource


@njit(cache=True)
def ask(queues, queue_ptr, waiting, dirty, flags, resource, key):  # type: ignore[no-untyped-def]
    """Stand in a resource's queue."""
    push(queues, queue_ptr[resource], waiting[resource], key)
    waiting[resource] += 1
    soil(dirty, flags, resource)


@njit(cache=True)
def give_back(free: Longs, dirty: Longs, flags: Flags, resource: int) -> None:
    """Free one server of a resource; -1 is none."""
    if resource >= 0:
        free[resource] += 1
        soil(dirty, flags, resource)


@njit(cache=True)
def first_ready(release: Longs, before: Longs, bits: int) -> Longs:
    """Events of the rides that wait for none, in the order of the calendar."""
    ready = np.empty(release.shape[0], dtype=np.int64)
    count = 0
    for r in range(release.shape[0]):
        if before[r] == 0:
            ready[count] = (((release[r] << 3) + READY) << bits) + r
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
    bits = 1
    while (1 << bits) < rides:
        bits += 1
    mask = (1 << bits) - 1
    events = np.empty(KINDS * rides + 1, dtype=np.int64)
    queues = np.empty(queue_ptr[resources] + 1, dtype=np.int64)
    count = np.zeros(1, dtype=np.int64)
    ready = first_ready(release, before, bits)
    for run in range(runs):
        end[:, run] = NEVER
        missing, free = before.copy(), servers.copy()
        waiting = np.zeros(resources, dtype=np.int64)
        dirty = np.zeros(resources + 1, dtype=np.int64)
        flags = np.zeros(resources, dtype=np.uint8)
        count[0], coming = 0, 0
        while count[0] > 0 or coming < ready.shape[0]:
            now = ready[coming] >> (bits + 3) if coming < ready.shape[0] else FAR
            if count[0] > 0:
                now = min(now, events[0] >> (bits + 3))
            after_now = (now + 1) << (bits + 3)
            while True:
                if coming < ready.shape[0] and ready[coming] < after_now:
                    code = ready[coming]
                    coming += 1
                elif count[0] > 0 and events[0] < after_now:
                    code = pop(events, 0, count[0])
                    count[0] -= 1
                else:
                    break
                kind, r = (code >> bits) & 7, code & mask
                stage = -1
                if kind == READY:
                    stage = VEHICLE if needs[r, VEHICLE] >= 0 else ORIGIN
                elif kind == LOADED:
                    give_back(free, dirty, flags, needs[r, ORIGIN])
                    if not begin(events, count, bits, 1, r, now, run, strikes):
                        give_back(free, dirty, flags, needs[r, VEHICLE])
                elif kind == ARRIVED:
                    stage = GOAL
                elif kind == UNLOADED:
                    end[r, run] = now
                    give_back(free, dirty, flags, needs[r, GOAL])
                    if needs[r, VEHICLE] >= 0:
                        happen(events, count, bits, now + lag[r], FREED, r)
                    for k in range(after_ptr[r], after_ptr[r + 1]):
                        b = after[k]
                        missing[b] -= 1
                        if missing[b] == 0:
                            happen(events, count, bits, max(now, release[b]), READY, b)
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
                    elif not begin(events, count, bits, stage // 2 * 2, r, now, run, strikes):
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
                        happen(events, count, bits, now, BOARDED, r)
                    elif not begin(events, count, bits, stage // 2 * 2, r, now, run, strikes):
                        happen(events, count, bits, now, FREED, r)
                        if stage != VEHICLE:
                            happen(events, count, bits, now, LEFT_ORIGIN + stage // 2, r)
