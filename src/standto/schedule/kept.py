"""What can be kept of a plan: its rides that have not begun, written into a new instance.

A row of the instance is kept whole or not at all. It is not where the net has lost one of its
rides, where an asset cannot be there, a permit comes later, or there is no longer room for it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from standto.kernels import columns as c
from standto.kernels.columns import NEVER, Cells, Ints
from standto.kernels.retracing import retrace, shed
from standto.schedule.problem import Problem
from standto.schedule.state import empty, journal
from standto.world.graph import AIR, MODES, RAIL, SEA

Bools = npt.NDArray[np.bool_]
Ride = tuple[int, str, str, bool]
"""Mode, from, to, and whether by lift."""
Content = tuple[int, int, int, int]


@dataclass(frozen=True)
class Kept:
    """A plan in the making with all that was kept; lost: (lines,) whether a row was not."""

    cells: Cells
    lost: Bools


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


def kept(problem: Problem, legs: pl.DataFrame) -> Kept:
    """All that can be kept of the rides in `legs`, none of which has begun."""
    t = problem.tables
    rides = matched(problem, legs.sort("packet", "step"))
    whole = np.zeros(len(problem.lines), dtype=bool)
    whole[rides.seats[:, 4]] = True
    whole[rides.own[broken(problem, rides)]] = False
    for _ in range(whole.size):  # each time at least one more row falls out
        late = stranded(problem, rides, whole)
        if not late.size:
            break
        whole[late] = False
    cells = empty(t, problem.resources)
    log = journal(t)
    seats = np.ascontiguousarray(rides.seats[whole[rides.seats[:, 4]]])
    retrace(cells, log, t.flat, rides.table(whole), seats)
    gone = np.zeros(whole.size, dtype=np.int64)
    if (cells[: t.at[c.A_TRIP]] < 0).any():
        shed(cells, log, t.flat, gone)
    return Kept(cells, ~whole | (gone > 0))


def matched(problem: Problem, legs: pl.DataFrame) -> Rides:
    """The rides of every row of which each packet still has its way."""
    t = problem.tables
    facts = legs.select(
        "line", "packet", "mode", "lift", "from", "to", "personnel", "mass_t", "lane_m", "pieces"
    ).rows()
    ways: dict[int, list[Ride]] = defaultdict(list)
    spots: dict[int, list[int]] = defaultdict(list)
    of_line: dict[str, dict[int, Content]] = defaultdict(dict)
    for n, (line, packet, mode, lift, start, end, people, mass, lane, pieces) in enumerate(facts):
        ways[packet].append((MODES.index(mode), start, end, lift != ""))
        spots[packet].append(n)
        of_line[line][packet] = (people, round(mass * 1000), round(lane * 10), pieces)
    routes = Ways(problem)
    seats: list[tuple[int, int, int, int]] = []
    rows: list[tuple[int, int, int, int]] = []
    for row in range(len(problem.lines)):
        pairs = paired(problem, row, of_line.get(problem.lines[row], {}))
        found = [(new, old, option, routes.find(row, option, ways.get(old, [])))
                 for new, old, option in pairs]  # fmt: skip
        if not found or any(route < 0 for *_, route in found):
            continue
        for new, old, option, route in found:
            seats.append((new, route, option, row))
            first = t.routes[route, 0]
            rows += [
                (new, leg, int(t.route_hops[first + leg]), n)
                for leg, n in enumerate(spots.get(old, ()))
            ]
    return arranged(problem, legs, seats, rows)


def paired(problem: Problem, row: int, old: dict[int, Content]) -> list[tuple[int, int, int]]:
    """Packets of a row with their numbers in the old plan, and the option they travel by.

    Packets under way know their numbers; a line of which nothing has begun is compared by content.
    """
    t = problem.tables
    for option in (0, 1):
        packets = range(*t.options[2 * row + option : 2 * row + option + 2].tolist())
        if not packets:
            continue
        numbers = problem.number[packets.start : packets.stop].tolist()
        if min(numbers) >= 0:
            return [(new, number, option) for new, number in zip(packets, numbers, strict=True)]
        if len(packets) == len(old):
            own = [
                (
                    int(problem.people[p]), int(t.packets[p, c.P_MASS]),
                    int(t.packets[p, c.P_LANE]), int(problem.pieces[p]),
                )
                for p in packets
            ]  # fmt: skip
            if own == list(old.values()):
                return [(new, number, option) for new, number in zip(packets, old, strict=True)]
    return []


class Ways:
    """Routes of an instance by the rides that they are made of."""

    def __init__(self, problem: Problem) -> None:
        """Take the instance; rides are looked up when they are asked for."""
        self.tables = problem.tables
        h = problem.tables.hops
        self.ride: list[Ride] = [
            (mode, problem.stops[start], problem.stops[end], lift > 0)
            for mode, start, end, lift in h[:, [c.H_MODE, c.H_FROM, c.H_TO, c.H_LIFT]].tolist()
        ]
        self.known: dict[tuple[int, ...], list[Ride]] = {}

    def find(self, row: int, option: int, rides: list[Ride]) -> int:
        """The route of a row's option that is made of these rides; -1 where it has none."""
        t = self.tables
        first, end = t.choices[2 * row + option : 2 * row + option + 2].tolist()
        for route, (start, stop) in zip(
            range(first, end), t.routes[first:end, :2].tolist(), strict=True
        ):
            if stop - start == len(rides):
                hops = tuple(t.route_hops[start:stop].tolist())
                if hops not in self.known:
                    self.known[hops] = [self.ride[hop] for hop in hops]
                if self.known[hops] == rides:
                    return route
        return -1


