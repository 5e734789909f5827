"""Slot calendars: when a resource has room, and taking or giving back that room.

A FLOW resource admits so many units in each window (vehicles, trains, lane dm). A HOLD resource
holds so many at once (berths, ramps, aircraft on the ground), counted in each window touched.
"""

from __future__ import annotations

from standto.kernels.cells import put
from standto.kernels.columns import (
    NEVER,
    R_BASE,
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
def flow_at(cells: Cells, t: Ints, resource: int, minute: int, units: int) -> int:
    """Earliest minute from `minute` in whose window `units` fit; NEVER where none has room.

    More units than an ordinary window admits take a whole window: nothing is too big to pass.
    """
    window = of_resource(t, resource, R_WINDOW)
    need = max(1, min(units, of_resource(t, resource, R_BASE)))
    first = of_resource(t, resource, R_CELL)
    at = minute // window
    while at < of_resource(t, resource, R_COUNT):
        if cell(cells, first + at) >= need:
            return max(minute, at * window)
        at += 1
    return NEVER


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
        at += 1
        start = at * window


@kernel
def take_flow(cells: Cells, journal: Grid, t: Ints, resource: int, minute: int, units: int) -> None:
    """Take `units` of the window at `minute`; negative units give them back."""
    base = of_resource(t, resource, R_BASE)
    need = max(1, min(abs(units), base))
    at = of_resource(t, resource, R_CELL) + minute // of_resource(t, resource, R_WINDOW)
    put(cells, journal, at, cell(cells, at) - (need if units >= 0 else -need))


@kernel
def take_hold(
    cells: Cells, journal: Grid, t: Ints, resource: int, minute: int, length: int, sign: int
) -> None:
    """Take one place from `minute` for `length` minutes (sign 1), or give it back (sign -1)."""
    window = of_resource(t, resource, R_WINDOW)
    first = of_resource(t, resource, R_CELL)
    for at in range(minute // window, (minute + max(length, 1) - 1) // window + 1):
        put(cells, journal, first + at, cell(cells, first + at) - sign)


@kernel
def path_at(
    cells: Cells,
    t: Ints,
    first: int,
    last: int,
    minute: int,
    units: int,
    speed: int,
) -> int:
    """Earliest departure from `minute` at which every link of a path has room when it is entered.

    The ride does not stop on the way: a convoy is timed so that it need not wait on the road.
    speed: km/h of the lift, for the part of the path where it sets the pace.
    """
    start = minute
    k = first
    while k < last:
        resource = of_step(t, k, S_RESOURCE)
        if resource >= 0:
            offset = of_step(t, k, S_OFFSET) + of_step(t, k, S_KM) * 6 // speed
            enter = flow_at(cells, t, resource, start + offset, units)
            if enter >= NEVER:
                return NEVER
            if enter > start + offset:
                start = enter - offset
                k = first
                continue
        k += 1
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
        resource = of_step(t, k, S_RESOURCE)
        if resource >= 0:
            offset = of_step(t, k, S_OFFSET) + of_step(t, k, S_KM) * 6 // speed
            take_flow(cells, journal, t, resource, minute + offset, units)
