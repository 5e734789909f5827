"""One ride: the earliest arrival of a packet over one hop, by road, aboard a trip, or by a new trip."""

from __future__ import annotations

from numba import njit

from standto.kernels.calendars import flow_at, hold_at, path_at
from standto.kernels.columns import (
    A_ASSET,
    A_SHARED,
    A_TRIP,
    AIR,
    B_COUNTRY,
    B_KM,
    B_OFFSET,
    F_ASSET,
    F_ASSET_END,
    F_DRAUGHT,
    F_GAUGE,
    F_LANE,
    F_LOAD,
    F_MASS,
    F_MODE,
    F_OUTSIZE,
    F_PIECE_KG,
    F_PIECES,
    F_RANGE,
    F_READY,
    F_RUNWAY,
    F_SEATS,
    F_SPEED,
    F_SYSTEM,
    F_TURN,
    F_UNLOAD,
    H_BORDER,
    H_BORDER_END,
    H_DRAUGHT,
    H_FROM,
    H_FROM_FLOW,
    H_FROM_HOLD,
    H_GAUGE,
    H_KM,
    H_LOAD,
    H_MIN,
    H_MODE,
    H_RUNWAY,
    H_STEP,
    H_STEP_END,
    H_TO,
    H_TO_FLOW,
    H_TO_HOLD,
    H_UNLOAD,
    L_EARLIEST,
    L_OWNER,
    L_REQUEST,
    NEVER,
    P_LANE,
    P_LINE,
    P_MASS,
    P_OUTSIZE,
    P_PIECE_KG,
    P_SEATS,
    P_TRACKED,
    P_UNITS,
    RAIL,
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
    Tables,
)


@njit(cache=True)
def cleared(t: Tables, hop: int, line: int, minute: int, speed: int) -> int:
    """Earliest departure from `minute` at which every border on the hop is open to the line."""
    for b in range(t.hops[hop, H_BORDER], t.hops[hop, H_BORDER_END]):
        country = t.borders[b, B_COUNTRY]
        if country != t.lines[line, L_OWNER]:
            opens = t.lines[line, L_REQUEST] + t.leads[country, t.hops[hop, H_MODE]]
            offset = t.borders[b, B_OFFSET] + t.borders[b, B_KM] * 6 // speed
            minute = max(minute, opens - offset)
    return minute


@njit(cache=True)
def demand(t: Tables, packet: int, mode: int) -> tuple[int, int, int, int]:
    """Mass, lane metres, seats and pieces that a packet takes aboard: a transporter takes pieces."""
    p = t.packets[packet]
    if mode == ROAD:
        return 0, 0, 0, p[P_TRACKED]
    return p[P_MASS], p[P_LANE], p[P_SEATS], 0


@njit(cache=True)
def suits(t: Tables, fleet: int, hop: int, packet: int) -> bool:
    """Whether a fleet's lift can serve the hop at all, and take the packet when empty."""
    f = t.fleets[fleet]
    h = t.hops[hop]
    p = t.packets[packet]
    mode = h[H_MODE]
    if f[F_MODE] != mode:
        return False
    if mode == RAIL and f[F_GAUGE] != h[H_GAUGE]:
        return False
    if mode == SEA and f[F_DRAUGHT] > h[H_DRAUGHT]:
        return False
    if mode == AIR and (f[F_RUNWAY] > h[H_RUNWAY] or f[F_RANGE] * 10 < h[H_KM]):
        return False
    if p[P_PIECE_KG] > f[F_PIECE_KG] or (mode == AIR and p[P_OUTSIZE] > f[F_OUTSIZE]):
        return False
    mass, lane, seats, pieces = demand(t, packet, mode)
    return mass <= f[F_MASS] and lane <= f[F_LANE] and seats <= f[F_SEATS] and pieces <= f[F_PIECES]


@njit(cache=True)
def running(t: Tables, fleet: int, hop: int) -> int:
    """Minutes a fleet's lift takes over a hop."""
    speed = t.fleets[fleet, F_SPEED]
    return t.hops[hop, H_MIN] + (t.hops[hop, H_KM] * 6 + speed - 1) // speed


@njit(cache=True)
def speed_of(t: Tables, asset: int) -> int:
    """Speed of an asset, km/h."""
    return t.fleets[t.asset_fleet[asset], F_SPEED]


