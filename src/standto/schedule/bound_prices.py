"""Prices of lift and room that bound response and lateness: a Lagrangian relaxation, and its proof.

For any prices not below zero, what every packet would pay at least (its arrival, and its part of
lift and room at their prices), less what all there is is worth at these prices, is no more than
what any plan costs. Good prices make it nearly as much.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from standto.kernels import columns as c
from standto.kernels.columns import FLOW, NEVER
from standto.kernels.pricing import SHARE
from standto.kernels.relaxing import SCRATCH_FIELDS, all_prices, relax, spend_all
from standto.schedule.bound_ways import Ways
from standto.schedule.problem import Problem

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

LARGEST_PRICE = 10**12
"""Largest price of a unit and minute: sums of them over days still fit in 64 bits."""
SCALE = 10**9
"""Units of the whole-number proof in one minute of the objective."""
DAY = 1440
BLOCK = 1440
"""Minutes for which a price holds, at first: a part of a day."""
GRID = 20
"""Minutes of a slot of the relaxation: a coarser one is quicker and proves less."""
MOST_SLOTS = 4_000_000
"""Prices of rides kept at once (24 bytes each): slots grow until they fit."""


class Priced(NamedTuple):
    """What all lines pay at some prices, and what they take for it.

    value: the bound that the prices prove, in 1/SCALE minutes. costs: (lines,) what each pays.
    took: rows of packet, row of prices, block and amount in shares. arrive: (packets,) minute by
    the way chosen, -1 for those of the other option.
    """

    value: int
    costs: Ints
    took: Ints
    arrive: Ints


@dataclass(frozen=True)
class Relaxation:
    """What the pricing kernels read, and the room that prices are put on.

    remote: (classes, stops) see `bound_ways.remoteness`. pay: (packets, 2) cost of a minute of
    response and of lateness. capacity: (classes and calendars, blocks) minutes or units; -1 where
    no price may be. spans: (classes and calendars,) blocks that have one price and one room, which
    stands in the first of them: a window longer than a block. narrow: (hops,) see
    `kernels.relaxing.units_of`. grid, block: minutes of a slot and of a price.
    """

    ways: Ways
    remote: Ints
    pay: Ints
    capacity: Ints
    spans: Ints
    narrow: Ints
    grid: int
    block: int

    @classmethod
    def of(
        cls,
        ways: Ways,
        remote: Ints,
        aims: tuple[bool, bool] = (True, True),
        grid: int = GRID,
        block: int = BLOCK,
    ) -> Relaxation:
        """The relaxation for response (first of `aims`), lateness (second), or both."""
        t = ways.problem.tables
        blocks = -(-ways.problem.horizon_min // DAY) * (DAY // block)
        room, spans = calendars(ways.problem, blocks, block)
        pay = [np.floor(t.weight * x * SCALE) * on for x, on in zip(t.aims, aims, strict=False)]
        return cls(
            ways=ways,
            remote=remote,
            pay=np.stack(pay, axis=1).astype(np.int64),
            capacity=np.concatenate((lift(ways, remote, blocks, block), room)),
            spans=np.concatenate((np.ones(ways.fleets.shape[0], dtype=np.int64), spans)),
            narrow=narrow(ways),
            grid=grid,
            block=block,
        )

    def at(self, block: int, grid: int) -> Relaxation:
        """The same for prices and slots of other lengths."""
        aims = (bool(self.pay[:, 0].any()), bool(self.pay[:, 1].any()))
        return Relaxation.of(self.ways, self.remote, aims, grid, block)

    @cached_property
    def first(self) -> Ints:
        """(classes and calendars, blocks) the block at which the price of each block stands."""
        every = np.arange(self.capacity.shape[1])
        made: Ints = every[None, :] - every[None, :] % self.spans[:, None]
        return made

    def price(self, prices: Ints) -> int:
        """The bound that prices prove, in 1/SCALE minutes."""
        return self.priced(prices, False).value

    def priced(self, prices: Ints, counted: bool = True) -> Priced:
        """The bound that prices prove; with what all lines take at these, if `counted`.

        Raises ValueError for prices below nothing or so large that sums would not fit: they prove
        nothing, whoever found them.
        """
        if prices.size and (prices.min() < 0 or prices.max() > LARGEST_PRICE):
            raise ValueError(f"prices from {prices.min()} to {prices.max()} prove nothing")
        prices = np.take_along_axis(prices, self.first, axis=1)
        w = self.ways
        sums = np.zeros((prices.shape[0], prices.shape[1] + 1), dtype=np.int64)
        np.cumsum(prices * self.block, axis=1, out=sums[:, 1:])
        pair_of, pairs = loud_pairs(w, prices.max(axis=1) > 0)
        last = int(np.flatnonzero(prices.max(axis=0, initial=0) > 0).max(initial=-1)) + 1
        size = -(-last * self.block // self.grid)
        trip, unit, begin = (np.zeros((pairs.shape[0], size), dtype=np.int64) for _ in range(3))
        all_prices(
            w.hops, w.steps, w.fleets, sums, self.remote, pairs, self.grid, self.block, trip,
            unit, begin,
        )  # fmt: skip
        costs = np.zeros(w.moved.size, dtype=np.int64)
        chosen = np.full((w.packets.shape[0], 2), -1, dtype=np.int64)
        scratch = np.zeros((w.most_pieces, SCRATCH_FIELDS), dtype=np.int64)
        relax(
            w.hops, w.packets, w.lines, w.options, w.fleets, self.narrow, w.packet_ways,
            w.way_legs, w.leg_pieces, w.pieces, pair_of, trip, unit, self.pay, self.grid,
            scratch, w.problem.horizon_min, w.moved, costs, chosen,
        )  # fmt: skip
        rows = np.flatnonzero(prices.max(axis=1) > 0)
        every = np.arange(self.capacity.shape[1])
        room = np.where(self.first == every, self.capacity, 0)[rows]
        worth = (prices[rows].astype(object) * room.astype(object)).sum()
        value = sum(costs.tolist()) - int(worth)
        took: Ints = np.zeros((1 << 16 if counted else 0, 4), dtype=np.int64)
        while counted:
            count = spend_all(
                w.hops, w.steps, w.packets, w.fleets, self.narrow, w.way_legs, w.leg_pieces,
                w.pieces, pair_of, trip, unit, begin, self.remote, self.block, took, self.grid,
                scratch, chosen,
            )  # fmt: skip
            if count <= took.shape[0]:
                took = took[:count]
                break
            took = np.zeros((count, 4), dtype=np.int64)
        arrive = np.where(chosen[:, 0] >= 0, chosen[:, 1] - self.grid, -1)
        return Priced(value, costs, took, arrive)

    def short(self) -> bool:
        """Whether at no price at all anything is asked for more than there is."""
        took = self.priced(np.zeros_like(self.capacity)).took
        blocks = self.capacity.shape[1]
        took = took[took[:, 2] < blocks]
        cell = took[:, 1] * blocks + self.first[took[:, 1], took[:, 2]]
        room = self.capacity.reshape(-1)
        use = np.bincount(cell, weights=took[:, 3] / SHARE, minlength=room.size)
        return bool(((room >= 0) & (use > room)).any())


def fitting_grid(ways: Ways, prices: Ints, grid: int, block: int) -> int:
    """Minutes of a slot, `grid` or more, at which the prices of all rides fit in memory."""
    pairs = loud_pairs(ways, prices.max(axis=1) > 0)[1].shape[0]
    last = int(np.flatnonzero(prices.max(axis=0, initial=0) > 0).max(initial=0)) + 1
    while pairs * last * block // grid > MOST_SLOTS and grid < DAY:
        grid *= 2
    return grid


def sampled(relaxation: Relaxation, lines: int, rng: np.random.Generator) -> Relaxation:
    """The relaxation of about so many lines, with room cut down likewise, to look for prices."""
    moved = np.flatnonzero(relaxation.ways.moved)
    if moved.size <= lines:
        return relaxation
    kept = np.zeros_like(relaxation.ways.moved)
    kept[rng.choice(moved, lines, replace=False)] = 1
    share = relaxation.pay[kept[relaxation.ways.packets[:, c.P_LINE]] > 0].sum()
    share = float(share) / max(1.0, float(relaxation.pay.sum()))
    capacity = np.where(
        relaxation.capacity < 0, -1, np.round(relaxation.capacity * share).astype(np.int64)
    )
    return replace(relaxation, ways=replace(relaxation.ways, moved=kept), capacity=capacity)


def loud_pairs(ways: Ways, priced: npt.NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """(hops, classes + 1) row of each pair of hop and class with a price, -1; and (pairs, 2).

    priced: (classes and calendars,) whether there is any price. Column 0 is for own wheels.
    """
    count = ways.fleets.shape[0]
    room = np.concatenate((priced[count:], [False]))
    ends = (c.H_FROM_HOLD, c.H_FROM_FLOW, c.H_TO_HOLD, c.H_TO_FLOW)
    hop = room[ways.hops[:, ends]].any(axis=1)
    at = np.concatenate(([0], np.cumsum(room[ways.steps[:, c.S_RESOURCE]])))
    hop |= at[ways.hops[:, c.H_STEP_END]] > at[ways.hops[:, c.H_STEP]]
    loud = ways.used_pairs & (hop[:, None] | np.concatenate(([False], priced[:count]))[None, :])
    made = np.full(loud.shape, -1, dtype=np.int64)
    made[loud] = np.arange(int(loud.sum()))
    pairs = np.argwhere(loud)
    pairs[:, 1] -= 1
    return made, np.ascontiguousarray(pairs, dtype=np.int64)


def narrow(ways: Ways) -> Ints:
    """(hops,) units that the smallest calendar of a road or of two ports admits in one window."""
    made = np.full(ways.hops.shape[0], NEVER, dtype=np.int64)
    base = np.concatenate((ways.resources[:, c.R_BASE], [NEVER]))
    at_sea = ways.hops[:, c.H_MODE] == c.SEA
    flows = base[ways.hops[:, (c.H_FROM_FLOW, c.H_TO_FLOW)]].min(axis=1, initial=NEVER)
    made[at_sea] = flows[at_sea]
    for hop in np.flatnonzero(ways.hops[:, c.H_MODE] == c.ROAD):
        steps = ways.steps[ways.hops[hop, c.H_STEP] : ways.hops[hop, c.H_STEP_END]]
        made[hop] = base[steps[:, c.S_RESOURCE]].min(initial=NEVER)
    return made


def calendars(problem: Problem, blocks: int, block: int) -> tuple[Ints, Ints]:
    """(calendars, blocks) units that each admits in a block, or minutes that its places are open.

    And (calendars,) blocks of one price, see `Relaxation`. A calendar whose windows and blocks do
    not begin together has none that can be priced: no limit at all.
    """
    made = np.full((len(problem.resources), blocks), -1, dtype=np.int64)
    spans = np.ones(len(problem.resources), dtype=np.int64)
    for n, r in enumerate(problem.resources):
        long = max(block, r.window_min)
        if DAY % long or long % block or long % r.window_min:
            continue
        spans[n], each = long // block, long // r.window_min
        cells = np.zeros(blocks * block // r.window_min, dtype=np.int64)
        cells[: min(cells.size, r.cells.size)] = np.maximum(r.cells[: cells.size], 0)
        made[n] = 0
        made[n, :: spans[n]] = cells.reshape(-1, each).sum(axis=1)
        made[n] *= 1 if r.kind == FLOW else r.window_min
    return made, spans


def lift(ways: Ways, remote: Ints, blocks: int, block: int) -> Ints:
    """(classes, blocks) minutes in which the assets of a class can be at work or on their way."""
    starts = np.arange(blocks) * block
    made = np.zeros((ways.fleets.shape[0], blocks), dtype=np.int64)
    for of in range(made.shape[0]):
        mine = ways.assets[ways.assets[:, 0] == of]
        ready = mine[:, 2] + remote[of, mine[:, 1]]
        made[of] = np.clip(starts[None, :] + block - ready[:, None], 0, block).sum(axis=0)
    return made
