"""Chains of trips, each asset's and each hop's, gaps of each fleet, and rides aboard each trip."""

from __future__ import annotations

from standto.kernels.cells import put
from standto.kernels.columns import (
    A_FREE,
    A_RIDE,
    A_SHARED,
    A_YARD,
    AT_ASSET_COUNT,
    F_LOAD,
    F_MODE,
    F_SYSTEM,
    F_TURN,
    F_UNLOAD,
    H_FROM,
    H_TO,
    K_FIRST,
    K_FREE,
    K_LAST,
    K_STANDS,
    NEVER,
    OUT,
    RAIL,
    RIDE_NEXT,
    RIDE_PREVIOUS,
    ROAD,
    T_ARRIVE,
    T_ASSET,
    T_DEPART,
    T_GAP,
    T_HOP,
    T_LOAD,
    T_NEXT,
    T_PREVIOUS,
    T_RIDER,
    T_SHARED_NEXT,
    T_SHARED_PREVIOUS,
    T_UNLOAD,
    Y_LEAST,
    Y_USED,
    YARD,
    YARD_FIELDS,
    Cells,
    Grid,
    Ints,
)
from standto.kernels.compiled import kernel
from standto.kernels.gaps import add_gap, drop_gap
from standto.kernels.reading import (
    cell,
    fleet_of,
    of_asset,
    of_fleet,
    of_hop,
    of_state,
    position,
    region,
    trip_row,
)


@kernel
def begins(cells: Cells, t: Ints, trip: int) -> int:
    """Minute at which a trip is first loaded."""
    return cell(cells, trip_row(t, trip) + T_DEPART) - cell(cells, trip_row(t, trip) + T_LOAD)


@kernel
def free_after(cells: Cells, t: Ints, asset: int, after: int) -> int:
    """Minute from which an asset is free after a trip, turned round; from the start after -1."""
    if after < 0:
        return of_asset(t, asset, 1)
    base = trip_row(t, after)
    turn = of_fleet(t, fleet_of(t, asset), F_TURN)
    return cell(cells, base + T_ARRIVE) + cell(cells, base + T_UNLOAD) + turn


@kernel
def stands_after(cells: Cells, t: Ints, asset: int, after: int) -> int:
    """Stop at which an asset stands after a trip; where it starts after -1."""
    if after < 0:
        return of_asset(t, asset, 0)
    return of_hop(t, cell(cells, trip_row(t, after) + T_HOP), H_TO)


@kernel
def next_trip(cells: Cells, t: Ints, asset: int, after: int) -> int:
    """The trip that follows another of its asset, -1 where none does; the first after -1."""
    if after < 0:
        return cell(cells, of_state(t, asset, K_FIRST))
    return cell(cells, trip_row(t, after) + T_NEXT)


@kernel
def roomy(t: Ints, fleet: int, length: int, start: int, end: int) -> bool:
    """Whether an asset idles long enough between two trips for another between.

    It moves empty to its next load meanwhile: what is left must do to load, unload and turn
    round. A ride between is no shorter than the empty move over the same way; a change of gauge
    has its own handling, so that trains count neither. Transporters count no empty move: two short
    drives need less rest than a long one.
    """
    mode = of_fleet(t, fleet, F_MODE)
    if mode != RAIL:
        length -= of_fleet(t, fleet, F_LOAD) + of_fleet(t, fleet, F_UNLOAD)
    if mode != ROAD:
        length -= position(t, of_fleet(t, fleet, F_SYSTEM), start, end)
    return length >= 0


@kernel
def note_gap(cells: Cells, journal: Grid, t: Ints, asset: int, after: int) -> None:
    """List the gap after a trip (-1: before the first) as it is now, if it is worth a try."""
    following = next_trip(cells, t, asset, after)
    drop_gap(cells, journal, t, asset, after)
    if following >= 0:
        fleet = fleet_of(t, asset)
        free = free_after(cells, t, asset, after)
        end = begins(cells, t, following) - of_fleet(t, fleet, F_TURN)
        start = stands_after(cells, t, asset, after)
        onward = of_hop(t, cell(cells, trip_row(t, following) + T_HOP), H_FROM)
        if roomy(t, fleet, end - free, start, onward):
            add_gap(cells, journal, t, asset, after, free, end, start, onward)


@kernel
def yard_of(t: Ints, asset: int) -> int:
    """First cell of the yard that an asset belongs to."""
    return region(t, A_YARD) + asset // YARD * YARD_FIELDS


@kernel
def note_end(cells: Cells, journal: Grid, t: Ints, asset: int, last: int) -> None:
    """Keep an asset's last trip, from when and where it is free after it, and its yard's least."""
    had, free = cell(cells, of_state(t, asset, K_FREE)), free_after(cells, t, asset, last)
    yard = yard_of(t, asset)
    used = (1 if last >= 0 else 0) - (1 if cell(cells, of_state(t, asset, K_LAST)) >= 0 else 0)
    if used != 0:
        put(cells, journal, yard + Y_USED, cell(cells, yard + Y_USED) + used)
    put(cells, journal, of_state(t, asset, K_LAST), last)
    put(cells, journal, of_state(t, asset, K_FREE), free)
    put(cells, journal, of_state(t, asset, K_STANDS), stands_after(cells, t, asset, last))
    least = cell(cells, yard + Y_LEAST)
    if free < least:
        put(cells, journal, yard + Y_LEAST, free)
    elif had == least and free > had:
        first = asset // YARD * YARD
        least = free
        for k in range(first, min(first + YARD, t[AT_ASSET_COUNT])):
            least = min(least, cell(cells, of_state(t, k, K_FREE)))
        put(cells, journal, yard + Y_LEAST, least)


