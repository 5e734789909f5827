"""Rides of an old plan by the ways of a new instance: which packet is which, and by which route.

Handled as columns: packets, routes and rides are compared as numbers, not one by one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from standto.kernels import columns as c
from standto.kernels.columns import Ints
from standto.kernels.retracing import same_ways
from standto.schedule.problem import Problem
from standto.world.graph import MODES, ROAD

Bools = npt.NDArray[np.bool_]

FACTS = (
    "line", "packet", "step", "mode", "lift", "asset", "trip", "from", "to", "depart_min",
    "arrive_min", "load_min", "unload_min", "personnel", "mass_t", "lane_m", "pieces",
)  # fmt: skip
"""Columns of legs that are read."""


@dataclass(frozen=True)
class Rides:
    """Rides not begun of rows whose ways the instance still has, trip by trip as they are loaded.

    seats: (packets, 5) packet, route, arrival, option and row (see `kernels/retracing.py`). The
    others are (rides,): `own` is the row, trip -1 on own wheels, asset -1 where there is none.
    """

    seats: Ints
    packet: Ints
    leg: Ints
    hop: Ints
    depart: Ints
    arrive: Ints
    load: Ints
    unload: Ints
    trip: Ints
    asset: Ints
    own: Ints

    def table(self, kept: Bools) -> Ints:
        """Rides of the rows kept, as the kernel reads them."""
        columns = (
            self.packet, self.leg, self.hop, self.depart, self.arrive, self.trip, self.asset
        )  # fmt: skip
        return np.ascontiguousarray(np.stack(columns, axis=1)[kept[self.own]])


@dataclass(frozen=True)
class Old:
    """Packets of an old plan, line by line: number, line, content, and their legs.

    line: as `lines_of` numbers them, -1 for lines that the instance has not. content: (packets, 4)
    people, kg, lane dm and pieces. first, end: rows of the legs.
    """

    number: Ints
    line: Ints
    content: Ints
    first: Ints
    end: Ints


def matched(problem: Problem, legs: pl.DataFrame) -> Rides:
    """The rides of every row of which each packet still has its way."""
    legs = legs.select(*FACTS, "links").sort("packet", "step")
    old = packets_of(problem, legs)
    pairs, which = paired(problem, old)
    known = which >= 0
    asked = np.zeros((which.size, 3), dtype=np.int64)
    asked[:, 0] = 2 * pairs[:, 1] + pairs[:, 2]
    asked[known, 1], asked[known, 2] = old.first[which[known]], old.end[which[known]]
    route = np.empty(which.size, dtype=np.int64)
    hops, rides = roads_apart(problem, legs, hops_as_rides(problem), as_rides(problem, legs))
    same_ways(problem.tables.flat, hops, asked, rides, route)
    whole = np.ones(len(problem.lines), dtype=bool)
    whole[pairs[route < 0, 1]] = False
    good = whole[pairs[:, 1]]
    seats = np.stack([pairs[:, 0], route, pairs[:, 2], pairs[:, 1]], axis=1)[good]
    return arranged(problem, legs, seats, asked[good, 1:])


def numbered(names: pl.Series, of: tuple[str, ...]) -> Ints:
    """Place of each name in a list without repeats; -1 where it is not there."""
    made = names.cast(pl.Enum(of), strict=False).to_physical()
    found: Ints = made.cast(pl.Int64).fill_null(-1).to_numpy()
    return found


def lines_of(problem: Problem) -> tuple[str, ...]:
    """Keys of the lines of an instance, each once, in the order of its rows."""
    return tuple(dict.fromkeys(problem.lines))


def packets_of(problem: Problem, legs: pl.DataFrame) -> Old:
    """Packets of legs that stand in order; a packet's content is what its last leg says."""
    number = legs["packet"].to_numpy()
    first = np.flatnonzero(np.append(True, number[1:] != number[:-1])[: number.size])
    end = np.append(first[1:], number.size)[: first.size]
    line = numbered(legs["line"].gather(first), lines_of(problem))
    last = legs.select("personnel", "mass_t", "lane_m", "pieces")[end - 1]
    content = np.stack(
        [
            last["personnel"].to_numpy(),
            np.rint(last["mass_t"].to_numpy() * 1000).astype(np.int64),
            np.rint(last["lane_m"].to_numpy() * 10).astype(np.int64),
            last["pieces"].to_numpy(),
        ],
        axis=1,
    )
    order = np.argsort(line, kind="stable")
    return Old(number[first][order], line[order], content[order], first[order], end[order])


