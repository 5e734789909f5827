"""Placing and lifting out one packet or one line: the list schedule's single step, and its reverse."""

from __future__ import annotations

import numpy as np
from numba import njit

from standto.kernels.calendars import take_flow, take_hold, take_path
from standto.kernels.cells import put, undo
from standto.kernels.columns import (
    A_ARRIVE,
    A_ASSET,
    A_FREE,
    A_LEG,
    A_OPTION,
    A_ROUTE,
    A_SHARED,
    A_TOP,
    A_TRIP,
    AIR_OPTION,
    F_LANE,
    F_MASS,
    F_PIECES,
    F_SEATS,
    F_SPEED,
    H_FROM_FLOW,
    H_FROM_HOLD,
    H_LIFT,
    H_MODE,
    H_STEP,
    H_STEP_END,
    H_TO_FLOW,
    H_TO_HOLD,
    L_READY,
    L_REQUIRED,
    LEG_DEPART,
    LEG_TRIP,
    MAX_LEGS,
    NEVER,
    P_LINE,
    P_UNITS,
    ROAD,
    SEA,
    SURFACE_OPTION,
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
    T_PREVIOUS,
    T_SEATS,
    T_SHARED_NEXT,
    T_SHARED_PREVIOUS,
    T_UNLOAD,
    TRIP_FIELDS,
    X_AFTER,
    X_ARRIVE,
    X_ASSET,
    X_DEPART,
    X_HOP,
    X_TRIP,
    Cells,
    Floats,
    Ints,
    Tables,
)
from standto.kernels.rides import demand, flow_units, handling, join, lift, march


@njit(cache=True)
def try_route(cells: Cells, t: Tables, scratch: Ints, packet: int, route: int, best: int) -> int:
    """Earliest arrival of a packet by a route, if before `best`, else NEVER; legs in `scratch`."""
    ready = t.lines[t.packets[packet, P_LINE], L_READY]
    first = t.routes[route, 0]
    end = t.routes[route, 1]
    for k in range(first, end):
        hop = t.route_hops[k]
        last = k == end - 1
        if t.hops[hop, H_LIFT] == 0:
            ready = march(cells, t, scratch, k - first, hop, packet, ready, last)
        else:
            by = join(cells, t, scratch, k - first, hop, packet, ready, last, NEVER)
            ready = lift(cells, t, scratch, k - first, hop, packet, ready, last, by)
        if ready >= best:
            return NEVER
    return ready


@njit(cache=True)
def ride(cells: Cells, journal: Ints, t: Tables, packet: int, leg: int, row: Ints) -> None:
    """Write one leg of the plan: the room it takes on roads, or the trip that it opens or joins."""
    hop = row[X_HOP]
    at = t.at[A_LEG] + (packet * MAX_LEGS + leg) * 2
    trip = row[X_TRIP]
    if t.hops[hop, H_LIFT] == 0:
        take_path(
            cells, journal, t.resources, t.steps,
            t.hops[hop, H_STEP], t.hops[hop, H_STEP_END],
            row[X_DEPART], t.packets[packet, P_UNITS], 1,
        )  # fmt: skip
    else:
        if trip < 0:
            trip = open_trip(cells, journal, t, packet, row)
        board(cells, journal, t, packet, trip, 1)
    put(cells, journal, at + LEG_DEPART, row[X_DEPART])
    put(cells, journal, at + LEG_TRIP, trip)


@njit(cache=True)
def open_trip(cells: Cells, journal: Ints, t: Tables, packet: int, row: Ints) -> int:
    """A new trip of an asset, in its chain and among those that others may join; its number."""
    trip = cells[t.at[A_FREE]]
    if trip >= 0:
        put(cells, journal, t.at[A_FREE], cells[t.at[A_TRIP] + trip * TRIP_FIELDS + T_NEXT])
    else:
        trip = cells[t.at[A_TOP]]
        put(cells, journal, t.at[A_TOP], trip + 1)
    base = t.at[A_TRIP] + trip * TRIP_FIELDS
    asset = row[X_ASSET]
    fleet = t.asset_fleet[asset]
    hop = row[X_HOP]
    load, unload = handling(t, fleet, hop)
    put(cells, journal, base + T_ASSET, asset)
    put(cells, journal, base + T_HOP, hop)
    put(cells, journal, base + T_DEPART, row[X_DEPART])
    put(cells, journal, base + T_ARRIVE, row[X_ARRIVE])
    put(cells, journal, base + T_MASS, t.fleets[fleet, F_MASS])
    put(cells, journal, base + T_LANE, t.fleets[fleet, F_LANE])
    put(cells, journal, base + T_SEATS, t.fleets[fleet, F_SEATS])
    put(cells, journal, base + T_PIECES, t.fleets[fleet, F_PIECES])
    put(cells, journal, base + T_ABOARD, 0)
    put(cells, journal, base + T_LOAD, load)
    put(cells, journal, base + T_UNLOAD, unload)
    link(cells, journal, t, trip, row[X_AFTER])
    run_trip(cells, journal, t, trip, packet, 1)
    return trip


