"""Chains of OSM segments -> lines between places: what is drawn twice becomes one.

OSM draws each carriageway of a divided road and most tracks of a railway as ways of their own. So
ends that lie close together are taken for one place (a hub), a track or carriageway that passes a
hub is cut there, and what then runs beside each other between two hubs is one line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial import KDTree

from standto.world.distance import EARTH_KM, great_circle_km, unit
from standto.world.osm_read import ONE_CARRIAGEWAY, Extract, Way

HUB_KM = 0.25
"""Ends of one kind nearer than this are one place: the throat of a station, both sides of a
motorway junction. Larger would join junctions of a town, smaller leaves carriageways apart."""
ALIKE, ALIKE_KM = 1.15, 0.3
"""Lines between the same two hubs are one where their lengths differ by no more than this."""
MOST_TRACKS = 8
DIVIDED = "divided road"
TOWN_KM = 3.0
"""A junction so near to a town stays a place, even where nothing else meets."""
ROUNDS = 8
"""Joining makes junctions that nothing else meets, and taking these out makes lines to be joined;
a few rounds settle it."""
ORDER = {
    "motorway": 0,
    "primary": 1,
    "other": 2,
    "main": 0,
    "secondary": 1,
    "access": 2,
    "ferry": 3,
}
Segment = tuple[int, int, Way]
Kind = tuple[str, int | None]


@dataclass(frozen=True)
class Line:
    """A road or railway between two places (OSM nodes), and what its tags say.

    key: what keeps links of one pair apart, from OSM ids. one_way: a carriageway by itself.
    tracks: None for a road. direct_km: great circle between the ends.
    """

    u: int
    v: int
    kind: Kind
    class_: str
    km: float
    key: tuple[int, int]
    tracks: int | None
    electrified: str
    max_t: float | None
    remarks: frozenset[str]
    one_way: bool


@dataclass(frozen=True)
class Drawn:
    """The lines of a file, ordered by kind and ends; and the railway places of its stations."""

    lines: list[Line]
    stations: set[int]

    def ends(self, mode: str) -> list[int]:
        """Places (OSM nodes) of the lines of a mode, in order."""
        return sorted({end for x in self.lines if x.kind[0] == mode for end in (x.u, x.v)})


def drawn(extract: Extract, chains: list[list[Segment]]) -> Drawn:
    """Lines of all chains between hubs, joined, and contracted where no town or station is."""
    found: list[Line] = []
    stations: set[int] = set()
    by_kind: dict[Kind, list[list[Segment]]] = defaultdict(list)
    for chain in chains:
        by_kind[chain[0][2].mode, chain[0][2].gauge_mm].append(chain)
    for kind in sorted(by_kind, key=lambda k: (k[0], k[1] or 0)):
        own = by_kind[kind]
        hub = hubs(extract, own)
        if kind[0] == "rail":
            keep = {hub[node] for node in extract.station_nodes if node in hub}
            stations |= keep
        else:
            keep = _of_towns(extract, sorted(set(hub.values())))
        made = [line for chain in own for line in _cut(extract, chain, hub)]
        for _ in range(ROUNDS):
            fewer = contracted(joined(made), keep)
            if len(fewer) == len(made):
                break
            made = fewer
        found += made
    order = sorted(found, key=lambda x: (x.kind[0], x.kind[1] or 0, x.u, x.v, x.key))
    return Drawn(order, stations & {end for x in order for end in (x.u, x.v)})


def _of_towns(extract: Extract, nodes: list[int]) -> set[int]:
    """The nearest of the nodes to each town, where one is near: a town keeps its place."""
    if not extract.towns:
        return set()
    tree = KDTree(unit(*np.array([extract.at[n] for n in nodes]).T))
    at = unit(*np.array([(lat, lon) for _, lat, lon in extract.towns]).T)
    away, index = tree.query(at)
    near = np.atleast_1d(away) * EARTH_KM <= TOWN_KM
    return {nodes[int(k)] for k in np.atleast_1d(index)[near]}


def hubs(extract: Extract, chains: list[list[Segment]]) -> dict[int, int]:
    """Hub of each end of the chains, and of each node where a passing chain is cut.

    Ends become hubs in the order station, number of chains, id; each takes in the free ends near.
    """
    degree: dict[int, int] = defaultdict(int)
    for chain in chains:
        degree[chain[0][0]] += 1
        degree[chain[-1][1]] += 1
    ends = sorted(degree, key=lambda n: (n not in extract.station_nodes, -degree[n], n))
    points = unit(*np.array([extract.at[n] for n in ends]).T)
    tree = KDTree(points)
    near = [tree.query_ball_point(point, HUB_KM / EARTH_KM) for point in points]
    hub: dict[int, int] = {}
    for n, others in zip(ends, near, strict=True):
        if n not in hub:
            hub |= {ends[k]: n for k in others if ends[k] not in hub}
    return hub | _passed(extract, chains, hub)


def _passed(extract: Extract, chains: list[list[Segment]], hub: dict[int, int]) -> dict[int, int]:
    """Nodes inside chains at which the chain passes a hub that it does not touch, with that hub.

    A railway is cut at any hub of its gauge. A road is cut only where it is one-way and the hub
    lies on a one-way road of its class: the other carriageway's junction, no road under a bridge.
    """
    classes: dict[int, set[str]] = defaultdict(set)
    for chain in chains:
        for node in (chain[0][0], chain[-1][1]):
            classes[hub[node]].add(_sort(chain[0][2]))
    centres = sorted(set(hub.values()))
    tree = KDTree(unit(*np.array([extract.at[n] for n in centres]).T))
    found: dict[int, int] = {}
    for chain in chains:
        inner = [after for _, after, _ in chain[:-1]]
        sort = _sort(chain[0][2])
        if not inner or not sort:
            continue
        away, index = tree.query(unit(*np.array([extract.at[n] for n in inner]).T))
        touched = {hub[chain[0][0]], hub[chain[-1][1]]}
        best: dict[int, tuple[float, int]] = {}
        for node, km, k in zip(
            inner, np.atleast_1d(away) * EARTH_KM, np.atleast_1d(index), strict=True
        ):
            centre = centres[int(k)]
            if km <= HUB_KM and centre not in touched and sort in classes[centre]:
                best[centre] = min(best.get(centre, (np.inf, 0)), (float(km), node))
        found |= {node: centre for centre, (_, node) in best.items()}
    return found


def _sort(way: Way) -> str:
    """What may be cut at the same hub: railways, and one-way roads of one class; others nothing."""
    if way.mode == "rail":
        return "rail"
    return way.class_ if way.one_way else ""


def _cut(extract: Extract, chain: list[Segment], hub: dict[int, int]) -> Iterator[Line]:
    """The lines of one chain, cut at the hubs it passes; what stays inside one hub is left out."""
    part: list[Segment] = []
    last = len(chain) - 1
    for n, segment in enumerate(chain):
        part.append(segment)
        if n == last or segment[1] in hub:
            if hub[part[0][0]] != hub[part[-1][1]]:
                yield _line(extract, part, hub)
            part = []


def _line(extract: Extract, part: list[Segment], hub: dict[int, int]) -> Line:
    ways = [way for _, _, way in part]
    points = np.array([extract.at[n] for n in (part[0][0], *(b for _, b, _ in part))])
    steps = great_circle_km(points[:-1, 0], points[:-1, 1], points[1:, 0], points[1:, 1])
    a, b = hub[part[0][0]], hub[part[-1][1]]
    first = part[0] if a < b else (part[-1][1], part[-1][0], part[-1][2])
    wires = {way.electrified or "unknown" for way in ways}
    rail = ways[0].mode == "rail"
    return Line(
        u=min(a, b),
        v=max(a, b),
        kind=(ways[0].mode, ways[0].gauge_mm),
        class_=ways[0].class_,
        km=max(float(steps.sum()), _direct(extract, a, b)),
        key=(first[1], first[2].way),
        tracks=min(way.tracks or 1 for way in ways) if rail else None,
        electrified=wires.pop() if len(wires) == 1 else "unknown",
        max_t=_least(way.max_t for way in ways),
        remarks=frozenset(remark for way in ways for remark in way.remarks),
        one_way=all(way.one_way for way in ways),
    )


def _direct(extract: Extract, a: int, b: int) -> float:
    (lat, lon), (lat_b, lon_b) = extract.at[a], extract.at[b]
    return float(great_circle_km(*(np.array(x) for x in (lat, lon, lat_b, lon_b))))


def _least(values: Iterable[float | None]) -> float | None:
    return min((value for value in values if value is not None), default=None)


def joined(found: list[Line]) -> list[Line]:
    """Lines with those that run beside each other made one: tracks, carriageways."""
    groups: dict[tuple[int, int, str], list[Line]] = defaultdict(list)
    for line in found:
        sort = "rail" if line.kind[0] == "rail" else line.class_ if line.one_way else f"={line.key}"
        groups[line.u, line.v, sort].append(line)
    made: list[Line] = []
    for group in groups.values():
        rest = sorted(group, key=lambda line: (line.km, line.key))
        while rest:
            most = rest[0].km * ALIKE + ALIKE_KM
            made.append(_one([line for line in rest if line.km <= most]))
            rest = [line for line in rest if line.km > most]
    return made


def _one(beside: list[Line]) -> Line:
    """One line for several that run beside each other: the best class, all tracks, the mean km."""
    if len(beside) == 1:
        return beside[0]
    wires = {line.electrified for line in beside}
    tracks = sum(line.tracks or 0 for line in beside)
    remarks = frozenset[str]().union(*(line.remarks for line in beside))
    return replace(
        beside[0],
        class_=min((line.class_ for line in beside), key=lambda name: ORDER[name]),
        km=sum(line.km for line in beside) / len(beside),
        tracks=min(tracks, MOST_TRACKS) or None,
        electrified=wires.pop() if len(wires) == 1 else "unknown",
        max_t=_least(line.max_t for line in beside),
        remarks=remarks - {ONE_CARRIAGEWAY} | ({DIVIDED} if beside[0].one_way else set()),
        one_way=False,
    )


def contracted(found: list[Line], keep: set[int]) -> list[Line]:
    """Lines without the places where only two lines alike meet; `keep` stay."""
    at: dict[int, set[int]] = defaultdict(set)
    now = dict(enumerate(found))
    for n, line in now.items():
        at[line.u].add(n)
        at[line.v].add(n)
    for node in sorted(set(at) - keep):
        pair = sorted(at[node])
        if len(pair) != 2 or not _alike(now[pair[0]], now[pair[1]]):
            continue
        long = _through(node, now[pair[0]], now[pair[1]])
        if long.u == long.v:
            continue
        for end in (long.u, long.v):
            at[end] -= set(pair)
            at[end].add(pair[0])
        del at[node], now[pair[1]]
        now[pair[0]] = long
    return list(now.values())


def _alike(a: Line, b: Line) -> bool:
    same = (a.class_, a.tracks, a.one_way) == (b.class_, b.tracks, b.one_way)
    return same and a.max_t == b.max_t


def _through(node: int, a: Line, b: Line) -> Line:
    """Two lines that meet at a node as one."""
    u, v = sorted(a.u + a.v - node if line is a else b.u + b.v - node for line in (a, b))
    return replace(
        a,
        u=u,
        v=v,
        km=a.km + b.km,
        key=min(a.key, b.key),
        electrified=a.electrified if a.electrified == b.electrified else "unknown",
        remarks=a.remarks | b.remarks,
    )
