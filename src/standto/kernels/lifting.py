"""A new trip: the earliest that any asset of any suitable fleet can make over a hop."""

from __future__ import annotations

from standto.kernels.calendars import flow_at, hold_at, path_at
from standto.kernels.chains import yard_of
from standto.kernels.columns import (
    AT_FLEET_COUNT,
    AT_HORIZON,
    F_ASSET,
    F_ASSET_END,
    F_READY,
    F_SPEED,
    F_SYSTEM,
    G_COUNT,
    G_FREE,
    G_LEAST,
    G_LONGEST,
    G_NEXT,
    GAP_AFTER,
    GAP_END,
    GAP_FROM,
    GAP_TO,
    H_FROM,
    H_FROM_FLOW,
    H_FROM_HOLD,
    H_MODE,
    H_STEP,
    H_STEP_END,
    H_TO,
    H_TO_FLOW,
    H_TO_HOLD,
    K_FREE,
    K_LAST,
    K_STANDS,
    NEVER,
    P_LINE,
    P_UNITS,
    ROAD,
    T_ASSET,
    X_AFTER,
    X_ARRIVE,
    X_ASKED,
    X_ASSET,
    X_DEPART,
    X_FREE,
    X_HOP,
    X_ROOM,
    X_SURE,
    X_TRIP,
    Y_LEAST,
    Y_USED,
    YARD,
    Cells,
    Ints,
    Scratch,
)
from standto.kernels.compiled import kernel
from standto.kernels.fitting import alike, cleared, flow_units, handling, running, suits
from standto.kernels.gaps import last_span, span_head, span_of
from standto.kernels.nearing import soonest_behind, soonest_between, soonest_in
from standto.kernels.reading import (
    cell,
    of_fleet,
    of_hop,
    of_packet,
    of_state,
    position,
    trip_row,
)
from standto.kernels.shut import note_shut, open_from


@kernel
def opening(
    cells: Cells,
    t: Ints,
    hop: int,
    packet: int,
    fleet: int,
    depart: int,
    run: int,
    limit: int,
) -> int:
    """Earliest departure from `depart` at which terminals and links have room for a new trip.

    Where that is after `limit`, the search stops at some minute after it.
    """
    mode = of_hop(t, hop, H_MODE)
    units = flow_units(t, packet, mode)
    speed = of_fleet(t, fleet, F_SPEED)
    load, unload = handling(t, fleet, hop)
    on_road = of_packet(t, packet, P_UNITS) if mode == ROAD else 1
    while depart <= limit:
        begin = depart
        if of_hop(t, hop, H_FROM_FLOW) >= 0:
            depart = flow_at(cells, t, of_hop(t, hop, H_FROM_FLOW), depart - load, units) + load
        if of_hop(t, hop, H_FROM_HOLD) >= 0:
            depart = hold_at(cells, t, of_hop(t, hop, H_FROM_HOLD), depart - load, load) + load
        depart = path_at(
            cells,
            t,
            of_hop(t, hop, H_STEP),
            of_hop(t, hop, H_STEP_END),
            depart,
            on_road,
            speed,
            limit + 1,
        )
        if of_hop(t, hop, H_TO_FLOW) >= 0:
            depart = flow_at(cells, t, of_hop(t, hop, H_TO_FLOW), depart + run, units) - run
        if of_hop(t, hop, H_TO_HOLD) >= 0:
            depart = hold_at(cells, t, of_hop(t, hop, H_TO_HOLD), depart + run, unload) - run
        if depart == begin:
            return depart
        if depart >= NEVER // 2:
            return NEVER
    return depart


@kernel
def room_at(
    cells: Cells,
    t: Ints,
    scratch: Scratch,
    leg: int,
    hop: int,
    packet: int,
    fleet: int,
    depart: int,
    run: int,
    limit: int,
) -> int:
    """`opening`, asked once for all departures up to its answer: no room was found between.

    What was found is kept for other packets while a list is made.
    """
    if scratch[1, leg, X_ASKED] <= depart <= scratch[1, leg, X_ROOM]:
        return scratch[1, leg, X_ROOM]
    mode = of_hop(t, hop, H_MODE)
    units = of_packet(t, packet, P_UNITS) if mode == ROAD else flow_units(t, packet, mode)
    known = open_from(cells, t, hop, fleet, units, depart)
    found = opening(cells, t, hop, packet, fleet, known, run, limit)
    if scratch[2, 0, X_SURE] > 0:
        note_shut(cells, t, hop, fleet, units, depart, found)
    scratch[1, leg, X_ASKED] = depart
    scratch[1, leg, X_ROOM] = found
    return found


