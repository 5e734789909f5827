"""Stations, yards and aerodromes of an OSM file -> railheads and airfields, with estimates.

OSM knows no ramp, no train a day and no maximum on ground: what is estimated is grade C.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from standto.world.distance import great_circle_km
from standto.world.osm_lines import Drawn
from standto.world.osm_read import Extract, Field, Runway

STATION_TRAINS, YARD_TRAINS = 2, 4
"""Military trains a day that a station, or one with a yard, loads: our estimate, two shifts of one
ramp or of two. What changes if it is wrong: how long a brigade loads."""
YARD_KM = 2.0
FIELD_KM = 4.0
"""A runway belongs to the nearest aerodrome no farther than this."""
SHORTEST_M = 1500
Row = dict[str, Any]


def railheads(extract: Extract, drawn: Drawn, source: str) -> list[Row]:
    """A row for each station on an imported railway; a yard near it makes it a larger one."""
    rows = []
    for node in sorted(drawn.stations & set(drawn.ends("rail"))):
        yard = any(_km(extract.at[node], (lat, lon)) <= YARD_KM for _, lat, lon in extract.yards)
        rows.append(
            {
                "place": f"osm-{node}",
                "ramps": 2 if yard else 1,
                "trains_per_day": YARD_TRAINS if yard else STATION_TRAINS,
                "note": f"{'yard' if yard else 'station'}; ramps and trains a day are estimates",
                "source": source,
                "grade": "C",
            }
        )
    return rows


def airfields(extract: Extract, source: str) -> list[tuple[Field, Row]]:
    """Aerodromes with an ICAO code and a paved runway of SHORTEST_M or more, with their row."""
    longest: dict[str, Runway] = {}
    for runway in extract.runways:
        near = [(_km((f.lat, f.lon), (runway.lat, runway.lon)), f.icao) for f in extract.fields]
        km, icao = min(near, default=(np.inf, ""))
        known = longest.get(icao)
        if km <= FIELD_KM and (known is None or runway.length_m > known.length_m):
            longest[icao] = runway
    fields = {field.icao: field for field in extract.fields}
    return [
        (fields[icao], _field(fields[icao], runway, source))
        for icao, runway in sorted(longest.items())
        if runway.length_m >= SHORTEST_M
    ]


def _field(field: Field, runway: Runway, source: str) -> Row:
    """Estimates by the rule of docs/network-sea-air.md, the lower figure of each."""
    return {
        "place": f"osm-{field.icao.lower()}",
        "icao": field.icao,
        "runway_m": min(runway.length_m, 6000),
        "width_m": runway.width_m if 5 <= runway.width_m <= 120 else None,
        "mog": 4 if runway.length_m >= 3000 else 2 if runway.length_m >= 2400 else 1,
        "hours_per_day": 24.0 if field.military else 12.0,
        "hours_source": source,
        "hours_grade": "C",
        "mog_source": source,
        "mog_grade": "C",
        "source": source,
        "grade": "B",
    }


def field_place(field: Field, iso: str, source: str) -> Row:
    """The place of an aerodrome."""
    return {
        "place": f"osm-{field.icao.lower()}",
        "name": field.name,
        "iso": iso,
        "lat": field.lat,
        "lon": field.lon,
        "kind": "airbase" if field.military else "airfield",
        "source": source,
        "grade": "B",
    }


def _km(a: tuple[float, float], b: tuple[float, float]) -> float:
    return float(great_circle_km(*(np.array(x) for x in (*a, *b))))
