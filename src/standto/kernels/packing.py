"""Placing and lifting out one packet: the list schedule's single step, and its reverse."""

from __future__ import annotations

from standto.kernels.calendars import take_flow, take_hold, take_path
from standto.kernels.cells import put, undo
from standto.kernels.chains import cancel, chain, climb_off, climb_on, empty_minutes, share
from standto.kernels.columns import (
    A_ARRIVE,
    A_BUSY,
    A_FREE,
    A_LEG,
    A_ROUTE,
    A_TOP,
    A_TRIP,
    A_USED,
    F_LANE,
    F_MASS,
    F_PIECES,
    F_SEATS,
    F_SPEED,
    H_FROM_FLOW,
    H_FROM_HOLD,
    H_LEAST,
    H_LIFT,
    H_MODE,
    H_STEP,
    H_STEP_END,
    H_TO_FLOW,
    H_TO_HOLD,
    HABIT_END,
    HABIT_SOONEST,
    HABIT_TOLL,
    HABIT_WAIT,
    L_EARLIEST,
    L_READY,
    LEG_DEPART,
    LEG_TRIP,
    MAX_LEGS,
    NEVER,
    P_LINE,
    P_UNITS,
    ROAD,
    SCRATCH_FIELDS,
    SEA,
    T_ABOARD,
    T_ARRIVE,
    T_ASSET,
    T_DEPART,
    T_HOP,
    T_LANE,
    T_LOAD,
    T_MASS,
    T_NEXT,
    T_PIECES,
    T_RIDER,
    T_SEATS,
    T_UNLOAD,
    TRIP_FIELDS,
    X_AFTER,
    X_ARRIVE,
    X_ASSET,
    X_DEPART,
    X_FREE,
    X_HOP,
    X_SURE,
    X_TRIP,
    Cells,
    Grid,
    Ints,
    Scratch,
)
from standto.kernels.compiled import kernel
from standto.kernels.fitting import demand, flow_units, handling
from standto.kernels.lifting import lift
from standto.kernels.reading import (
    cell,
    fleet_of,
    hop_at,
    of_fleet,
    of_hop,
    of_line,
    of_packet,
    of_route,
    region,
)
from standto.kernels.rides import join, march
from standto.kernels.shut import reopen


@kernel
def toll_of(t: Ints, scratch: Scratch, habit: Ints, leg: int) -> int:
    """Toll in minutes on a leg just tried: what a new trip takes of its asset, there and back.

    It stands for what others lose by the trip, so it falls with the time left to lose.
    """
    if scratch[1, leg, X_ASSET] < 0 or habit[HABIT_END] <= 0:
        return 0
    busy = 2 * (scratch[1, leg, X_FREE] - scratch[1, leg, X_DEPART])
    toll = busy * habit[HABIT_TOLL + of_hop(t, scratch[1, leg, X_HOP], H_MODE)] // 100
    left = max(0, habit[HABIT_END] - scratch[1, leg, X_DEPART])
    return toll * left // habit[HABIT_END]


@kernel
def try_leg(
    cells: Cells, t: Ints, scratch: Scratch, habit: Ints,
    leg: int, hop: int, packet: int, ready: int, soonest: int, best: int,
) -> int:  # fmt: skip
    """When a packet is free after its best ride over a hop, by road or lift.

    Not before `soonest`, and no sooner than `best` where no ride is free before that. A new trip is
    better than one that runs already if it is free sooner by more than its toll.
    """
    if of_hop(t, hop, H_LIFT) == 0:
        return march(cells, t, scratch, leg, hop, packet, ready, soonest, best)
    by = join(cells, t, scratch, leg, hop, packet, ready, soonest, best)
    new = lift(cells, t, scratch, leg, hop, packet, ready + habit[HABIT_WAIT], soonest, by)
    if new < by < best and new + toll_of(t, scratch, habit, leg) >= by:
        return join(cells, t, scratch, leg, hop, packet, ready, soonest, best)
    return new