@kernel
def fit(
    cells: Cells,
    t: Ints,
    scratch: Scratch,
    leg: int,
    hop: int,
    packet: int,
    fleet: int,
    asset: int,
    after: int,
    depart: int,
    run: int,
    limit: int,
    best: int,
) -> int:
    """When a new trip of an asset after another of its trips ends, if before `best`, else that.

    It departs between `depart` and `limit`.
    """
    unload = handling(t, fleet, hop)[1]
    depart = room_at(
        cells, t, scratch, leg, hop, packet, fleet, depart, run, best - run - unload - 1
    )
    if depart + run + unload >= best or depart > limit:
        return best
    scratch[1, leg, X_HOP] = hop
    scratch[1, leg, X_DEPART] = depart
    scratch[1, leg, X_ARRIVE] = depart + run
    scratch[1, leg, X_TRIP] = -1
    scratch[1, leg, X_ASSET] = asset
    scratch[1, leg, X_AFTER] = after
    scratch[1, leg, X_FREE] = depart + run + unload
    return depart + run + unload


@kernel
def within(
    cells: Cells,
    t: Ints,
    scratch: Scratch,
    leg: int,
    hop: int,
    packet: int,
    fleet: int,
    chunk: int,
    soonest: int,
    run: int,
    best: int,
) -> int:
    """When a new trip in any gap of a chunk ends, if before `best`, else that."""
    load, unload = handling(t, fleet, hop)
    rest = run + unload
    system = of_fleet(t, fleet, F_SYSTEM)
    start, goal = of_hop(t, hop, H_FROM), of_hop(t, hop, H_TO)
    for at in range(chunk + G_FREE, chunk + G_FREE + cell(cells, chunk + G_COUNT)):
        free, end = cell(cells, at) + load, cell(cells, at + GAP_END) - rest
        if max(soonest, free) > min(end, best - rest - 1):
            continue
        free += position(t, system, cell(cells, at + GAP_FROM), start)
        depart = max(soonest, free)
        if depart > min(end, best - rest - 1):
            continue
        limit = end - position(t, system, goal, cell(cells, at + GAP_TO))
        if depart > limit:
            continue
        after = cell(cells, at + GAP_AFTER)
        asset = ~after if after < 0 else cell(cells, trip_row(t, after) + T_ASSET)
        best = fit(
            cells, t, scratch, leg, hop, packet, fleet, asset, max(after, -1), depart, run,
            limit, best,
        )  # fmt: skip
        if best <= soonest + rest:
            return best
    return best


@kernel
def between(
    cells: Cells,
    t: Ints,
    scratch: Scratch,
    leg: int,
    hop: int,
    packet: int,
    fleet: int,
    soonest: int,
    run: int,
    best: int,
) -> int:
    """When a new trip in any gap of a fleet ends, if before `best`, else that.

    No trip ends before `soonest` and the ride are over: with one that ends then, the search does.
    Gaps that end sooner are passed over span by span, those that begin too late or are all too
    short chunk by chunk.
    """
    load, unload = handling(t, fleet, hop)
    rest = run + unload
    system, start, goal = of_fleet(t, fleet, F_SYSTEM), of_hop(t, hop, H_FROM), of_hop(t, hop, H_TO)
    for span in range(span_of(t, soonest + rest), cell(cells, last_span(t, fleet)) + 1):
        chunk = cell(cells, span_head(t, fleet, span))
        while chunk >= 0:
            least = cell(cells, chunk + G_LEAST) + load + rest
            if (
                least < best
                and cell(cells, chunk + G_LONGEST) >= load + rest
                and soonest_in(cells, t, system, chunk, start, goal, soonest, load, rest)
                < best - rest
            ):
                best = within(cells, t, scratch, leg, hop, packet, fleet, chunk, soonest, run, best)
                if best <= soonest + rest:
                    return best
            chunk = cell(cells, chunk + G_NEXT)
    return best