@njit(cache=True)
def link(cells: Cells, journal: Ints, t: Tables, trip: int, after: int) -> None:
    """Put a trip into its asset's chain after another (-1: first), and into its hop's shared list."""
    base = t.at[A_TRIP] + trip * TRIP_FIELDS
    head = t.at[A_ASSET] + cells[base + T_ASSET]
    before = head if after < 0 else t.at[A_TRIP] + after * TRIP_FIELDS + T_NEXT
    following = cells[before]
    put(cells, journal, before, trip)
    put(cells, journal, base + T_PREVIOUS, after)
    put(cells, journal, base + T_NEXT, following)
    if following >= 0:
        put(cells, journal, t.at[A_TRIP] + following * TRIP_FIELDS + T_PREVIOUS, trip)
    shared = t.at[A_SHARED] + cells[base + T_HOP]
    first = cells[shared]
    put(cells, journal, shared, trip)
    put(cells, journal, base + T_SHARED_PREVIOUS, -1)
    put(cells, journal, base + T_SHARED_NEXT, first)
    if first >= 0:
        put(cells, journal, t.at[A_TRIP] + first * TRIP_FIELDS + T_SHARED_PREVIOUS, trip)


@njit(cache=True)
def unlink(cells: Cells, journal: Ints, t: Tables, trip: int) -> None:
    """Take an empty trip out of both lists and keep its number for another."""
    base = t.at[A_TRIP] + trip * TRIP_FIELDS
    previous = cells[base + T_PREVIOUS]
    following = cells[base + T_NEXT]
    if previous >= 0:
        put(cells, journal, t.at[A_TRIP] + previous * TRIP_FIELDS + T_NEXT, following)
    else:
        put(cells, journal, t.at[A_ASSET] + cells[base + T_ASSET], following)
    if following >= 0:
        put(cells, journal, t.at[A_TRIP] + following * TRIP_FIELDS + T_PREVIOUS, previous)
    previous = cells[base + T_SHARED_PREVIOUS]
    following = cells[base + T_SHARED_NEXT]
    if previous >= 0:
        put(cells, journal, t.at[A_TRIP] + previous * TRIP_FIELDS + T_SHARED_NEXT, following)
    else:
        put(cells, journal, t.at[A_SHARED] + cells[base + T_HOP], following)
    if following >= 0:
        put(cells, journal, t.at[A_TRIP] + following * TRIP_FIELDS + T_SHARED_PREVIOUS, previous)
    put(cells, journal, base + T_NEXT, cells[t.at[A_FREE]])
    put(cells, journal, t.at[A_FREE], trip)


@njit(cache=True)
def run_trip(cells: Cells, journal: Ints, t: Tables, trip: int, packet: int, sign: int) -> None:
    """Take (1) or give back (-1) what a trip needs whatever is aboard: handling places and paths."""
    base = t.at[A_TRIP] + trip * TRIP_FIELDS
    h = t.hops[cells[base + T_HOP]]
    depart = cells[base + T_DEPART]
    arrive = cells[base + T_ARRIVE]
    load = cells[base + T_LOAD]
    unload = cells[base + T_UNLOAD]
    mode = h[H_MODE]
    speed = t.fleets[t.asset_fleet[cells[base + T_ASSET]], F_SPEED]
    units = t.packets[packet, P_UNITS] if mode == ROAD else 1
    take_path(
        cells, journal, t.resources, t.steps, h[H_STEP], h[H_STEP_END], depart, sign * units, speed
    )
    if h[H_FROM_HOLD] >= 0:
        take_hold(cells, journal, t.resources, h[H_FROM_HOLD], depart - load, load, sign)
    if h[H_TO_HOLD] >= 0:
        take_hold(cells, journal, t.resources, h[H_TO_HOLD], arrive, unload, sign)
    if mode != SEA:
        if h[H_FROM_FLOW] >= 0:
            take_flow(cells, journal, t.resources, h[H_FROM_FLOW], depart - load, sign)
        if h[H_TO_FLOW] >= 0:
            take_flow(cells, journal, t.resources, h[H_TO_FLOW], arrive, sign)


