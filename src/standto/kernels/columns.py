"""Names of the columns of the integer tables that kernels read, and of the state that they change.

A table is one two-dimensional int64 array; a column is a constant here. Few arrays keep the
kernels' signatures short, and with them the time to compile. Times are minutes since C-hour,
masses kg, lengths dm.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Cells = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Grid = npt.NDArray[np.int64]
"""Two-dimensional; `Scratch` three-dimensional: the names tell `compiled` the shape."""
Scratch = npt.NDArray[np.int64]
Prices = npt.NDArray[np.float64]
"""Two-dimensional."""

NEVER = 1 << 29
"""A minute that never comes, and a capacity that never binds; three of them still fit in int32."""
MAX_LEGS = 8
"""Most legs of one route: garrison, railhead, gauge change twice, port, port, railhead, site."""

ROAD, RAIL, SEA, AIR = 0, 1, 2, 3
SURFACE_OPTION, AIR_OPTION = 0, 1

# packets: (packets, 10)
(
    P_LINE,
    P_MASS,
    P_LANE,
    P_SEATS,
    P_PIECES,
    P_TRACKED,
    P_UNITS,
    P_PIECE_KG,
    P_OUTSIZE,
    P_HAZARD,
) = range(10)

# lines: (lines, 9). L_SAME: whether all packets take one route; L_WITHIN: most minutes from the
# first arrival of a packet to the last, NEVER where any will do
(
    L_READY,
    L_EARLIEST,
    L_REQUIRED,
    L_REQUEST,
    L_OWNER,
    L_FORCE,
    L_FROM,
    L_SAME,
    L_WITHIN,
) = range(9)

# hops: (hops, 20): one ride in one mode between two places; H_LEAST minutes at the very least
(
    H_MODE,
    H_FROM,
    H_TO,
    H_MIN,
    H_KM,
    H_STEP,
    H_STEP_END,
    H_BORDER,
    H_BORDER_END,
    H_GAUGE,
    H_RUNWAY,
    H_DRAUGHT,
    H_LOAD,
    H_UNLOAD,
    H_FROM_HOLD,
    H_FROM_FLOW,
    H_TO_HOLD,
    H_TO_FLOW,
    H_LIFT,
    H_LEAST,
) = range(20)

# steps: (path steps, 3); borders: (crossings, 3): minutes after departure are OFFSET and, where
# the lift sets the pace, KM (hectometres at its own speed)
S_RESOURCE, S_OFFSET, S_KM = range(3)
B_COUNTRY, B_OFFSET, B_KM = range(3)

# resources: (resources, 6): R_CELL first cell in the state, R_BASE capacity of an ordinary window,
# R_BLOCK first cell of the most room in any window of each block of BLOCK windows
R_CELL, R_WINDOW, R_COUNT, R_BASE, R_KIND, R_BLOCK = range(6)
BLOCK = 32
"""Windows of a block: half or twice as many are as quick on the made-up instances."""
FLOW, HOLD = 0, 1

# fleets: (fleets, 21)
(
    F_MODE,
    F_GAUGE,
    F_BASE,
    F_READY,
    F_ASSET,
    F_ASSET_END,
    F_MASS,
    F_LANE,
    F_SEATS,
    F_PIECES,
    F_PIECE_KG,
    F_OUTSIZE,
    F_SPEED,
    F_LOAD,
    F_UNLOAD,
    F_TURN,
    F_RANGE,
    F_RUNWAY,
    F_DRAUGHT,
    F_SYSTEM,
    F_HAZARD,
) = range(21)

# trips, in the state: (trips, 17); T_GAP cell of the gap after it, OUT where none is listed;
# T_RIDER the first ride aboard
OUT = -1
(
    T_ASSET,
    T_HOP,
    T_DEPART,
    T_ARRIVE,
    T_MASS,
    T_LANE,
    T_SEATS,
    T_PIECES,
    T_ABOARD,
    T_PREVIOUS,
    T_NEXT,
    T_SHARED_NEXT,
    T_SHARED_PREVIOUS,
    T_LOAD,
    T_UNLOAD,
    T_GAP,
    T_RIDER,
) = range(17)
TRIP_FIELDS = 17

# assets, in the state: (5, assets): first and last trip; from when and where it is free after the
# last; cell of the gap before its first trip
K_FIRST, K_LAST, K_FREE, K_STANDS, K_GAP = range(5)
ASSET_FIELDS = 5

# yards, in the state: (assets / YARD, 2), least minute from which one of the next YARD assets is
# free after its last trip, and how many have a trip, or stand elsewhere than the first at the start
YARD = 32
Y_LEAST, Y_USED, YARD_FIELDS = 0, 1, 2

# gaps, in the state: (fleets, SPANS) first chunk of the gaps that end in each span of time,
# (fleets,) the last span with any so far, the first chunk given back, the number of chunks ever
# used, and the chunks: how many gaps each holds, the next chunk, the least minute from which one
# of its gaps lasts and the most minutes of one; then the minutes from which and until which its
# gaps last, the trips they follow (~asset before its first trip), and the stops at which they
# begin and end
SPANS, SPAN_MIN = 128, 1440
"""Spans of time by whose end gaps are looked up: a day, or longer so that all reach the horizon."""
GAPS = 16
"""Gaps of a chunk: read one after another, they cost a nanosecond each."""
G_COUNT, G_NEXT, G_LEAST, G_LONGEST, G_FREE = range(5)
GAP_END, GAP_AFTER, GAP_FROM, GAP_TO = GAPS, 2 * GAPS, 3 * GAPS, 4 * GAPS
CHUNK_FIELDS = G_FREE + 5 * GAPS

# what is known to be shut, in the state: how often room has been given back, then (hops,
# SHUT_SIZES, 5): from and until which minute nothing can depart, the least units of which that is
# known, how often room had been given back then, and whose trips it is known of (-1: own wheels)
SHUT_FROM, SHUT_UNTIL, SHUT_UNITS, SHUT_WHEN, SHUT_FLEET, SHUT_FIELDS = range(6)
SHUT_SIZES, SHUT_STEP = 4, 5
"""Classes of sizes of a load, and units of each: a march unit has 20 vehicles at most."""

# regions of the state, in `at`
(
    A_TRIP,
    A_ASSET,
    A_SHARED,
    A_ROUTE,
    A_ARRIVE,
    A_LEG,
    A_OPTION,
    A_TOP,
    A_FREE,
    A_BUSY,
    A_USED,
    A_RIDE,
    A_YARD,
    A_GAPS,
    A_SHUT,
    A_END,
) = range(16)
# legs, in the state: (packets, MAX_LEGS, 2)
LEG_DEPART, LEG_TRIP = range(2)
# rides aboard trips, in the state: (packets x MAX_LEGS, 2), the next and the previous one aboard
RIDE_NEXT, RIDE_PREVIOUS = range(2)

# scratch of trials: (3, MAX_LEGS, 9), legs of the best and of the present one; from X_ASKED on,
# terminals and links have room at X_ROOM. In the third, X_SURE: whether the plan stands as it is
(
    X_HOP,
    X_DEPART,
    X_ARRIVE,
    X_TRIP,
    X_ASSET,
    X_AFTER,
    X_FREE,
    X_ASKED,
    X_ROOM,
) = range(9)
SCRATCH_FIELDS, X_SURE = 9, 0
SCRATCH = (3, MAX_LEGS, SCRATCH_FIELDS)
"""Shape of the scratch."""

# habit of placing packets: (7,). By mode of lift, toll of a new trip in per cent of the minutes
# that it takes of its asset, down to nothing at minute END; WAIT: minutes it waits for others;
# SOONEST: minute before which nothing arrives
HABIT_TOLL, HABIT_WAIT, HABIT_END, HABIT_SOONEST, HABIT_FIELDS = 0, 4, 5, 6, 7

# dues of a plan, what counts in the objective besides arrivals: of a minute of the last arrival, of
# a minute of each mode's lift, and, where borders count, of each hop's crossings
DUE_CLOSURE, DUE_LIFT, DUE_BORDERS = 0, 1, 5

PACKET_FIELDS, LINE_FIELDS, ROUTE_FIELDS, HOP_FIELDS, STEP_FIELDS = 10, 9, 3, 20, 3
BORDER_FIELDS, RESOURCE_FIELDS, FLEET_FIELDS, MODES = 3, 6, 21, 4

# header of the flat table: where each table begins, and three sizes
(
    AT_PACKETS,
    AT_LINES,
    AT_OPTIONS,
    AT_CHOICES,
    AT_ROUTES,
    AT_ROUTE_HOPS,
    AT_HOPS,
    AT_STEPS,
    AT_BORDERS,
    AT_LEADS,
    AT_RESOURCES,
    AT_FLEETS,
    AT_ASSET_FLEET,
    AT_ASSET_FROM,
    AT_POSITIONS,
    AT_CELLS,
    AT_STOPS,
    AT_HORIZON,
    AT_LINE_COUNT,
    AT_PACKET_COUNT,
    AT_FLEET_COUNT,
    AT_ASSET_COUNT,
) = range(22)
HEADER = 22


class Tables(NamedTuple):
    """What the kernels read and never change.

    options: (2 x lines + 1) first packet of each line's option (surface, then air).
    choices: (2 x lines + 1) first entry of `routes` for each line's option.
    routes: (route entries, 2) first and last-plus-one entry in `route_hops`.
    leads: (countries, 4) minutes from request to permission, by mode.
    positions: (systems, terminals, terminals) minutes to move an empty asset.
    asset_fleet: (assets,) fleet of each. asset_from: (assets, 2) terminal and minute it starts.
    at: first cell of each region of the state. weight: (packets,) of an arrival.
    aims: (3,) weights of response and lateness per unit of packet weight and minute, horizon.
    flat: all integer tables in one array behind a header, which is what kernels are given.
    pay: aims[:2] and then the weights, likewise.
    """

    packets: Ints
    lines: Ints
    options: Ints
    choices: Ints
    routes: Ints
    route_hops: Ints
    hops: Ints
    steps: Ints
    borders: Ints
    leads: Ints
    resources: Ints
    fleets: Ints
    asset_fleet: Ints
    asset_from: Ints
    positions: Ints
    at: Ints
    weight: Floats
    aims: Floats
    flat: Ints
    pay: Floats
