"""Prices of lift and room that bound response and lateness: a Lagrangian relaxation, and its proof.

For any prices not below zero, what every packet would pay at least (its arrival, and its part of
lift and room at their prices), less what all there is is worth at these prices, is no more than
what any plan costs. Good prices make it nearly as much.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from standto.kernels import columns as c
from standto.kernels.columns import FLOW, NEVER
from standto.kernels.pricing import BLOCK
from standto.kernels.relaxing import SCRATCH_FIELDS, all_prices, relax, spend_all
from standto.schedule.bound_ways import Ways
from standto.schedule.problem import Problem

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

LARGEST_PRICE = 10**12
"""Largest price of a unit and minute: sums of them over days still fit in 64 bits."""
SCALE = 10**9
"""Units of the whole-number proof in one minute of the objective."""
GRID = 60
"""Minutes of a slot of the relaxation: a coarser one is quicker and proves less."""
COARSE = 240
"""The same while prices are looked for, before they are proved."""
MOST_SLOTS = 6_000_000
"""Prices of rides kept at once (16 bytes each): slots grow until they fit."""


@dataclass(frozen=True)
class Relaxation:
    """What the pricing kernels read, and the room that prices are put on.

    remote: (classes, stops) see `bound_ways.remoteness`. pay: (packets, 2) cost of a minute of
    response and of lateness. capacity: (classes and calendars, days) minutes or units; -1 where no
    price may be. narrow: (hops,) see `kernels.relaxing.units_of`. grid: minutes of a slot.
    """

    ways: Ways
    remote: Ints
    pay: Ints
    capacity: Ints
    narrow: Ints
    grid: int

    @classmethod
    def of(
        cls, ways: Ways, remote: Ints, aims: tuple[bool, bool] = (True, True), grid: int = GRID
    ) -> Relaxation:
        """The relaxation for response (first of `aims`), lateness (second), or both."""
        t = ways.problem.tables
        blocks = -(-ways.problem.horizon_min // BLOCK)
        pay = [np.floor(t.weight * x * SCALE) * on for x, on in zip(t.aims, aims, strict=False)]
        return cls(
            ways=ways,
            remote=remote,
            pay=np.stack(pay, axis=1).astype(np.int64),
            capacity=np.concatenate((lift(ways, remote, blocks), calendars(ways.problem, blocks))),
            narrow=narrow(ways),
            grid=grid,
        )

    def price(self, prices: Ints, use: Ints | None = None) -> int:
        """The bound that prices prove, in 1/SCALE minutes; `use`, where given, is written.

        Raises ValueError for prices below nothing or so large that sums would not fit: they prove
        nothing, whoever found them.
        """
        if prices.size and (prices.min() < 0 or prices.max() > LARGEST_PRICE):
            raise ValueError(f"prices from {prices.min()} to {prices.max()} prove nothing")
        w = self.ways
        sums = np.zeros((prices.shape[0], prices.shape[1] + 1), dtype=np.int64)
        np.cumsum(prices * BLOCK, axis=1, out=sums[:, 1:])
        pair_of, pairs = loud_pairs(w, prices.max(axis=1) > 0)
        last = int(np.flatnonzero(prices.max(axis=0, initial=0) > 0).max(initial=-1)) + 1
        size = -(-last * BLOCK // self.grid)
        trip, unit = (np.zeros((pairs.shape[0], size), dtype=np.int64) for _ in range(2))
        all_prices(w.hops, w.steps, w.fleets, sums, self.remote, pairs, self.grid, trip, unit)
        costs = np.zeros(w.moved.size, dtype=np.int64)
        chosen = np.full((w.packets.shape[0], 2), -1, dtype=np.int64)
        scratch = np.zeros((w.most_pieces, SCRATCH_FIELDS), dtype=np.int64)
        relax(
            w.hops, w.packets, w.lines, w.options, w.fleets, self.narrow, w.packet_ways,
            w.way_legs, w.leg_pieces, w.pieces, pair_of, trip, unit, self.pay, self.grid,
            scratch, w.problem.horizon_min, w.moved, costs, chosen,
        )  # fmt: skip
        if use is not None:
            spend_all(
                w.hops, w.steps, w.packets, w.fleets, self.narrow, w.way_legs, w.leg_pieces,
                w.pieces, pair_of, trip, unit, self.remote, use, self.grid, scratch, chosen,
            )  # fmt: skip
        rows = np.flatnonzero(prices.max(axis=1) > 0)
        worth = (prices[rows].astype(object) * self.capacity[rows].astype(object)).sum()
        return sum(costs.tolist()) - int(worth)


def fitting_grid(ways: Ways, prices: Ints, grid: int) -> int:
    """Minutes of a slot, `grid` or more, at which the prices of all rides fit in memory."""
    pairs = loud_pairs(ways, prices.max(axis=1) > 0)[1].shape[0]
    days = int(np.flatnonzero(prices.max(axis=0, initial=0) > 0).max(initial=0)) + 1
    while pairs * days * (BLOCK // grid) > MOST_SLOTS and grid < BLOCK:
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


def calendars(problem: Problem, blocks: int) -> Ints:
    """(calendars, blocks) units that each admits in a day, or minutes that its places are open.

    A calendar whose window is no part of a day has none that can be priced: no limit at all.
    """
    made = np.full((len(problem.resources), blocks), -1, dtype=np.int64)
    for n, r in enumerate(problem.resources):
        if BLOCK % r.window_min:
            continue
        each = BLOCK // r.window_min
        cells = np.zeros(blocks * each, dtype=np.int64)
        cells[: min(cells.size, r.cells.size)] = np.maximum(r.cells[: cells.size], 0)
        made[n] = cells.reshape(blocks, each).sum(axis=1) * (1 if r.kind == FLOW else r.window_min)
    return made


def lift(ways: Ways, remote: Ints, blocks: int) -> Ints:
    """(classes, blocks) minutes in which the assets of a class can be at work or on their way."""
    starts = np.arange(blocks) * BLOCK
    made = np.zeros((ways.fleets.shape[0], blocks), dtype=np.int64)
    for of in range(made.shape[0]):
        mine = ways.assets[ways.assets[:, 0] == of]
        ready = mine[:, 2] + remote[of, mine[:, 1]]
        made[of] = np.clip(starts[None, :] + BLOCK - ready[:, None], 0, BLOCK).sum(axis=0)
    return made
