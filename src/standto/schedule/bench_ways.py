"""An instance as plain objects, read without the kernels: what each packet may ride, and when.

The rules are written here a second time, from `docs/model.md`, for the exact model and the peers.
A mistake in the kernels then shows as a difference, and does not excuse itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from standto.kernels import columns as c
from standto.kernels.columns import AIR, NEVER, RAIL, ROAD, SEA, Tables
from standto.schedule.problem import Problem
from standto.schedule.resources import Resource

Ints = npt.NDArray[np.int64]
OWN = -1
"""The fleet of a column on its own wheels."""


@dataclass(frozen=True)
class Given:
    """What the exact model needs of a Problem: small enough to be sent to another process.

    lines: how many there are. since: (lines,) minute from which response counts.
    closure_weight: weight of the last arrival in the objective.
    """

    tables: Tables
    resources: tuple[Resource, ...]
    lines: int
    since: Ints
    horizon_min: int
    closure_weight: float

    @classmethod
    def of(cls, problem: Problem) -> Given:
        """The parts of a Problem that the exact model reads."""
        return cls(
            problem.tables,
            problem.resources,
            len(problem.lines),
            problem.since,
            problem.horizon_min,
            problem.closure_weight,
        )


@dataclass(frozen=True)
class Ride:
    """How one fleet carries a packet over a hop; minutes.

    opens: departure before which a border on the way is closed. ready: minute at which the fleet
    itself is ready to load.
    """

    fleet: int
    run: int
    load: int
    unload: int
    opens: int
    ready: int

    @property
    def whole(self) -> int:
        """Minutes from the beginning of loading to the end of unloading."""
        return self.load + self.run + self.unload


@dataclass(frozen=True)
class Node:
    """One ride that a packet may take after others: routes that begin alike share their nodes.

    before: index of the node before, -1 at the origin. route: row of routes that ends here, -1
    where the journey goes on.
    """

    packet: int
    line: int
    option: int
    hop: int
    before: int
    route: int
    rides: tuple[Ride, ...]


@dataclass(frozen=True)
class Ways:
    """All rides of the lines that `moved` names.

    nodes: rides, those before first. still: packets of lines that are where they are wanted.
    options: for each line the options that have a way for every packet.
    """

    given: Given
    nodes: tuple[Node, ...]
    still: dict[int, int]
    options: dict[int, tuple[int, ...]]

    @classmethod
    def of(cls, given: Given, moved: Ints | None = None) -> Ways:
        """The ways of an instance, for all lines that have one or those that `moved` names."""
        nodes: list[Node] = []
        still: dict[int, int] = {}
        options: dict[int, tuple[int, ...]] = {}
        for line in range(given.lines):
            if moved is not None and not moved[line]:
                continue
            found = [n for n in (0, 1) if _option(given, line, n, nodes, still)]
            if found:
                options[line] = tuple(found)
        return cls(given, tuple(nodes), still, options)

    def packets(self, line: int, option: int) -> range:
        """Packets of an option of a line."""
        of = self.given.tables.options
        return range(int(of[2 * line + option]), int(of[2 * line + option + 1]))

    def steps(self, node: Node, fleet: int) -> Iterator[tuple[int, int]]:
        """Calendars of the links on the way, and minutes from departure to each."""
        t = self.given.tables
        speed = 1 if fleet == OWN else int(t.fleets[fleet, c.F_SPEED])
        for row in t.steps[t.hops[node.hop, c.H_STEP] : t.hops[node.hop, c.H_STEP_END]]:
            if row[c.S_RESOURCE] >= 0:
                offset = int(row[c.S_OFFSET]) + int(row[c.S_KM]) * 6 // speed
                yield int(row[c.S_RESOURCE]), offset


def _option(given: Given, line: int, option: int, nodes: list[Node], still: dict[int, int]) -> bool:
    """Add the rides of an option of a line; False, and nothing added, where a packet has none."""
    t = given.tables
    entry = 2 * line + option
    packets = range(int(t.options[entry]), int(t.options[entry + 1]))
    routes = range(int(t.choices[entry]), int(t.choices[entry + 1]))
    mark = len(nodes)
    waiting: dict[int, int] = {}
    for packet in packets:
        before = len(nodes)
        for route in routes:
            if t.routes[route, 0] == t.routes[route, 1]:
                waiting[packet] = route
            else:
                _route(given, line, option, packet, route, nodes, before)
        if len(nodes) == before and packet not in waiting:
            del nodes[mark:]
            return False
    still.update(waiting)
    return bool(packets)


def _route(
    given: Given,
    line: int,
    option: int,
    packet: int,
    route: int,
    nodes: list[Node],
    first: int,
) -> None:
    """Add the nodes of one route that the packet's other routes do not have yet."""
    t = given.tables
    hops = t.route_hops[t.routes[route, 0] : t.routes[route, 1]].tolist()
    rides = [tuple(rides_of(given, packet, hop)) for hop in hops]
    if not all(rides):
        return
    before = -1
    for k, hop in enumerate(hops):
        last = route if k == len(hops) - 1 else -1
        known = [
            n
            for n in range(first, len(nodes))
            if (nodes[n].before, nodes[n].hop, nodes[n].route) == (before, hop, last)
        ]
        if not known:
            nodes.append(Node(packet, line, option, hop, before, last, rides[k]))
            known = [len(nodes) - 1]
        before = known[0]


