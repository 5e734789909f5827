"""Countries under the direct line between two points, where a map of borders is on file."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from standto.world.load import network_folder
from standto.world.world import World

Floats = npt.NDArray[np.float64]
Point = tuple[float, float]
FILE = "basemap.json"
STEP_KM = 5.0
"""Distance between samples of a line: a country's corner of less than this may be missed."""

EARTH_KM = 6371.0
MARGIN_KM = 5.0
"""A country counts when it lies under more of the line than this: borders are simplified to it."""


@dataclass(frozen=True)
class Borders:
    """Countries as rings of (longitude, latitude) degrees; holes count by the even-odd rule.

    rings: per country, its rings, each (points, 2), with the corners of its box (2, 2).
    """

    rings: dict[str, tuple[tuple[Floats, Floats], ...]]

    def under(self, track: Sequence[Point], but: Collection[str] = ()) -> dict[str, float]:
        """Kilometres of a track over each country that lies under more than MARGIN_KM of it.

        track: turning points, latitude and longitude in degrees, great circles between them.
        but: codes of countries that need not be looked at.
        """
        total: dict[str, float] = {}
        for a, b in pairwise(track):
            for iso, km in self._under(a, b, but).items():
                total[iso] = total.get(iso, 0.0) + km
        return {iso: km for iso, km in total.items() if km > MARGIN_KM}

    def _under(self, a: Point, b: Point, but: Collection[str]) -> dict[str, float]:
        line, km = great_circle(a, b)
        found = {}
        low, high = line.min(axis=0), line.max(axis=0)
        for iso, rings in self.rings.items():
            inside = np.zeros(len(line), dtype=bool)
            for ring, box in rings if iso not in but else ():
                if (high >= box[0]).all() and (low <= box[1]).all():
                    near = np.flatnonzero(((line >= box[0]) & (line <= box[1])).all(axis=1))
                    inside[near] ^= _inside(line[near], ring)
            if inside.any():
                found[iso] = float(inside.sum() * km)
        return found


def load_borders(world: World) -> Borders | None:
    """Borders of the scenario's network, or None where it has no `basemap.json`."""
    folder = network_folder(world.scenario.network, world.folder) or world.folder
    path = folder / FILE
    return _borders(path) if path.is_file() else None


def great_circle(a: Point, b: Point) -> tuple[Floats, float]:
    """Samples (points, 2) of longitude and latitude from a to b, and km between two of them."""
    p, q = _vector(a), _vector(b)
    angle = float(np.arccos(np.clip(p @ q, -1.0, 1.0)))
    pieces = max(1, int(np.ceil(angle * EARTH_KM / STEP_KM)))
    if angle < 1e-9:
        return np.array([[a[1], a[0]]]), 0.0
    share = np.linspace(0.0, 1.0, pieces + 1)[:, None]
    mixed = (np.sin((1 - share) * angle) * p + np.sin(share * angle) * q) / np.sin(angle)
    lat = np.degrees(np.arcsin(np.clip(mixed[:, 2], -1.0, 1.0)))
    lon = np.degrees(np.arctan2(mixed[:, 1], mixed[:, 0]))
    return np.column_stack([lon, lat]), angle * EARTH_KM / pieces


def _vector(point: Point) -> Floats:
    lat, lon = np.radians(point)
    return np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


@cache
def _borders(path: Path) -> Borders:
    document = json.loads(path.read_text(encoding="utf-8"))
    rings: dict[str, list[Floats]] = {}
    for feature in document["land"]["features"]:
        shape = feature["geometry"]
        several = shape["type"] == "MultiPolygon"
        polygons = shape["coordinates"] if several else [shape["coordinates"]]
        own = rings.setdefault(feature["properties"]["iso"], [])
        own += [np.array(ring, dtype=np.float64) for polygon in polygons for ring in polygon]
    boxed = {
        iso: tuple((r, np.array([r.min(0), r.max(0)])) for r in own) for iso, own in rings.items()
    }
    return Borders(dict(sorted(boxed.items())))


def _inside(points: Floats, ring: Floats) -> npt.NDArray[np.bool_]:
    """Which points lie in a ring, by the crossings of a ray to the east."""
    start, end = ring, np.roll(ring, -1, axis=0)
    x, y = points[:, :1], points[:, 1:]
    spans = (start[:, 1] > y) != (end[:, 1] > y)
    rise = np.where(end[:, 1] == start[:, 1], 1.0, end[:, 1] - start[:, 1])
    cross = start[:, 0] + (y - start[:, 1]) * (end[:, 0] - start[:, 0]) / rise
    crossings = np.count_nonzero(spans & (x < cross), axis=1)
    return np.asarray(crossings % 2 == 1)