@njit(cache=True)
def board(cells: Cells, journal: Ints, t: Tables, packet: int, trip: int, sign: int) -> None:
    """Put a packet aboard (1) or take it off (-1): space, and at ports the lane metres handled."""
    base = t.at[A_TRIP] + trip * TRIP_FIELDS
    h = t.hops[cells[base + T_HOP]]
    mode = h[H_MODE]
    mass, lane, seats, pieces = demand(t, packet, mode)
    put(cells, journal, base + T_MASS, cells[base + T_MASS] - sign * mass)
    put(cells, journal, base + T_LANE, cells[base + T_LANE] - sign * lane)
    put(cells, journal, base + T_SEATS, cells[base + T_SEATS] - sign * seats)
    put(cells, journal, base + T_PIECES, cells[base + T_PIECES] - sign * pieces)
    put(cells, journal, base + T_ABOARD, cells[base + T_ABOARD] + sign)
    if mode == SEA:
        units = sign * flow_units(t, packet, mode)
        load_at = cells[base + T_DEPART] - cells[base + T_LOAD]
        if h[H_FROM_FLOW] >= 0:
            take_flow(cells, journal, t.resources, h[H_FROM_FLOW], load_at, units)
        if h[H_TO_FLOW] >= 0:
            take_flow(cells, journal, t.resources, h[H_TO_FLOW], cells[base + T_ARRIVE], units)


@njit(cache=True)
def place_packet(
    cells: Cells,
    journal: Ints,
    t: Tables,
    scratch: Ints,
    tolls: Ints,
    packet: int,
    first: int,
    last: int,
) -> int:
    """Place a packet by the route among `first`..`last` whose arrival plus toll is least.

    Returns its arrival, NEVER where no route has room. Tolls (minutes) steer packets away from
    what others need more; they are no part of the arrival.
    """
    best = NEVER
    arrival = NEVER
    chosen = -1
    for route in range(first, last):
        toll = tolls[route]
        arrive = try_route(cells, t, scratch[1], packet, route, best - toll)
        if arrive + toll < best:
            best = arrive + toll
            arrival = arrive
            chosen = route
            scratch[0, :, :] = scratch[1, :, :]
    if chosen < 0:
        return NEVER
    for leg in range(t.routes[chosen, 1] - t.routes[chosen, 0]):
        ride(cells, journal, t, packet, leg, scratch[0, leg])
    put(cells, journal, t.at[A_ROUTE] + packet, chosen)
    put(cells, journal, t.at[A_ARRIVE] + packet, arrival)
    return arrival


@njit(cache=True)
def remove_packet(cells: Cells, journal: Ints, t: Tables, packet: int) -> None:
    """Lift a packet out of the plan and give back all it took; a trip left empty is cancelled."""
    route = cells[t.at[A_ROUTE] + packet]
    if route < 0:
        return
    for leg in range(t.routes[route, 1] - t.routes[route, 0]):
        hop = t.route_hops[t.routes[route, 0] + leg]
        at = t.at[A_LEG] + (packet * MAX_LEGS + leg) * 2
        depart = cells[at + LEG_DEPART]
        trip = cells[at + LEG_TRIP]
        if trip < 0:
            take_path(
                cells, journal, t.resources, t.steps,
                t.hops[hop, H_STEP], t.hops[hop, H_STEP_END],
                depart, -t.packets[packet, P_UNITS], 1,
            )  # fmt: skip
        else:
            board(cells, journal, t, packet, trip, -1)
            if cells[t.at[A_TRIP] + trip * TRIP_FIELDS + T_ABOARD] == 0:
                run_trip(cells, journal, t, trip, packet, -1)
                unlink(cells, journal, t, trip)
    put(cells, journal, t.at[A_ROUTE] + packet, -1)
    put(cells, journal, t.at[A_ARRIVE] + packet, NEVER)


