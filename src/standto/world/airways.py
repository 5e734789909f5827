"""Ways by air that stay off closed countries: the direct line, or the shortest way round.

Great circles are straight lines in the gnomonic plane, so what is closed is drawn there once and
every line is read off it. A way round turns only at corners of what is closed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.ndimage import binary_dilation, uniform_filter
from scipy.sparse.csgraph import dijkstra

from standto.world.airspace import Airspace
from standto.world.distance import EARTH_KM, along, great_circle_km, unit

Int = npt.NDArray[np.int64]
Float = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]

CELL_KM = 10.0
"""Side of a cell of the plane at its centre; further out it covers less ground."""

WIDEST = np.cos(np.radians(80.0))
"""Points further than this from the middle of all cannot be drawn in the plane."""

DRAWN = np.cos(np.radians(40.0))
"""What is closed is drawn around the points within this; an ocean away nothing is."""

PAD_KM = 600.0
"""How far a way round may lead outside the box of all points."""

END_KM = 20.0
"""How near to an airfield what is closed is forgiven: Basel-Mulhouse lies 3 km from a border."""

SPACING = 6
"""Cells between two corners: a way may be a few kilometres longer than the shortest."""

WINDOW = 15
HOLLOW = 0.36
"""Share of closed cells in a window around a cell beside a straight border; no shortest way turns
where it is higher, in a hollow."""

BLOCK = 4
BUCKET = 8
"""Lines are sampled together that need as many samples, to this many cells."""

SAMPLES = 100_000
"""Samples of lines held at once: few enough to stay in the processor's cache."""


@dataclass(frozen=True)
class Airways:
    """Ways between points, in their order.

    km: (points, points), infinite where no way stays off what is closed. direct: where the great
    circle itself does. lat, lon: of the points. corner: (corners, 2) latitude and longitude.
    to_corner: (points, corners) and between: (corners, corners) km, infinite where not in sight;
    before: (corners, corners) each corner's predecessor on the way from a corner.
    """

    km: Float
    direct: Bool
    lat: Float
    lon: Float
    corner: Float
    to_corner: Float
    between: Float
    before: Int

    def track(self, a: int, b: int) -> Float:
        """Turning points of the way from a to b, ends included: (points, 2) latitude, longitude.

        Empty where there is no way.
        """
        ends = np.array([[self.lat[a], self.lon[a]], [self.lat[b], self.lon[b]]])
        if not np.isfinite(self.km[a, b]):
            return np.zeros((0, 2))
        if self.direct[a, b]:
            return ends
        total = self.to_corner[a][:, None] + self.between + self.to_corner[b][None, :]
        first, last = np.unravel_index(int(np.argmin(total)), total.shape)
        turns = [int(last)]
        while turns[-1] != first:
            turns.append(int(self.before[first, turns[-1]]))
        return np.concatenate([ends[:1], self.corner[turns[::-1]], ends[1:]])


@dataclass(frozen=True)
class Plane:
    """What is closed, drawn in the gnomonic plane around the middle of some points.

    frame: (3, 3) unit vectors east, north and up of the middle. low: (2,) plane coordinates of the
    first cell's corner. cell: side of a cell, in earth radii. shut: (across, up) closed cells.
    """

    frame: Float
    low: Float
    cell: float
    shut: Bool

    def cells(self, lat: Float, lon: Float) -> tuple[Float, Bool]:
        """Cell coordinates (points, 2) as fractions, and which points lie on the plane at all."""
        seen = unit(lat, lon) @ self.frame.T
        on = seen[:, 2] > WIDEST
        flat = seen[:, :2] / np.where(on, seen[:, 2], 1.0)[:, None]
        return (flat - self.low) / self.cell, on

    def ground(self, cells: Float) -> Float:
        """Latitude and longitude (points, 2) of cell coordinates."""
        flat = self.low + cells * self.cell
        point = flat @ self.frame[:2] + self.frame[2]
        point /= np.linalg.norm(point, axis=1)[:, None]
        lat = np.degrees(np.arcsin(np.clip(point[:, 2], -1.0, 1.0)))
        return np.column_stack([lat, np.degrees(np.arctan2(point[:, 1], point[:, 0]))])


def airways(airspace: Airspace, closed: Collection[str], lat: Float, lon: Float) -> Airways:
    """Ways between points that stay off closed countries; the same input gives the same ways.

    lat, lon: (points,) degrees. A way round keeps a cell off what is closed, save near its ends.
    """
    codes = np.flatnonzero([iso in closed for iso in airspace.isos])
    km = great_circle_km(lat[:, None], lon[:, None], lat[None, :], lon[None, :])
    plane = _plane(airspace, codes, lat, lon)
    at, on = plane.cells(lat, lon)
    direct = np.eye(lat.size, dtype=bool)
    a, b = np.triu_indices(lat.size, 1)
    seen = _sees(plane.shut, at, at, a, b, _forgiven(plane)) & on[a] & on[b]
    beside = ~(on[a] & on[b])
    seen[beside] = _sees_far(airspace, codes, lat, lon, a[beside], b[beside])
    direct[a, b] = direct[b, a] = seen
    if direct.all():
        nothing = np.zeros((0, 0)), np.zeros((0, 0), dtype=np.int64)
        return Airways(km, direct, lat, lon, np.zeros((0, 2)), np.zeros((lat.size, 0)), *nothing)
    return _round(airspace, codes, plane, km, direct, lat, lon)


