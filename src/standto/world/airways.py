"""Ways by air that stay off closed countries: the direct line, or the way round on a grid."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import binary_dilation
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from standto.world.airspace import CELL, Airspace
from standto.world.distance import EARTH_KM, great_circle_km, unit

Int = npt.NDArray[np.int64]
Float = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]

STEP = 0.5
"""Degrees between points of the grid on which a way round is looked for. With steps in sixteen
directions a way is at most 3 % longer than the shortest; a gap narrower than this may be missed."""

TURNS = ((0, 1), (1, 0), (1, 1), (1, -1), (1, 2), (2, 1), (1, -2), (2, -1))
REACH = 1.3
"""Degrees within which an airfield joins the grid."""

FAR = 8
"""A place beside the map joins every point of a grid this many times as wide that it can see."""

SAMPLE_KM = 10.0
END_KM = 15.0
"""How near to an airfield a closed cell is forgiven: Basel-Mulhouse lies 3 km from a border."""


@dataclass(frozen=True)
class Airways:
    """Ways between points, in their order.

    km: (points, points), infinite where no way stays off what is closed. direct: where the great
    circle itself does. before: (points, nodes) each node's predecessor on the way from a point.
    lat, lon: of nodes, the points first.
    """

    km: Float
    direct: Bool
    before: Int
    lat: Float
    lon: Float

    def track(self, a: int, b: int) -> Float:
        """Turning points of the way from a to b, ends included: (points, 2) latitude, longitude.

        Empty where there is no way.
        """
        if not np.isfinite(self.km[a, b]):
            return np.zeros((0, 2))
        nodes = [b]
        while not self.direct[a, b] and nodes[-1] != a:
            nodes.append(int(self.before[a, nodes[-1]]))
        chosen = np.array([a, b] if self.direct[a, b] else nodes[::-1])
        return np.column_stack([self.lat[chosen], self.lon[chosen]])


@dataclass(frozen=True)
class Sky:
    """Where it is closed. `shut`: cells of the map that are closed or next to one that is."""

    airspace: Airspace
    codes: Int
    shut: Bool

    @classmethod
    def of(cls, airspace: Airspace, closed: Collection[str]) -> Sky:
        """The sky over a map with some countries closed."""
        codes = np.flatnonzero([iso in closed for iso in airspace.isos])
        inside = np.isin(airspace.cells, codes)
        around = binary_dilation(inside, np.ones((3, 3), dtype=bool)) if inside.size else inside
        return cls(airspace, codes, np.asarray(around))

    def clear(self, lat: Float, lon: Float) -> Bool:
        """Whether each point lies over open ground or sea."""
        return ~np.isin(self.airspace.at(lat.ravel(), lon.ravel()), self.codes).reshape(lat.shape)

    def wide(self, lat: Float, lon: Float) -> Bool:
        """Whether each point is clear with a cell to spare."""
        space = self.airspace
        row = np.floor((lat - space.south) / CELL).astype(np.int64)
        column = np.floor((lon - space.west) / CELL).astype(np.int64)
        on = (row >= 0) & (row < self.shut.shape[0]) & (column >= 0) & (column < self.shut.shape[1])
        found = self.clear(lat, lon)
        found[on] &= ~self.shut[row[on], column[on]]
        return found


def airways(airspace: Airspace, closed: Collection[str], lat: Float, lon: Float) -> Airways:
    """Ways between points that stay off closed countries; the same input gives the same ways.

    lat, lon: (points,) degrees. A way round keeps a cell of the map (11 km) off what is closed,
    save near its ends.
    """
    sky = Sky.of(airspace, closed)
    km = great_circle_km(lat[:, None], lon[:, None], lat[None, :], lon[None, :])
    direct = _direct(sky, lat, lon)
    none = np.full((lat.size, lat.size), -1, dtype=np.int64)
    if direct.all():
        return Airways(km, direct, none, lat, lon)
    nodes, graph = _graph(sky, lat, lon)
    made, before = dijkstra(graph, indices=np.arange(lat.size), return_predecessors=True)
    round_km = np.minimum(made[:, : lat.size], made[:, : lat.size].T)
    ways = np.where(direct, km, np.maximum(round_km, km))
    return Airways(ways, direct, before.astype(np.int64), nodes[0], nodes[1])


def _direct(sky: Sky, lat: Float, lon: Float) -> Bool:
    """Whether each pair's great circle is clear."""
    found = np.eye(lat.size, dtype=bool)
    for a in range(lat.size):
        others = np.arange(a + 1, lat.size)
        seen = _seen(sky, (lat[a], lon[a]), lat[others], lon[others], END_KM)
        found[a, others] = found[others, a] = seen
    return found