def arranged(
    problem: Problem,
    legs: pl.DataFrame,
    seats: list[tuple[int, int, int, int]],
    rows: list[tuple[int, int, int, int]],
) -> Rides:
    """Rides in the order in which trips are loaded, with seats that say when packets arrive."""
    t = problem.tables
    seat = np.array(seats, dtype=np.int64).reshape(len(seats), 4)
    ride = np.array(rows, dtype=np.int64).reshape(len(rows), 4)
    at = legs[ride[:, 3]]
    depart, arrive, load, unload, trip = (
        at[name].to_numpy().astype(np.int64)
        for name in ("depart_min", "arrive_min", "load_min", "unload_min", "trip")
    )
    numbers = {
        pair: problem.fleets.asset(*pair)
        for pair in at.filter(pl.col("trip") >= 0).select("lift", "asset").unique().iter_rows()
    }
    asset = np.array(
        [numbers.get(pair, -1) for pair in at.select("lift", "asset").iter_rows()], dtype=np.int64
    )
    arrives = t.lines[seat[:, 3], c.L_READY]
    last = np.full(t.packets.shape[0], -1, dtype=np.int64)
    np.maximum.at(last, ride[:, 0], arrive + unload)
    arrives = np.where(last[seat[:, 0]] >= 0, last[seat[:, 0]], arrives)
    order = np.lexsort((ride[:, 1], ride[:, 0], trip, depart - load))
    return Rides(
        np.stack([seat[:, 0], seat[:, 1], arrives, seat[:, 2], seat[:, 3]], axis=1),
        *(
            x[order]
            for x in (
                ride[:, 0], ride[:, 1], ride[:, 2], depart, arrive, load, unload, trip, asset,
                t.packets[ride[:, 0], c.P_LINE],
            )
        ),
    )  # fmt: skip


