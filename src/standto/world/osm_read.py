"""An OSM PBF file -> the ways of roads and railways, the points they need, towns and borders."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.spatial import KDTree

from standto.errors import DataError, StandtoError
from standto.world.distance import EARTH_KM, great_circle_km, unit

ROADS = {
    "motorway": "motorway",
    "trunk": "primary",
    "primary": "primary",
    "motorway_link": "other",
    "trunk_link": "other",
    "primary_link": "other",
}
"""Class of each highway taken. A trunk road has no fixed build: the lesser class is the safer."""
GAUGES = (762, 914, 1000, 1050, 1067, 1435, 1520, 1524, 1600, 1668, 1676)
USAGE = {"main": "main", "industrial": "access", "military": "access"}
UNBUILT = {"construction", "proposed", "disused", "abandoned"}
UNPAVED = {"grass", "dirt", "earth", "gravel", "ground", "sand", "unpaved", "water", "snow"}
NO_RAILWAY = {"subway", "light_rail", "monorail", "miniature", "funicular"}
STATION_KM = 0.5
"""A station is on the railway whose nearest node is no farther."""
ONE_CARRIAGEWAY = "one carriageway"
TONNES = {"": 1.0, "t": 1.0, "kg": 0.001, "st": 0.90718474, "lbs": 0.00045359237}

SITE_KEYS = ("railway", "aeroway", "harbour", "industrial", "landuse", "amenity", "seamark:type")
WAY_KEYS = ("highway", "route", *SITE_KEYS)
ABOARD = ("motor_vehicle", "motorcar", "hgv", "vehicle")
"""Keys that say whether vehicles go on a ferry; one must say so, for many carry people alone."""
MARINA = {"marina", "marina_no_facilities", "leisure"}

Float = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Way:
    """A road, or a railway of one gauge: OSM id, its nodes in order, and what the tags say."""

    way: int
    nodes: tuple[int, ...]
    mode: str
    class_: str
    gauge_mm: int | None = None
    tracks: int | None = None
    electrified: str | None = None
    max_t: float | None = None
    remarks: tuple[str, ...] = ()
    one_way: bool = False


@dataclass(frozen=True)
class Runway:
    """A paved runway: metres, 0 where the width is not stated."""

    lat: float
    lon: float
    length_m: int
    width_m: int


@dataclass(frozen=True)
class Harbour:
    """A harbour, or a terminal of ferries; key: the OSM id that stands for it."""

    name: str
    key: int
    lat: float
    lon: float
    terminal: bool


@dataclass(frozen=True)
class Field:
    """An aerodrome with an ICAO code."""

    name: str
    icao: str
    lat: float
    lon: float
    military: bool


@dataclass
class Extract:
    """What was taken of a file. at: (lat, lon) of each node; borders: rings (points, 2) by code.

    station_nodes: the node of a railway nearest to each station, one for each gauge.
    """

    ways: list[Way] = field(default_factory=list)
    at: dict[int, tuple[float, float]] = field(default_factory=dict)
    towns: list[tuple[str, float, float]] = field(default_factory=list)
    stations: list[tuple[str, float, float]] = field(default_factory=list)
    station_nodes: set[int] = field(default_factory=set)
    yards: list[tuple[str, float, float]] = field(default_factory=list)
    fields: list[Field] = field(default_factory=list)
    runways: list[Runway] = field(default_factory=list)
    harbours: list[Harbour] = field(default_factory=list)
    areas: list[tuple[tuple[int, ...], dict[str, str]]] = field(default_factory=list)
    borders: list[tuple[str, list[Float], list[Float]]] = field(default_factory=list)
    other_gauge: int = 0


def tonnes(text: str) -> float | None:
    """Tonnes that a `maxweight` states (a bare number is tonnes), None where it states none."""
    found = re.fullmatch(r"(\d+(?:[.,]\d+)?)\s*([a-z]*)", text.strip().lower())
    if found is None or found[2] not in TONNES:
        return None
    value = float(found[1].replace(",", ".")) * TONNES[found[2]]
    return value if 0 < value <= 1000 else None


def read_extract(path: Path) -> Extract:
    """Read a file twice over: ways, then the nodes they need. Raises DataError for a bad file."""
    osmium = reader()
    if not path.is_file():
        raise DataError.one(path.name, "there is no such file")
    if not path.stat().st_size:
        raise DataError.one(path.name, "is empty; it should be an OSM PBF file")
    found = Extract()
    source = osmium.io.File(str(path), "pbf")
    try:
        _ways(osmium, source, found)
        _drawn_as_relations(osmium, source, found)
        _nodes(osmium, source, found)
        _borders(osmium, source, found)
    except (RuntimeError, ValueError) as error:
        right = f"cannot be read as OSM PBF ({error}); it may be cut short: fetch it again"
        raise DataError.one(path.name, right) from None
    if not found.ways:
        raise DataError.one(path.name, "holds no motorway, trunk or primary road and no railway")
    return found


def reader() -> Any:
    """The library that reads OSM files, or an error that says how to install it."""
    try:
        import osmium
    except ImportError:
        right = "reading OSM files needs the extra osm: pip install 'standto[osm]'"
        raise StandtoError(right) from None
    return osmium


def _ways(osmium: Any, source: Any, found: Extract) -> None:
    files = osmium.FileProcessor(source, osmium.osm.WAY)
    for way in files.with_filter(osmium.filter.KeyFilter(*WAY_KEYS)):
        tags = {tag.k: tag.v for tag in way.tags}
        nodes = tuple(node.ref for node in way.nodes)
        if site_of(tags):
            found.areas.append((nodes, tags))
            continue
        for made in ways_of(way.id, nodes, tags):
            if made.mode == "rail" and made.gauge_mm not in GAUGES:
                found.other_gauge += 1
            else:
                found.ways.append(made)


def _drawn_as_relations(osmium: Any, source: Any, found: Extract) -> None:
    """Enter ports, aerodromes, stations and yards whose edge is several ways: a multipolygon."""
    members: list[tuple[set[int], dict[str, str]]] = []
    files = osmium.FileProcessor(source, osmium.osm.RELATION)
    for relation in files.with_filter(osmium.filter.KeyFilter(*SITE_KEYS)):
        tags = {tag.k: tag.v for tag in relation.tags}
        if tags.get("type") in {"multipolygon", "site"} and site_of(tags) not in {"", "runway"}:
            ways = {m.ref for m in relation.members if m.type == "w" and m.role != "inner"}
            members.append((ways, tags))
    if not members:
        return
    wanted = set().union(*(ways for ways, _ in members))
    files = osmium.FileProcessor(source, osmium.osm.WAY)
    nodes = {
        way.id: tuple(node.ref for node in way.nodes)
        for way in files.with_filter(osmium.filter.IdFilter(wanted))
    }
    for ways, tags in members:
        edge = sorted({node for way in ways for node in nodes.get(way, ())})
        if edge:
            found.areas.append((tuple(edge), tags))


def ways_of(number: int, nodes: tuple[int, ...], tags: dict[str, str]) -> Iterator[Way]:
    """The road that a way's tags tell of, or its railway once for each gauge; or nothing."""
    weight = tonnes(tags.get("maxweight", ""))
    said: list[str] = [k for k in ("maxaxleload", "maxheight") if k in tags]
    said += ["maxweight"] if "maxweight" in tags and weight is None else []
    remarks = tuple(f"{key} {tags[key]}" for key in said)
    highway = tags.get("highway", "")
    if highway in ROADS and tags.get("access") != "no":
        implied = highway == "motorway" or tags.get("junction") == "roundabout"
        one_way = tags.get("oneway", "yes" if implied else "no") in {"yes", "-1"}
        notes = (*remarks, *((ONE_CARRIAGEWAY,) if one_way else ()))
        yield Way(
            number, nodes, "road", ROADS[highway], max_t=weight, remarks=notes, one_way=one_way
        )
    if tags.get("route") == "ferry" and tags.get("access") not in {"no", "private"}:
        yield from _ferry(number, nodes, tags, weight, remarks)
    if tags.get("railway") == "rail" and "service" not in tags and not UNBUILT & tags.keys():
        stated = [g for g in re.split(r"[;\s]+", tags.get("gauge", "")) if g]
        notes = remarks if stated else (*remarks, "gauge not stated, 1435 taken")
        tracks = tags.get("tracks", "")
        wire = tags.get("electrified")
        power = None if wire is None else "no" if wire == "no" else "yes"
        for gauge in stated or ["1435"]:
            yield Way(
                number,
                nodes,
                "rail",
                USAGE.get(tags.get("usage", ""), "secondary"),
                int(gauge) if gauge.isdecimal() else -1,
                int(tracks) if tracks in {*"12345678"} else None,
                power,
                weight,
                notes,
            )


