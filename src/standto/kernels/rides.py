"""One ride: the earliest arrival of a packet over one hop, by road, by a trip, or a new trip."""

from __future__ import annotations

from standto.kernels.calendars import (
    flow_at,
    hold_at,
    path_at,
)
from standto.kernels.columns import (
    A_ASSET,
    A_SHARED,
    A_TRIP,
    AT_ASSET_COUNT,
    AT_FLEET_COUNT,
    AT_HORIZON,
    F_ASSET,
    F_ASSET_END,
    F_READY,
    F_SPEED,
    F_SYSTEM,
    F_TURN,
    H_FROM,
    H_FROM_FLOW,
    H_FROM_HOLD,
    H_MIN,
    H_MODE,
    H_STEP,
    H_STEP_END,
    H_TO,
    H_TO_FLOW,
    H_TO_HOLD,
    L_EARLIEST,
    NEVER,
    P_LINE,
    P_UNITS,
    ROAD,
    SEA,
    T_ARRIVE,
    T_DEPART,
    T_HOP,
    T_LANE,
    T_LOAD,
    T_MASS,
    T_NEXT,
    T_PIECES,
    T_PREVIOUS,
    T_SEATS,
    T_SHARED_NEXT,
    T_UNLOAD,
    TRIP_FIELDS,
    X_AFTER,
    X_ARRIVE,
    X_ASSET,
    X_DEPART,
    X_FREE,
    X_HOP,
    X_TRIP,
    Cells,
    Ints,
    Scratch,
)
from standto.kernels.compiled import kernel
from standto.kernels.fitting import (
    cleared,
    demand,
    flow_units,
    handling,
    running,
    speed_of,
    suits,
)
from standto.kernels.reading import (
    cell,
    fleet_of,
    of_asset,
    of_fleet,
    of_hop,
    of_line,
    of_packet,
    position,
    region,
)


@kernel
def march(
    cells: Cells, t: Ints, scratch: Scratch, leg: int, hop: int, packet: int, ready: int, last: bool
) -> int:
    """Earliest arrival over a road hop on own wheels, from `ready`; NEVER where none."""
    line = of_packet(t, packet, P_LINE)
    run = of_hop(t, hop, H_MIN)
    depart = cleared(t, hop, line, ready, 1)
    if last:
        depart = max(depart, of_line(t, line, L_EARLIEST) - run)
    depart = path_at(
        cells,
        t,
        of_hop(t, hop, H_STEP),
        of_hop(t, hop, H_STEP_END),
        depart,
        of_packet(t, packet, P_UNITS),
        1,
    )
    if depart + run >= t[AT_HORIZON]:
        return NEVER
    scratch[1, leg, X_HOP] = hop
    scratch[1, leg, X_DEPART] = depart
    scratch[1, leg, X_ARRIVE] = depart + run
    scratch[1, leg, X_TRIP] = -1
    scratch[1, leg, X_ASSET] = -1
    scratch[1, leg, X_FREE] = depart + run
    return depart + run


@kernel
def has_flow(cells: Cells, t: Ints, hop: int, load_at: int, arrive: int, units: int) -> bool:
    """Whether a port handles `units` more lane dm at both ends; others count departures."""
    if of_hop(t, hop, H_MODE) != SEA:
        return True
    begin = of_hop(t, hop, H_FROM_FLOW)
    end = of_hop(t, hop, H_TO_FLOW)
    if begin >= 0 and flow_at(cells, t, begin, load_at, units) != load_at:
        return False
    return end < 0 or flow_at(cells, t, end, arrive, units) == arrive


@kernel
def join(
    cells: Cells,
    t: Ints,
    scratch: Scratch,
    leg: int,
    hop: int,
    packet: int,
    ready: int,
    last: bool,
    best: int,
) -> int:
    """Earliest arrival aboard a trip that already runs on the hop and has room, if before `best`.

    Transporters on the road are not shared: their convoy's other vehicles take road space.
    """
    mode = of_hop(t, hop, H_MODE)
    if mode == ROAD:
        return best
    line = of_packet(t, packet, P_LINE)
    mass, lane, seats, pieces = demand(t, packet, mode)
    units = flow_units(t, packet, mode)
    trip = cell(cells, region(t, A_SHARED) + hop)
    while trip >= 0:
        base = region(t, A_TRIP) + trip * TRIP_FIELDS
        depart = cell(cells, base + T_DEPART)
        arrive = cell(cells, base + T_ARRIVE)
        load_at = depart - cell(cells, base + T_LOAD)
        free = arrive + cell(cells, base + T_UNLOAD)
        if (
            load_at >= ready
            and free < best
            and cell(cells, base + T_MASS) >= mass
            and cell(cells, base + T_LANE) >= lane
            and cell(cells, base + T_SEATS) >= seats
            and cell(cells, base + T_PIECES) >= pieces
            and suits(t, fleet_of(t, cell(cells, base)), hop, packet)
            and cleared(t, hop, line, depart, speed_of(t, cell(cells, base))) <= depart
            and not (last and free < of_line(t, line, L_EARLIEST))
            and has_flow(cells, t, hop, load_at, arrive, units)
        ):
            best = free
            scratch[1, leg, X_HOP] = hop
            scratch[1, leg, X_DEPART] = depart
            scratch[1, leg, X_ARRIVE] = arrive
            scratch[1, leg, X_TRIP] = trip
            scratch[1, leg, X_ASSET] = -1
            scratch[1, leg, X_FREE] = free
        trip = cell(cells, base + T_SHARED_NEXT)
    return best


