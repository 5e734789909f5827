"""Compares the links of data/europe with independent networks that are not part of the project.

    python data/make/compare.py FOLDER [--list]

FOLDER holds `lines/` (roads and railways of Natural Earth at 1:10m, a routable graph) and
`highways/*.graphml` (national highway graphs with true lengths, ETISplus, CC BY 4.0). A link's
reference is the cheapest path between its ends in the line network, and in the highway graph of
its country where both ends have a node; a link whose ends or path both lack is counted as missing.
No length is copied from them into the project: they find errors, and detours.py takes the detour
class of a link from the line network. paths.py compares whole paths between towns.
"""

from __future__ import annotations

import csv
import heapq
import itertools
import sys
import xml.etree.ElementTree as ET
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from math import cos, hypot, radians
from pathlib import Path
from statistics import median
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
import polars as pl

from geometry import great_circle_km

EUROPE = Path(__file__).parents[1] / "europe"
KM_PER_DEGREE = 111.195
SNAP_KM = 6.0
"""Largest distance from a town to the line that serves it."""
MOST_LINES = 15
"""A town is joined to so many pieces of line within SNAP_KM, each by a straight street."""
STREET_WEIGHT = 1.5
"""Cost of a km of such a street against a km of motorway. The way from the
centre to the nearest line is taken off the length at both ends: a march passes most towns by, and
lengths of links that all led to the centres would not add up."""
SHORTEST_SHARE = 0.9
"""Least reference as a share of the great circle between the two centres."""
LEAST_EDGE = 0.97
"""An edge of a highway graph that is shorter than this share of the great circle between its ends
is a mistake there (six, such as 17 km from Zaragoza to Sagunto, 227 km apart) and left out."""
NODE_KM = 6.0
"""Largest distance from a town to a node of a highway graph, and at most a fifth of the link."""
SHORTEST_KM = 10.0
"""Shorter links are not compared: where in a town they begin decides their length."""
FARTHEST = 1.7
"""A path longer than this times the great circle plus 25 km is another way round: missing."""
ROUNDABOUT = 1.25
"""A path longer than this times the great circle that passes a third town of ours within
PASSES_KM is another way round too: the networks lack the link itself."""
PASSES_KM = 4.0
CLASS_WEIGHT = {1: 1.0, 2: 1.1, 3: 1.3}
"""Cost of a km of motorway, main and other road: traffic prefers the better road."""
NO_COUNTRY = ("RU", "BY", "GE")
"""Countries kept as geography only; their links are not counted."""
Node = TypeVar("Node", int, str)
Graph = dict[Node, list[tuple[Node, float, float]]]
"""Node to its neighbours: name, cost, km."""


@dataclass(frozen=True)
class Compared:
    """One link against its references: km of ours, and of each network that has the link."""

    link: str
    mode: str
    kind: str
    u: str
    v: str
    gauge: str
    km: float
    references: dict[str, float]
    circle_km: float
    note: str

    def error(self, network: str = "") -> float:
        """Relative error of our length against a network, or against the nearer where both have
        the link: they differ from each other by 9 % at the tenth and ninetieth percentile."""
        errors = [self.km / km - 1 for name, km in self.references.items() if network in ("", name)]
        return min(errors, key=abs)


