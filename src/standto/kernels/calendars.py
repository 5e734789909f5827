"""Slot calendars: when a resource has room, and taking or giving back that room.

A FLOW resource admits so many units in each window (vehicles, trains, lane dm). A HOLD resource
holds so many at once (berths, ramps, aircraft on the ground), counted in each window touched.
"""

from __future__ import annotations

from standto.kernels.cells import put
from standto.kernels.columns import (
    BLOCK,
    NEVER,
    R_BASE,
    R_BLOCK,
    R_CELL,
    R_COUNT,
    R_WINDOW,
    S_KM,
    S_OFFSET,
    S_RESOURCE,
    Cells,
    Grid,
    Ints,
)
from standto.kernels.compiled import kernel
from standto.kernels.reading import cell, of_resource, of_step


@kernel
def next_with(cells: Cells, t: Ints, resource: int, at: int, need: int) -> int:
    """First window from `at` with room for `need`, else the number of windows; by whole blocks."""
    first = of_resource(t, resource, R_CELL)
    blocks = of_resource(t, resource, R_BLOCK)
    count = of_resource(t, resource, R_COUNT)
    while at < count:
        block = at // BLOCK
        end = min(count, (block + 1) * BLOCK)
        if cell(cells, blocks + block) >= need:
            while at < end:
                if cell(cells, first + at) >= need:
                    return at
                at += 1
        at = end
    return count


@kernel
def change(cells: Cells, journal: Grid, t: Ints, resource: int, at: int, by: int) -> None:
    """Add `by` to the room of a window, and keep the most room in its block."""
    index = of_resource(t, resource, R_CELL) + at
    had = cell(cells, index)
    put(cells, journal, index, had + by)
    block = at // BLOCK
    top = of_resource(t, resource, R_BLOCK) + block
    most = cell(cells, top)
    if had + by > most:
        put(cells, journal, top, had + by)
    elif had == most and by < 0:
        first = of_resource(t, resource, R_CELL)
        end = min(of_resource(t, resource, R_COUNT), (block + 1) * BLOCK)
        left = had + by
        for k in range(block * BLOCK, end):
            left = max(left, cell(cells, first + k))
            if left == most:
                return
        put(cells, journal, top, left)


@kernel
def flow_at(cells: Cells, t: Ints, resource: int, minute: int, units: int) -> int:
    """Earliest minute from `minute` in whose window `units` fit; NEVER where none has room.

    More units than an ordinary window admits take a whole window: nothing is too big to pass.
    """
    window = of_resource(t, resource, R_WINDOW)
    count = of_resource(t, resource, R_COUNT)
    need = max(1, min(units, of_resource(t, resource, R_BASE)))
    at = minute // window
    if at >= count:
        return NEVER
    if cell(cells, of_resource(t, resource, R_CELL) + at) >= need:
        return minute
    at = next_with(cells, t, resource, at + 1, need)
    return at * window if at < count else NEVER


@kernel
def hold_at(cells: Cells, t: Ints, resource: int, minute: int, length: int) -> int:
    """Earliest minute from `minute` from which one place is free for `length` minutes."""
    window = of_resource(t, resource, R_WINDOW)
    first = of_resource(t, resource, R_CELL)
    last = of_resource(t, resource, R_COUNT)
    start = minute
    at = start // window
    while True:
        end = (start + max(length, 1) - 1) // window
        if end >= last:
            return NEVER
        while at <= end and cell(cells, first + at) >= 1:
            at += 1
        if at > end:
            return start
        at = next_with(cells, t, resource, at + 1, 1)
        start = at * window


@kernel
def take_flow(cells: Cells, journal: Grid, t: Ints, resource: int, minute: int, units: int) -> None:
    """Take `units` of the window at `minute`; negative units give them back."""
    need = max(1, min(abs(units), of_resource(t, resource, R_BASE)))
    at = minute // of_resource(t, resource, R_WINDOW)
    change(cells, journal, t, resource, at, -need if units >= 0 else need)


@kernel
def take_hold(
    cells: Cells, journal: Grid, t: Ints, resource: int, minute: int, length: int, sign: int
) -> None:
    """Take one place from `minute` for `length` minutes (sign 1), or give it back (sign -1)."""
    window = of_resource(t, resource, R_WINDOW)
    for at in range(minute // window, (minute + max(length, 1) - 1) // window + 1):
        change(cells, journal, t, resource, at, -sign)


@kernel
def entering(t: Ints, step: int, speed: int) -> int:
    """Minutes from departure to a step of a path; speed: of the lift, km/h, where it sets that."""
    far = of_step(t, step, S_KM)
    offset = of_step(t, step, S_OFFSET)
    return offset + far * 6 // speed if far > 0 else offset


@kernel
def path_at(
    cells: Cells,
    t: Ints,
    first: int,
    last: int,
    minute: int,
    units: int,
    speed: int,
    limit: int,
) -> int:
    """Earliest departure from `minute` at which every link of a path has room when it is entered.

    The ride does not stop on the way: a convoy is timed so that it need not wait on the road. Steps
    are asked round and round until all of them, one after another, have room; from `limit` on, the
    search stops at some minute before which they have none.
    """
    start = minute
    k = first
    passed = 0
    while passed < last - first:
        offset = entering(t, k, speed)
        enter = flow_at(cells, t, of_step(t, k, S_RESOURCE), start + offset, units)
        if enter >= NEVER:
            return NEVER
        if enter > start + offset:
            start = enter - offset
            if start >= limit:
                return start
            passed = 0
        passed += 1
        k = k + 1 if k + 1 < last else first
    return start


@kernel
def take_path(
    cells: Cells,
    journal: Grid,
    t: Ints,
    first: int,
    last: int,
    minute: int,
    units: int,
    speed: int,
) -> None:
    """Take the room that `path_at` found; negative units give it back."""
    for k in range(first, last):
        at = minute + entering(t, k, speed)
        take_flow(cells, journal, t, of_step(t, k, S_RESOURCE), at, units)
