"""What a run of the queueing kernel stands on: columns, memory laid out once, and heaps of keys."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from standto.kernels.fixed_order import NEVER

Ints = npt.NDArray[np.int32]
Grid = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.uint8]

READY, BOARDED, ARRIVED, LOADED, UNLOADED, FREED, LOST_LOADING, LOST_UNLOADING = range(8)
"""Kinds of events: each ride has at most one in the calendar."""
VEHICLE, ORIGIN, GOAL, LAG, PRIORITY, AFTER, AFTER_END = range(7)
TAKES, STRUCK, FOLLOWING, MISSING, EARLY, COLUMNS = 7, 10, 13, 14, 15, 16
"""Columns of a ride, one cache line: what it needs and does, minutes and strikes of its phases; and
in a run the next in its minute's list, rides it waits for, when it may begin."""
FREE, WAITING, NOTED, FIRST = range(4)
"""Columns of a resource in one run: servers free, rides that wait, whether its queue must be looked
at, and where its queue begins."""
START, LOAD, RIDE, UNLOAD, END = range(5)
"""Steps of a ride: to be begun, its three phases, ended."""
STRIKES = 31
"""Bits that tell which hazards strike a phase."""
LOW_BITS = 2**32 - 1
MARGIN, MOST_MINUTES = 20_160, 2**19
"""The calendar has a list for each minute up to twice the last release and a fortnight, at most a
year; later minutes stand in a heap."""
WORD = 5
"""Minutes in which something happens are bits, 2**WORD of them in a word."""
LAST_BIT = 2**WORD - 1
DE_BRUIJN = 0x077CB531
"""Each five bits of it in a row are another number: shifted by a bit's place, its first five tell
the place."""


class Trouble(NamedTuple):
    """What strikes the phases of rides in one run; see `simulate_block`.

    active: one bit for each hazard that happens. lo, hi, by: (hazards,) its windows and factors.
    """

    active: int
    ptr: Longs
    hazard: Longs
    offset: Ints
    share: Floats
    stretches: Flags
    lo: Ints
    hi: Ints
    by: Floats


class State(NamedTuple):
    """A run under way, laid out once and used again for the next.

    rides: (rides, COLUMNS). after: rides that wait for each. ended: minute at which each ride has
    ended. desk: resources now. queue: all queues, heaps of keys. noted: resources whose queue must
    be looked at, behind their number. day, busy, later: the calendar, with a bit for each minute of
    its day, and lowest, see `lowest_bit`. stack: rides to be played. bits: of a ride's number in a
    key.
    """

    rides: Grid
    after: Longs
    ended: Ints
    desk: Grid
    queue: Longs
    noted: Ints
    day: Ints
    busy: Longs
    lowest: Ints
    later: Longs
    stack: Longs
    bits: int


@njit(cache=True, _nrt=False)
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


@njit(cache=True, _nrt=False)
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
def lowest_bits() -> Ints:
    """What `lowest_bit` looks up: the place of a bit by five bits of a product."""
    places = np.zeros(2**WORD, np.int32)
    for place in range(2**WORD):
        places[((np.int64(DE_BRUIJN) << place) & LOW_BITS) >> (32 - WORD)] = place
    return places


@njit(cache=True, inline="always", _nrt=False)
def lowest_bit(word: int, places: Ints) -> int:
    """Place of the lowest bit that is set in a word of 32 bits, in a few steps without a loop."""
    return int(places[(((word & -word) * DE_BRUIJN) & LOW_BITS) >> (32 - WORD)])


@njit(cache=True)
def rows_of(
    priority: Longs,
    needs: npt.NDArray[np.int64],
    lag: Longs,
    after_ptr: Longs,
    duration: Ints,
    hazard_ptr: Longs,
    hazard: Longs,
) -> Grid:
    """One row of COLUMNS a ride: all that is looked up together lies together."""
    rides = np.zeros((lag.shape[0], COLUMNS), dtype=np.int32)
    for r in range(lag.shape[0]):
        rides[r, VEHICLE], rides[r, ORIGIN], rides[r, GOAL] = needs[r]
        rides[r, LAG], rides[r, PRIORITY] = lag[r], priority[r]
        rides[r, AFTER], rides[r, AFTER_END] = after_ptr[r], after_ptr[r + 1]
        for phase in range(3):
            a = 3 * r + phase
            rides[r, TAKES + phase] = duration[a]
            for k in range(hazard_ptr[a], hazard_ptr[a + 1]):
                rides[r, STRUCK + phase] |= np.int32(1) << (hazard[k] % STRIKES)
    return rides


@njit(cache=True)
def happening(stretches: Flags, lo: Ints, hi: Ints, by: Floats) -> int:
    """One bit for each hazard that happens in a run; hazards STRIKES apart share one."""
    active = 0
    for h in range(stretches.shape[0]):
        if (by[h] != 1) if stretches[h] else (lo[h] < hi[h]):
            active |= 1 << (h % STRIKES)
    return active


@njit(cache=True)
def begin(before: Longs, release: Longs, servers: Longs, queue_ptr: Longs, s: State) -> int:
    """Set rides and resources to the beginning of a run; how many rides on the stack wait for none.

    Those that begin first lie on top.
    """
    top = 0
    for r in range(release.shape[0] - 1, -1, -1):
        s.rides[r, MISSING], s.rides[r, EARLY], s.ended[r] = before[r], release[r], NEVER
        if before[r] == 0:
            s.stack[top] = (r << 3) + START
            top += 1
    for resource in range(servers.shape[0]):
        s.desk[resource, FREE], s.desk[resource, WAITING] = servers[resource], 0
        s.desk[resource, NOTED], s.desk[resource, FIRST] = 0, queue_ptr[resource]
    return top


@njit(cache=True)
def state_of(rides: Grid, release: Longs, after: Longs, resources: int, room: int) -> State:
    """Memory for runs of these rides: an empty calendar, and room for so many in all queues."""
    count, last = rides.shape[0], 0
    bits = 1
    while (1 << bits) < count:
        bits += 1
    for r in range(count):
        last = max(last, release[r])
    minutes = min(2 * last + MARGIN, MOST_MINUTES)
    return State(
        rides,
        after,
        np.empty(count, np.int32),
        np.empty((resources, 4), np.int32),
        np.empty(room + 1, np.int64),
        np.zeros(resources + 1, np.int32),
        np.full(minutes, -1, np.int32),
        np.zeros((minutes >> WORD) + 1, np.int64),
        lowest_bits(),
        np.zeros(count + 2, np.int64),
        np.empty(count + 1, np.int64),
        bits,
    )
