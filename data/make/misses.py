"""Says what spoils the pairs of towns on which our fastest path and another network differ.

    python data/make/misses.py FOLDER road|rail lines|highways [PAIRS]

Of a pair that is more than 10 % too long here, the stretch of the other network's path between two
of our towns is named on which we are longest: we lack a link there, or have it too long. Of a pair
that is too short here, the link of ours on which the other network is longest: it lacks the link,
or ours is too short. Which of the two it is, a person must judge. Most spoilt pairs first.
"""

from __future__ import annotations

import itertools
import random
import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from compare import FARTHEST, NO_COUNTRY, NODE_KM, PASSES_KM, Graph, Reference, shortest
from geometry import great_circle_km
from paths import FARTHEST_KM, NEAREST_KM, drawn, our_graph

OFF = 0.10
FAR = 5000.0
SEED = 77
Spoilt = dict[tuple[str, str], tuple[float, float, list[str]]]
"""Two towns: km of ours, of the other network, and the pairs that the stretch spoils."""


class Other:
    """One other network between our towns: the km of a path and the towns of ours on it."""

    def __init__(self, reference: Reference, mode: str, name: str) -> None:
        """Keep which network of the reference is asked: `lines` or `highways`."""
        self.reference, self.mode = reference, mode
        self.lines = reference.lines[mode] if name == "lines" else None
        net = self.lines or reference.highways
        self.graph, self.spots = net.graph, net.spots
        self.path = lru_cache(maxsize=100_000)(self._path)

    def ends(self, u: str, v: str) -> tuple[int, int, float, float] | None:
        """Nodes of two towns, the factor on a length between them, and what is not counted."""
        if self.lines is not None:
            a, b = (self.reference.town(self.mode, place) for place in (u, v))
            if a is None or b is None:
                return None
            return a, b, 1.0, self.lines.away[a] + self.lines.away[b]
        (iso, *at), (other, *to) = self.reference.places[u], self.reference.places[v]
        near = [self.reference.highways.nearest(iso, *p) for p in (at, to)]
        if iso != other or None in near or max(n[0] for n in near) > NODE_KM:
            return None
        (_, a, *p), (_, b, *q) = near
        return (a, b, self.reference.circle(u, v) / great_circle_km(*p, *q), 0) if a != b else None

    def _path(self, u: str, v: str) -> list[tuple[str, float]] | None:
        """Towns of ours on the cheapest path, each with its km from the start."""
        ends = self.ends(u, v)
        circle = self.reference.circle(u, v)
        found = ends and shortest(self.graph, *ends[:2], FARTHEST * circle + 25)
        if not found:
            return None
        km, towns = 0.0, {u: 0.0}
        for a, b in itertools.pairwise(found[1][::-1]):
            km += min((cost, length) for to, cost, length in self.graph[a] if to == b)[1]
            town = self._town_at(b)
            if town and town != v:
                towns.setdefault(town, km * ends[2])
        return [*towns.items(), (v, found[0] * ends[2] - ends[3])]

    def _town_at(self, node: int) -> str | None:
        """The town of ours that a node lies in, if any."""
        if node not in self.spots:
            return None
        lat, lon = self.spots[node]
        squares = self.reference.squares[self.mode]
        names = [
            name
            for dy, dx in itertools.product((-1, 0, 1), repeat=2)
            for name in squares.get((int(lat // 0.1) + dy, int(lon // 0.1) + dx), ())
        ]
        near = [(great_circle_km(lat, lon, *self.reference.places[n][1:]), n) for n in names]
        away, name = min(near, default=(FAR, ""))
        return name if away <= PASSES_KM else None


def spoilers(
    other: Other, ours: Graph[str], pairs: Iterable[tuple[str, str]]
) -> tuple[int, Spoilt, Spoilt]:
    """Number of pairs compared; the stretches on which we are too long; too short."""
    long: Spoilt = {}
    short: Spoilt = {}
    count = 0

    @lru_cache(maxsize=100_000)
    def mine(u: str, v: str) -> float:
        found = shortest(ours, u, v, FAR)
        return found[0] if found else FAR

    for u, v in pairs:
        theirs, found = other.path(u, v), shortest(ours, u, v, FAR)
        if theirs is None or found is None:
            continue
        count += 1
        error = found[0] / theirs[-1][1] - 1
        if abs(error) <= OFF:
            continue
        if error > 0:
            stretches = [(a, b, q - p) for (a, p), (b, q) in itertools.pairwise(theirs)]
            a, b, km = max(stretches, key=lambda s: mine(*s[:2]) - s[2])
        else:
            stretches = [(a, b, _km(other.path(a, b))) for a, b in itertools.pairwise(found[1])]
            a, b, km = max(stretches, key=lambda s: s[2] - mine(*s[:2]))
        table = long if error > 0 else short
        a, b = sorted((a, b))
        table.setdefault((a, b), (mine(a, b), km, []))[2].append(f"{u} {v} {error:+.0%}")
    return count, long, short


def _km(path: list[tuple[str, float]] | None) -> float:
    """Length of a path; FAR where the other network has none: it lacks the link."""
    return path[-1][1] if path else FAR


def inside(reference: Reference, other: Other, towns: list[str]) -> Iterator[tuple[str, str]]:
    """Pairs of towns of one country that both have a node in its highway graph, shuffled."""
    pairs = [
        (u, v)
        for u, v in itertools.combinations(towns, 2)
        if reference.places[u][0] == reference.places[v][0] not in NO_COUNTRY
        and NEAREST_KM <= reference.circle(u, v) <= FARTHEST_KM
    ]
    random.Random(SEED).shuffle(pairs)
    return (pair for pair in pairs if other.ends(*pair))


def main() -> None:
    """Print how many pairs are within 10 %, and the spoilers, most spoilt pairs first."""
    folder, mode, name = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    wanted = int(sys.argv[4]) if len(sys.argv) > 4 else 3000
    reference, ours = Reference(folder), our_graph(mode)
    other = Other(reference, mode, name)
    towns = sorted(ours)
    drawing = inside(reference, other, towns) if name != "lines" else drawn(reference, towns, SEED)
    count, long, short = spoilers(other, ours, itertools.islice(drawing, wanted))
    off = [sum(len(s[2]) for s in table.values()) for table in (long, short)]
    print(f"{count} pairs, {1 - sum(off) / count:.1%} within 10 %, {off[0]} long, {off[1]} short")
    for label, table in (("long", long), ("short", short)):
        for (u, v), (km, theirs, pairs) in sorted(table.items(), key=lambda t: -len(t[1][2])):
            told = "lacking" if theirs >= FAR else f"{theirs:.0f}"
            print(f"{label} {len(pairs)} {u} {v} ours {km:.0f} theirs {told}, such as {pairs[0]}")


if __name__ == "__main__":
    main()
