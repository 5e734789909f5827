"""Writing a plan that is known into the state: the same packets, rides and trips again."""

from __future__ import annotations

import numpy as np

from standto.kernels.cells import put, undo
from standto.kernels.columns import (
    A_ARRIVE,
    A_ASSET,
    A_LEG,
    A_OPTION,
    A_ROUTE,
    A_TRIP,
    AT_ASSET_COUNT,
    AT_LINE_COUNT,
    LEG_TRIP,
    MAX_LEGS,
    SCRATCH_FIELDS,
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
from standto.kernels.packing import ride
from standto.kernels.placing import remove_line
from standto.kernels.reading import cell, region

G_PACKET, G_LEG, G_HOP, G_DEPART, G_ARRIVE, G_TRIP, G_ASSET = range(7)
"""Columns of a ride: trips are numbered from 0 in any way, -1 on own wheels."""
S_PACKET, S_ROUTE, S_ARRIVES, S_OPTION, S_LINE = range(5)
"""Columns of a seat: how one packet travels."""


@kernel
def retrace(cells: Cells, journal: Grid, t: Ints, rides: Grid, seats: Grid) -> None:
    """Write rides, the trips of each asset in the order in which they are loaded, and seats."""
    scratch = np.zeros((2, MAX_LEGS, SCRATCH_FIELDS), dtype=np.int64)
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
def shed(cells: Cells, journal: Grid, t: Ints, gone: Ints) -> None:
    """Lift out each line that stands where there is no room for it, and mark it in `gone`."""
    for line in range(t[AT_LINE_COUNT]):
        remove_line(cells, journal, t, line)
        crowded = False
        for n in range(1, journal[0, 0] + 1):
            crowded = crowded or (journal[n, 0] < region(t, A_TRIP) and journal[n, 1] < 0)
        if crowded:
            gone[line] = 1
        else:
            undo(cells, journal, 0)
        journal[0, 0] = 0
