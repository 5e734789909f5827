"""Every way of every packet as arrays, and what all lines pay at least at given flat prices.

Lift of one kind is one class, whatever its fleet and its base: bounds count its assets together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from standto.kernels import columns as c
from standto.kernels import ways as k
from standto.kernels.columns import NEVER
from standto.schedule.bound_lift import ends_at, loads_at, moves, quickest, reached
from standto.schedule.bound_parts import fitting, shared
from standto.schedule.problem import Problem

Ints = npt.NDArray[np.int64]

LARGEST = 1 << 20
"""Largest price of a unit or a minute: beyond it a product could pass 64 bits."""
OWN = (c.F_BASE, c.F_READY, c.F_ASSET, c.F_ASSET_END)
"""Columns in which fleets of one class differ."""
READ = ("packets", "lines", "options", "choices", "routes", "route_hops", "hops", "borders")


@dataclass(frozen=True)
class Ways:
    """The ways of all packets of the lines moved (see `kernels.ways`), and the classes of lift.

    of_class: (fleets,) class of each fleet. fleets: (classes, fields) one fleet of each. assets:
    (assets, 3) class, stop and minute from which each can be used. tables: (classes, stops, stops)
    least minutes of any move, loaded or empty. fits: (classes, packets) 1 where a packet can ride.
    used: stops at which each class can begin, load or unload. tails: (classes,) least minutes from
    the end of any trip to its packet's arrival. arrive: (packets,) soonest, alone.
    """

    problem: Problem
    moved: Ints
    of_class: Ints
    fleets: Ints
    assets: Ints
    tables: Ints
    fits: Ints
    lines: Ints
    hops: Ints
    steps: Ints
    packets: Ints
    resources: Ints
    options: Ints
    packet_ways: Ints
    way_legs: Ints
    leg_pieces: Ints
    pieces: Ints
    arrive: Ints
    used: tuple[Ints, ...]
    tails: Ints

    @classmethod
    def of(cls, problem: Problem, moved: Ints) -> Ways:
        """The ways of the lines that `moved` (0 or 1) names."""
        t = problem.tables
        of_class, first = classes(t.fleets)
        fleets = t.fleets[first]
        read = [np.array(getattr(t, name)) for name in READ]
        counts = sizes(problem)
        stands = np.full((fleets.shape[0], len(problem.stops)), NEVER, dtype=np.int64)
        for fleet, soonest in enumerate(reached(problem)):
            np.minimum(stands[of_class[fleet]], soonest, out=stands[of_class[fleet]])
        assets = assets_of(problem, of_class)
        made = cls(
            problem=problem,
            moved=moved,
            of_class=of_class,
            fleets=fleets,
            assets=assets,
            tables=np.stack([moves(problem, f) for f in first])
            if first.size
            else np.zeros((0, len(problem.stops), len(problem.stops)), dtype=np.int64),
            fits=fitting(read[0], fleets).astype(np.int64),
            lines=read[1],
            hops=read[6],
            steps=np.array(t.steps),
            packets=read[0],
            resources=np.array(t.resources),
            options=read[2],
            packet_ways=np.zeros(t.packets.shape[0] + 1, dtype=np.int64),
            way_legs=np.zeros(counts[0] + 1, dtype=np.int64),
            leg_pieces=np.zeros(counts[1] + 1, dtype=np.int64),
            pieces=np.zeros((counts[2] + 1, k.PIECE_FIELDS), dtype=np.int64),
            arrive=np.full(t.packets.shape[0], NEVER, dtype=np.int64),
            used=tuple(
                used_stops(problem, int(f), assets[assets[:, 0] == of, 1])
                for of, f in enumerate(first)
            ),
            tails=np.full(fleets.shape[0], NEVER, dtype=np.int64),
        )
        k.all_ways(
            *read, np.array(t.leads), fleets, stands, made.fits, moved, problem.horizon_min,
            made.packet_ways, made.way_legs, made.leg_pieces, made.pieces,
            made.arrive,
        )  # fmt: skip
        made = trimmed(made)
        made.pieces[:, k.W_SHARE] = shared(made)
        pieces = made.pieces
        lifted = pieces[pieces[:, k.W_CLASS] >= 0]
        np.minimum.at(made.tails, lifted[:, k.W_CLASS], lifted[:, k.W_TAIL])
        return made

    @property
    def legs(self) -> Ints:
        """(packets + 1,) where each packet's pieces begin."""
        made: Ints = self.leg_pieces[self.way_legs[self.packet_ways]]
        return made

    @cached_property
    def used_pairs(self) -> npt.NDArray[np.bool_]:
        """(hops, classes + 1) whether lines moved ride a hop with a class; column 0: own wheels."""
        made = np.zeros((self.hops.shape[0], self.fleets.shape[0] + 1), dtype=bool)
        packet = np.repeat(np.arange(self.packets.shape[0]), np.diff(self.legs))
        pieces = self.pieces[self.moved[self.packets[packet, c.P_LINE]] > 0]
        made[pieces[:, k.W_HOP], pieces[:, k.W_CLASS] + 1] = True
        return made

    @cached_property
    def most_pieces(self) -> int:
        """Most pieces that all legs of one way have."""
        return 1 + int(np.diff(self.leg_pieces[self.way_legs]).max(initial=0))

    @property
    def widest(self) -> int:
        """Most calendars that one piece can use."""
        return 4 + int((self.hops[:, c.H_STEP_END] - self.hops[:, c.H_STEP]).max(initial=0))

    def entries(self, packets: Ints) -> Ints:
        """(rows, 5) piece, calendar, amount, earliest minute and least minutes to the arrival."""
        legs = self.legs
        steps = self.hops[:, c.H_STEP_END] - self.hops[:, c.H_STEP]
        each = np.concatenate(([0], np.cumsum(4 + steps[self.pieces[: legs[-1], k.W_HOP]])))
        size = int((each[legs[packets + 1]] - each[legs[packets]]).sum())
        out = np.zeros((size, 5), dtype=np.int64)
        count = k.entries_of(
            self.hops, self.steps, self.packets, self.fleets, self.resources, self.packet_ways,
            self.way_legs, self.leg_pieces, self.pieces, np.zeros((self.widest, 4), dtype=np.int64),
            packets, out,
        )  # fmt: skip
        return out[:count]