@kernel
def soonest_of(t: Ints, habit: Ints, packet: int, last: bool) -> int:
    """Minute before which a ride is not free: the earliest arrival, if it is the last one."""
    if not last:
        return 0
    return max(of_line(t, of_packet(t, packet, P_LINE), L_EARLIEST), habit[HABIT_SOONEST])


@kernel
def try_route(
    cells: Cells, t: Ints, scratch: Scratch, habit: Ints, packet: int, route: int, best: int
) -> int:
    """Arrival of a packet by a route plus tolls if before `best`, or NEVER; legs in `scratch`.

    A leg after which the least minutes of those that follow end too late is the last one tried.
    """
    ready = of_line(t, of_packet(t, packet, P_LINE), L_READY)
    first = of_route(t, route, 0)
    end = of_route(t, route, 1)
    toll = 0
    for k in range(first, end):
        best -= of_hop(t, hop_at(t, k), H_LEAST)
    if ready >= best:
        return NEVER
    for k in range(first, end):
        leg = k - first
        hop = hop_at(t, k)
        best += of_hop(t, hop, H_LEAST)
        soonest = soonest_of(t, habit, packet, k == end - 1)
        ready = try_leg(cells, t, scratch, habit, leg, hop, packet, ready, soonest, best - toll)
        if ready + toll >= best:
            return NEVER
        toll += toll_of(t, scratch, habit, leg)
        if ready + toll >= best:
            return NEVER
    return ready + toll


@kernel
def run_trip(cells: Cells, journal: Grid, t: Ints, trip: int, packet: int, sign: int) -> None:
    """Take (1) or give back (-1) what a trip needs whatever is aboard: handling and paths."""
    base = region(t, A_TRIP) + trip * TRIP_FIELDS
    hop = cell(cells, base + T_HOP)
    depart = cell(cells, base + T_DEPART)
    arrive = cell(cells, base + T_ARRIVE)
    load = cell(cells, base + T_LOAD)
    unload = cell(cells, base + T_UNLOAD)
    mode = of_hop(t, hop, H_MODE)
    speed = of_fleet(t, fleet_of(t, cell(cells, base + T_ASSET)), F_SPEED)
    units = of_packet(t, packet, P_UNITS) if mode == ROAD else 1
    busy, used = region(t, A_BUSY) + mode, region(t, A_USED) + mode
    there = load + arrive - depart + unload
    put(cells, journal, used, cell(cells, used) + sign * there)
    there += empty_minutes(cells, t, trip)
    put(cells, journal, busy, cell(cells, busy) + sign * there)
    take_path(
        cells,
        journal,
        t,
        of_hop(t, hop, H_STEP),
        of_hop(t, hop, H_STEP_END),
        depart,
        sign * units,
        speed,
    )
    if of_hop(t, hop, H_FROM_HOLD) >= 0:
        take_hold(cells, journal, t, of_hop(t, hop, H_FROM_HOLD), depart - load, load, sign)
    if of_hop(t, hop, H_TO_HOLD) >= 0:
        take_hold(cells, journal, t, of_hop(t, hop, H_TO_HOLD), arrive, unload, sign)
    if mode != SEA:
        if of_hop(t, hop, H_FROM_FLOW) >= 0:
            take_flow(cells, journal, t, of_hop(t, hop, H_FROM_FLOW), depart - load, sign)
        if of_hop(t, hop, H_TO_FLOW) >= 0:
            take_flow(cells, journal, t, of_hop(t, hop, H_TO_FLOW), arrive, sign)


