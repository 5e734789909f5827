"""Routes: for each origin, destination and class of load, the few ways worth trying.

For each set of modes that a line may combine, the quickest way alone and its nearest rivals by
other terminals. Forbidden ways do not exist here, so no route is ever penalised for them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain

import numpy as np
import numpy.typing as npt

from standto.kernels.columns import MAX_LEGS, NEVER
from standto.schedule.hops import Hops
from standto.schedule.web import GROUND, Kind, Web
from standto.world.graph import AIR, MODES, RAIL, SEA

Ints = npt.NDArray[np.int64]

RIVALS = {(RAIL,): 6, (SEA,): 4, (RAIL, SEA): 3, (AIR,): 4}
"""Terminals of departure tried for each set of modes: the quickest and its rivals. With these plans
of 10,000 lines short of terminals or lift were 2 to 5 % better than with half as many."""
ROUNDS = 5
"""Most rides by lift on one route: rail to a change of gauge, rail, sea, rail, change, rail."""


@dataclass(frozen=True)
class Toward:
    """Least minutes to one destination: from each node by a ride, and from each node at all."""

    rides: Ints
    ground: Ints
    lifts: Ints
    march: Ints
    into: Ints


@dataclass
class Routes:
    """Routes made so far: hops in order, and least minutes from end to end.

    found: those of each question asked. asked: hops of all ways looked at for it, also of those
    that were left out. onward: hops to a destination from terminals followed so far, which are the
    same wherever a route begins. detours: arcs of other roads than the quickest, by heaviest piece
    and stops from and to (see `detours`); None until the first lines are known. out: minutes by
    road from an origin to each node.
    """

    web: Web
    hops: Hops
    made: list[tuple[int, ...]] = field(default_factory=list)
    floor: list[int] = field(default_factory=list)
    toward: dict[tuple[object, ...], Toward] = field(default_factory=dict)
    found: dict[tuple[object, ...], tuple[list[int], list[int]]] = field(default_factory=dict)
    asked: dict[tuple[object, ...], frozenset[int]] = field(default_factory=dict)
    onward: dict[tuple[object, ...], tuple[int, ...]] = field(default_factory=dict)
    detours: dict[tuple[int, int, int], list[Ints]] | None = None
    out: dict[tuple[int, Kind], Ints] = field(default_factory=dict)

    def between(
        self, origin: int, destination: int, kind: Kind, modes: tuple[str, ...]
    ) -> tuple[list[int], list[int]]:
        """Routes on the surface and by air, quickest first, as indices into `made`."""
        key = (origin, destination, kind, modes)
        if key not in self.found:
            surface: dict[tuple[int, ...], int] = {}
            if origin == destination:
                surface[()] = 0
            elif not kind.flying:
                self._march(origin, destination, kind, surface)
                for lifts in ((RAIL,), (SEA,), (RAIL, SEA)):
                    if all(MODES[m] in modes for m in lifts):
                        self._rides(origin, destination, kind, lifts, surface)
            air: dict[tuple[int, ...], int] = {}
            if "air" in modes and origin != destination:
                self._rides(origin, destination, kind, (AIR,), air)
            self.found[key] = (self._keep(surface), self._keep(air))
            self.asked[key] = frozenset(chain.from_iterable((*surface, *air)))
        return self.found[key]

    def _keep(self, ways: dict[tuple[int, ...], int]) -> list[int]:
        """Routes ordered by least time; those far behind the quickest are left out."""
        if not ways:
            return []
        limit = 2 * min(ways.values()) + 2 * 1440
        kept = []
        for hops, minutes in sorted(ways.items(), key=lambda item: (item[1], item[0])):
            ends = [end for hop in hops for end in self.hops.ends[hop]]
            turns_back = len(set(ends)) < len(hops) + 1 and bool(hops)
            if minutes <= limit and len(hops) <= MAX_LEGS and not turns_back:
                kept.append(len(self.made))
                self.made.append(hops)
                self.floor.append(minutes)
        return kept

    def _march(
        self, origin: int, destination: int, kind: Kind, ways: dict[tuple[int, ...], int]
    ) -> None:
        minutes = int(self.web.march(kind)[origin, destination])
        if minutes < NEVER and (kind.roads or minutes == 0):
            ways[(self.hops.road(kind, origin, destination),)] = minutes
            for arcs in (self.detours or {}).get((kind.heaviest_kg, origin, destination), ()):
                driving = self.web.ground.graph.minutes[arcs].sum(keepdims=True)
                longer = int(self.web.marching(kind, driving)[0])
                if longer < NEVER:  # tracked vehicles may have to be carried where it is longer
                    ways.setdefault((self.hops.by_road(kind, origin, destination, arcs),), longer)

    def _rides(
        self,
        origin: int,
        destination: int,
        kind: Kind,
        lifts: tuple[int, ...],
        ways: dict[tuple[int, ...], int],
    ) -> None:
        """Add the quickest ways whose first terminals differ."""
        toward = self._toward(destination, kind, lifts)
        total = self._out(origin, kind) + toward.rides
        nodes = np.argsort(total, kind="stable")[: RIVALS[lifts]]
        for node, minutes in zip(nodes.tolist(), total[nodes].tolist(), strict=True):
            if minutes < NEVER:
                ways.setdefault(
                    self._follow(origin, destination, kind, lifts, toward, node), minutes
                )

    def _out(self, origin: int, kind: Kind) -> Ints:
        """(nodes,) minutes by road from an origin to each node on the ground."""
        key = (origin, kind)
        if key not in self.out:
            land = self.web.node_state == GROUND
            self.out[key] = np.where(land, self.web.march(kind)[origin, self.web.node_stop], NEVER)
        return self.out[key]

    def _toward(self, destination: int, kind: Kind, lifts: tuple[int, ...]) -> Toward:
        """Least minutes to a destination with any number of rides; never two marches in a row."""
        key = (destination, kind, lifts)
        if key not in self.toward:
            web = self.web
            land = web.node_state == GROUND
            road, ride = web.marches(kind), web.rides(lifts, kind)
            into = np.where(land, web.march(kind)[web.node_stop, destination], NEVER)
            ground = into
            for _ in range(ROUNDS):
                rides = np.minimum((ride + ground[None, :]).min(axis=1, initial=NEVER), NEVER)
                by_road = (road + rides[None, :]).min(axis=1, initial=NEVER)
                better = np.minimum.reduce([ground, rides, by_road])
                if np.array_equal(better, ground):
                    break
                ground = better
            self.toward[key] = Toward(rides, ground, ride, road, into)
        return self.toward[key]

    def _follow(
        self,
        origin: int,
        destination: int,
        kind: Kind,
        lifts: tuple[int, ...],
        toward: Toward,
        node: int,
    ) -> tuple[int, ...]:
        """Hops from an origin by the terminal `node` to the destination."""
        stop = int(self.web.node_stop[node])
        first = () if origin == stop else (self.hops.road(kind, origin, stop),)
        key = (destination, kind, lifts, node)
        if key not in self.onward:
            self.onward[key] = self._onward(destination, kind, lifts, toward, node)
        return (*first, *self.onward[key])

    def _onward(
        self, destination: int, kind: Kind, lifts: tuple[int, ...], toward: Toward, node: int
    ) -> tuple[int, ...]:
        """Hops from a terminal to the destination."""
        stop = self.web.node_stop
        hops: list[int] = []
        while True:
            then = int(np.argmin(toward.lifts[node] + toward.ground))
            mode = min(lifts, key=lambda m: int(self.web.lift(m, kind)[node, then]))
            hops.append(self.hops.lift(mode, kind, node, then))
            left = int(toward.ground[then])
            if left == toward.into[then]:
                if stop[then] != destination:
                    hops.append(self.hops.road(kind, int(stop[then]), destination))
                return tuple(hops)
            if left != toward.rides[then]:
                onward = int(np.argmin(toward.march[then] + toward.rides))
                hops.append(self.hops.road(kind, int(stop[then]), int(stop[onward])))
                then = onward
            node = then
