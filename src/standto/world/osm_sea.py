"""Harbours, ferry terminals and ferries of an OSM file -> ports and what sea links they have.

OSM knows no berth in use, no draught and no lane metres a day: what is estimated is grade C. Sea
lanes are not drawn there either; only a ferry with vehicles proves open water between two ports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from standto.world.distance import great_circle_km
from standto.world.osm_lines import Drawn, Line
from standto.world.osm_read import Extract, Float, Harbour

ONE_PORT_KM = 2.0
"""Harbours and terminals nearer than this to each other are one port: basins of a town."""
QUAY_KM = 2.0
"""A ferry that ends, or a railway that passes, so near to a port is at its quays."""
LANE_M = 1500
"""Lane metres a day of one berth, as small ports of the bundled network have: our estimate. What
changes if it is wrong: how long a brigade unloads."""
FIRST, MOST = 1, 60
Row = dict[str, Any]


@dataclass(frozen=True)
class Port:
    """One port: the harbours and terminals of OSM that it is made of, the first names it."""

    place: str
    name: str
    lat: float
    lon: float
    sites: tuple[Harbour, ...]


def ferries(made: Drawn) -> list[Line]:
    """The ferries among the lines of a file, roads first."""
    return [line for line in made.lines if line.class_ == "ferry"]


def ports(extract: Extract, made: Drawn) -> list[Port]:
    """Ports of a file: harbours, and terminals at which a ferry with vehicles or trains ends.

    Sites near each other are one port, named by its first: harbours before terminals, by OSM id.
    """
    quays = np.array([extract.at[end] for line in ferries(made) for end in (line.u, line.v)])
    sites = sorted(extract.harbours, key=lambda site: (site.terminal, not site.name, site.key))
    taken: list[list[Harbour]] = []
    for site in sites:
        if site.terminal and not _near((site.lat, site.lon), quays.reshape(-1, 2), QUAY_KM):
            continue
        own = next((p for p in taken if _km(p[0], site.lat, site.lon) <= ONE_PORT_KM), None)
        if own is None:
            taken.append([site])
        else:
            own.append(site)
    return [
        Port(f"osm-port-{p[0].key}", p[0].name or "Port", p[0].lat, p[0].lon, tuple(p))
        for p in taken
    ]


def port_rows(extract: Extract, made: Drawn, found: list[Port], source: str) -> list[Row]:
    """A row for each port, all of it estimates: a berth for each site and each ferry that ends."""
    rails = {n for way in extract.ways if way.mode == "rail" for n in way.nodes} & set(extract.at)
    tracks = np.array([extract.at[n] for n in sorted(rails)]).reshape(-1, 2)
    rows = []
    for port in found:
        ramps = len([1 for line in ferries(made) for end in (line.u, line.v)
                     if _km(port, *extract.at[end]) <= QUAY_KM])  # fmt: skip
        berths = min(max(FIRST, len([s for s in port.sites if not s.terminal]) + ramps), MOST)
        rows.append(
            {
                "place": port.place,
                "berths": berths,
                "roro_ramps": min(ramps, MOST),
                "rail_at_quay": _near((port.lat, port.lon), tracks, QUAY_KM),
                "lane_m_per_day": LANE_M * berths,
                "note": "berths, ramps and lane metres are estimates; draught not known",
                "source": source,
                "grade": "C",
            }
        )
    return rows


def port_place(port: Port, iso: str, source: str) -> Row:
    """The place of a port."""
    row = {"place": port.place, "name": port.name, "iso": iso, "lat": port.lat, "lon": port.lon}
    return row | {"kind": "port", "source": source, "grade": "B"}


def sea_links(extract: Extract, made: Drawn, found: list[Port], source: str) -> list[Row]:
    """A sea link along each ferry between two ports, the shortest where several go.

    Its length is that of the ferry, and never less than the great circle between the two ports.
    """
    best: dict[tuple[str, str], Row] = {}
    for line in ferries(made):
        ends = [_port_at(found, *extract.at[end]) for end in (line.u, line.v)]
        if ends[0] is None or ends[1] is None or ends[0] == ends[1]:
            continue
        a, b = sorted((ends[0], ends[1]), key=lambda port: port.place)
        km = max(line.km, _km(a, b.lat, b.lon))
        known = best.get((a.place, b.place))
        if known is None or km < known["km"]:
            best[a.place, b.place] = {
                "link": f"osm-sea-{a.place.removeprefix('osm-')}-{b.place.removeprefix('osm-')}",
                "u": a.place,
                "v": b.place,
                "mode": "sea",
                "class": "ferry",
                "km": round(km + 0.0005, 3),
                "electrified": "unknown",
                "note": "length along the ferry",
                "source": source,
                "grade": "D",
            }
    return [best[key] for key in sorted(best)]


def _port_at(found: list[Port], lat: float, lon: float) -> Port | None:
    """The port at whose quays a point lies, the nearest."""
    near = [(_km(port, lat, lon), n) for n, port in enumerate(found)]
    km, n = min(near, default=(np.inf, 0))
    return found[n] if km <= QUAY_KM else None


def _km(site: Harbour | Port, lat: float, lon: float) -> float:
    return float(great_circle_km(*(np.array(x) for x in (site.lat, site.lon, lat, lon))))


def _near(at: tuple[float, float], points: Float, most: float) -> bool:
    """Whether any of the points (points, 2) lies within so many km."""
    if not len(points):
        return False
    return bool((great_circle_km(points[:, 0], points[:, 1], *map(np.array, at)) <= most).any())