def _round(
    airspace: Airspace, codes: Int, plane: Plane, km: Float, direct: Bool, lat: Float, lon: Float
) -> Airways:
    """Ways with turns at corners where the direct line is closed."""
    at, on = plane.cells(lat, lon)
    wide = np.asarray(binary_dilation(plane.shut, np.ones((3, 3), dtype=bool)))
    turn = _corners(plane.shut)
    corner = plane.ground(turn)
    a, b = np.triu_indices(len(turn), 1)
    joined = _sees(wide, turn, turn, a, b, 0.0)
    between = np.full((len(turn), len(turn)), np.inf)
    between[a[joined], b[joined]] = _km(corner[a[joined]], corner[b[joined]])
    between = np.minimum(between, between.T)
    between, before = dijkstra(
        np.where(np.isfinite(between), between, 0.0), return_predecessors=True
    )
    p, c = (x.ravel() for x in np.indices((lat.size, len(turn))))
    seen = np.zeros(p.size, dtype=bool)
    near = on[p]
    seen[near] = _sees(wide, at, turn, p[near], c[near], _forgiven(plane), first_only=True)
    every_lat, every_lon = np.concatenate([lat, corner[:, 0]]), np.concatenate([lon, corner[:, 1]])
    seen[~near] = _sees_far(airspace, codes, every_lat, every_lon, p[~near], lat.size + c[~near])
    points = np.column_stack([lat, lon])
    to_corner = np.where(seen, _km(points[p], corner[c]), np.inf).reshape(lat.size, len(turn))
    around = _least(_least(to_corner, between), to_corner)
    ways = np.where(direct, km, np.maximum(np.minimum(around, around.T), km))
    return Airways(ways, direct, lat, lon, corner, to_corner, between, before.astype(np.int64))


def _least(left: Float, right: Float) -> Float:
    """Least sum over the middle: (n, k) and (m, k) give (n, m)."""
    if not left.shape[1]:
        return np.full((left.shape[0], right.shape[0]), np.inf)
    return np.array([(row + right).min(axis=1) for row in left])


def _km(a: Float, b: Float) -> Float:
    return great_circle_km(a[:, 0], a[:, 1], b[:, 0], b[:, 1])


def _forgiven(plane: Plane) -> float:
    """END_KM in cells, as near the middle of the plane."""
    return END_KM / EARTH_KM / plane.cell


def _plane(airspace: Airspace, codes: Int, lat: Float, lon: Float) -> Plane:
    """The plane around the middle of the points, with what is closed drawn in."""
    points = unit(lat, lon)
    up = points.sum(axis=0) + np.array([0.0, 0.0, 1e-9])
    up /= np.linalg.norm(up)
    pole = np.array([0.0, 0.0, 1.0]) if abs(up[2]) < 0.999 else np.array([1.0, 0.0, 0.0])
    east = np.cross(pole, up)
    east /= np.linalg.norm(east)
    frame = np.array([east, np.cross(up, east), up])
    seen = points @ frame.T
    on = seen[:, 2] > DRAWN
    flat = seen[on, :2] / seen[on, 2:] if on.any() else np.zeros((1, 2))
    pad, cell = PAD_KM / EARTH_KM, CELL_KM / EARTH_KM
    low, high = flat.min(axis=0) - pad, flat.max(axis=0) + pad
    size = np.ceil((high - low) / cell).astype(np.int64)
    blank = Plane(frame, low, cell, np.zeros(tuple(size), dtype=bool))
    middle = np.indices(tuple(size)).reshape(2, -1).T + 0.5
    ground = blank.ground(middle)
    shut = np.isin(airspace.at(ground[:, 0], ground[:, 1]), codes).reshape(tuple(size))
    return Plane(frame, low, cell, shut)


def _corners(shut: Bool) -> Float:
    """Where ways may turn: cells beside what is closed that it does not curve around, (k, 2)."""
    inner = np.asarray(binary_dilation(shut, np.ones((3, 3), dtype=bool), iterations=2))
    ring = np.asarray(binary_dilation(inner, np.ones((3, 3), dtype=bool))) & ~inner
    share = uniform_filter(shut.astype(np.float64), size=WINDOW, mode="constant")
    ring &= share < HOLLOW
    cells = np.argwhere(ring)
    order = np.argsort(share[ring], kind="stable")
    taken = np.zeros(shut.shape, dtype=bool)
    chosen = []
    for x, y in cells[order]:
        if not taken[x, y]:
            chosen.append((x + 0.5, y + 0.5))
            low_x, low_y = max(0, x - SPACING), max(0, y - SPACING)
            taken[low_x : x + SPACING + 1, low_y : y + SPACING + 1] = True
    return np.array(chosen, dtype=np.float64).reshape(len(chosen), 2)


