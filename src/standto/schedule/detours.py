"""Other roads for lines that would queue on the quickest: who would take which if all marched.

Loads are put on the roads part by part, each part by the road on which it would be there first:
minutes on the way, and the longest queue at any link of it. Where no link is asked for more than
it admits there is no queue, and no other road.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from standto.kernels import columns as c
from standto.kernels.columns import NEVER
from standto.kernels.paths import trace, tree
from standto.schedule.ground import Ground
from standto.schedule.moves import Move
from standto.schedule.net import Net
from standto.schedule.web import Kind
from standto.world.graph import ROAD

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Pair = tuple[int, int, int]
"""Heaviest piece in kg, and stops from and to."""
MINUTES_A_DAY = 1440

PARTS = 6
"""Parts in which loads are put on the roads: as many roads may be found between two places."""
STEPS = 4
"""Longest queues that a road may have, from none to the longest of all, between which to choose."""


@dataclass
class Demand:
    """Units (vehicles) that may march from stop to stop, and when the first and last are ready."""

    units: int
    first: int
    last: int


def detours_of(
    net: Net, moves: Sequence[Move], kinds: Sequence[Kind], goals: Sequence[str]
) -> dict[Pair, list[Ints]]:
    """Arcs of other roads than the quickest, for pairs that would queue on it."""
    asked = demands(net, moves, kinds, goals)
    if not asked:
        return {}
    return Roads.of(net, asked).found()


def demands(
    net: Net, moves: Sequence[Move], kinds: Sequence[Kind], goals: Sequence[str]
) -> dict[Pair, Demand]:
    """What may march from stop to stop, for all moves that have a road."""
    made: dict[Pair, Demand] = {}
    for move, kind in zip(moves, kinds, strict=True):
        units = sum(parcel.cells[c.P_UNITS] for parcel in move.surface)
        start, end = net.index[move.origin], net.index[goals[move.line]]
        if not kind.roads or not units or start == end:
            continue
        if net.web.march(kind)[start, end] >= NEVER:
            continue
        key = (kind.heaviest_kg, start, end)
        known = made.setdefault(key, Demand(0, move.ready, move.ready))
        known.units += units
        known.first, known.last = min(known.first, move.ready), max(known.last, move.ready)
    return made


@dataclass
class Roads:
    """Loads on the arcs so far.

    asked: what may march by heaviest piece and stops. minutes: (arcs,) of each arc open to a piece.
    rate: (arcs,) units a minute. span: (arcs,) minutes over which those on it by the quickest roads
    become ready. shut: (arcs,) minutes for which it is closed. load: (arcs,) units.
    """

    ground: Ground
    stop_node: Ints
    asked: dict[Pair, Demand]
    quickest: dict[Pair, Ints]
    minutes: dict[int, Ints]
    rate: Floats
    span: Ints
    shut: Ints
    load: Floats

    @classmethod
    def of(cls, net: Net, asked: dict[Pair, Demand]) -> Roads:
        """The roads with nothing on them yet."""
        web, graph = net.web, net.web.ground.graph
        links = net.world.network.links["link"].to_list()
        closed = {outage.key: outage.until_min - outage.from_min for outage in net.outages}
        by_link = np.array([closed.get(link, 0) for link in (*links, "")], dtype=np.int64)
        first = np.full(graph.tail.size, NEVER, dtype=np.int64)
        last = np.zeros(graph.tail.size, dtype=np.int64)
        quickest = {}
        for (mass, start, end), demand in asked.items():
            arcs = web.roads(mass, True).arcs(start, end)
            quickest[mass, start, end] = arcs
            first[arcs] = np.minimum(first[arcs], demand.first)
            last[arcs] = np.maximum(last[arcs], demand.last)
        return cls(
            ground=web.ground,
            stop_node=web.ground.nodes(list(web.stops), "road"),
            asked=asked,
            quickest=quickest,
            minutes={mass: web.ground.travel(ROAD, mass) for mass in {key[0] for key in asked}},
            rate=graph.per_day / MINUTES_A_DAY,
            span=np.maximum(0, last - np.minimum(first, last)),
            shut=np.maximum(0, by_link[graph.link]),
            load=np.zeros(graph.tail.size),
        )

    def queues(self) -> Ints:
        """(arcs,) minutes that the last of those on each arc would wait for it."""
        with np.errstate(divide="ignore", invalid="ignore"):
            full = np.where(self.load > 0, self.load / self.rate, 0.0)
        late: Ints = np.maximum(0.0, np.minimum(full, NEVER / 4) - self.span).astype(np.int64)
        return late

    def found(self) -> dict[Pair, list[Ints]]:
        """Other roads than the quickest, in the order in which they came to be of use."""
        for key, demand in self.asked.items():
            self.load[self.quickest[key]] += demand.units
        whole = np.maximum(self.queues(), self.shut)
        crowded = {key for key in self.asked if whole[self.quickest[key]].max(initial=0) > 0}
        self.load[:] = 0.0
        for key in (key for key in self.asked if key not in crowded):
            self.load[self.quickest[key]] += self.asked[key].units
        made: dict[Pair, list[Ints]] = {key: [] for key in crowded}
        known = {key: {self.quickest[key].tobytes()} for key in crowded}
        for _ in range(PARTS if crowded else 0):
            for key, arcs in self.chosen(sorted(crowded)):
                self.load[arcs] += self.asked[key].units / PARTS
                if arcs.tobytes() not in known[key]:
                    known[key].add(arcs.tobytes())
                    made[key].append(arcs)
        return {key: roads for key, roads in made.items() if roads}

    def chosen(self, pairs: list[Pair]) -> Iterator[tuple[Pair, Ints]]:
        """The road of each pair on which one more would be there first."""
        queues = self.queues()
        longest = int(queues.max(initial=0))
        limits = sorted(
            {longest * step // STEPS for step in range(STEPS + 1)} | set(self.shut.tolist())
        )
        queues = np.maximum(queues, self.shut)
        of_end: dict[tuple[int, int], list[int]] = {}
        for mass, start, end in pairs:
            of_end.setdefault((mass, end), []).append(start)
        for (mass, end), starts in of_end.items():
            best: dict[int, tuple[int, Ints]] = {}
            for limit in limits:
                open_arcs = np.where(queues <= limit, self.minutes[mass], NEVER)
                reach, arc = tree(
                    self.ground.start, self.ground.entry, self.ground.graph.tail, open_arcs,
                    int(self.stop_node[end]),
                )  # fmt: skip
                for start in starts:
                    node = int(self.stop_node[start])
                    cost = int(reach[node]) + limit
                    if reach[node] < NEVER and (start not in best or cost < best[start][0]):
                        best[start] = (cost, trace(arc, self.ground.graph.head, node))
            for start, (_, arcs) in best.items():
                yield (mass, start, end), arcs
