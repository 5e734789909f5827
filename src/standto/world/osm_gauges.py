"""Where railways of two gauges meet at a station of an OSM file: one place, a transload station.

Tracks of two gauges are drawn apart and share no node, so their ends are two places at first.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np

from standto.world.distance import great_circle_km
from standto.world.graph import SAME_TRAINS
from standto.world.osm_lines import Drawn, Line
from standto.world.osm_read import STATION_KM, Extract

HANDLING_MIN, TRAINS = 480, 2.0
"""Time to transload a train, and trains a day: the lower figures of the bundled stations."""


def met(extract: Extract, made: Drawn) -> Drawn:
    """The lines with the places of several gauges at one station made one: the smallest OSM id.

    A line that would begin and end in one place is left out.
    """
    by_gauge: dict[int, set[int]] = {}
    for line in made.lines:
        if line.kind[0] == "rail" and line.kind[1] is not None:
            by_gauge.setdefault(line.kind[1], set()).update((line.u, line.v))
    one: dict[int, int] = {}
    for _, lat, lon in (*extract.stations, *extract.yards):
        nearest = [_nearest(extract, ends, lat, lon) for ends in by_gauge.values()]
        here = {one.get(node, node) for node in nearest if node is not None}
        if len(here) > 1:
            first = min(here)
            one = {node: first if to in here else to for node, to in one.items()}
            one |= dict.fromkeys(here, first)
    if not one:
        return made
    lines = [_moved(extract, line, one) for line in made.lines if line.kind[0] == "rail"]
    kept = [line for line in made.lines if line.kind[0] != "rail"]
    kept += [line for line in lines if line.u != line.v]
    order = sorted(kept, key=lambda x: (x.kind[0], x.kind[1] or 0, x.u, x.v, x.key))
    return Drawn(order, {one.get(node, node) for node in made.stations})


def transloads(made: Drawn, source: str) -> list[dict[str, Any]]:
    """A row for each station at which two gauges meet whose trains cannot run on each other's."""
    stands: dict[int, set[int]] = {}
    for line in made.lines:
        if line.kind[0] == "rail" and line.kind[1] is not None:
            for end in {line.u, line.v} & made.stations:
                stands.setdefault(end, set()).add(line.kind[1])
    return [
        {
            "place": f"osm-{node}",
            "gauge_from_mm": a,
            "gauge_to_mm": b,
            "handling_min": HANDLING_MIN,
            "trains_per_day": TRAINS,
            "note": "two gauges meet at a station; that loads are changed there is a guess",
            "source": source,
            "grade": "C",
        }
        for node, gauges in sorted(stands.items())
        for a, b in combinations(sorted(gauges), 2)
        if SAME_TRAINS.get(a, a) != SAME_TRAINS.get(b, b)
    ]


def _nearest(extract: Extract, ends: set[int], lat: float, lon: float) -> int | None:
    """The end nearest to a station, None where none is within STATION_KM."""
    nodes = sorted(ends)
    at = np.array([extract.at[node] for node in nodes])
    away = great_circle_km(at[:, 0], at[:, 1], np.array(lat), np.array(lon))
    best = int(np.argmin(away))
    return nodes[best] if away[best] <= STATION_KM else None


def _moved(extract: Extract, line: Line, one: dict[int, int]) -> Line:
    """A line between the places that its ends became, never shorter than the great circle."""
    u, v = sorted((one.get(line.u, line.u), one.get(line.v, line.v)))
    if (u, v) == (line.u, line.v):
        return line
    points = np.array([extract.at[u], extract.at[v]])
    direct = great_circle_km(points[0, 0], points[0, 1], points[1, 0], points[1, 1])
    return replace(line, u=u, v=v, km=max(line.km, float(direct)))