@njit(cache=True)
def handling(t: Tables, fleet: int, hop: int) -> tuple[int, int]:
    """Minutes to load and to unload; a transload has its own."""
    load = t.hops[hop, H_LOAD]
    unload = t.hops[hop, H_UNLOAD]
    if load < 0:
        load = t.fleets[fleet, F_LOAD]
    if unload < 0:
        unload = t.fleets[fleet, F_UNLOAD]
    return load, unload


@njit(cache=True)
def flow_units(t: Tables, packet: int, mode: int) -> int:
    """Units that a packet takes of a terminal's daily throughput: lane dm at a port."""
    return max(1, t.packets[packet, P_LANE]) if mode == SEA else 1


@njit(cache=True)
def march(
    cells: Cells, t: Tables, scratch: Ints, leg: int, hop: int, packet: int, ready: int, last: bool
) -> int:
    """Earliest arrival over a road hop on own wheels, from `ready`; NEVER where none."""
    line = t.packets[packet, P_LINE]
    run = t.hops[hop, H_MIN]
    depart = cleared(t, hop, line, ready, 1)
    if last:
        depart = max(depart, t.lines[line, L_EARLIEST] - run)
    depart = path_at(
        cells,
        t.resources,
        t.steps,
        t.hops[hop, H_STEP],
        t.hops[hop, H_STEP_END],
        depart,
        t.packets[packet, P_UNITS],
        1,
    )
    if depart + run >= t.aims[2]:
        return NEVER
    scratch[leg, X_HOP] = hop
    scratch[leg, X_DEPART] = depart
    scratch[leg, X_ARRIVE] = depart + run
    scratch[leg, X_TRIP] = -1
    scratch[leg, X_ASSET] = -1
    scratch[leg, X_FREE] = depart + run
    return depart + run


