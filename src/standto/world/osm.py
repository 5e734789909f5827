"""An OSM PBF file -> a folder of network tables: roads, railways, ferries, sites; ODbL."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from scipy.spatial import KDTree

from standto.errors import DataError, StandtoError
from standto.tables import LINE, near, read, schema, write
from standto.world.bundled import bundled
from standto.world.check import pieces
from standto.world.distance import great_circle_km, unit
from standto.world.load import load_network
from standto.world.network import Network
from standto.world.osm_gauges import met, transloads
from standto.world.osm_lines import Drawn, Line, Segment, drawn
from standto.world.osm_read import Extract, Float, Way, read_extract
from standto.world.osm_sea import ferries, port_place, port_rows, ports, sea_links
from standto.world.osm_sites import airfields, field_place, railheads

ATTRIBUTION = "© OpenStreetMap contributors, Open Database License (ODbL) 1.0"
SOURCE = "openstreetmap"
ACCESS_KM = 10.0
"""A station or airfield farther than this from any imported junction gets no road: too rough."""
STREETS = 1.3
"""Streets against the great circle: our choice; it moves a load's time at a station by minutes."""


@dataclass(frozen=True)
class Imported:
    """What an import wrote: rows, and railways left out because their gauge has no layer."""

    folder: Path
    places: int
    links: int
    countries: tuple[str, ...]
    other_gauge: int