def _sees(
    shut: Bool, start: Float, end: Float, a: Int, b: Int, forgiven: float, first_only: bool = False
) -> Bool:
    """Whether the straight line of cells from start[a] to end[b] is clear, pair by pair.

    forgiven: cells from the first end (and from the other, unless first_only) that do not count.
    """
    found = np.ones(a.size, dtype=bool)
    coarse = _pooled(shut)
    maybe = ~_lines(coarse, start[a] / BLOCK, end[b] / BLOCK, 0.0, first_only)
    doubtful = np.flatnonzero(maybe)
    found[doubtful] = _lines(shut, start[a[doubtful]], end[b[doubtful]], forgiven, first_only)
    return found


def _pooled(shut: Bool) -> Bool:
    """Blocks of cells of which one, or one of a neighbouring block's, is closed."""
    across, up = (-(-n // BLOCK) * BLOCK for n in shut.shape)
    whole = np.zeros((across, up), dtype=bool)
    whole[: shut.shape[0], : shut.shape[1]] = shut
    blocks = whole.reshape(across // BLOCK, BLOCK, up // BLOCK, BLOCK).any(axis=(1, 3))
    return np.asarray(binary_dilation(np.asarray(blocks), np.ones((3, 3), dtype=bool)))


def _lines(shut: Bool, start: Float, end: Float, forgiven: float, first_only: bool) -> Bool:
    """Whether each straight line of cells is clear, a sample a cell; outside the raster it is."""
    enter, leave = _inside(shut.shape, start, end)
    way = end - start
    long = np.ceil(np.abs(way).max(axis=1) * (leave - enter) / BUCKET).astype(np.int64)
    long = np.where(enter < leave, np.maximum(long, 1), 0)
    order = np.argsort(long, kind="stable")
    bounds = np.searchsorted(long[order], np.arange(1, int(long.max(initial=0)) + 2))
    found = np.ones(len(start), dtype=bool)
    for bucket, (low, high) in enumerate(pairwise(bounds.tolist()), start=1):
        rows = max(1, SAMPLES // (bucket * BUCKET))
        for one in range(low, high, rows):
            part = order[one : min(high, one + rows)]
            steps = np.linspace(0.0, 1.0, bucket * BUCKET + 1)
            share = enter[part, None] + steps * (leave - enter)[part, None]
            x = (start[part, :1] + share * way[part, :1]).astype(np.int32)
            y = (start[part, 1:] + share * way[part, 1:]).astype(np.int32)
            hit = shut[np.minimum(x, shut.shape[0] - 1), np.minimum(y, shut.shape[1] - 1)]
            if forgiven:
                whole = np.hypot(way[part, 0], way[part, 1])[:, None]
                near = share * whole < forgiven
                hit &= ~(near if first_only else near | ((1 - share) * whole < forgiven))
            found[part] = ~hit.any(axis=1)
    return found


def _inside(shape: tuple[int, ...], start: Float, end: Float) -> tuple[Float, Float]:
    """Shares of each line between which it is on the raster; enter >= leave where it never is."""
    way = end - start
    enter, leave = np.zeros(len(start)), np.ones(len(start))
    for axis in (0, 1):
        flat = np.abs(way[:, axis]) < 1e-9
        safe = np.where(flat, 1.0, way[:, axis])
        low, high = -start[:, axis] / safe, (shape[axis] - start[:, axis]) / safe
        beside = flat & ((start[:, axis] < 0) | (start[:, axis] >= shape[axis]))
        enter = np.where(flat, enter, np.maximum(enter, np.minimum(low, high)))
        leave = np.where(flat, leave, np.minimum(leave, np.maximum(low, high)))
        leave = np.where(beside, -1.0, leave)
    return enter, leave


def _sees_far(airspace: Airspace, codes: Int, lat: Float, lon: Float, a: Int, b: Int) -> Bool:
    """Whether great circles that leave the plane are clear, sampled on the sphere."""
    found = np.ones(a.size, dtype=bool)
    for n, (one, two) in enumerate(zip(a.tolist(), b.tolist(), strict=True)):
        on = along(lat[one], lon[one], lat[two], lon[two], 2 * CELL_KM)
        shut = np.isin(airspace.at(on[:, 0], on[:, 1]), codes)
        spare = int(np.ceil(END_KM / (2 * CELL_KM)))
        found[n] = not shut[spare : len(shut) - spare].any()
    return found
