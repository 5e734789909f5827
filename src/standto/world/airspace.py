"""Which countries lie under a flight: borders of the map, read off on a fine grid."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from standto.world.bundled import bundled
from standto.world.distance import EARTH_KM, along, unit
from standto.world.network import Network

Int = npt.NDArray[np.int64]
Float = npt.NDArray[np.float64]

CELL = 0.1
"""Degrees of a cell: 11 km north to south, as coarse as the map's simplified borders. A strip
narrower than that may be missed."""
STEP_KM = 10.0
NEAR_KM = 100.0
"""A point belongs to the country of the nearest place within this, where no map knows the land."""
NOWHERE = "--"


@dataclass(frozen=True)
class Airspace:
    """Countries on a grid of the map, and the places of countries that no map knows.

    isos: code of each country, NOWHERE first. cells: (rows, columns) index into `isos`, from
    (south, west) in steps of CELL degrees. tree, country: places of countries without a map; box:
    south-west and north-east corner of the ground near them.
    """

    isos: tuple[str, ...]
    south: float
    west: float
    cells: Int
    tree: cKDTree[None] | None
    country: Int
    box: tuple[Float, Float]

    def at(self, lat: Float, lon: Float) -> Int:
        """Index into `isos` of the country under each point in degrees."""
        row = np.floor((lat - self.south) / CELL).astype(np.int64)
        column = np.floor((lon - self.west) / CELL).astype(np.int64)
        inside = (row >= 0) & (row < self.cells.shape[0])
        inside &= (column >= 0) & (column < self.cells.shape[1])
        found = np.zeros(lat.shape, dtype=np.int64)
        found[inside] = self.cells[row[inside], column[inside]]
        if self.tree is None:
            return found
        low, high = self.box
        beside = (lat >= low[0]) & (lat <= high[0]) & (lon >= low[1]) & (lon <= high[1])
        bare = np.flatnonzero((found == 0) & beside)
        reach = 2 * np.sin(NEAR_KM / EARTH_KM / 2)
        answer = self.tree.query(unit(lat[bare], lon[bare]), distance_upper_bound=reach)
        nearest = np.asarray(answer[1])
        near = nearest < len(self.country)
        found[bare[near]] = self.country[nearest[near]]
        return found

    def under(self, a: tuple[float, float], b: tuple[float, float]) -> tuple[str, ...]:
        """Codes of the countries under the great circle from a to b, in order of flight."""
        points = along(*a, *b, STEP_KM)
        codes = [self.isos[n] for n in self.at(points[:, 0], points[:, 1])]
        return tuple(dict.fromkeys(code for code in codes if code != NOWHERE))


def airspace(network: Network, basemap: Path | None = None) -> Airspace:
    """Airspace over a network.

    basemap: GeoJSON of land by country; the bundled map of Europe where None.
    """
    path = bundled("europe", "basemap.json") if basemap is None else basemap
    isos, south, west, cells = _grid(path) if path.is_file() else _nothing()
    known = set(isos)
    places = network.places
    own = [n for n, iso in enumerate(places["iso"]) if iso not in known]
    names = tuple(dict.fromkeys([*isos, *(places["iso"][n] for n in own)]))
    if not own:
        nothing = np.zeros(0, dtype=np.int64), (np.zeros(2), np.zeros(2))
        return Airspace(names, south, west, cells, None, *nothing)
    lat, lon = places["lat"].to_numpy()[own], places["lon"].to_numpy()[own]
    country = np.array([names.index(places["iso"][n]) for n in own], dtype=np.int64)
    corners = np.array([lat.min(), lon.min()]) - 2.0, np.array([lat.max(), lon.max()]) + 2.0
    return Airspace(names, south, west, cells, cKDTree(unit(lat, lon)), country, corners)


def _nothing() -> tuple[tuple[str, ...], float, float, Int]:
    return (NOWHERE,), 0.0, 0.0, np.zeros((0, 0), dtype=np.int64)


@cache
def _grid(path: Path) -> tuple[tuple[str, ...], float, float, Int]:
    """Countries, south-west corner and cells of a map, by the even-odd rule."""
    edges = _edges(json.loads(path.read_text(encoding="utf-8")))
    every = np.concatenate(list(edges.values()))
    west, south = np.floor(every[:, [0, 1]].min(axis=0))
    east, north = np.ceil(every[:, [0, 1]].max(axis=0))
    shape = round((north - south) / CELL), round((east - west) / CELL)
    cells = np.zeros(shape, dtype=np.int64)
    isos = (NOWHERE, *edges)
    for number, lines in enumerate(edges.values(), start=1):
        row, column, inside = _inside(lines, south, west)
        box = cells[row : row + inside.shape[0], column : column + inside.shape[1]]
        box[inside[: box.shape[0], : box.shape[1]]] = number
    return isos, float(south), float(west), cells


def _edges(document: Any) -> dict[str, Float]:
    """Edges of each country's outlines: (edges, 4) lon, lat, lon, lat."""
    found: dict[str, list[Float]] = {}
    for feature in document["land"]["features"]:
        shape = feature["geometry"]
        several = shape["type"] == "MultiPolygon"
        for polygon in shape["coordinates"] if several else [shape["coordinates"]]:
            for outline in polygon:
                ring = np.array(outline, dtype=np.float64)
                lines = np.column_stack([ring, np.roll(ring, -1, axis=0)])
                found.setdefault(feature["properties"]["iso"], []).append(lines)
    return {iso: np.concatenate(rings) for iso, rings in sorted(found.items())}


def _inside(lines: Float, south: float, west: float) -> tuple[int, int, npt.NDArray[np.bool_]]:
    """First row and column of an outline's box, and which of its cells have their middle inside.

    Inside: an odd number of edges to the west, row by row.
    """
    low, high = np.minimum(lines[:, 1], lines[:, 3]), np.maximum(lines[:, 1], lines[:, 3])
    first = np.ceil((low - south) / CELL - 0.5).astype(np.int64)
    count = np.ceil((high - south) / CELL - 0.5).astype(np.int64) - first
    edge = np.repeat(np.arange(len(lines)), count)
    row = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + first[edge]
    x0, y0, x1, y1 = lines[edge].T
    x = x0 + (south + (row + 0.5) * CELL - y0) * (x1 - x0) / (y1 - y0)
    column = np.maximum(0, np.ceil((x - west) / CELL - 0.5)).astype(np.int64)
    if not len(row):
        return 0, 0, np.zeros((0, 0), dtype=np.bool_)
    top, left = int(row.min()), int(column.min())
    crossed = np.zeros((int(row.max()) - top + 1, int(column.max()) - left + 1), dtype=np.int64)
    np.add.at(crossed, (row - top, column - left), 1)
    return top, left, np.asarray(np.cumsum(crossed, axis=1) % 2 == 1)