def import_osm(file: Path, out: Path, iso: str | None = None) -> Imported:
    """Write the network of an OSM PBF file into a new folder, whole or not at all.

    iso: country of the places that no border in the file encloses. Raises DataError or
    StandtoError, and leaves nothing behind.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise StandtoError(f"{out} is there already; name a folder that is new or empty")
    extract = read_extract(file)
    chains = list(contracted(extract))
    if not chains:
        raise DataError.one(file.name, "holds no road or railway whose nodes are all there")
    made = met(extract, drawn(extract, chains))
    if not made.lines:
        raise DataError.one(file.name, "holds no road or railway that leads anywhere")
    ends = sorted({*made.ends("road"), *made.ends("rail")})
    codes = _countries(extract, ends, iso, file)
    tables = _tables(extract, made, dict(zip(ends, codes, strict=True)), file)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    except OSError as error:
        raise StandtoError(f"{out} cannot be written: {error.strerror}") from None
    try:
        for name, table in tables.items():
            (staging / f"{name}.csv").write_text(write(table, name), encoding="utf-8")
        (staging / "README.txt").write_text(_readme(file), encoding="utf-8")
        apart = _apart(load_network(str(staging)))
        (staging / "apart.csv").write_text(write(apart, "apart"), encoding="utf-8")
        staging.chmod(0o755)
        if out.exists():
            out.rmdir()
        staging.rename(out)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    places, links = tables["places"].height, tables["links"].height
    return Imported(out, places, links, tuple(sorted(set(codes))), extract.other_gauge)


def contracted(extract: Extract) -> Iterator[list[Segment]]:
    """Chains of segments between junctions, terminals, stations and changes of class or gauge.

    A closed ring that meets nothing is left out.
    """
    by_kind: dict[tuple[str, int | None], set[tuple[int, int, int]]] = defaultdict(set)
    ways: dict[tuple[int, int | None, str], Way] = {}
    for way in extract.ways:
        ways[way.way, way.gauge_mm, way.mode] = way
        for a, b in pairwise(way.nodes):
            if a != b and a in extract.at and b in extract.at:
                by_kind[way.mode, way.gauge_mm].add((min(a, b), max(a, b), way.way))
    for (mode, gauge), found in by_kind.items():
        segments = [(a, b, ways[way, gauge, mode]) for a, b, way in sorted(found)]
        stations = extract.station_nodes if mode == "rail" else set()
        for chain in _chains(segments, stations):
            yield from _opened(extract, chain)


def _opened(extract: Extract, chain: list[Segment]) -> list[list[Segment]]:
    """A chain; one that returns to its start is cut in two at the node farthest from there."""
    start = chain[0][0]
    if start != chain[-1][1]:
        return [chain]
    at = np.array([extract.at[after] for _, after, _ in chain])
    away = great_circle_km(at[:, 0], at[:, 1], *(np.array(x) for x in extract.at[start]))
    cut = int(np.argmax(away)) + 1
    return [chain[:cut], chain[cut:]] if cut < len(chain) else []


def _chains(segments: list[Segment], stations: set[int]) -> Iterator[list[Segment]]:
    meets: dict[int, list[int]] = defaultdict(list)
    for n, (a, b, _) in enumerate(segments):
        meets[a].append(n)
        meets[b].append(n)
    kept = {
        node
        for node, at in meets.items()
        if len(at) != 2 or node in stations or len({segments[n][2].class_ for n in at}) > 1
    }
    used: set[int] = set()
    for start in sorted(kept):
        for first in meets[start]:
            chain, node, n = [], start, first
            while n not in used:
                used.add(n)
                a, b, way = segments[n]
                after = b if node == a else a
                chain.append((node, after, way))
                node = after
                if node in kept:
                    break
                n = next(m for m in meets[node] if m != n)
            if chain:
                yield chain


def _tables(
    extract: Extract, made: Drawn, codes: dict[int, str], file: Path
) -> dict[str, pl.DataFrame]:
    europe = bundled("europe")
    base = {name: read(europe / f"{name}.csv", name) for name in ("countries", "factors")}
    countries = base["countries"].filter(pl.col("iso").is_in(sorted(set(codes.values()))))
    used = {*countries["source"], *base["factors"]["source"]}
    sources = read(europe / "sources.csv", "sources").filter(pl.col("source").is_in(sorted(used)))
    fields = airfields(extract, SOURCE)
    places = _places(extract, made, codes)
    at = {f"osm-{node}": extract.at[node] for node in made.stations & set(made.ends("rail"))}
    for field, row in fields:
        places.append(field_place(field, _code_at(extract, codes, field.lat, field.lon), SOURCE))
        at[row["place"]] = field.lat, field.lon
    harbours = ports(extract, made)
    for port in harbours:
        places.append(port_place(port, _code_at(extract, codes, port.lat, port.lon), SOURCE))
        at[port.place] = port.lat, port.lon
    at |= {f"osm-{end}": extract.at[end] for end in _landings(made)}
    roads = list(_access_roads(extract, made, at))
    sea = sea_links(extract, made, harbours, SOURCE)
    return {
        "countries": countries,
        "places": _made("places", places),
        "links": _made("links", [*(_link(extract, line) for line in made.lines), *roads, *sea]),
        "railheads": _made("railheads", railheads(extract, made, SOURCE)),
        "transloads": _made("transloads", transloads(made, SOURCE)),
        "ports": _made("ports", port_rows(extract, made, harbours, SOURCE)),
        "airfields": _made("airfields", [row for _, row in fields]),
        "factors": base["factors"],
        "sources": pl.concat([sources, _made("sources", [_source(file)])]),
    }


def _code_at(extract: Extract, codes: dict[int, str], lat: float, lon: float) -> str:
    """Country of the place nearest to a point."""
    return codes[
        min(
            codes, key=lambda n: abs(extract.at[n][0] - lat) ** 2 + abs(extract.at[n][1] - lon) ** 2
        )
    ]


def _landings(made: Drawn) -> set[int]:
    """Ends of road ferries where no imported road begins: streets lead there."""
    landed = {end for line in ferries(made) if line.kind[0] == "road" for end in (line.u, line.v)}
    return landed - {
        end
        for line in made.lines
        if line.kind[0] == "road" and line.class_ != "ferry"
        for end in (line.u, line.v)
    }


def _source(file: Path) -> dict[str, Any]:
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return {
        "source": SOURCE,
        "title": f"OpenStreetMap extract {file.name}",
        "where": "openstreetmap.org/copyright",
        "licence": "ODbL-1.0",
        "retrieved": datetime.fromtimestamp(file.stat().st_mtime, UTC).date().isoformat(),
        "sha256": digest,
        "grade": "B",
        "note": f"{ATTRIBUTION}; retrieved is the date of the file",
    }


def _made(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    spec = schema(name)
    return pl.DataFrame(
        [{c.field: row.get(c.field) for c in spec.columns} | {LINE: None} for row in rows],
        schema=spec.polars(),
    )


def _link(extract: Extract, line: Line) -> dict[str, Any]:
    """One link: length, the strictest weight, tracks, and what else the tags say."""
    mode, gauge = line.kind
    points = np.array([extract.at[line.u], extract.at[line.v]])
    direct = great_circle_km(points[0, 0], points[0, 1], points[1, 0], points[1, 1])
    remarks = sorted(line.remarks)
    remarks += ["length along the line"] if line.km > 2 * direct + 10 else []
    kind = mode if gauge is None else f"{mode}{gauge}"
    return {
        "link": f"osm-{kind}-{line.u}-{line.v}-{line.key[0]}-{line.key[1]}",
        "u": f"osm-{line.u}",
        "v": f"osm-{line.v}",
        "mode": mode,
        "class": line.class_,
        "km": round(line.km + 0.0005, 3),
        "gauge_mm": gauge,
        "tracks": line.tracks,
        "electrified": line.electrified,
        "max_t": line.max_t,
        "note": "; ".join(remarks) or None,
        "source": SOURCE,
        "grade": "B",
    }


def _access_roads(
    extract: Extract, made: Drawn, sites: dict[str, tuple[float, float]]
) -> Iterator[dict[str, Any]]:
    """An access road from each station, airfield, port and landing to the nearest road, if near.

    The streets between are of classes that are not imported; without them no load could change
    to the railway there.
    """
    roads = sorted(set(made.ends("road")) - _landings(made))
    at = np.array([extract.at[node] for node in roads]).reshape(-1, 2)
    for site, (lat, lon) in sites.items() if roads else ():
        away = great_circle_km(at[:, 0], at[:, 1], np.array(lat), np.array(lon))
        nearest = int(np.argmin(away))
        if site != f"osm-{roads[nearest]}" and away[nearest] <= ACCESS_KM:
            yield {
                "link": f"osm-access-{site.removeprefix('osm-')}-{roads[nearest]}",
                "u": site,
                "v": f"osm-{roads[nearest]}",
                "mode": "road",
                "class": "access",
                "km": round(max(float(away[nearest]) * STREETS, 0.1), 3),
                "electrified": "unknown",
                "note": f"estimate: great circle times {STREETS:g}; streets are not imported",
                "source": SOURCE,
                "grade": "D",
            }


def _places(extract: Extract, made: Drawn, codes: dict[int, str]) -> list[dict[str, Any]]:
    """Each end of a line, named after what is nearest; the nearest to a town bears its bare name.

    Others add their OSM id, so that a name in this network means one place.
    """
    on_road = set(made.ends("road"))
    stations = [known for known in extract.stations if known[0]]
    names: dict[int, str] = {}
    for nodes, known, suffix in (
        ([n for n in codes if n in on_road], extract.towns or stations, ""),
        ([n for n in codes if n not in on_road], stations or extract.towns, " station"),
    ):
        names |= _named(extract, nodes, known, suffix)
    taken: set[str] = set()
    rows = []
    for node, code in codes.items():
        name = names[node] if names[node] not in taken else f"{names[node]} ({node})"
        taken.add(name)
        lat, lon = extract.at[node]
        row = {"place": f"osm-{node}", "name": name, "iso": code, "lat": lat, "lon": lon}
        rows.append(row | {"kind": "town", "source": SOURCE, "grade": "B"})
    return rows


def _named(
    extract: Extract, nodes: list[int], known: list[tuple[str, float, float]], suffix: str
) -> dict[int, str]:
    if not known:
        return {node: f"OSM node {node}" for node in nodes}
    if not nodes:
        return {}
    named = unit(np.array([k[1] for k in known]), np.array([k[2] for k in known]))
    points = np.array([extract.at[node] for node in nodes])
    found = KDTree(named).query(unit(points[:, 0], points[:, 1]))
    away, index = np.asarray(found[0]), np.asarray(found[1])
    nearest: dict[int, int] = {}
    for n in np.lexsort((np.array(nodes), away)):
        nearest.setdefault(int(index[n]), nodes[int(n)])
    return {
        node: known[k][0].replace(",", "").removesuffix(suffix)
        + suffix
        + ("" if nearest[k] == node else f" ({node})")
        for node, k in zip(nodes, index.tolist(), strict=True)
    }


def _countries(extract: Extract, ends: list[int], iso: str | None, file: Path) -> list[str]:
    """Code of the country of each node: by the borders in the file, else `iso`."""
    points = np.array([extract.at[node] for node in ends])
    codes = np.full(len(ends), (iso or "").upper(), dtype=object)
    for code, outer, inner in extract.borders:
        within = np.zeros(len(ends), dtype=np.bool_)
        for ring in (*outer, *inner):
            within ^= inside(points, ring)
        codes[within] = code
    if (codes == "").any():
        right = f"has {(codes == '').sum()} places inside no country border that it holds"
        raise DataError.one(file.name, f"{right}; say whose they are with --iso XX")
    known = read(bundled("europe") / "countries.csv", "countries")["iso"].to_list()
    for code in sorted(set(codes) - set(known)):
        raise DataError.one(
            "--iso", f"is not a country code known here{near(code, known)}", value=code
        )
    return [str(code) for code in codes]


def inside(points: Float, ring: Float) -> Any:
    """Which points (points, 2) lie inside a closed ring (corners, 2), by counting crossings."""
    odd = np.zeros(len(points), dtype=np.bool_)
    lat, lon = points[:, 0], points[:, 1]
    for (lat_a, lon_a), (lat_b, lon_b) in pairwise(ring):
        if lat_a != lat_b:
            between = (lat_a > lat) != (lat_b > lat)
            odd ^= between & (lon < lon_a + (lat - lat_a) / (lat_b - lat_a) * (lon_b - lon_a))
    return odd


def _apart(network: Network) -> pl.DataFrame:
    """Reasons for pieces that stand apart: an extract has an edge, and lesser roads are not in."""
    why = "the extract ends here, or only ways of classes that are not imported join it"
    rows = [
        {"mode": mode, "place": piece[0], "reason": why}
        for mode in ("road", "rail", "sea")
        for piece in pieces(network, mode)[1:]
    ]
    sea = network.links.filter(pl.col("mode") == "sea")
    dry = sorted(set(network.ports["place"]) - {*sea["u"], *sea["v"]})
    lanes = "sea lanes are not in OpenStreetMap, and no ferry with vehicles goes to another port"
    rows += [{"mode": "sea", "place": place, "reason": lanes} for place in dry]
    roads = network.links.filter(pl.col("mode") == "road")
    bare = sorted(set(network.places["place"]) - {*roads["u"], *roads["v"]})
    fields = set(network.airfields["place"])
    for place in bare:
        what = "an airfield" if place in fields else "on a railway"
        reason = f"{what}; no road of the imported classes passes"
        rows.append({"mode": "road", "place": place, "reason": reason})
    return _made("apart", [row | {"source": SOURCE, "grade": "D"} for row in rows])


def _readme(file: Path) -> str:
    return (
        f"Made by `standto network import-osm` from {file.name}.\n{ATTRIBUTION}\n"
        "https://www.openstreetmap.org/copyright\n"
        "places.csv and links.csv are a derivative database under the ODbL: who passes them on\n"
        "keeps this line and that licence. countries.csv and factors.csv are Standto's own.\n"
    )
