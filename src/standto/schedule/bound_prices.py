"""Prices of lift and terminals that bound the objective: a Lagrangian relaxation, and its proof.

For any prices not below zero, what every packet would pay at least (its arrival, and its part of
lift and terminals at their prices), less what all capacity is worth at these prices, is no more
than the objective of any plan. Good prices make it nearly as much.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from standto.kernels import columns as c
from standto.kernels.columns import FLOW, NEVER
from standto.kernels.pricing import BLOCK, SHARE
from standto.kernels.relaxing import relax
from standto.schedule.bound_lift import loads_at, onward, reached, shares
from standto.schedule.problem import Problem

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

SCALE = 10**9
"""Units of the whole-number proof in one minute of the objective."""
READ = (
    "packets",
    "lines",
    "options",
    "choices",
    "routes",
    "route_hops",
    "hops",
    "borders",
    "leads",
    "fleets",
)
"""Tables that the pricing kernel reads, in the order of its arguments."""
GRID = 60
"""Minutes of a slot of the relaxation: a coarser one is quicker and proves less."""


@dataclass(frozen=True)
class Relaxation:
    """What the pricing kernel reads, and the capacity that prices are put on.

    stands: (fleets, stops) minute at which a fleet's first asset can be there. onward: (fleets,
    stops) least minutes from there to where the fleet can load next. shares: (fleets, packets)
    least part of a trip that a packet takes, in 1/SHARE; -1 where it does not fit. units:
    (calendars, 1) most units counted. pay: (packets, 2) cost of a minute of response and of
    lateness. capacity: (fleets and calendars, blocks) minutes or units. priced: (rows,) bool.
    """

    problem: Problem
    read: tuple[Ints, ...]
    stands: Ints
    onward: Ints
    shares: Ints
    units: Ints
    pay: Ints
    capacity: Ints
    moved: Ints
    grid: int

    @classmethod
    def of(cls, problem: Problem, moved: Ints, grid: int = GRID) -> Relaxation:
        """The relaxation of a plan's instance for the lines that `moved` (0 or 1) names."""
        t = problem.tables
        blocks = -(-problem.horizon_min // BLOCK)
        pay = np.stack([np.floor(t.weight * aim * SCALE) for aim in t.aims[:2]], axis=1)
        stands = reached(problem)
        return cls(
            problem=problem,
            read=tuple(getattr(t, name).copy() for name in READ),
            stands=stands,
            onward=onward(problem),
            shares=shares(problem, moved),
            units=t.resources[:, c.R_BASE : c.R_BASE + 1].copy(),
            pay=pay.astype(np.int64),
            capacity=np.concatenate((lift(problem, stands, blocks), calendars(problem, blocks))),
            moved=moved,
            grid=grid,
        )

    def price(self, prices: Ints, use: Ints, costs: Ints) -> int:
        """The bound that prices prove, in 1/SCALE minutes; `use` and `costs` are written."""
        sums = np.zeros((prices.shape[0], prices.shape[1] + 1), dtype=np.int64)
        np.cumsum(prices * BLOCK, axis=1, out=sums[:, 1:])
        relax(
            *self.read, self.stands, self.onward, self.shares, self.units, self.pay, sums,
            self.moved, use, costs, self.grid, self.problem.horizon_min, 1 << 30,
        )  # fmt: skip
        worth = sum(int(x) for x in (prices.astype(object) * self.capacity.astype(object)).sum(1))
        return sum(int(cost) for cost in costs) - worth


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
        cells[: min(cells.size, r.cells.size)] = r.cells[: cells.size]
        made[n] = cells.reshape(blocks, each).sum(axis=1) * (1 if r.kind == FLOW else r.window_min)
    return made


def lift(problem: Problem, stands: Ints, blocks: int) -> Ints:
    """(fleets, blocks) minutes in which a fleet's assets can be at work."""
    t = problem.tables
    starts = np.arange(blocks) * BLOCK
    made = np.zeros((t.fleets.shape[0], blocks), dtype=np.int64)
    for fleet, row in enumerate(t.fleets):
        from_min = np.full(int(row[c.F_ASSET_END] - row[c.F_ASSET]), NEVER)
        used = loads_at(problem, fleet)
        if used.size:
            from_min[:] = stands[fleet, used].min()
        open_min = np.clip(starts[None, :] + BLOCK - from_min[:, None], 0, BLOCK)
        made[fleet] = open_min.sum(axis=0)
    return made


@dataclass
class Search:
    """Prices in the making: the best found, what they prove, and where to go next."""

    prices: Ints
    value: int
    rounds: int


def searched(
    relaxation: Relaxation,
    target: float,
    seconds: float,
    most: int,
    tell: Callable[[str, str], None] = lambda stage, words: None,
) -> Search:
    """Prices by subgradient steps of Polyak's length towards `target` (minutes), a plan's cost.

    Ends after so many seconds, or at most so many rounds.
    """
    begun = time.perf_counter()
    capacity = relaxation.capacity
    usable = capacity.min(axis=1, initial=0) >= 0
    prices = np.zeros(capacity.shape)
    use = np.zeros(capacity.shape, dtype=np.int64)
    costs = np.zeros(relaxation.moved.size, dtype=np.int64)
    best = Search(np.zeros(capacity.shape, dtype=np.int64), -1, 0)
    pace, stuck = 0.3, 0
    weight = 1.0 / np.maximum(capacity.max(axis=1, initial=1), 1)[:, None] ** 2
    before = np.zeros(capacity.shape)
    while True:
        use[:] = 0
        whole = np.floor(prices).astype(np.int64)
        value = relaxation.price(whole, use, costs)
        best.rounds += 1
        if value > best.value:
            best.prices, best.value, stuck = whole, value, 0
        else:
            stuck += 1
            if stuck >= 5:
                pace, stuck, prices = pace / 2, 0, best.prices.astype(np.float64)
        tell("bounds", f"{best.rounds} prices: {best.value / SCALE:.0f}")
        spent = time.perf_counter() - begun
        if spent * (best.rounds + 1) / best.rounds > seconds or pace < 1e-3 or best.rounds >= most:
            return best
        excess = np.where(usable[:, None], use / SHARE - capacity, 0.0)
        excess = np.where((whole <= 0) & (excess < 0), 0.0, excess) + 0.3 * before
        before = excess
        size = float((excess * excess * weight).sum())
        missing = target * SCALE - value
        if size <= 0 or missing <= 0:
            return best
        prices = np.maximum(0.0, prices + pace * missing / size * excess * weight)
