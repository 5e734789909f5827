"""Reading the flat table: one function a kind of row, so that kernels say what they read.

All integer tables stand in one array, `t`, whose first cells say where each table begins (see
`columns.Tables.flat`). One array in place of a dozen cuts the time to compile by twenty.
"""

from __future__ import annotations

import numpy as np

from standto.kernels.columns import (
    A_ASSET,
    A_TRIP,
    AT_ASSET_COUNT,
    AT_ASSET_FLEET,
    AT_ASSET_FROM,
    AT_BORDERS,
    AT_CELLS,
    AT_CHOICES,
    AT_FLEETS,
    AT_HOPS,
    AT_LEADS,
    AT_LINES,
    AT_OPTIONS,
    AT_PACKETS,
    AT_POSITIONS,
    AT_RESOURCES,
    AT_ROUTE_HOPS,
    AT_ROUTES,
    AT_STEPS,
    AT_STOPS,
    BORDER_FIELDS,
    FLEET_FIELDS,
    HOP_FIELDS,
    LINE_FIELDS,
    MODES,
    PACKET_FIELDS,
    RESOURCE_FIELDS,
    ROUTE_FIELDS,
    STEP_FIELDS,
    TRIP_FIELDS,
    Cells,
    Ints,
)
from standto.kernels.compiled import kernel, unsigned


@kernel
def cell(cells: Cells, index: int) -> int:
    """A cell of the state, as the 64-bit number that all arithmetic is done in."""
    return np.int64(cells[unsigned(index)])  # type: ignore[return-value]


@kernel
def of_packet(t: Ints, packet: int, field: int) -> int:
    """Field of a packet."""
    return t[unsigned(t[AT_PACKETS] + packet * PACKET_FIELDS + field)]


@kernel
def of_line(t: Ints, line: int, field: int) -> int:
    """Field of a line."""
    return t[unsigned(t[AT_LINES] + line * LINE_FIELDS + field)]


@kernel
def option_at(t: Ints, entry: int) -> int:
    """First packet of an option (twice the line, plus the option)."""
    return t[unsigned(t[AT_OPTIONS] + entry)]


@kernel
def choice_at(t: Ints, entry: int) -> int:
    """First route of an option."""
    return t[unsigned(t[AT_CHOICES] + entry)]


@kernel
def of_route(t: Ints, route: int, field: int) -> int:
    """Field of a route: first hop, last hop plus one, least minutes."""
    return t[unsigned(t[AT_ROUTES] + route * ROUTE_FIELDS + field)]


@kernel
def hop_at(t: Ints, entry: int) -> int:
    """Hop at an entry of the routes."""
    return t[unsigned(t[AT_ROUTE_HOPS] + entry)]


@kernel
def of_hop(t: Ints, hop: int, field: int) -> int:
    """Field of a hop."""
    return t[unsigned(t[AT_HOPS] + hop * HOP_FIELDS + field)]


@kernel
def of_step(t: Ints, step: int, field: int) -> int:
    """Field of a step of a path."""
    return t[unsigned(t[AT_STEPS] + step * STEP_FIELDS + field)]


@kernel
def of_border(t: Ints, border: int, field: int) -> int:
    """Field of a crossing."""
    return t[unsigned(t[AT_BORDERS] + border * BORDER_FIELDS + field)]


@kernel
def lead(t: Ints, country: int, mode: int) -> int:
    """Minutes from request to permission."""
    return t[unsigned(t[AT_LEADS] + country * MODES + mode)]


@kernel
def of_resource(t: Ints, resource: int, field: int) -> int:
    """Field of a resource."""
    return t[unsigned(t[AT_RESOURCES] + resource * RESOURCE_FIELDS + field)]


@kernel
def of_fleet(t: Ints, fleet: int, field: int) -> int:
    """Field of a fleet."""
    return t[unsigned(t[AT_FLEETS] + fleet * FLEET_FIELDS + field)]


@kernel
def fleet_of(t: Ints, asset: int) -> int:
    """Fleet of an asset."""
    return t[unsigned(t[AT_ASSET_FLEET] + asset)]


@kernel
def of_asset(t: Ints, asset: int, field: int) -> int:
    """Stop (0) and minute (1) from which an asset starts."""
    return t[unsigned(t[AT_ASSET_FROM] + asset * 2 + field)]


@kernel
def position(t: Ints, system: int, start: int, end: int) -> int:
    """Minutes of an empty move between stops."""
    stops = t[AT_STOPS]
    return t[unsigned(t[AT_POSITIONS] + (system * stops + start) * stops + end)]


@kernel
def region(t: Ints, which: int) -> int:
    """First cell of a region of the state."""
    return t[unsigned(t[AT_CELLS] + which)]


@kernel
def trip_row(t: Ints, trip: int) -> int:
    """First cell of a trip."""
    return region(t, A_TRIP) + trip * TRIP_FIELDS


@kernel
def of_state(t: Ints, asset: int, field: int) -> int:
    """Cell of an asset's field."""
    return region(t, A_ASSET) + field * t[AT_ASSET_COUNT] + asset
