"""Writing a plan that is known into the state: the same packets, rides and trips again."""

from __future__ import annotations

import numpy as np

from standto.kernels.cells import put
from standto.kernels.columns import (
    A_ARRIVE,
    A_ASSET,
    A_LEG,
    A_OPTION,
    A_ROUTE,
    A_TRIP,
    AT_ASSET_COUNT,
    AT_LINE_COUNT,
    H_FROM_FLOW,
    H_FROM_HOLD,
    H_STEP,
    H_STEP_END,
    H_TO_FLOW,
    H_TO_HOLD,
    LEG_DEPART,
    LEG_TRIP,
    MAX_LEGS,
    R_CELL,
    R_COUNT,
    R_WINDOW,
    S_KM,
    S_OFFSET,
    S_RESOURCE,
    SCRATCH,
    T_ARRIVE,
    T_ASSET,
    T_LOAD,
    T_UNLOAD,
    TRIP_FIELDS,
    X_AFTER,
    X_ARRIVE,
    X_ASSET,
    X_DEPART,
    X_HOP,
    X_TRIP,
    Cells,
    Grid,
    Ints,
)
from standto.kernels.compiled import kernel
from standto.kernels.fitting import speed_of
from standto.kernels.packing import ride
from standto.kernels.placing import remove_line
from standto.kernels.reading import (
    cell,
    choice_at,
    hop_at,
    of_hop,
    of_resource,
    of_route,
    of_step,
    option_at,
    region,
)

G_PACKET, G_LEG, G_HOP, G_DEPART, G_ARRIVE, G_TRIP, G_ASSET = range(7)
"""Columns of a ride: trips are numbered from 0 in any way, -1 on own wheels."""
S_PACKET, S_ROUTE, S_ARRIVES, S_OPTION, S_LINE = range(5)
"""Columns of a seat: how one packet travels."""


@kernel
def same_ways(t: Ints, made: Ints, asked: Grid, rides: Ints, found: Ints) -> None:
    """Write the first route of a choice whose hops make the rides asked for; -1 where none does.

    made: (hops,) number of the ride that each hop makes. asked: (questions, 3) the choice, first
    ride and end in `rides`, which holds numbers of rides.
    """
    for row in range(asked.shape[0]):
        found[row] = -1
        first, length = asked[row, 1], asked[row, 2] - asked[row, 1]
        for route in range(choice_at(t, asked[row, 0]), choice_at(t, asked[row, 0] + 1)):
            begin = of_route(t, route, 0)
            if of_route(t, route, 1) - begin != length:
                continue
            same = True
            for k in range(length):
                same = same and made[hop_at(t, begin + k)] == rides[first + k]
            if same:
                found[row] = route
                break


@kernel
def retrace(cells: Cells, journal: Grid, t: Ints, rides: Grid, seats: Grid) -> None:
    """Write rides, the trips of each asset in the order in which they are loaded, and seats."""
    scratch = np.zeros(SCRATCH, dtype=np.int64)
    most = 0
    for row in range(rides.shape[0]):
        most = max(most, rides[row, G_TRIP] + 1)
    opened = np.full(most, -1, dtype=np.int64)
    for row in range(rides.shape[0]):
        packet = rides[row, G_PACKET]
        leg = rides[row, G_LEG]
        asset = rides[row, G_ASSET]
        trip = rides[row, G_TRIP]
        scratch[0, leg, X_HOP] = rides[row, G_HOP]
        scratch[0, leg, X_DEPART] = rides[row, G_DEPART]
        scratch[0, leg, X_ARRIVE] = rides[row, G_ARRIVE]
        scratch[0, leg, X_ASSET] = asset
        scratch[0, leg, X_TRIP] = -1
        scratch[0, leg, X_AFTER] = -1
        if trip >= 0:
            scratch[0, leg, X_TRIP] = opened[trip]
            scratch[0, leg, X_AFTER] = cell(cells, region(t, A_ASSET) + t[AT_ASSET_COUNT] + asset)
        ride(cells, journal, t, packet, leg, scratch)
        if trip >= 0:
            opened[trip] = cell(cells, region(t, A_LEG) + (packet * MAX_LEGS + leg) * 2 + LEG_TRIP)
        journal[0, 0] = 0
    for row in range(seats.shape[0]):
        put(cells, journal, region(t, A_ROUTE) + seats[row, S_PACKET], seats[row, S_ROUTE])
        put(cells, journal, region(t, A_ARRIVE) + seats[row, S_PACKET], seats[row, S_ARRIVES])
        put(cells, journal, region(t, A_OPTION) + seats[row, S_LINE], seats[row, S_OPTION])
        journal[0, 0] = 0


@kernel
def overfull(cells: Cells, t: Ints, resource: int, minute: int, length: int) -> bool:
    """Whether a calendar has given more than it has in any window from a minute on."""
    window = of_resource(t, resource, R_WINDOW)
    last = min((minute + max(length, 1) - 1) // window, of_resource(t, resource, R_COUNT) - 1)
    for at in range(minute // window, last + 1):
        if cell(cells, of_resource(t, resource, R_CELL) + at) < 0:
            return True
    return False


@kernel
def crowded(cells: Cells, t: Ints, packet: int, leg: int, hop: int) -> bool:
    """Whether a packet's ride uses a calendar that has given more than it has."""
    at = region(t, A_LEG) + (packet * MAX_LEGS + leg) * 2
    depart = cell(cells, at + LEG_DEPART)
    trip = cell(cells, at + LEG_TRIP)
    speed = 1
    if trip >= 0:
        base = region(t, A_TRIP) + trip * TRIP_FIELDS
        speed = speed_of(t, cell(cells, base + T_ASSET))
        load = cell(cells, base + T_LOAD)
        arrive = cell(cells, base + T_ARRIVE)
        for field, minute, length in (
            (H_FROM_HOLD, depart - load, load),
            (H_FROM_FLOW, depart - load, 1),
            (H_TO_HOLD, arrive, cell(cells, base + T_UNLOAD)),
            (H_TO_FLOW, arrive, 1),
        ):
            resource = of_hop(t, hop, field)
            if resource >= 0 and overfull(cells, t, resource, minute, length):
                return True
    for k in range(of_hop(t, hop, H_STEP), of_hop(t, hop, H_STEP_END)):
        resource = of_step(t, k, S_RESOURCE)
        minute = depart + of_step(t, k, S_OFFSET) + of_step(t, k, S_KM) * 6 // speed
        if resource >= 0 and overfull(cells, t, resource, minute, 1):
            return True
    return False


@kernel
def shed(cells: Cells, journal: Grid, t: Ints, gone: Ints) -> None:
    """Lift out each line that stands where there is no room for it, and mark it in `gone`."""
    for line in range(t[AT_LINE_COUNT]):
        option = cell(cells, region(t, A_OPTION) + line)
        if option < 0:
            continue
        tight = False
        for packet in range(option_at(t, 2 * line + option), option_at(t, 2 * line + option + 1)):
            route = cell(cells, region(t, A_ROUTE) + packet)
            first = of_route(t, route, 0)
            for k in range(first, of_route(t, route, 1)):
                tight = tight or crowded(cells, t, packet, k - first, hop_at(t, k))
        if tight:
            remove_line(cells, journal, t, line)
            gone[line] = 1
            journal[0, 0] = 0