def paired(problem: Problem, old: Old) -> tuple[Ints, Ints]:
    """Packets of rows that are packets of the old plan: (pairs, 3) packet, row and option; which.

    Packets under way know their numbers; a line of which nothing has begun is compared by content.
    which: (pairs,) row of `old`, -1 for a packet that has no legs left.
    """
    t = problem.tables
    size = np.diff(t.options)
    line = numbered(pl.Series(problem.lines, dtype=pl.String), lines_of(problem))
    entry = np.repeat(np.arange(size.size), size)
    at = np.arange(entry.size) - t.options[entry]
    known = (size > 0) & ~touched(entry[problem.number < 0], size.size)
    first = np.searchsorted(old.line, line)
    count = np.searchsorted(old.line, line, side="right") - first
    alike = (size > 0) & ~known & (size == np.repeat(count, 2))
    guess = np.where(alike[entry], np.repeat(first, 2)[entry] + at, 0)
    content = np.stack(
        [problem.people, t.packets[:, c.P_MASS], t.packets[:, c.P_LANE], problem.pieces], axis=1
    )
    if old.number.size:
        other = (content != old.content[guess]).any(axis=1) & alike[entry]
        alike &= ~touched(entry[other], size.size)
    taken = known | alike
    taken[1::2] &= ~taken[::2]
    which = np.where(alike[entry], guess, sought(old.number, problem.number))
    use = taken[entry]
    packet = np.flatnonzero(use)
    return np.stack([packet, entry[use] // 2, entry[use] % 2], axis=1), which[use]


def touched(which: Ints, count: int) -> Bools:
    """(count,) which numbers occur."""
    made = np.zeros(count, dtype=bool)
    made[which] = True
    return made


def sought(numbers: Ints, asked: Ints) -> Ints:
    """Place of each number asked in an array without repeats, -1 where it is not there."""
    if not numbers.size:
        return np.full(asked.size, -1, dtype=np.int64)
    order = np.argsort(numbers)
    at = order[np.minimum(np.searchsorted(numbers[order], asked), numbers.size - 1)]
    return np.where(numbers[at] == asked, at, -1)


def coded(mode: Ints, start: Ints, end: Ints, lifted: Bools, stops: int) -> Ints:
    """A number for each ride: mode, from, to, and whether by lift; -1 where a place is unknown."""
    code = ((mode * stops + start) * stops + end) * 2 + lifted
    return np.where((start < 0) | (end < 0), -1, code)


def hops_as_rides(problem: Problem) -> Ints:
    """(hops,) the ride that each hop makes, as `coded` numbers it."""
    h = problem.tables.hops
    return coded(
        h[:, c.H_MODE], h[:, c.H_FROM], h[:, c.H_TO], h[:, c.H_LIFT] > 0, len(problem.stops)
    )


def as_rides(problem: Problem, legs: pl.DataFrame) -> Ints:
    """(legs,) the ride that each leg is, as `coded` numbers it."""
    start, end = (numbered(legs[name], problem.stops) for name in ("from", "to"))
    lifted = (legs["lift"] != "").to_numpy()
    return coded(numbered(legs["mode"], MODES), start, end, lifted, len(problem.stops))


def roads_apart(problem: Problem, legs: pl.DataFrame, hops: Ints, rides: Ints) -> tuple[Ints, Ints]:
    """The rides of hops and legs, told apart by their links where two places have several roads."""
    road = problem.tables.hops[:, c.H_MODE] == ROAD
    codes, count = np.unique(hops[road], return_counts=True)
    many = codes[count > 1]
    if not many.size:
        return hops, rides
    link = problem.graph.link
    several = np.flatnonzero(road & np.isin(hops, many))
    ways = [" ".join(problem.links[n] for n in link[problem.hop_arcs[k]]) for k in several]
    known, doubt = tuple(dict.fromkeys(ways)), np.flatnonzero(np.isin(rides, many))
    went = numbered(legs["links"].gather(doubt).list.join(" "), known)
    beyond = 1 + int(max(hops.max(initial=0), rides.max(initial=0)))
    apart, found = hops.copy(), rides.copy()
    apart[several] = beyond + 2 * numbered(pl.Series(ways), known) + hops[several] % 2
    found[doubt] = np.where(went >= 0, beyond + 2 * went + rides[doubt] % 2, -1)
    return apart, found


def arranged(problem: Problem, legs: pl.DataFrame, seat: Ints, spans: Ints) -> Rides:
    """Rides in the order in which trips are loaded, with seats that say when packets arrive.

    seat: (packets, 4) packet, route, option and row. spans: first leg of each packet, and end.
    """
    t = problem.tables
    size = spans[:, 1] - spans[:, 0]
    of = np.repeat(np.arange(size.size), size)
    leg = np.arange(of.size) - np.repeat(np.cumsum(size) - size, size)
    packet = seat[of, 0]
    hop = t.route_hops[t.routes[seat[of, 1], 0] + leg]
    at = legs.select(FACTS[4:])[spans[of, 0] + leg]
    depart, arrive, load, unload, trip = (
        at[name].to_numpy()
        for name in ("depart_min", "arrive_min", "load_min", "unload_min", "trip")
    )
    arrives = t.lines[seat[:, 3], c.L_READY]
    last = np.full(t.packets.shape[0], -1, dtype=np.int64)
    np.maximum.at(last, packet, arrive + unload)
    arrives = np.where(last[seat[:, 0]] >= 0, last[seat[:, 0]], arrives)
    order = np.lexsort((leg, packet, trip, depart - load))
    return Rides(
        np.stack([seat[:, 0], seat[:, 1], arrives, seat[:, 2], seat[:, 3]], axis=1),
        *(
            x[order]
            for x in (
                packet, leg, hop, depart, arrive, load, unload, trip, assets_of(problem, at),
                t.packets[packet, c.P_LINE],
            )
        ),
    )  # fmt: skip


def assets_of(problem: Problem, legs: pl.DataFrame) -> Ints:
    """(legs,) index of the asset of each leg by lift, -1 on own wheels and where it is lost."""
    fleets = problem.fleets
    names = tuple(dict.fromkeys(fleets.names))
    number, lift = legs["asset"].to_numpy(), numbered(legs["lift"], names)
    made = np.full(number.size, -1, dtype=np.int64)
    for name, first, row in zip(fleets.names, fleets.first_number, fleets.table, strict=True):
        end = first + row[c.F_ASSET_END] - row[c.F_ASSET]
        own = (lift == names.index(name)) & (number >= first) & (number < end)
        own &= legs["trip"].to_numpy() >= 0
        made[own] = row[c.F_ASSET] + number[own] - first
    return made