def _seen(
    sky: Sky, here: tuple[float, float], lat: Float, lon: Float, far_end_km: float = 0.0
) -> Bool:
    """Whether the great circle from one point to each of several is clear.

    What is closed within END_KM of the first point, or `far_end_km` of the others, is forgiven: an
    airfield may stand that near to a border.
    """
    if not lat.size:
        return np.zeros(0, dtype=bool)
    start, ends = unit(np.array([here[0]]), np.array([here[1]]))[0], unit(lat, lon)
    angle = np.maximum(np.arccos(np.clip(ends @ start, -1.0, 1.0)), 1e-9)
    count = np.maximum(2, np.ceil(angle * EARTH_KM / SAMPLE_KM).astype(np.int64) + 1)
    first = np.cumsum(count) - count
    way = np.repeat(np.arange(lat.size), count)
    share = (np.arange(way.size) - first[way]) / (count[way] - 1)
    angle_on = angle[way]
    mixed = np.sin((1 - share) * angle_on)[:, None] * start
    mixed = (mixed + np.sin(share * angle_on)[:, None] * ends[way]) / np.sin(angle_on)[:, None]
    lat_on = np.degrees(np.arcsin(np.clip(mixed[:, 2], -1.0, 1.0)))
    lon_on = np.degrees(np.arctan2(mixed[:, 1], mixed[:, 0]))
    km = share * angle_on * EARTH_KM
    forgiven = (km < END_KM) | (angle_on * EARTH_KM - km < far_end_km)
    return np.asarray(np.logical_and.reduceat(sky.clear(lat_on, lon_on) | forgiven, first))


def _graph(sky: Sky, lat: Float, lon: Float) -> tuple[tuple[Float, Float], csr_array]:
    """Points and grid as nodes, and the clear ways between neighbours, in km."""
    space = sky.airspace
    south, west = space.south, space.west
    north, east = south + space.cells.shape[0] * CELL, west + space.cells.shape[1] * CELL
    rows = np.arange(south + STEP / 2, north, STEP)
    columns = np.arange(west + STEP / 2, east, STEP)
    grid_lat, grid_lon = np.meshgrid(rows, columns, indexing="ij")
    free = sky.wide(grid_lat, grid_lon)
    number = np.cumsum(free.ravel()).reshape(free.shape) - 1 + lat.size
    tails, heads = _steps(sky, grid_lat, grid_lon, free, number)
    flat = (grid_lat[free], grid_lon[free])
    for point in range(lat.size):
        joined = _joined(sky, lat[point], lon[point], flat, (rows.size, columns.size), free)
        tails.append(np.full(joined.size, point, dtype=np.int64))
        heads.append(joined + lat.size)
    nodes = np.concatenate([lat, flat[0]]), np.concatenate([lon, flat[1]])
    tail, head = np.concatenate(tails), np.concatenate(heads)
    km = great_circle_km(nodes[0][tail], nodes[1][tail], nodes[0][head], nodes[1][head])
    size = nodes[0].size
    both = np.concatenate([tail, head]), np.concatenate([head, tail])
    weights = np.maximum(np.concatenate([km, km]), 1e-6)
    return nodes, coo_array((weights, both), shape=(size, size)).tocsr()


def _steps(
    sky: Sky, lat: Float, lon: Float, free: Bool, number: Int
) -> tuple[list[Int], list[Int]]:
    """Neighbours on the grid with nothing closed between them."""
    share = np.linspace(0.0, 1.0, 13)[1:-1]
    tails, heads = [], []
    for down, across in TURNS:
        right = slice(max(0, -across), lat.shape[1] - max(0, across))
        left = slice(max(0, across), lat.shape[1] - max(0, -across))
        here = slice(0, lat.shape[0] - down), right
        there = slice(down, lat.shape[0]), left
        may = free[here] & free[there]
        a, b = (lat[here][may], lon[here][may]), (lat[there][may], lon[there][may])
        between = [p[:, None] + share * (q - p)[:, None] for p, q in zip(a, b, strict=True)]
        open_ = sky.wide(between[0], between[1]).all(axis=1)
        tails.append(number[here][may][open_])
        heads.append(number[there][may][open_])
    return tails, heads


def _joined(
    sky: Sky,
    lat: float,
    lon: float,
    grid: tuple[Float, Float],
    shape: tuple[int, int],
    free: Bool,
) -> Int:
    """Grid points that a point flies to: those near it, or from beside the map a wider net."""
    near = (np.abs(grid[0] - lat) <= REACH) & (np.abs(grid[1] - lon) <= REACH)
    if not near.any():
        net = np.zeros(shape, dtype=bool)
        net[::FAR, ::FAR] = True
        near = net[free]
    chosen = np.flatnonzero(near)
    return chosen[_seen(sky, (lat, lon), grid[0][chosen], grid[1][chosen])]
