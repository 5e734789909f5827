"""One ride: the earliest arrival of a packet over one hop, by road or by a trip that runs."""

from __future__ import annotations

from standto.kernels.calendars import (
    flow_at,
    path_at,
)
from standto.kernels.columns import (
    A_SHARED,
    A_TRIP,
    AT_HORIZON,
    H_FROM_FLOW,
    H_MIN,
    H_MODE,
    H_STEP,
    H_STEP_END,
    H_TO_FLOW,
    NEVER,
    P_LINE,
    P_UNITS,
    ROAD,
    SEA,
    T_ARRIVE,
    T_DEPART,
    T_LANE,
    T_LOAD,
    T_MASS,
    T_PIECES,
    T_SEATS,
    T_SHARED_NEXT,
    T_UNLOAD,
    TRIP_FIELDS,
    X_ARRIVE,
    X_ASSET,
    X_DEPART,
    X_FREE,
    X_HOP,
    X_SURE,
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
    speed_of,
    suits,
)
from standto.kernels.reading import (
    cell,
    fleet_of,
    of_hop,
    of_packet,
    region,
)
from standto.kernels.shut import note_shut, open_from


@kernel
def march(
    cells: Cells,
    t: Ints,
    scratch: Scratch,
    leg: int,
    hop: int,
    packet: int,
    ready: int,
    soonest: int,
    best: int,
) -> int:
    """Earliest arrival over a road hop on own wheels, from `ready`; NEVER if not before `best`.

    None arrives before `soonest`.
    """
    line = of_packet(t, packet, P_LINE)
    run = of_hop(t, hop, H_MIN)
    depart = max(cleared(t, hop, line, ready, 1), soonest - run)
    limit, units = min(best, t[AT_HORIZON]) - run, of_packet(t, packet, P_UNITS)
    asked, depart = depart, open_from(cells, t, hop, -1, units, depart)
    if depart >= limit:
        return NEVER
    begin, end = of_hop(t, hop, H_STEP), of_hop(t, hop, H_STEP_END)
    depart = path_at(cells, t, begin, end, depart, units, 1, limit)
    if scratch[2, 0, X_SURE] > 0:
        note_shut(cells, t, hop, -1, units, asked, depart)
    if depart >= limit:
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
    soonest: int,
    best: int,
) -> int:
    """Earliest arrival aboard a trip that already runs on the hop and has room, if before `best`.

    None is free before `soonest`.
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
            and soonest <= free < best
            and cell(cells, base + T_MASS) >= mass
            and cell(cells, base + T_LANE) >= lane
            and cell(cells, base + T_SEATS) >= seats
            and cell(cells, base + T_PIECES) >= pieces
            and suits(t, fleet_of(t, cell(cells, base)), hop, packet)
            and cleared(t, hop, line, depart, speed_of(t, cell(cells, base))) <= depart
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
