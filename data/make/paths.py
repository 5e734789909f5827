"""Compares whole paths between towns with the independent networks of compare.py.

    python data/make/paths.py FOLDER [--list]

Our path is the fastest, as `standto route` takes it. Two measures for random towns 80 to 400 km
apart, for the line network is not complete:

as it is: our path against the cheapest path of the line network. Ours is longer where we lack a
link or have it wrong, shorter where the line network lacks one.
completed: the same against the line network with those of our links added that it lacks (the links
that compare.py counts as missing). What then differs is a link that we lack, a wrong length, or
another choice of route. The share of such added links is printed: that much is not independent.
"""

from __future__ import annotations

import csv
import itertools
import random
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median

sys.path.insert(0, str(Path(__file__).parent))

from compare import (
    CLASS_WEIGHT,
    FARTHEST,
    NO_COUNTRY,
    SHORTEST_SHARE,
    Graph,
    Lines,
    Reference,
    our_links,
    shortest,
)

OUR_SPEED = {"motorway": 80.0, "primary": 62.0, "other": 50.0, "main": 60.0, "secondary": 45.0}
"""Speeds (km/h) by which the fastest path between two towns is chosen; only their ratio matters."""
ADDED_WEIGHT = {"motorway": CLASS_WEIGHT[1], "primary": CLASS_WEIGHT[2], "other": CLASS_WEIGHT[3]}
"""Cost of a km of an added road, as a km of the same class costs in the line network."""
NEAREST_KM, FARTHEST_KM = 80, 400
LEAST_ADDED_KM = 8.0
"""Shorter links are not looked for in the line network."""
LONGER = 1.4
"""A path in the completed network may be so much longer than FARTHEST allows."""


@dataclass(frozen=True)
class Pair:
    """Two towns: km of our fastest path, of the line network's, and of the completed one's."""

    u: str
    v: str
    ours: float
    lines: float
    completed: float
    added: float
    """Share of the completed path that runs on links of ours."""

    @property
    def error(self) -> float:
        """Our path against the line network as it is."""
        return self.ours / self.lines - 1

    @property
    def completed_error(self) -> float:
        """Our path against the completed line network."""
        return self.ours / self.completed - 1


def our_graph(mode: str) -> Graph[str]:
    """Our links of a mode as a graph: cost is the time in minutes, and the km beside it."""
    graph: Graph[str] = defaultdict(list)
    for row in our_links():
        if row["mode"] == mode:
            km = float(row["km"])
            cost = km / OUR_SPEED[row["class"]] * 60
            graph[row["u"]].append((row["v"], cost, km))
            graph[row["v"]].append((row["u"], cost, km))
    return graph


def drawn(reference: Reference, towns: list[str], seed: int) -> Iterator[tuple[str, str]]:
    """Random pairs of towns at the right distance, without end."""
    chance = random.Random(seed)
    while True:
        u, v = chance.sample(towns, 2)
        if {reference.places[u][0], reference.places[v][0]} & set(NO_COUNTRY):
            continue
        if NEAREST_KM <= reference.circle(u, v) <= FARTHEST_KM:
            yield u, v


def town_pairs(folder: Path, mode: str, wanted: int = 300, seed: int = 1) -> list[Pair]:
    """Pairs of towns between which both networks have a path, compared both ways."""
    reference = Reference(folder)
    ours = our_graph(mode)
    found = []
    for u, v in itertools.islice(drawn(reference, sorted(ours), seed), 60 * wanted):
        theirs = reference.by_line(mode, u, v, roundabout=True)
        path = shortest(ours, u, v, 5000.0)
        if theirs is not None and path is not None:
            found.append((u, v, path[0], theirs))
        if len(found) == wanted:
            break
    complete(reference, mode)
    return [Pair(*row, *completed(reference, mode, row[0], row[1])) for row in found]


def complete(reference: Reference, mode: str) -> None:
    """Add our links to the line network that it lacks, between the nodes of their towns."""
    lines = reference.lines[mode]
    lacking = [
        row
        for row in our_links()
        if row["mode"] == mode
        and reference.circle(row["u"], row["v"]) >= LEAST_ADDED_KM
        and reference.by_line(mode, row["u"], row["v"]) is None
    ]
    for row in lacking:
        a, b = (_node(reference, lines, mode, row[end]) for end in ("u", "v"))
        km, weight = float(row["km"]), ADDED_WEIGHT.get(row["class"], 1.0)
        lines.graph[a].append((b, km * weight, km))
        lines.graph[b].append((a, km * weight, km))