@njit(cache=True)
def join(
    cells: Cells,
    t: Tables,
    scratch: Ints,
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
    mode = t.hops[hop, H_MODE]
    if mode == ROAD:
        return best
    line = t.packets[packet, P_LINE]
    mass, lane, seats, pieces = demand(t, packet, mode)
    units = flow_units(t, packet, mode)
    trip = cells[t.at[A_SHARED] + hop]
    while trip >= 0:
        base = t.at[A_TRIP] + trip * TRIP_FIELDS
        depart = cells[base + T_DEPART]
        arrive = cells[base + T_ARRIVE]
        load_at = depart - cells[base + T_LOAD]
        free = arrive + cells[base + T_UNLOAD]
        if (
            load_at >= ready
            and free < best
            and cells[base + T_MASS] >= mass
            and cells[base + T_LANE] >= lane
            and cells[base + T_SEATS] >= seats
            and cells[base + T_PIECES] >= pieces
            and suits(t, t.asset_fleet[cells[base]], hop, packet)
            and cleared(t, hop, line, depart, speed_of(t, cells[base])) <= depart
            and not (last and free < t.lines[line, L_EARLIEST])
            and has_flow(cells, t, hop, load_at, arrive, units)
        ):
            best = free
            scratch[leg, X_HOP] = hop
            scratch[leg, X_DEPART] = depart
            scratch[leg, X_ARRIVE] = arrive
            scratch[leg, X_TRIP] = trip
            scratch[leg, X_ASSET] = -1
            scratch[leg, X_FREE] = free
        trip = cells[base + T_SHARED_NEXT]
    return best


@njit(cache=True)
def has_flow(cells: Cells, t: Tables, hop: int, load_at: int, arrive: int, units: int) -> bool:
    """Whether a port handles `units` more lane dm at both ends; other terminals count departures."""
    if t.hops[hop, H_MODE] != SEA:
        return True
    begin = t.hops[hop, H_FROM_FLOW]
    end = t.hops[hop, H_TO_FLOW]
    if begin >= 0 and flow_at(cells, t.resources, begin, load_at, units) != load_at:
        return False
    return end < 0 or flow_at(cells, t.resources, end, arrive, units) == arrive


@njit(cache=True)
def lift(
    cells: Cells,
    t: Tables,
    scratch: Ints,
    leg: int,
    hop: int,
    packet: int,
    ready: int,
    last: bool,
    best: int,
) -> int:
    """Earliest arrival by a new trip of any suitable asset, if before `best`.

    Identical assets that were never used are tried once a fleet.
    """
    line = t.packets[packet, P_LINE]
    for fleet in range(t.fleets.shape[0]):
        if not suits(t, fleet, hop, packet):
            continue
        run = running(t, fleet, hop)
        load, unload = handling(t, fleet, hop)
        soonest = max(ready, t.fleets[fleet, F_READY]) + load
        soonest = cleared(t, hop, line, soonest, t.fleets[fleet, F_SPEED])
        if last:
            soonest = max(soonest, t.lines[line, L_EARLIEST] - run - unload)
        if soonest + run + unload >= best:
            continue
        tried = False
        for asset in range(t.fleets[fleet, F_ASSET], t.fleets[fleet, F_ASSET_END]):
            if cells[t.at[A_ASSET] + asset] < 0:
                if tried:
                    continue
                tried = True
            best = slot_in(
                cells, t, scratch, leg, hop, packet, fleet, asset, soonest, run, load, unload, best
            )
    return best


@njit(cache=True)
def slot_in(
    cells: Cells,
    t: Tables,
    scratch: Ints,
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
    system = t.fleets[fleet, F_SYSTEM]
    turn = t.fleets[fleet, F_TURN]
    start = t.hops[hop, H_FROM]
    end = t.hops[hop, H_TO]
    stands = t.asset_from[asset, 0]
    free = t.asset_from[asset, 1]
    after = -1
    while True:
        base = t.at[A_TRIP] + after * TRIP_FIELDS
        if after >= 0:
            stands = t.hops[cells[base + T_HOP], H_TO]
            free = cells[base + T_ARRIVE] + cells[base + T_UNLOAD] + turn
        following = cells[base + T_NEXT] if after >= 0 else cells[t.at[A_ASSET] + asset]
        depart = max(soonest, free + t.positions[system, stands, start] + load)
        if depart + run + unload >= best:
            return best
        limit = NEVER
        if following >= 0:
            then = t.at[A_TRIP] + following * TRIP_FIELDS
            onward = t.positions[system, end, t.hops[cells[then + T_HOP], H_FROM]]
            limit = cells[then + T_DEPART] - cells[then + T_LOAD] - onward - turn - unload - run
        if depart <= limit:
            depart = opening(cells, t, hop, packet, fleet, depart, run, load, unload)
            if depart <= limit and depart + run + unload < min(best, t.aims[2]):
                best = depart + run + unload
                scratch[leg, X_HOP] = hop
                scratch[leg, X_DEPART] = depart
                scratch[leg, X_ARRIVE] = depart + run
                scratch[leg, X_TRIP] = -1
                scratch[leg, X_ASSET] = asset
                scratch[leg, X_AFTER] = after
                scratch[leg, X_FREE] = best
                return best
        if following < 0:
            return best
        after = following


@njit(cache=True)
def opening(
    cells: Cells,
    t: Tables,
    hop: int,
    packet: int,
    fleet: int,
    depart: int,
    run: int,
    load: int,
    unload: int,
) -> int:
    """Earliest departure from `depart` at which terminals and links have room for a new trip."""
    h = t.hops[hop]
    mode = h[H_MODE]
    units = flow_units(t, packet, mode)
    speed = t.fleets[fleet, F_SPEED]
    on_road = t.packets[packet, P_UNITS] if mode == ROAD else 1
    while depart < NEVER:
        begin = depart
        if h[H_FROM_FLOW] >= 0:
            depart = flow_at(cells, t.resources, h[H_FROM_FLOW], depart - load, units) + load
        if h[H_FROM_HOLD] >= 0:
            depart = hold_at(cells, t.resources, h[H_FROM_HOLD], depart - load, load) + load
        depart = path_at(
            cells, t.resources, t.steps, h[H_STEP], h[H_STEP_END], depart, on_road, speed
        )
        if h[H_TO_FLOW] >= 0:
            depart = flow_at(cells, t.resources, h[H_TO_FLOW], depart + run, units) - run
        if h[H_TO_HOLD] >= 0:
            depart = hold_at(cells, t.resources, h[H_TO_HOLD], depart + run, unload) - run
        if depart == begin:
            return depart
        if depart >= NEVER // 2:
            return NEVER
    return NEVER