def _ferry(
    number: int,
    nodes: tuple[int, ...],
    tags: dict[str, str],
    weight: float | None,
    remarks: tuple[str, ...],
) -> Iterator[Way]:
    """The ferry of a way: a road where its tags say that vehicles go aboard, rail for trains."""
    if any(tags.get(key) in {"yes", "designated", "permissive"} for key in ABOARD):
        yield Way(number, nodes, "road", "ferry", max_t=weight, remarks=remarks)
    if tags.get("train") in {"yes", "designated"} or tags.get("railway") == "ferry":
        gauge = tags.get("gauge", "1435")
        known = int(gauge) if gauge.isdecimal() else -1
        yield Way(number, nodes, "rail", "ferry", known, remarks=remarks)


def site_of(tags: dict[str, str]) -> str:
    """What a node or area is, of what is taken besides lines; nothing where it is none of them."""
    kind = tags.get("railway", "")
    if kind == "station" and tags.get("station") not in NO_RAILWAY:
        return kind
    if kind == "yard":
        return kind
    kind = tags.get("aeroway", "")
    if kind == "aerodrome" and re.fullmatch(r"[A-Z]{4}", tags.get("icao", "")):
        return kind
    if kind == "runway" and tags.get("surface") not in UNPAVED:
        return kind
    return _shore_site(tags)