@kernel
def opening(
    cells: Cells,
    t: Ints,
    hop: int,
    packet: int,
    fleet: int,
    depart: int,
    run: int,
    load: int,
    unload: int,
) -> int:
    """Earliest departure from `depart` at which terminals and links have room for a new trip."""
    mode = of_hop(t, hop, H_MODE)
    units = flow_units(t, packet, mode)
    speed = of_fleet(t, fleet, F_SPEED)
    on_road = of_packet(t, packet, P_UNITS) if mode == ROAD else 1
    while depart < NEVER:
        begin = depart
        if of_hop(t, hop, H_FROM_FLOW) >= 0:
            depart = flow_at(cells, t, of_hop(t, hop, H_FROM_FLOW), depart - load, units) + load
        if of_hop(t, hop, H_FROM_HOLD) >= 0:
            depart = hold_at(cells, t, of_hop(t, hop, H_FROM_HOLD), depart - load, load) + load
        depart = path_at(
            cells, t, of_hop(t, hop, H_STEP), of_hop(t, hop, H_STEP_END), depart, on_road, speed
        )
        if of_hop(t, hop, H_TO_FLOW) >= 0:
            depart = flow_at(cells, t, of_hop(t, hop, H_TO_FLOW), depart + run, units) - run
        if of_hop(t, hop, H_TO_HOLD) >= 0:
            depart = hold_at(cells, t, of_hop(t, hop, H_TO_HOLD), depart + run, unload) - run
        if depart == begin:
            return depart
        if depart >= NEVER // 2:
            return NEVER
    return NEVER


@kernel
def slot_in(
    cells: Cells,
    t: Ints,
    scratch: Scratch,
    leg: int,
    hop: int,
    packet: int,
    fleet: int,
    asset: int,
    soonest: int,
    run: int,
    load: int,
    unload: int,
    best: int,
) -> int:
    """Earliest arrival of a new trip in any gap of one asset's chain of trips, if before `best`."""
    system = of_fleet(t, fleet, F_SYSTEM)
    turn = of_fleet(t, fleet, F_TURN)
    start = of_hop(t, hop, H_FROM)
    end = of_hop(t, hop, H_TO)
    stands = of_asset(t, asset, 0)
    free = of_asset(t, asset, 1)
    after = cell(cells, region(t, A_ASSET) + t[AT_ASSET_COUNT] + asset)
    while after >= 0:  # from the last trip back to one that begins before this could be loaded
        base = region(t, A_TRIP) + after * TRIP_FIELDS
        if cell(cells, base + T_DEPART) - cell(cells, base + T_LOAD) <= soonest - load:
            break
        after = cell(cells, base + T_PREVIOUS)
    while True:
        base = region(t, A_TRIP) + after * TRIP_FIELDS
        if after >= 0:
            stands = of_hop(t, cell(cells, base + T_HOP), H_TO)
            free = cell(cells, base + T_ARRIVE) + cell(cells, base + T_UNLOAD) + turn
        following = (
            cell(cells, base + T_NEXT) if after >= 0 else cell(cells, region(t, A_ASSET) + asset)
        )
        depart = max(soonest, free + position(t, system, stands, start) + load)
        if depart + run + unload >= best:
            return best
        limit = NEVER
        if following >= 0:
            then = region(t, A_TRIP) + following * TRIP_FIELDS
            onward = position(t, system, end, of_hop(t, cell(cells, then + T_HOP), H_FROM))
            limit = (
                cell(cells, then + T_DEPART)
                - cell(cells, then + T_LOAD)
                - onward
                - turn
                - unload
                - run
            )
        if depart <= limit:
            depart = opening(cells, t, hop, packet, fleet, depart, run, load, unload)
            if depart <= limit and depart + run + unload < min(best, t[AT_HORIZON]):
                best = depart + run + unload
                scratch[1, leg, X_HOP] = hop
                scratch[1, leg, X_DEPART] = depart
                scratch[1, leg, X_ARRIVE] = depart + run
                scratch[1, leg, X_TRIP] = -1
                scratch[1, leg, X_ASSET] = asset
                scratch[1, leg, X_AFTER] = after
                scratch[1, leg, X_FREE] = best
                return best
        if following < 0:
            return best
        after = following


@kernel
def lift(
    cells: Cells,
    t: Ints,
    scratch: Scratch,
    leg: int,
    hop: int,
    packet: int,
    ready: int,
    last: bool,
    best: int,
) -> int:
    """Earliest arrival by a new trip of any suitable asset, if before `best`.

    Of assets never used that start at the same place and minute, one is tried.
    """
    line = of_packet(t, packet, P_LINE)
    for fleet in range(t[AT_FLEET_COUNT]):
        if not suits(t, fleet, hop, packet):
            continue
        run = running(t, fleet, hop)
        load, unload = handling(t, fleet, hop)
        soonest = max(ready, of_fleet(t, fleet, F_READY)) + load
        soonest = cleared(t, hop, line, soonest, of_fleet(t, fleet, F_SPEED))
        if last:
            soonest = max(soonest, of_line(t, line, L_EARLIEST) - run - unload)
        if soonest + run + unload >= best:
            continue
        stands, since = -1, -1
        for asset in range(of_fleet(t, fleet, F_ASSET), of_fleet(t, fleet, F_ASSET_END)):
            if cell(cells, region(t, A_ASSET) + asset) < 0:
                if of_asset(t, asset, 0) == stands and of_asset(t, asset, 1) == since:
                    continue
                stands = of_asset(t, asset, 0)
                since = of_asset(t, asset, 1)
            best = slot_in(
                cells, t, scratch, leg, hop, packet, fleet, asset, soonest, run, load, unload, best
            )
    return best