class Lines:
    """Roads or railways of the line network as a graph of their vertices; towns can be added."""

    def __init__(self, folder: Path, mode: str) -> None:
        """Read the edges of a mode with their geometry (thousandths of a degree, as steps)."""
        edges = pl.read_parquet(folder / "edges.parquet").with_row_index()
        edges = edges.filter(pl.col("mode") == mode)
        with np.load(folder / "geom.npz") as data:
            steps, offsets = data["d"], data["off"]
        self.graph: Graph[int] = defaultdict(list)
        self.cells: dict[tuple[int, int], list[int]] = defaultdict(list)
        self.pieces: list[
            tuple[int, int, tuple[float, float], tuple[float, float], float, float]
        ] = []
        self.next = 1_000_000
        self.spots: dict[int, tuple[float, float]] = {}
        self.away: dict[int, float] = {}
        for index, u, v, km, cls in edges.select("index", "u", "v", "km", "cls").iter_rows():
            points = np.cumsum(steps[offsets[index] : offsets[index + 1]], axis=0) / 1000.0
            weight = CLASS_WEIGHT[cls] if mode == "road" else 1.0
            self._edge(u, v, float(km), weight, [(float(x), float(y)) for x, y in points])

    def _edge(
        self, u: int, v: int, km: float, weight: float, points: list[tuple[float, float]]
    ) -> None:
        spans = [great_circle_km(a[1], a[0], b[1], b[0]) for a, b in itertools.pairwise(points)]
        scale = km / sum(spans) if sum(spans) > 0 else 1.0
        names = [u, *range(self.next, self.next + len(points) - 2), v]
        self.next += max(0, len(points) - 2)
        self.spots.update((name, (y, x)) for name, (x, y) in zip(names, points, strict=True))
        for (a, b), (p, q), span in zip(
            itertools.pairwise(names), itertools.pairwise(points), spans, strict=True
        ):
            self._join(a, b, span * scale, weight)
            self._index(len(self.pieces), p, q)
            self.pieces.append((a, b, p, q, span * scale, weight))

    def _join(self, a: int, b: int, km: float, weight: float) -> None:
        self.graph[a].append((b, km * weight, km))
        self.graph[b].append((a, km * weight, km))

    def _index(self, piece: int, p: tuple[float, float], q: tuple[float, float]) -> None:
        steps = int(max(abs(p[0] - q[0]), abs(p[1] - q[1])) / 0.1) + 1
        for k in range(steps + 1):
            x, y = p[0] + (q[0] - p[0]) * k / steps, p[1] + (q[1] - p[1]) * k / steps
            cell = self.cells[int(x // 0.2), int(y // 0.2)]
            if not cell or cell[-1] != piece:
                cell.append(piece)

    def add(self, lat: float, lon: float) -> int | None:
        """Node of a town, joined to the lines near it; None where there is none."""
        near = {}
        for dx, dy in itertools.product((-1, 0, 1), repeat=2):
            for piece in self.cells.get((int(lon // 0.2) + dx, int(lat // 0.2) + dy), ()):
                near[piece] = self._foot(piece, lat, lon)
        close = sorted(
            (away, share, piece) for piece, (away, share) in near.items() if away <= SNAP_KM
        )
        if not close:
            return None
        town = self.next
        self.next += 1
        self.away[town] = close[0][0]
        for away, share, piece in close[:MOST_LINES]:
            a, b, _, _, km, weight = self.pieces[piece]
            for node, part in ((a, share), (b, 1 - share)):
                cost, length = away * STREET_WEIGHT + km * part * weight, away + km * part
                self.graph[town].append((node, cost, length))
                self.graph[node].append((town, cost, length))
        return town

    def _foot(self, piece: int, lat: float, lon: float) -> tuple[float, float]:
        """Distance in km to a piece, and the share of it at the nearest point."""
        _, _, p, q, _, _ = self.pieces[piece]
        squeeze = cos(radians(lat))
        px, py = (p[0] - lon) * squeeze, p[1] - lat
        dx, dy = (q[0] - p[0]) * squeeze, q[1] - p[1]
        square = dx * dx + dy * dy
        share = 0.0 if square == 0 else min(1.0, max(0.0, -(px * dx + py * dy) / square))
        return hypot(px + share * dx, py + share * dy) * KM_PER_DEGREE, share


class Highways:
    """The national highway graphs: nodes with coordinates, edges with true kilometres."""

    def __init__(self, folder: Path) -> None:
        """Read every *.graphml of the folder; distances are km."""
        self.graph: Graph[int] = defaultdict(list)
        self.nodes: list[tuple[str, int, float, float]] = []
        self.spots: dict[int, tuple[float, float]] = {}
        space = "{http://graphml.graphdrawing.org/xmlns}"
        for number, path in enumerate(sorted(folder.glob("*.graphml"))):
            iso = "GB" if path.stem == "UK" else path.stem
            root = ET.parse(path).getroot()
            keys = {k.get("attr.name"): k.get("id") for k in root.iter(f"{space}key")}
            for node in root.iter(f"{space}node"):
                data = {d.get("key"): float(d.text or 0) for d in node}
                name = number * 10_000_000 + int(node.get("id", "0"))
                lat, lon = data[keys["position_y"]], data[keys["position_x"]]
                self.nodes.append((iso, name, lat, lon))
                self.spots[name] = lat, lon
            for edge in root.iter(f"{space}edge"):
                data = {d.get("key"): float(d.text or 0) for d in edge}
                a, b = (
                    number * 10_000_000 + int(edge.get(end, "0")) for end in ("source", "target")
                )
                km = data[keys["distance"]]
                if km >= LEAST_EDGE * self._between(a, b):
                    self.graph[a].append((b, km, km))

    def _between(self, a: int, b: int) -> float:
        """Great circle between two nodes in km."""
        return great_circle_km(*self.spots[a], *self.spots[b])

    @cached_property
    def by_country(self) -> dict[str, list[tuple[int, float, float]]]:
        """Nodes of each country: name, lat, lon."""
        table = defaultdict(list)
        for iso, name, lat, lon in self.nodes:
            table[iso].append((name, lat, lon))
        return table

    def nearest(self, iso: str, lat: float, lon: float) -> tuple[float, int, float, float] | None:
        """Nearest node of a country: km away, name, lat, lon."""
        found = [
            (great_circle_km(lat, lon, y, x), n, y, x) for n, y, x in self.by_country.get(iso, ())
        ]
        return min(found, default=None)


def shortest(
    graph: Graph[Node], start: Node, goal: Node, most: float
) -> tuple[float, list[Node]] | None:
    """Length in km and nodes of the cheapest path; None where it costs more than `most`."""
    best = {start: 0.0}
    before: dict[Node, Node] = {}
    heap = [(0.0, 0.0, start)]
    while heap:
        cost, km, node = heapq.heappop(heap)
        if node == goal:
            path = [node]
            while path[-1] != start:
                path.append(before[path[-1]])
            return km, path
        if cost > best[node]:
            continue
        for other, more, length in graph[node]:
            total = cost + more
            if total <= most and total < best.get(other, most + 1):
                best[other] = total
                before[other] = node
                heapq.heappush(heap, (total, km + length, other))
    return None


class Reference:
    """Independent length between two places."""

    def __init__(self, folder: Path) -> None:
        """Read all networks of the folder and our places."""
        self.lines = {mode: Lines(folder / "lines", mode) for mode in ("road", "rail")}
        self.highways = Highways(folder / "highways")
        with (EUROPE / "places.csv").open(encoding="utf-8", newline="") as file:
            self.places = {
                r["place"]: (r["iso"], float(r["lat"]), float(r["lon"]))
                for r in csv.DictReader(file)
            }
        self.towns: dict[tuple[str, str], int | None] = {}
        self.squares: dict[str, dict[tuple[int, int], list[str]]] = {}
        for mode in ("road", "rail"):
            names = {row[end] for row in our_links() if row["mode"] == mode for end in ("u", "v")}
            self.squares[mode] = defaultdict(list)
            for name in sorted(names):
                _, lat, lon = self.places[name]
                self.squares[mode][int(lat // 0.1), int(lon // 0.1)].append(name)

    def circle(self, u: str, v: str) -> float:
        """Great circle between two places in km."""
        return great_circle_km(*self.places[u][1:], *self.places[v][1:])

    def of(self, mode: str, u: str, v: str) -> dict[str, float]:
        """Reference lengths in km by network; empty where none has a path."""
        found = {"lines": self.by_line(mode, u, v)}
        if mode == "road":
            found["highways"] = self.by_highway(u, v)
        return {network: km for network, km in found.items() if km is not None}

    def by_highway(self, u: str, v: str) -> float | None:
        """Path in the highway graph, scaled from its two nodes to our two places."""
        (iso, *at), (other, *to) = self.places[u], self.places[v]
        if iso != other:
            return None
        a, b = self.highways.nearest(iso, *at), self.highways.nearest(iso, *to)
        circle = self.circle(u, v)
        reach = min(NODE_KM, circle / 5)
        if a is None or b is None or a[1] == b[1] or max(a[0], b[0]) > reach:
            return None
        between = great_circle_km(*a[2:], *b[2:])
        found = shortest(self.highways.graph, a[1], b[1], FARTHEST * between + 25)
        if found is None:
            return None
        spots = [self.highways.spots[name] for name in found[1]]
        return self.unless_roundabout("road", u, v, found[0] * circle / between, spots)

    def by_line(self, mode: str, u: str, v: str, *, roundabout: bool = False) -> float | None:
        """Path in the line network, from the points of the lines nearest to the two places.

        roundabout: give the km of a path through other towns of ours as well.
        """
        a, b = self.town(mode, u), self.town(mode, v)
        if a is None or b is None:
            return None
        lines = self.lines[mode]
        found = shortest(lines.graph, a, b, FARTHEST * self.circle(u, v) + 25)
        if found is None:
            return None
        km = max(found[0] - lines.away[a] - lines.away[b], SHORTEST_SHARE * self.circle(u, v))
        if roundabout:
            return km
        spots = [lines.spots[name] for name in found[1][1:-1] if name in lines.spots]
        return self.unless_roundabout(mode, u, v, km, spots)

    def unless_roundabout(
        self, mode: str, u: str, v: str, km: float, spots: list[tuple[float, float]]
    ) -> float | None:
        """Give the km unless the path is long and passes a third town of ours on the way."""
        if km <= ROUNDABOUT * self.circle(u, v):
            return km
        ends = (self.places[u][1:], self.places[v][1:])
        for lat, lon in spots:
            cell = int(lat // 0.1), int(lon // 0.1)
            for dy, dx in itertools.product((-1, 0, 1), repeat=2):
                for name in self.squares[mode].get((cell[0] + dy, cell[1] + dx), ()):
                    at = self.places[name][1:]
                    if name in (u, v) or great_circle_km(lat, lon, *at) > PASSES_KM:
                        continue
                    if min(great_circle_km(*at, *end) for end in ends) > 2 * PASSES_KM:
                        return None
        return km

    def town(self, mode: str, place: str) -> int | None:
        """Node of a place in the line network of a mode."""
        if (mode, place) not in self.towns:
            self.towns[mode, place] = self.lines[mode].add(*self.places[place][1:])
        return self.towns[mode, place]


def our_links() -> list[dict[str, str]]:
    """Rows of links.csv that are compared: roads and railways of a class, not access or ferry."""
    with (EUROPE / "links.csv").open(encoding="utf-8", newline="") as file:
        return [
            row
            for row in csv.DictReader(file)
            if row["mode"] in {"road", "rail"} and row["class"] not in {"access", "ferry"}
        ]


def compare(folder: Path) -> tuple[list[Compared], list[str]]:
    """Every comparable link against its reference, and the links that the networks lack."""
    reference = Reference(folder)
    found, missing = [], []
    for row in our_links():
        u, v = row["u"], row["v"]
        if {reference.places[u][0], reference.places[v][0]} & set(NO_COUNTRY):
            continue
        circle = reference.circle(u, v)
        if circle < SHORTEST_KM or "-us-" in row["link"]:
            continue
        of = reference.of(row["mode"], u, v)
        if not of:
            missing.append(row["link"])
            continue
        found.append(
            Compared(
                row["link"], row["mode"], row["class"], u, v, row["gauge_mm"], float(row["km"]),
                of, circle, row["note"],
            )
        )  # fmt: skip
    return found, missing


def summary(found: list[Compared], missing: list[str]) -> list[str]:
    """Lines of the table that docs/network.md shows."""
    out = [
        "| links | compared | median error | within 10 % | beyond 25 % |",
        "|---|---|---|---|---|",
    ]
    for label, mode, network in (
        ("all, nearer network", "", ""),
        ("road, line network", "road", "lines"),
        ("road, highway graphs", "road", "highways"),
        ("rail, line network", "rail", "lines"),
    ):
        errors = [
            abs(c.error(network))
            for c in found
            if mode in ("", c.mode) and (not network or network in c.references)
        ]
        if errors:
            near = sum(e <= 0.10 for e in errors) / len(errors)
            far = sum(e > 0.25 for e in errors)
            out.append(f"| {label} | {len(errors)} | {median(errors):.1%} | {near:.1%} | {far} |")
    out.append(f"\nIn neither network: {len(missing)} links.")
    return out


def main() -> None:
    """Print the summary, and with --list the links that are off by more than 10 %."""
    found, missing = compare(Path(sys.argv[1]))
    print("\n".join(summary(found, missing)))
    if "--list" in sys.argv:
        for c in sorted(found, key=lambda c: -abs(c.error())):
            if abs(c.error()) > 0.10:
                theirs = " ".join(f"{name} {km:.0f}" for name, km in c.references.items())
                print(f"{c.error():+.0%} {c.link} {c.kind} ours {c.km:.0f} {theirs} {c.note}")


if __name__ == "__main__":
    main()