def _shore_site(tags: dict[str, str]) -> str:
    """`harbour` for a port or a harbour that is no marina, `terminal` for a terminal of ferries."""
    leisure = tags.get("leisure") == "marina" or tags.get("seamark:harbour:category") in MARINA
    harbour = (
        tags.get("industrial") == "port"
        or tags.get("landuse") in {"port", "harbour"}
        or tags.get("harbour") == "yes"
        or tags.get("seamark:type") == "harbour"
    )
    if harbour and not leisure:
        return "harbour"
    return "terminal" if tags.get("amenity") == "ferry_terminal" else ""


def _nodes(osmium: Any, source: Any, found: Extract) -> None:
    needed = {node for way in found.ways for node in way.nodes}
    needed |= {node for nodes, _ in found.areas for node in nodes}
    files = osmium.FileProcessor(source, osmium.osm.NODE)
    for node in files.with_filter(osmium.filter.IdFilter(needed)):
        if node.location.valid():
            found.at[node.id] = (node.lat, node.lon)
    files = osmium.FileProcessor(source, osmium.osm.NODE)
    for node in files.with_filter(osmium.filter.KeyFilter("place", *SITE_KEYS)):
        tags = {tag.k: tag.v for tag in node.tags}
        name = tags.get("name:en") or tags.get("name")
        if site_of(tags):
            _site(found, tags, [(node.lat, node.lon)], node.id)
        elif name and tags.get("place") in {"city", "town", "village"}:
            found.towns.append((name, node.lat, node.lon))
    for nodes, tags in found.areas:
        at = [found.at[node] for node in nodes if node in found.at]
        if at:
            _site(found, tags, at, min(nodes))
    _stations_to_railways(found)


def _site(found: Extract, tags: dict[str, str], at: list[tuple[float, float]], key: int) -> None:
    """Enter a station, yard, aerodrome, runway, harbour or terminal at the middle of its points."""
    lat, lon = (float(x) for x in np.mean(at, axis=0))
    name = (tags.get("name:en") or tags.get("name") or "").replace(",", "")
    kind = site_of(tags)
    if kind == "station":
        found.stations.append((name, lat, lon))
    elif kind == "yard":
        found.yards.append((name, lat, lon))
    elif kind in {"harbour", "terminal"}:
        found.harbours.append(Harbour(name, key, lat, lon, kind == "terminal"))
    elif kind == "aerodrome":
        used = {tags.get("military"), tags.get("landuse"), tags.get("aerodrome:type")}
        found.fields.append(
            Field(
                name or tags["icao"], tags["icao"], lat, lon, bool(used & {"airfield", "military"})
            )
        )
    elif len(at) > 1:
        points = np.array(at)
        steps = great_circle_km(points[:-1, 0], points[:-1, 1], points[1:, 0], points[1:, 1])
        width = tags.get("width", "").removesuffix("m").strip()
        metres = int(float(width)) if re.fullmatch(r"\d{1,3}(\.\d+)?", width) else 0
        long = steps.sum() / (2 if at[0] == at[-1] else 1)
        found.runways.append(Runway(lat, lon, int(1000 * long), metres))


def _stations_to_railways(found: Extract) -> None:
    """The node of a railway of each gauge nearest to each station, and yard, where one is near."""
    at = [(lat, lon) for _, lat, lon in (*found.stations, *found.yards)]
    by_gauge: dict[int | None, set[int]] = {}
    for way in found.ways:
        if way.mode == "rail" and way.class_ != "ferry":
            by_gauge.setdefault(way.gauge_mm, set()).update(way.nodes)
    for every in by_gauge.values():
        nodes = sorted(every & set(found.at))
        if not nodes or not at:
            continue
        tree = KDTree(unit(*np.array([found.at[n] for n in nodes]).T))
        away, index = tree.query(unit(*np.array(at).T))
        near = np.asarray(index)[np.asarray(away) * EARTH_KM <= STATION_KM]
        found.station_nodes |= {nodes[int(k)] for k in near}


def _borders(osmium: Any, source: Any, found: Extract) -> None:
    """Areas of countries: relations of admin_level 2 with a code, complete in the file."""
    country = osmium.filter.TagFilter(("admin_level", "2"))
    for area in osmium.FileProcessor(source).with_areas(country).with_filter(country):
        iso = area.tags.get("ISO3166-1:alpha2") or area.tags.get("ISO3166-1")
        if area.is_area() and iso:
            outer = list(area.outer_rings())
            inner = [hole for ring in outer for hole in area.inner_rings(ring)]
            found.borders.append(
                (iso.strip().upper(), [_ring(r) for r in outer], [_ring(r) for r in inner])
            )


def _ring(ring: Any) -> Float:
    return np.array([(node.lat, node.lon) for node in ring], dtype=np.float64)
