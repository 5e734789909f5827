"""Which places lie on one piece of land: an island's airfield gets no road to the mainland."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import numpy as np

from geometry import great_circle_km
from naturalearth import shapes

SHORE_KM = 8.0
"""A quay or a runway on made ground may lie this far off the outline at 1:10m."""
REACH_KM = 120.0
"""An access road is no longer than this, great circle; farther off a place needs its own chain."""
Row = dict[str, str]
Ring = np.ndarray


@cache
def rings(iso: str) -> list[Ring]:
    """Outlines of a country's pieces of land: arrays of lon, lat."""
    found = []
    for record, outlines in shapes():
        if iso in {record.get("ISO_A2"), record.get("ISO_A2_EH"), record.get("WB_A2")}:
            found += [np.array(outline) for outline in outlines if len(outline) > 3]
    return found


@cache
def piece(iso: str, lat: float, lon: float) -> int:
    """Number of the piece of land that a point lies on, or lies near to (SHORE_KM); else -1."""
    best, nearest = -1, SHORE_KM
    for number, ring in enumerate(rings(iso)):
        low, high = ring.min(axis=0) - 0.3, ring.max(axis=0) + 0.3
        if not (low[0] < lon < high[0] and low[1] < lat < high[1]):
            continue
        x, y = ring[:-1].T
        u, v = ring[1:].T
        crosses = (y > lat) != (v > lat)
        at = x[crosses] + (lat - y[crosses]) * (u - x)[crosses] / (v - y)[crosses]
        if np.count_nonzero(at > lon) % 2:
            return number
        narrow = np.cos(np.radians(lat))
        gap = 111.2 * float(np.min(np.hypot((x - lon) * narrow, y - lat)))
        if gap < nearest:
            best, nearest = number, gap
    return best


def reachable(place: Row, towns: Iterable[Row]) -> list[Row]:
    """Towns of the place's country that lie on its piece of land, within REACH_KM."""
    at = float(place["lat"]), float(place["lon"])
    near = [
        town
        for town in towns
        if town["iso"] == place["iso"]
        and great_circle_km(*at, float(town["lat"]), float(town["lon"])) <= REACH_KM
    ]
    if not near:
        return []
    here = piece(place["iso"], *at)
    same = [t for t in near if piece(t["iso"], float(t["lat"]), float(t["lon"])) == here]
    return same if here >= 0 else near
