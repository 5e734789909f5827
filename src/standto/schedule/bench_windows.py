"""When each ride of an instance can begin at all, and which trips of a fleet can follow another.

A horizon leaves most of the rides little time, and most pairs of trips none: what cannot be is no
part of the exact model, which grows with the square of the rides otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from standto.kernels import columns as c
from standto.kernels.columns import NEVER, ROAD
from standto.schedule.bench_ways import OWN, Node, Ride, Ways


@dataclass(frozen=True)
class Windows:
    """First and last minute at which each ride can begin, by node."""

    first: tuple[int, ...]
    last: tuple[int, ...]

    @classmethod
    def of(cls, ways: Ways, horizon: int) -> Windows:
        """The windows of rides that are all over before `horizon`."""
        nodes, lines = ways.nodes, ways.given.tables.lines
        first: list[int] = []
        free: list[int] = []
        for node in nodes:
            soonest = free[node.before] if node.before >= 0 else int(lines[node.line, c.L_READY])
            first.append(soonest)
            free.append(min(done(ride, soonest) for ride in node.rides))
        until = [horizon - 1 if node.route >= 0 else 0 for node in nodes]
        last = [0] * len(nodes)
        for n in range(len(nodes) - 1, -1, -1):
            last[n] = until[n] - min(ride.whole for ride in nodes[n].rides)
            if nodes[n].before >= 0:
                until[nodes[n].before] = max(until[nodes[n].before], last[n])
        return cls(tuple(first), tuple(last))

    def possible(self, n: int) -> bool:
        """Whether a ride can be over in time at all."""
        return self.first[n] <= self.last[n]


def done(ride: Ride, soonest: int) -> int:
    """Minute at which a ride is over that begins no sooner than `soonest`."""
    return max(max(soonest, ride.ready) + ride.load, ride.opens) + ride.run + ride.unload


def riders(ways: Ways, windows: Windows, fleet: int) -> list[tuple[int, Ride]]:
    """Rides that a fleet can lead a trip for in time, with how it does."""
    return [
        (n, ride)
        for n, node in enumerate(ways.nodes)
        if windows.possible(n)
        for ride in node.rides
        if ride.fleet == fleet and done(ride, windows.first[n]) <= windows.last[n] + ride.whole
    ]


def follows(
    ways: Ways, windows: Windows, fleet: int, among: list[tuple[int, Ride]]
) -> Iterator[tuple[int, int, int]]:
    """Pairs of rides that one asset of a fleet can lead in turn, and minutes between them."""
    t = ways.given.tables
    row = t.fleets[fleet]
    where, hops = t.positions[row[c.F_SYSTEM]].tolist(), t.hops.tolist()
    turn = int(row[c.F_TURN])
    for n, ride in among:
        over, stands = done(ride, windows.first[n]) + turn, hops[ways.nodes[n].hop][c.H_TO]
        for m, _ in among:
            onward = where[stands][hops[ways.nodes[m].hop][c.H_FROM]]
            if n != m and onward < NEVER and over + onward <= windows.last[m]:
                yield n, m, turn + onward


def size(ways: Ways, horizon: int) -> int:
    """Pairs of rides that the exact model has to choose from: what its memory grows with."""
    windows = Windows.of(ways, horizon)
    fleets = range(len(ways.given.tables.fleets))
    arcs = sum(1 for f in fleets for _ in follows(ways, windows, f, riders(ways, windows, f)))
    aboard: dict[int, int] = {}
    for node in ways.nodes:
        if shared(ways, node):
            aboard[node.hop] = aboard.get(node.hop, 0) + 1
    return arcs + sum(many * (many - 1) // 2 for many in aboard.values())


def shared(ways: Ways, node: Node) -> bool:
    """Whether packets can share the lift of a ride."""
    return node.rides[0].fleet != OWN and int(ways.given.tables.hops[node.hop, c.H_MODE]) != ROAD
