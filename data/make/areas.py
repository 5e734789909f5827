"""Areas occupied or in dispute on 24 February 2022: `python data/make/areas.py`.

Rough own polygons (grade C), closed along the coast and the borders of basemap.json, which must be
built first. They are an overlay: the map's borders stay as internationally recognised.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import itertools

from basemap import OUT as BASEMAP
from basemap import Point, Ring, rounded, size

OUT = BASEMAP.parent / "areas.geojson"
CRIMEA_HULL: Ring = [
    (32.3, 45.3), (33.6, 46.12), (34.1, 46.13), (35.0, 45.9), (36.8, 45.5), (36.8, 44.8),
    (33.8, 44.2), (32.3, 45.3),
]  # fmt: skip
"""Convex hull that cuts the peninsula off at Perekop, Chonhar and the Arabat spit."""
CONTACT_LINE: Ring = [
    (37.82, 47.08), (37.75, 47.35), (37.62, 47.62), (37.52, 47.90), (37.60, 48.05), (37.80, 48.16),
    (37.98, 48.32), (38.20, 48.38), (38.36, 48.45), (38.50, 48.58), (38.52, 48.66), (38.75, 48.71),
    (39.00, 48.72), (39.25, 48.70), (39.45, 48.63), (39.66, 48.59),
]  # fmt: skip
"""From the Sea of Azov east of Mariupol to the border east of Luhansk."""
DNIESTER: Ring = [
    (28.50, 48.13), (28.70, 48.02), (28.88, 47.93), (29.00, 47.76), (29.15, 47.50), (29.15, 47.27),
    (29.22, 47.05), (29.38, 46.87), (29.47, 46.80), (29.60, 46.72), (29.72, 46.52), (29.93, 46.40),
]  # fmt: skip
"""The river from Camenca to below Bender; the east bank lies beyond it."""


def country_rings(document: dict[str, Any], iso: str) -> list[Ring]:
    """Outer rings of a country in the map base."""
    for feature in document["land"]["features"]:
        if feature["properties"]["iso"] == iso:
            return [
                [(p[0], p[1]) for p in polygon[0]] for polygon in feature["geometry"]["coordinates"]
            ]
    raise SystemExit(f"basemap.json has no {iso}")


def border(document: dict[str, Any], between: str) -> list[Ring]:
    """Lines of the border between two countries."""
    return [
        [(p[0], p[1]) for p in feature["geometry"]["coordinates"]]
        for feature in document["borders"]["features"]
        if feature["properties"]["between"] == between
    ]


def closed_along(line: Ring, borders: list[Ring]) -> Ring:
    """Ring of a line and the piece of border between the points nearest to its ends."""

    def away(a: Point, b: Point) -> float:
        return (a[0] - b[0]) ** 2 * 0.45 + (a[1] - b[1]) ** 2

    def nearest(points: Ring, to: Point) -> int:
        return min(range(len(points)), key=lambda n: away(points[n], to))

    def misfit(points: Ring) -> float:
        return min(away(p, line[0]) for p in points) + min(away(p, line[-1]) for p in points)

    along = min(borders, key=misfit)
    a, b = nearest(along, line[-1]), nearest(along, line[0])
    piece = along[a : b + 1] if a <= b else along[b : a + 1][::-1]
    return [*line, *piece, line[0]]


def cut_by(ring: Ring, hull: Ring) -> Ring:
    """Ring inside a convex clockwise hull (Sutherland-Hodgman)."""
    for (ax, ay), (bx, by) in itertools.pairwise(hull):
        out: Ring = []

        def side(p: Point, ax: float = ax, ay: float = ay, bx: float = bx, by: float = by) -> float:
            return (bx - ax) * (p[1] - ay) - (by - ay) * (p[0] - ax)

        for p, q in itertools.pairwise(ring):
            if (side(p) <= 0) != (side(q) <= 0):
                share = side(p) / (side(p) - side(q))
                out.append((p[0] + share * (q[0] - p[0]), p[1] + share * (q[1] - p[1])))
            if side(q) <= 0:
                out.append(q)
        ring = [*out, out[0]] if out else []
        if not ring:
            return []
    return ring


def feature(name: str, iso: str, status: str, rings: list[Ring]) -> dict[str, Any]:
    """One area with what a reader should know of it."""
    return {
        "type": "Feature",
        "properties": {
            "name": name, "iso": iso, "status": status, "as_of": "2022-02-24",
            "source": "standto-estimate", "grade": "C",
        },
        "geometry": {"type": "MultiPolygon", "coordinates": [[rounded(ring)] for ring in rings]},
    }  # fmt: skip


def main() -> None:
    """Write the overlay."""
    document = json.loads(BASEMAP.read_text(encoding="utf-8"))
    crimea = [cut_by(ring, CRIMEA_HULL) for ring in country_rings(document, "UA")]
    crimea = [ring for ring in crimea if ring and abs(size(ring)) > 0.01]
    donbas = closed_along(CONTACT_LINE, border(document, "RU UA"))
    dniester = closed_along(DNIESTER, border(document, "MD UA"))
    features = [
        feature("Crimea and Sevastopol", "UA", "occupied by Russia since 2014", crimea),
        feature("Parts of the Donetsk and Luhansk regions", "UA",
                "not under government control since 2014", [donbas]),
        feature("Left bank of the Dniester (Transnistria)", "MD",
                "not under government control since 1992", [dniester]),
    ]  # fmt: skip
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    OUT.write_text(text + "\n", encoding="utf-8")
    print(f"areas.geojson: {len(text) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