@njit(cache=True)
def cost(t: Tables, packet: int, arrive: int) -> float:
    """What an arrival costs: weighted response and lateness."""
    line = t.packets[packet, P_LINE]
    late = max(0, arrive - t.lines[line, L_REQUIRED])
    return t.weight[packet] * (t.aims[0] * (arrive - t.lines[line, L_READY]) + t.aims[1] * late)


@njit(cache=True)
def least(t: Tables, line: int, option: int) -> float:
    """What an option of a line costs where nothing else moves: no more than it will cost."""
    entry = 2 * line + option
    soonest = NEVER
    for route in range(t.choices[entry], t.choices[entry + 1]):
        soonest = min(soonest, t.routes[route, 2])
    total = 0.0
    for packet in range(t.options[entry], t.options[entry + 1]):
        total += cost(t, packet, t.lines[line, L_READY] + soonest)
    return total


@njit(cache=True)
def try_option(
    cells: Cells, journal: Ints, t: Tables, scratch: Ints, tolls: Ints, line: int, option: int
) -> float:
    """Place every packet of a line by one option; its cost, NEVER where one finds no room."""
    entry = 2 * line + option
    total = 0.0
    for packet in range(t.options[entry], t.options[entry + 1]):
        arrive = place_packet(
            cells, journal, t, scratch, tolls, packet, t.choices[entry], t.choices[entry + 1]
        )
        if arrive >= NEVER:
            return np.inf
        total += cost(t, packet, arrive)
    put(cells, journal, t.at[A_OPTION] + line, option)
    return total


@njit(cache=True)
def place_line(
    cells: Cells,
    journal: Ints,
    t: Tables,
    scratch: Ints,
    tolls: Ints,
    surcharge: Floats,
    line: int,
) -> float:
    """Place a line by the cheaper of its options, on the surface or by air; what it costs.

    An option whose least cost is above the other's real cost is not tried. surcharge:
    (lines, 2) added to an option's cost when the two are compared. A line that finds no room by
    either stays out and costs as if it came at twice the horizon.
    """
    guess = np.empty(2)
    for option in range(2):
        entry = 2 * line + option
        empty = t.options[entry] == t.options[entry + 1] or t.choices[entry] == t.choices[entry + 1]
        guess[option] = np.inf if empty else least(t, line, option) + surcharge[line, option]
    first = AIR_OPTION if guess[AIR_OPTION] < guess[SURFACE_OPTION] else SURFACE_OPTION
    mark = journal[0, 0]
    price = np.inf
    if guess[first] < np.inf:
        price = try_option(cells, journal, t, scratch, tolls, line, first)
    other = 1 - first
    if guess[other] < price + surcharge[line, first]:
        undo(cells, journal, mark)
        second = try_option(cells, journal, t, scratch, tolls, line, other)
        if second + surcharge[line, other] < price + surcharge[line, first]:
            return second
        undo(cells, journal, mark)
        if price < np.inf:
            price = try_option(cells, journal, t, scratch, tolls, line, first)
    if price < np.inf:
        return price
    undo(cells, journal, mark)
    return missing(t, line)


@njit(cache=True)
def missing(t: Tables, line: int) -> float:
    """What a line costs that stays out: an arrival at twice the horizon."""
    option = 0 if t.options[2 * line] < t.options[2 * line + 1] else 1
    total = 0.0
    for packet in range(t.options[2 * line + option], t.options[2 * line + option + 1]):
        total += cost(t, packet, 2 * int(t.aims[2]))
    return total


@njit(cache=True)
def remove_line(cells: Cells, journal: Ints, t: Tables, line: int) -> None:
    """Lift a whole line out of the plan."""
    option = cells[t.at[A_OPTION] + line]
    if option < 0:
        return
    entry = 2 * line + option
    for packet in range(t.options[entry], t.options[entry + 1]):
        remove_packet(cells, journal, t, packet)
    put(cells, journal, t.at[A_OPTION] + line, -1)