def rides_of(given: Given, packet: int, hop: int) -> Iterator[Ride]:
    """Every way in which a packet can be carried over a hop."""
    t = given.tables
    h, line = t.hops[hop], t.packets[packet, c.P_LINE]
    if h[c.H_LIFT] == 0:
        yield Ride(OWN, int(h[c.H_MIN]), 0, 0, opens_at(given, line, hop, 1), 0)
        return
    for fleet, f in enumerate(t.fleets):
        if serves(h, f) and takes(t.packets[packet], f):
            speed = int(f[c.F_SPEED])
            run = int(h[c.H_MIN]) - (-int(h[c.H_KM]) * 6 // speed)
            load, unload = (
                int(f[own]) if h[at] < 0 else int(h[at])
                for own, at in ((c.F_LOAD, c.H_LOAD), (c.F_UNLOAD, c.H_UNLOAD))
            )
            opens = opens_at(given, line, hop, speed)
            yield Ride(fleet, run, load, unload, opens, int(f[c.F_READY]))


def serves(hop: Ints, fleet: Ints) -> bool:
    """Whether a fleet can serve a hop: its mode, gauge, draught, runway and range."""
    mode = hop[c.H_MODE]
    fits = {
        ROAD: True,
        RAIL: fleet[c.F_GAUGE] == hop[c.H_GAUGE],
        SEA: fleet[c.F_DRAUGHT] <= hop[c.H_DRAUGHT],
        AIR: fleet[c.F_RUNWAY] <= hop[c.H_RUNWAY] and fleet[c.F_RANGE] * 10 >= hop[c.H_KM],
    }
    return bool(fleet[c.F_MODE] == mode and fits[int(mode)])


def takes(packet: Ints, fleet: Ints) -> bool:
    """Whether an empty vehicle of a fleet takes a packet: its heaviest piece, and all of it."""
    by_air = fleet[c.F_MODE] == AIR
    piece = packet[c.P_PIECE_KG] <= fleet[c.F_PIECE_KG]
    outsize = not by_air or packet[c.P_OUTSIZE] <= fleet[c.F_OUTSIZE]
    return bool(piece and outsize) and all(
        packet[size] <= fleet[room] for size, room in sizes(int(fleet[c.F_MODE]))
    )


def sizes(mode: int) -> tuple[tuple[int, int], ...]:
    """Dimensions that count aboard: columns of packets and of fleets."""
    if mode == ROAD:
        return ((c.P_TRACKED, c.F_PIECES),)
    return ((c.P_MASS, c.F_MASS), (c.P_LANE, c.F_LANE), (c.P_SEATS, c.F_SEATS))


def opens_at(given: Given, line: int, hop: int, speed: int) -> int:
    """Earliest departure at which no border on a hop is crossed before its permit."""
    t = given.tables
    of, h = t.lines[line], t.hops[hop]
    soonest = 0
    for country, offset, far in t.borders[h[c.H_BORDER] : h[c.H_BORDER_END]].tolist():
        if country != of[c.L_OWNER]:
            opens = int(of[c.L_REQUEST] + t.leads[country, h[c.H_MODE]])
            soonest = max(soonest, opens - offset - far * 6 // speed)
    return soonest


def open_windows(given: Given, resource: int) -> Ints:
    """Capacity of each window of a calendar, as far as the horizon."""
    return given.resources[resource].cells.astype(np.int64)


def need_of(given: Given, resource: int, units: int) -> int:
    """Units that a window gives to a column or a load: more than it holds take all of it."""
    return max(1, min(units, given.resources[resource].base))


__all__ = ["AIR", "NEVER", "OWN", "RAIL", "ROAD", "SEA", "Node", "Ride", "Ways"]
