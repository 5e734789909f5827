"""Chains of trips, each asset's and each hop's, gaps of each fleet, and rides aboard each trip."""

from __future__ import annotations

from standto.kernels.cells import put
from standto.kernels.columns import (
    A_ASSET,
    A_FREE,
    A_GAPS,
    A_RIDE,
    A_SHARED,
    A_TRIP,
    A_YARD,
    AT_ASSET_COUNT,
    AT_FLEET_COUNT,
    AT_HORIZON,
    CHUNK_FIELDS,
    F_LOAD,
    F_MODE,
    F_SYSTEM,
    F_TURN,
    F_UNLOAD,
    G_COUNT,
    G_FREE,
    G_LEAST,
    G_LONGEST,
    G_NEXT,
    GAP_AFTER,
    GAP_END,
    GAP_FROM,
    GAP_TO,
    GAPS,
    H_FROM,
    H_TO,
    K_FIRST,
    K_FREE,
    K_GAP,
    K_LAST,
    K_STANDS,
    NEVER,
    OUT,
    RAIL,
    RIDE_NEXT,
    RIDE_PREVIOUS,
    ROAD,
    SPAN_MIN,
    SPANS,
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
    TRIP_FIELDS,
    Y_LEAST,
    Y_USED,
    YARD,
    YARD_FIELDS,
    Cells,
    Grid,
    Ints,
)
from standto.kernels.compiled import kernel
from standto.kernels.reading import (
    cell,
    fleet_of,
    of_asset,
    of_fleet,
    of_hop,
    position,
    region,
)


@kernel
def trip_row(t: Ints, trip: int) -> int:
    """First cell of a trip."""
    return region(t, A_TRIP) + trip * TRIP_FIELDS


@kernel
def of_state(t: Ints, asset: int, field: int) -> int:
    """Cell of an asset's field."""
    return region(t, A_ASSET) + field * t[AT_ASSET_COUNT] + asset


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
def gap_of(t: Ints, asset: int, after: int) -> int:
    """Cell that says where the gap after a trip (-1: before the first) is listed."""
    return of_state(t, asset, K_GAP) if after < 0 else trip_row(t, after) + T_GAP


@kernel
def span_of(t: Ints, minute: int) -> int:
    """Span of time in which a gap that ends at a minute is listed."""
    length = max(SPAN_MIN, t[AT_HORIZON] // SPANS + 1)
    return min(max(minute, 0) // length, SPANS - 1)


@kernel
def span_head(t: Ints, fleet: int, span: int) -> int:
    """Cell of the first chunk of a fleet's gaps that end in a span of time."""
    return region(t, A_GAPS) + fleet * SPANS + span


@kernel
def last_span(t: Ints, fleet: int) -> int:
    """Cell of the last span in which a fleet has had a gap so far."""
    return span_head(t, t[AT_FLEET_COUNT], 0) + fleet


@kernel
def new_chunk(cells: Cells, journal: Grid, t: Ints) -> int:
    """An empty chunk of gaps: one given back, or the next."""
    spare = last_span(t, t[AT_FLEET_COUNT])
    chunk = cell(cells, spare)
    if chunk >= 0:
        put(cells, journal, spare, cell(cells, chunk + G_NEXT))
        return chunk
    used = cell(cells, spare + 1)
    put(cells, journal, spare + 1, used + 1)
    return spare + 2 + used * CHUNK_FIELDS


@kernel
def chunk_of(t: Ints, gap: int) -> int:
    """Chunk in which a gap is listed."""
    first = last_span(t, t[AT_FLEET_COUNT]) + 2
    return first + (gap - first) // CHUNK_FIELDS * CHUNK_FIELDS


@kernel
def widen(cells: Cells, journal: Grid, chunk: int, free: int, end: int) -> None:
    """Let what a chunk says of its gaps hold for one more of them."""
    if free < cell(cells, chunk + G_LEAST):
        put(cells, journal, chunk + G_LEAST, free)
    if end - free > cell(cells, chunk + G_LONGEST):
        put(cells, journal, chunk + G_LONGEST, end - free)


@kernel
def add_gap(
    cells: Cells, journal: Grid, t: Ints, asset: int, after: int, free: int, end: int,
    start: int, onward: int,
) -> None:  # fmt: skip
    """List a gap among those of its fleet."""
    fleet, span = fleet_of(t, asset), span_of(t, end)
    head = span_head(t, fleet, span)
    if cell(cells, last_span(t, fleet)) < span:
        put(cells, journal, last_span(t, fleet), span)
    chunk = cell(cells, head)
    if chunk < 0 or cell(cells, chunk + G_COUNT) == GAPS:
        made = new_chunk(cells, journal, t)
        put(cells, journal, made + G_COUNT, 0)
        put(cells, journal, made + G_NEXT, chunk)
        put(cells, journal, made + G_LEAST, free)
        put(cells, journal, made + G_LONGEST, 0)
        put(cells, journal, head, made)
        chunk = made
    count = cell(cells, chunk + G_COUNT)
    at = chunk + G_FREE + count
    put(cells, journal, chunk + G_COUNT, count + 1)
    widen(cells, journal, chunk, free, end)
    put(cells, journal, at, free)
    put(cells, journal, at + GAP_END, end)
    put(cells, journal, at + GAP_AFTER, after if after >= 0 else ~asset)
    put(cells, journal, at + GAP_FROM, start)
    put(cells, journal, at + GAP_TO, onward)
    put(cells, journal, gap_of(t, asset, after), at)


@kernel
def drop_gap(cells: Cells, journal: Grid, t: Ints, asset: int, after: int) -> None:
    """Take a gap off its fleet's list; the last one listed in its span takes its place."""
    where = gap_of(t, asset, after)
    at = cell(cells, where)
    if at == OUT:
        return
    head = span_head(t, fleet_of(t, asset), span_of(t, cell(cells, at + GAP_END)))
    chunk = cell(cells, head)
    count = cell(cells, chunk + G_COUNT) - 1
    last = chunk + G_FREE + count
    if last != at:
        for field in range(5):
            put(cells, journal, at + field * GAPS, cell(cells, last + field * GAPS))
        end = cell(cells, at + GAP_END)
        widen(cells, journal, chunk_of(t, at), cell(cells, at), end)
        moved = cell(cells, at + GAP_AFTER)
        if moved >= 0:
            put(cells, journal, trip_row(t, moved) + T_GAP, at)
        else:
            put(cells, journal, of_state(t, ~moved, K_GAP), at)
    put(cells, journal, where, OUT)
    put(cells, journal, chunk + G_COUNT, count)
    if count == 0:
        spare = last_span(t, t[AT_FLEET_COUNT])
        put(cells, journal, head, cell(cells, chunk + G_NEXT))
        put(cells, journal, chunk + G_NEXT, cell(cells, spare))
        put(cells, journal, spare, chunk)


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