@kernel
def behind(
    cells: Cells,
    t: Ints,
    scratch: Scratch,
    leg: int,
    hop: int,
    packet: int,
    fleet: int,
    soonest: int,
    run: int,
    best: int,
) -> int:
    """When a new trip after all others of any asset of a fleet ends, if before `best`."""
    load, unload = handling(t, fleet, hop)
    rest = run + unload
    system = of_fleet(t, fleet, F_SYSTEM)
    start = of_hop(t, hop, H_FROM)
    asset, end = of_fleet(t, fleet, F_ASSET), of_fleet(t, fleet, F_ASSET_END)
    tried, stood = -1, -1  # an asset without a trip yet: one in the same place is no better
    while asset < end:
        free = cell(cells, of_state(t, asset, K_FREE))
        stands = cell(cells, of_state(t, asset, K_STANDS))
        if asset % YARD == 0 and asset + YARD <= end:
            yard = yard_of(t, asset)
            idle = cell(cells, yard + Y_USED) == 0 and free == tried and stands == stood
            if idle or cell(cells, yard + Y_LEAST) + load + rest >= best:
                asset += YARD
                continue
        after = cell(cells, of_state(t, asset, K_LAST))
        if free + load + rest < best and not (after < 0 and free == tried and stands == stood):
            if after < 0:
                tried, stood = free, stands
            depart = max(soonest, free + load + position(t, system, stands, start))
            if depart + rest < best:
                best = fit(
                    cells, t, scratch, leg, hop, packet, fleet, asset, after, depart, run, NEVER,
                    best,
                )  # fmt: skip
                if best <= soonest + rest:
                    return best
        asset += 1
    return best


@kernel
def by_fleet(
    cells: Cells,
    t: Ints,
    scratch: Scratch,
    leg: int,
    hop: int,
    packet: int,
    fleet: int,
    soonest: int,
    run: int,
    best: int,
) -> int:
    """When a new trip of a fleet that departs from `soonest` on ends, if before `best`, else that.

    None departs before there is room, nor before an asset can be there; of those that depart at the
    same minute a trip in a gap is taken.
    """
    rest = run + handling(t, fleet, hop)[1]
    latest = best - rest - 1
    soonest = room_at(cells, t, scratch, leg, hop, packet, fleet, soonest, run, latest)
    if soonest > latest:
        return best
    gap, last = soonest, soonest_behind(cells, t, hop, fleet, soonest, latest + 1)
    if last > soonest:
        gap = soonest_between(cells, t, hop, fleet, soonest, run, last + 1)
        if min(gap, last) > soonest:
            soonest = min(gap, last)
            if soonest <= latest:
                soonest = room_at(cells, t, scratch, leg, hop, packet, fleet, soonest, run, latest)
        if soonest > latest:
            return best
    if gap <= soonest:
        most = min(best, soonest + rest + 1) if last <= soonest else best
        found = between(cells, t, scratch, leg, hop, packet, fleet, soonest, run, most)
        best = found if found < most else best
    if best > soonest + rest:
        best = behind(cells, t, scratch, leg, hop, packet, fleet, soonest, run, best)
    return best


@kernel
def lift(
    cells: Cells,
    t: Ints,
    scratch: Scratch,
    leg: int,
    hop: int,
    packet: int,
    ready: int,
    floor: int,
    best: int,
) -> int:
    """Earliest arrival by a new trip of any suitable asset, if before `best`, else `best`.

    No trip of a fleet begins before terminals and links have room, and none is free before `floor`.
    """
    line = of_packet(t, packet, P_LINE)
    limit = min(best, t[AT_HORIZON])
    paced = -1
    for fleet in range(t[AT_FLEET_COUNT]):
        if not suits(t, fleet, hop, packet):
            continue
        run = running(t, fleet, hop)
        load, unload = handling(t, fleet, hop)
        soonest = max(ready, of_fleet(t, fleet, F_READY)) + load
        soonest = cleared(t, hop, line, soonest, of_fleet(t, fleet, F_SPEED))
        soonest = max(soonest, floor - run - unload)
        if soonest + run + unload >= limit:
            continue
        if paced < 0 or not alike(t, fleet, paced, hop):
            scratch[1, leg, X_ASKED] = NEVER
            scratch[1, leg, X_ROOM] = -1
            paced = fleet
        limit = by_fleet(cells, t, scratch, leg, hop, packet, fleet, soonest, run, limit)
    return limit if limit < min(best, t[AT_HORIZON]) else best