@kernel
def chain(cells: Cells, journal: Grid, t: Ints, trip: int, after: int) -> None:
    """Put a trip into its asset's chain after another (-1: first)."""
    base = trip_row(t, trip)
    asset = cell(cells, base + T_ASSET)
    following = next_trip(cells, t, asset, after)
    before = of_state(t, asset, K_FIRST) if after < 0 else trip_row(t, after) + T_NEXT
    put(cells, journal, before, trip)
    put(cells, journal, base + T_PREVIOUS, after)
    put(cells, journal, base + T_NEXT, following)
    put(cells, journal, base + T_GAP, OUT)
    if following >= 0:
        put(cells, journal, trip_row(t, following) + T_PREVIOUS, trip)
    else:
        note_end(cells, journal, t, asset, trip)
    note_gap(cells, journal, t, asset, after)
    note_gap(cells, journal, t, asset, trip)


@kernel
def unchain(cells: Cells, journal: Grid, t: Ints, trip: int) -> None:
    """Take a trip out of its asset's chain."""
    base = trip_row(t, trip)
    asset = cell(cells, base + T_ASSET)
    previous = cell(cells, base + T_PREVIOUS)
    following = cell(cells, base + T_NEXT)
    drop_gap(cells, journal, t, asset, trip)
    before = of_state(t, asset, K_FIRST) if previous < 0 else trip_row(t, previous) + T_NEXT
    put(cells, journal, before, following)
    if following >= 0:
        put(cells, journal, trip_row(t, following) + T_PREVIOUS, previous)
    else:
        note_end(cells, journal, t, asset, previous)
    note_gap(cells, journal, t, asset, previous)


@kernel
def share(cells: Cells, journal: Grid, t: Ints, trip: int) -> None:
    """Put a trip among those of its hop that others may join."""
    base = trip_row(t, trip)
    head = region(t, A_SHARED) + cell(cells, base + T_HOP)
    first = cell(cells, head)
    put(cells, journal, head, trip)
    put(cells, journal, base + T_SHARED_PREVIOUS, -1)
    put(cells, journal, base + T_SHARED_NEXT, first)
    if first >= 0:
        put(cells, journal, trip_row(t, first) + T_SHARED_PREVIOUS, trip)


@kernel
def unshare(cells: Cells, journal: Grid, t: Ints, trip: int) -> None:
    """Take a trip away from those of its hop that others may join."""
    base = trip_row(t, trip)
    previous = cell(cells, base + T_SHARED_PREVIOUS)
    following = cell(cells, base + T_SHARED_NEXT)
    if previous >= 0:
        put(cells, journal, trip_row(t, previous) + T_SHARED_NEXT, following)
    else:
        put(cells, journal, region(t, A_SHARED) + cell(cells, base + T_HOP), following)
    if following >= 0:
        put(cells, journal, trip_row(t, following) + T_SHARED_PREVIOUS, previous)


@kernel
def cancel(cells: Cells, journal: Grid, t: Ints, trip: int) -> None:
    """Take an empty trip out of both lists and keep its number for another."""
    unchain(cells, journal, t, trip)
    unshare(cells, journal, t, trip)
    put(cells, journal, trip_row(t, trip) + T_NEXT, cell(cells, region(t, A_FREE)))
    put(cells, journal, region(t, A_FREE), trip)


@kernel
def empty_minutes(cells: Cells, t: Ints, trip: int) -> int:
    """Empty minutes that a trip adds to its asset's chain: on to it and away, less past it."""
    base = trip_row(t, trip)
    asset = cell(cells, base + T_ASSET)
    system = of_fleet(t, fleet_of(t, asset), F_SYSTEM)
    hop, following = cell(cells, base + T_HOP), cell(cells, base + T_NEXT)
    start = stands_after(cells, t, asset, cell(cells, base + T_PREVIOUS))
    most = NEVER >> 9  # what cannot be reached must not pass the range of a cell
    total = min(most, position(t, system, start, of_hop(t, hop, H_FROM)))
    if following >= 0:
        onward = of_hop(t, cell(cells, trip_row(t, following) + T_HOP), H_FROM)
        total += min(most, position(t, system, of_hop(t, hop, H_TO), onward))
        total -= min(most, position(t, system, start, onward))
    return total


@kernel
def climb_on(cells: Cells, journal: Grid, t: Ints, trip: int, ride: int) -> None:
    """List a ride (packet and leg) first among those aboard a trip."""
    head, rides = trip_row(t, trip) + T_RIDER, region(t, A_RIDE)
    first = cell(cells, head)
    put(cells, journal, head, ride)
    put(cells, journal, rides + 2 * ride + RIDE_PREVIOUS, -1)
    put(cells, journal, rides + 2 * ride + RIDE_NEXT, first)
    if first >= 0:
        put(cells, journal, rides + 2 * first + RIDE_PREVIOUS, ride)


@kernel
def climb_off(cells: Cells, journal: Grid, t: Ints, trip: int, ride: int) -> None:
    """Take a ride off the list of those aboard a trip."""
    rides = region(t, A_RIDE)
    previous = cell(cells, rides + 2 * ride + RIDE_PREVIOUS)
    following = cell(cells, rides + 2 * ride + RIDE_NEXT)
    before = trip_row(t, trip) + T_RIDER if previous < 0 else rides + 2 * previous + RIDE_NEXT
    put(cells, journal, before, following)
    if following >= 0:
        put(cells, journal, rides + 2 * following + RIDE_PREVIOUS, previous)