@kernel
def open_trip(cells: Cells, journal: Grid, t: Ints, packet: int, leg: int, scratch: Scratch) -> int:
    """A new trip of an asset, in its chain and among those that others may join; its number."""
    trip = cell(cells, region(t, A_FREE))
    if trip >= 0:
        put(
            cells,
            journal,
            region(t, A_FREE),
            cell(cells, region(t, A_TRIP) + trip * TRIP_FIELDS + T_NEXT),
        )
    else:
        trip = cell(cells, region(t, A_TOP))
        put(cells, journal, region(t, A_TOP), trip + 1)
    base = region(t, A_TRIP) + trip * TRIP_FIELDS
    asset = scratch[0, leg, X_ASSET]
    fleet = fleet_of(t, asset)
    hop = scratch[0, leg, X_HOP]
    load, unload = handling(t, fleet, hop)
    put(cells, journal, base + T_ASSET, asset)
    put(cells, journal, base + T_HOP, hop)
    put(cells, journal, base + T_DEPART, scratch[0, leg, X_DEPART])
    put(cells, journal, base + T_ARRIVE, scratch[0, leg, X_ARRIVE])
    put(cells, journal, base + T_MASS, of_fleet(t, fleet, F_MASS))
    put(cells, journal, base + T_LANE, of_fleet(t, fleet, F_LANE))
    put(cells, journal, base + T_SEATS, of_fleet(t, fleet, F_SEATS))
    put(cells, journal, base + T_PIECES, of_fleet(t, fleet, F_PIECES))
    put(cells, journal, base + T_ABOARD, 0)
    put(cells, journal, base + T_RIDER, -1)
    put(cells, journal, base + T_LOAD, load)
    put(cells, journal, base + T_UNLOAD, unload)
    chain(cells, journal, t, trip, scratch[0, leg, X_AFTER])
    share(cells, journal, t, trip)
    run_trip(cells, journal, t, trip, packet, 1)
    return trip


@kernel
def board(cells: Cells, journal: Grid, t: Ints, packet: int, trip: int, sign: int) -> None:
    """Put a packet aboard (1) or take it off (-1): space, and at ports the lane metres handled."""
    base = region(t, A_TRIP) + trip * TRIP_FIELDS
    hop = cell(cells, base + T_HOP)
    mode = of_hop(t, hop, H_MODE)
    mass, lane, seats, pieces = demand(t, packet, mode)
    put(cells, journal, base + T_MASS, cell(cells, base + T_MASS) - sign * mass)
    put(cells, journal, base + T_LANE, cell(cells, base + T_LANE) - sign * lane)
    put(cells, journal, base + T_SEATS, cell(cells, base + T_SEATS) - sign * seats)
    put(cells, journal, base + T_PIECES, cell(cells, base + T_PIECES) - sign * pieces)
    put(cells, journal, base + T_ABOARD, cell(cells, base + T_ABOARD) + sign)
    if mode == SEA:
        units = sign * flow_units(t, packet, mode)
        load_at = cell(cells, base + T_DEPART) - cell(cells, base + T_LOAD)
        if of_hop(t, hop, H_FROM_FLOW) >= 0:
            take_flow(cells, journal, t, of_hop(t, hop, H_FROM_FLOW), load_at, units)
        if of_hop(t, hop, H_TO_FLOW) >= 0:
            take_flow(
                cells, journal, t, of_hop(t, hop, H_TO_FLOW), cell(cells, base + T_ARRIVE), units
            )


@kernel
def ride(cells: Cells, journal: Grid, t: Ints, packet: int, leg: int, scratch: Scratch) -> None:
    """Write one leg of the plan: the room it takes on roads, or the trip that it opens or joins."""
    hop = scratch[0, leg, X_HOP]
    at = region(t, A_LEG) + (packet * MAX_LEGS + leg) * 2
    trip = scratch[0, leg, X_TRIP]
    if of_hop(t, hop, H_LIFT) == 0:
        take_path(
            cells, journal, t,
            of_hop(t, hop, H_STEP), of_hop(t, hop, H_STEP_END),
            scratch[0, leg, X_DEPART], of_packet(t, packet, P_UNITS), 1,
        )  # fmt: skip
    else:
        if trip < 0:
            trip = open_trip(cells, journal, t, packet, leg, scratch)
        board(cells, journal, t, packet, trip, 1)
        climb_on(cells, journal, t, trip, packet * MAX_LEGS + leg)
    put(cells, journal, at + LEG_DEPART, scratch[0, leg, X_DEPART])
    put(cells, journal, at + LEG_TRIP, trip)