def _node(reference: Reference, lines: Lines, mode: str, place: str) -> int:
    """Node of a town, a new one where no line is near."""
    node = reference.town(mode, place)
    if node is None:
        node, lines.next = lines.next, lines.next + 1
        lines.away[node] = 0.0
        reference.towns[mode, place] = node
    return node


def completed(reference: Reference, mode: str, u: str, v: str) -> tuple[float, float]:
    """Km of the cheapest path in the completed network, and the share of added links in it."""
    lines = reference.lines[mode]
    a, b = _node(reference, lines, mode, u), _node(reference, lines, mode, v)
    circle = reference.circle(u, v)
    found = shortest(lines.graph, a, b, LONGER * (FARTHEST * circle + 25))
    assert found is not None, "the network as it is has a path already"
    km = max(found[0] - lines.away[a] - lines.away[b], SHORTEST_SHARE * circle)
    towns = {node for (kind, _), node in reference.towns.items() if kind == mode}
    added = sum(
        min(km for to, _, km in lines.graph[x] if to == y)
        for x, y in itertools.pairwise(found[1])
        if x in towns and y in towns
    )
    return km, min(1.0, added / found[0])


def remembered() -> dict[str, list[float]]:
    """Relative errors of our fastest paths against remembered.csv: distances between large towns
    as atlases and timetables give them, from memory (grade C). One list a mode."""
    errors: dict[str, list[float]] = {"road": [], "rail": []}
    graphs = {mode: our_graph(mode) for mode in errors}
    with (Path(__file__).parent / "remembered.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found = shortest(graphs[row["mode"]], row["u"], row["v"], 1e6)
            if found is not None:
                errors[row["mode"]].append(found[0] / float(row["km"]) - 1)
    return errors


def highways(folder: Path, wanted: int = 300, seed: int = 1) -> list[float]:
    """Relative errors of our fastest road paths against the highway graphs, inside one country.

    Pairs whose path in the graph is a way round by a third town are left out.
    """
    reference = Reference(folder)
    ours = our_graph("road")
    errors = []
    for u, v in itertools.islice(drawn(reference, sorted(ours), seed), 100 * wanted):
        theirs, found = reference.by_highway(u, v), shortest(ours, u, v, 5000.0)
        if theirs is not None and found is not None:
            errors.append(found[0] / theirs - 1)
    return errors


def within(errors: list[float]) -> float:
    """Share of the errors that are at most 10 % either way."""
    return sum(abs(e) <= 0.10 for e in errors) / len(errors)


def told(label: str, errors: list[float], more: str = "") -> str:
    """A row of the table that docs/network.md shows."""
    size = median(abs(e) for e in errors)
    return (
        f"| {label} | {len(errors)} | {median(errors):+.1%} | {size:.1%} | {within(errors):.1%} |"
        f" {more} |"
    )


def summary(folder: Path, pairs: dict[str, list[Pair]]) -> list[str]:
    """Lines of the table that docs/network.md shows."""
    out = [
        "| paths | pairs | median error | median size | within 10 % | |",
        "|---|---|---|---|---|---|",
    ]
    for mode, table in pairs.items():
        own = mean(p.added for p in table)
        out.append(
            told(
                f"{mode}, completed lines",
                [p.completed_error for p in table],
                f"{own:.0%} of the km on links of ours",
            )
        )
        straight = sum(p.error <= 0.10 for p in table) / len(table)
        text = f"{straight:.1%} at most 10 % longer"
        out.append(told(f"{mode}, lines as they are", [p.error for p in table], text))
    errors = highways(folder)
    straight = sum(e <= 0.10 for e in errors) / len(errors)
    out.append(told("road, highway graphs", errors, f"{straight:.1%} at most 10 % longer"))
    out += [told(f"{mode}, remembered", errors) for mode, errors in remembered().items()]
    return out


def main() -> None:
    """Print the summary, and with --list the pairs that are off by more than 10 %."""
    folder = Path(sys.argv[1])
    pairs = {mode: town_pairs(folder, mode) for mode in ("road", "rail")}
    print("\n".join(summary(folder, pairs)))
    if "--list" in sys.argv:
        for mode, table in pairs.items():
            for p in sorted(table, key=lambda p: -abs(p.completed_error)):
                if abs(p.completed_error) > 0.10:
                    print(
                        f"{p.completed_error:+.0%} {mode} {p.u} {p.v} ours {p.ours:.0f}"
                        f" lines {p.lines:.0f} completed {p.completed:.0f}"
                    )


if __name__ == "__main__":
    main()