def trimmed(ways: Ways) -> Ways:
    """The same ways without the room that was left for more."""
    legs = ways.way_legs[: int(ways.packet_ways[-1]) + 1]
    pieces = ways.leg_pieces[: int(legs[-1]) + 1]
    return replace(
        ways,
        way_legs=legs.copy(),
        leg_pieces=pieces.copy(),
        pieces=ways.pieces[: int(pieces[-1])].copy(),
    )


def classes(fleets: Ints) -> tuple[Ints, Ints]:
    """(fleets,) class of each fleet, and the first fleet of each class."""
    kept = [column for column in range(fleets.shape[1]) if column not in OWN]
    known: dict[tuple[int, ...], int] = {}
    of = [known.setdefault(tuple(row), len(known)) for row in fleets[:, kept].tolist()]
    made = np.array(of, dtype=np.int64)
    return made, np.array([of.index(n) for n in range(len(known))], dtype=np.int64)


def assets_of(problem: Problem, of_class: Ints) -> Ints:
    """(assets, 3) class, stop and minute from which each asset can be used."""
    t = problem.tables
    made = np.zeros((t.asset_fleet.size, 3), dtype=np.int64)
    made[:, 0] = of_class[t.asset_fleet]
    made[:, 1] = t.asset_from[:, 0]
    made[:, 2] = np.maximum(t.asset_from[:, 1], t.fleets[t.asset_fleet, c.F_READY])
    return made


def sizes(problem: Problem) -> tuple[int, int, int]:
    """Most ways, legs and pieces that there can be."""
    t = problem.tables
    _, first = classes(t.fleets)
    lift = np.array([(t.fleets[first, c.F_MODE] == mode).sum() for mode in range(4)])
    carried = t.hops[:, c.H_LIFT] != 0
    each = np.where(carried, lift[t.hops[:, c.H_MODE]], 1)
    at = np.concatenate(([0], np.cumsum(each[t.route_hops])))
    legs = t.routes[:, 1] - t.routes[:, 0]
    pieces = at[t.routes[:, 1]] - at[t.routes[:, 0]]
    many = np.diff(t.options)
    sums = [np.concatenate(([0], np.cumsum(x))) for x in (np.ones_like(legs), legs, pieces)]
    made = [int((many * np.diff(x[t.choices])).sum()) for x in sums]
    return made[0], made[1], made[2]


def remoteness(ways: Ways, raw: Ints) -> Ints:
    """(classes, stops) minutes by which each stop is remote, as near to `raw` as holds.

    No move, empty or loaded, takes less than the remoteness that it makes up: so what an asset
    loses on its way out it must spend on its way back.
    """
    made = np.zeros_like(raw)
    for of, table in enumerate(ways.tables):
        used = ways.used[of]
        near = quickest(np.ascontiguousarray(table[np.ix_(used, used)].T), raw[of, used])
        made[of, used] = near - near.min(initial=0)
    return made


def used_stops(problem: Problem, fleet: int, bases: Ints) -> Ints:
    """Stops at which a class of lift can begin, load or unload."""
    ends = np.union1d(loads_at(problem, fleet), ends_at(problem, fleet, c.H_TO))
    return np.union1d(ends, bases)