@kernel
def ride_all(
    cells: Cells, journal: Grid, t: Ints, scratch: Scratch, habit: Ints, packet: int, route: int
) -> int:
    """Write every leg of a packet by the route just tried; when it arrives, NEVER if it cannot.

    Legs after the first ride by lift are tried again: the first may have taken the asset, or the
    room at a terminal, that they were found to use.
    """
    first = of_route(t, route, 0)
    count = of_route(t, route, 1) - first
    ready = of_line(t, of_packet(t, packet, P_LINE), L_READY)
    lifted = False
    for leg in range(count):
        hop = hop_at(t, first + leg)
        if lifted:
            soonest = soonest_of(t, habit, packet, leg == count - 1)
            ready = try_leg(cells, t, scratch, habit, leg, hop, packet, ready, soonest, NEVER)
            if ready >= NEVER:
                return NEVER
            for field in range(SCRATCH_FIELDS):
                scratch[0, leg, field] = scratch[1, leg, field]
        ready = scratch[0, leg, X_FREE]
        ride(cells, journal, t, packet, leg, scratch)
        lifted = lifted or of_hop(t, hop, H_LIFT) > 0
    return ready


@kernel
def place_packet(
    cells: Cells,
    journal: Grid,
    t: Ints,
    scratch: Scratch,
    habit: Ints,
    packet: int,
    first: int,
    last: int,
) -> int:
    """Place a packet by the route among `first`..`last` whose arrival plus tolls is least.

    Returns its arrival, NEVER where no route has room. Tolls (`toll_of`) steer packets away from
    lift that others need more; they are no part of the arrival.
    """
    best = NEVER
    chosen = -1
    scratch[2, 0, X_SURE] = 1 if journal[0, 0] == 0 else 0
    for route in range(first, last):
        arrive = try_route(cells, t, scratch, habit, packet, route, best)
        if arrive < best:
            best = arrive
            chosen = route
            for leg in range(MAX_LEGS):
                for field in range(SCRATCH_FIELDS):
                    scratch[0, leg, field] = scratch[1, leg, field]
    scratch[2, 0, X_SURE] = 0
    if chosen < 0:
        return NEVER
    mark = journal[0, 0]
    arrival = ride_all(cells, journal, t, scratch, habit, packet, chosen)
    if arrival >= NEVER:
        undo(cells, journal, mark)
        return NEVER
    put(cells, journal, region(t, A_ROUTE) + packet, chosen)
    put(cells, journal, region(t, A_ARRIVE) + packet, arrival)
    return arrival


@kernel
def remove_packet(cells: Cells, journal: Grid, t: Ints, packet: int) -> None:
    """Lift a packet out of the plan and give back all it took; a trip left empty is cancelled."""
    route = cell(cells, region(t, A_ROUTE) + packet)
    if route < 0:
        return
    reopen(cells, journal, t)
    for leg in range(of_route(t, route, 1) - of_route(t, route, 0)):
        hop = hop_at(t, of_route(t, route, 0) + leg)
        at = region(t, A_LEG) + (packet * MAX_LEGS + leg) * 2
        depart = cell(cells, at + LEG_DEPART)
        trip = cell(cells, at + LEG_TRIP)
        if trip < 0:
            take_path(
                cells, journal, t,
                of_hop(t, hop, H_STEP), of_hop(t, hop, H_STEP_END),
                depart, -of_packet(t, packet, P_UNITS), 1,
            )  # fmt: skip
        else:
            climb_off(cells, journal, t, trip, packet * MAX_LEGS + leg)
            board(cells, journal, t, packet, trip, -1)
            if cell(cells, region(t, A_TRIP) + trip * TRIP_FIELDS + T_ABOARD) == 0:
                run_trip(cells, journal, t, trip, packet, -1)
                cancel(cells, journal, t, trip)
    put(cells, journal, region(t, A_ROUTE) + packet, -1)
    put(cells, journal, region(t, A_ARRIVE) + packet, NEVER)