def broken(problem: Problem, r: Rides) -> Ints:
    """Rides that cannot be as they were: no asset, too late, too fast, or without a permit."""
    t = problem.tables
    hops, lines = t.hops[r.hop], t.lines[r.own]
    lifted = r.trip >= 0
    if not t.asset_fleet.size:
        return np.flatnonzero(lifted)
    fleet = t.fleets[t.asset_fleet[np.maximum(r.asset, 0)]]
    run = hops[:, c.H_MIN] + np.where(lifted, -(-hops[:, c.H_KM] * 6 // fleet[:, c.F_SPEED]), 0)
    bad = (r.arrive - r.depart != run) | (lifted & (r.asset < 0))
    for own, hop_says, fleet_says in (
        (r.load, c.H_LOAD, c.F_LOAD), (r.unload, c.H_UNLOAD, c.F_UNLOAD)
    ):  # fmt: skip
        least = np.where(hops[:, hop_says] < 0, fleet[:, fleet_says], hops[:, hop_says])
        bad |= lifted & (own != least)
    bad |= (r.leg == 0) & (r.depart - r.load < lines[:, c.L_READY])
    mode = hops[:, c.H_MODE]
    wrong = fleet[:, c.F_MODE] != mode
    wrong |= (mode == RAIL) & (fleet[:, c.F_GAUGE] != hops[:, c.H_GAUGE])
    wrong |= (mode == SEA) & (fleet[:, c.F_DRAUGHT] > hops[:, c.H_DRAUGHT])
    wrong |= (mode == AIR) & (fleet[:, c.F_RUNWAY] > hops[:, c.H_RUNWAY])
    bad |= lifted & wrong
    return np.flatnonzero(bad | ~cleared(problem, r))


def cleared(problem: Problem, r: Rides) -> Bools:
    """(rides,) whether every border on the way is open by the time it is crossed."""
    t = problem.tables
    hops = t.hops[r.hop]
    first, count = hops[:, c.H_BORDER], hops[:, c.H_BORDER_END] - hops[:, c.H_BORDER]
    ride = np.repeat(np.arange(r.hop.size), count)
    border = np.arange(ride.size) - np.repeat(np.cumsum(count) - count, count) + first[ride]
    crossing, line = t.borders[border], t.lines[r.own[ride]]
    speed = np.ones(ride.size, dtype=np.int64)
    if t.asset_fleet.size:
        speeds = t.fleets[t.asset_fleet[np.maximum(r.asset, 0)], c.F_SPEED]
        speed = np.where(r.trip >= 0, speeds, 1)[ride]
    crossed = r.depart[ride] + crossing[:, c.B_OFFSET] + crossing[:, c.B_KM] * 6 // speed
    country = crossing[:, c.B_COUNTRY]
    opens = line[:, c.L_REQUEST] + t.leads[country, hops[ride, c.H_MODE]]
    good = np.ones(r.hop.size, dtype=bool)
    good[ride[(country != line[:, c.L_OWNER]) & (crossed < opens)]] = False
    return good


def stranded(problem: Problem, r: Rides, whole: Bools) -> Ints:
    """Rows with a ride on a trip whose asset cannot be there in time from where it is before."""
    t = problem.tables
    use = np.flatnonzero(whole[r.own] & (r.trip >= 0))
    _, first = np.unique(r.trip[use], return_index=True)
    runs = use[np.sort(first)]
    runs = runs[np.lexsort((r.depart[runs] - r.load[runs], r.asset[runs]))]
    if not runs.size:
        return runs
    asset = r.asset[runs]
    fleet = t.fleets[t.asset_fleet[asset]]
    begin, end = r.depart[runs] - r.load[runs], r.arrive[runs] + r.unload[runs]
    stood, free = t.asset_from[asset, 0].copy(), t.asset_from[asset, 1].copy()
    again = np.flatnonzero(asset[1:] == asset[:-1]) + 1
    stood[again] = t.hops[r.hop[runs[again - 1]], c.H_TO]
    free[again] = end[again - 1] + fleet[again, c.F_TURN]
    empty_move = t.positions[fleet[:, c.F_SYSTEM], stood, t.hops[r.hop[runs], c.H_FROM]]
    late = (free + empty_move > begin) | (empty_move >= NEVER) | (begin < fleet[:, c.F_READY])
    bad = np.isin(r.trip, r.trip[runs[late]]) & whole[r.own]
    return np.unique(r.own[bad])
