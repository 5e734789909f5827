"""The state of a plan in the making: one array of cells, laid out once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from standto.kernels import columns as c
from standto.kernels.columns import NEVER, Cells, Ints, Tables
from standto.schedule.fleets import Fleets
from standto.schedule.resources import Resource

LIFTS_A_PACKET = 5
"""Trips that one packet may need at most (`routes.ROUNDS`)."""


def layout(
    resources: Sequence[Resource], packets: int, hops: int, fleets: Fleets
) -> tuple[Ints, Ints]:
    """Rows of the resource table, and the first cell of each region of the state."""
    windows = np.array([0, *(r.cells.size for r in resources)], dtype=np.int64)
    first = np.cumsum(windows)
    block = first[-1] + np.cumsum(-(-windows // c.BLOCK))
    rows = [
        (first[n], r.window_min, r.cells.size, r.base, r.kind, block[n])
        for n, r in enumerate(resources)
    ]
    assets = fleets.asset_fleet.size
    at = np.zeros(c.A_END + 1, dtype=np.int64)
    at[c.A_TRIP] = block[-1]
    at[c.A_ASSET] = at[c.A_TRIP] + LIFTS_A_PACKET * packets * c.TRIP_FIELDS
    at[c.A_SHARED] = at[c.A_ASSET] + c.ASSET_FIELDS * assets
    at[c.A_ROUTE] = at[c.A_SHARED] + hops
    at[c.A_ARRIVE] = at[c.A_ROUTE] + packets
    at[c.A_LEG] = at[c.A_ARRIVE] + packets
    at[c.A_OPTION] = at[c.A_LEG] + packets * c.MAX_LEGS * 2
    at[c.A_TOP] = at[c.A_OPTION] + packets
    at[c.A_FREE] = at[c.A_TOP] + 1
    at[c.A_BUSY] = at[c.A_FREE] + 1  # minutes of lift with its empty ways, by mode
    at[c.A_USED] = at[c.A_BUSY] + c.MODES  # without
    at[c.A_RIDE] = at[c.A_USED] + c.MODES
    at[c.A_YARD] = at[c.A_RIDE] + packets * c.MAX_LEGS * 2
    at[c.A_GAPS] = at[c.A_YARD] + -(-assets // c.YARD) * c.YARD_FIELDS
    count, gaps = fleets.table.shape[0], LIFTS_A_PACKET * packets + assets
    chunks = gaps // c.GAPS + min(count * c.SPANS, gaps) + 1  # all full but the first of each span
    at[c.A_SHUT] = at[c.A_GAPS] + count * (c.SPANS + 1) + 2 + chunks * c.CHUNK_FIELDS
    at[c.A_END] = at[c.A_SHUT] + 1 + hops * c.SHUT_SIZES * c.SHUT_FIELDS
    return np.array(rows, dtype=np.int64).reshape(len(rows), c.RESOURCE_FIELDS), at


def empty(tables: Tables, resources: Sequence[Resource]) -> Cells:
    """The state before anything is planned: all calendars open, all lift at its base."""
    at = tables.at
    cells = np.full(int(at[c.A_END]), -1, dtype=np.int32)
    for row, resource in zip(tables.resources.tolist(), resources, strict=True):
        room = resource.cells
        cells[row[c.R_CELL] : row[c.R_CELL] + room.size] = room
        starts = np.arange(0, room.size, c.BLOCK)
        cells[row[c.R_BLOCK] : row[c.R_BLOCK] + starts.size] = np.maximum.reduceat(room, starts)
    assets = cells[at[c.A_ASSET] : at[c.A_SHARED]].reshape(c.ASSET_FIELDS, -1)
    assets[c.K_STANDS], assets[c.K_FREE] = tables.asset_from.T
    cells[at[c.A_YARD] : at[c.A_GAPS]] = yards(tables).ravel()
    cells[at[c.A_GAPS] + tables.fleets.shape[0] * (c.SPANS + 1) + 1] = 0
    cells[at[c.A_ARRIVE] : at[c.A_LEG]] = NEVER
    cells[at[c.A_TOP]] = 0
    cells[at[c.A_BUSY] : at[c.A_RIDE]] = 0
    return cells


def yards(tables: Tables) -> Ints:
    """(yards, 2) least minute free, and assets that stand elsewhere than the first of the yard."""
    start = tables.asset_from
    first = np.arange(0, start.shape[0], c.YARD)
    if not first.size:
        return np.zeros((0, c.YARD_FIELDS), dtype=np.int64)
    apart = (start != start[np.arange(start.shape[0]) // c.YARD * c.YARD]).any(axis=1)
    counts = np.add.reduceat(apart.astype(np.int64), first)
    return np.stack([np.minimum.reduceat(start[:, 1], first), counts], axis=1)


def journal(tables: Tables) -> Ints:
    """A journal long enough for the largest line, or a dozen of the ordinary ones."""
    largest = int(np.diff(tables.options).max(initial=1))
    return np.zeros((max(1 << 20, 3000 * largest), 2), dtype=np.int64)


def arrivals(tables: Tables, cells: Cells) -> npt.NDArray[np.int32]:
    """(packets,) arrival of each packet, NEVER where it does not travel."""
    return cells[tables.at[c.A_ARRIVE] : tables.at[c.A_LEG]]


def flattened(stops: int, **parts: npt.NDArray[np.int64] | npt.NDArray[np.float64]) -> Tables:
    """Tables whose integer parts stand in one array behind a header, the parts views into it."""
    weight, aims = parts.pop("weight"), parts.pop("aims")
    header = np.zeros(c.HEADER, dtype=np.int64)
    sizes = {
        "lines": c.AT_LINE_COUNT,
        "packets": c.AT_PACKET_COUNT,
        "fleets": c.AT_FLEET_COUNT,
        "asset_fleet": c.AT_ASSET_COUNT,
    }
    at = c.HEADER
    for name, part in parts.items():
        header[_PLACE[name]] = at
        at += part.size
        if name in sizes:
            header[sizes[name]] = part.shape[0]
    header[c.AT_STOPS], header[c.AT_HORIZON] = stops, int(aims[2])
    flat = np.concatenate([header, *(part.reshape(-1) for part in parts.values())])
    flat = flat.astype(np.int64, copy=False)
    views = {
        name: flat[header[_PLACE[name]] : header[_PLACE[name]] + part.size].reshape(part.shape)
        for name, part in parts.items()
    }
    for view in views.values():
        view.flags.writeable = False
    pay = np.concatenate((aims[:2], weight)).astype(np.float64)
    return Tables(**views, weight=pay[2:], aims=aims.astype(np.float64), flat=flat, pay=pay)


_PLACE = {
    "packets": c.AT_PACKETS,
    "lines": c.AT_LINES,
    "options": c.AT_OPTIONS,
    "choices": c.AT_CHOICES,
    "routes": c.AT_ROUTES,
    "route_hops": c.AT_ROUTE_HOPS,
    "hops": c.AT_HOPS,
    "steps": c.AT_STEPS,
    "borders": c.AT_BORDERS,
    "leads": c.AT_LEADS,
    "resources": c.AT_RESOURCES,
    "fleets": c.AT_FLEETS,
    "asset_fleet": c.AT_ASSET_FLEET,
    "asset_from": c.AT_ASSET_FROM,
    "positions": c.AT_POSITIONS,
    "at": c.AT_CELLS,
}
