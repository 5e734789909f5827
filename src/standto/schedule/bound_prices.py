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
from standto.kernels.relaxing import relax, soonest
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

    def alone(self) -> Ints:
        """(packets,) earliest arrival of each packet by its option's routes, NEVER where none."""
        made = np.zeros(self.shares.shape[1], dtype=np.int64)
        horizon = self.problem.horizon_min
        soonest(*self.read, self.stands, self.shares, horizon, made)
        return made

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

    def work(self, prices: Ints) -> int:
        """Least worth, in 1/SHARE, of what all lines take of lift at (fleets,) prices a minute."""
        rows = np.zeros((self.capacity.shape[0], 4 * self.capacity.shape[1] + 1), dtype=np.int64)
        rows[: prices.size] = prices[:, None] * BLOCK * SHARE
        sums = np.cumsum(rows, axis=1) - rows[:, :1]
        nothing = np.zeros((rows.shape[0], 0), dtype=np.int64)
        costs = np.zeros(self.moved.size, dtype=np.int64)
        return int(relax(
            *self.read, self.stands, self.onward, self.shares, self.units, 0 * self.pay, sums,
            self.moved, nothing, costs, BLOCK, self.problem.horizon_min, 1,
        ))  # fmt: skip


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


def ends_at(problem: Problem, fleet: int, column: int) -> Ints:
    """Stops at which hops that a fleet could serve begin (H_FROM) or end (H_TO)."""
    hops, row = problem.tables.hops, problem.tables.fleets[fleet]
    fit = (hops[:, c.H_LIFT] > 0) & (hops[:, c.H_MODE] == row[c.F_MODE])
    if row[c.F_MODE] == c.RAIL:
        fit &= hops[:, c.H_GAUGE] == row[c.F_GAUGE]
    return np.unique(hops[fit, column])


def loads_at(problem: Problem, fleet: int) -> Ints:
    """Stops at which a fleet could load."""
    return ends_at(problem, fleet, c.H_FROM)


def moves(problem: Problem, fleet: int) -> Ints:
    """(stops, stops) least minutes of a fleet's move, empty or loaded, with no stop between."""
    t = problem.tables
    row = t.fleets[fleet]
    table: Ints = t.positions[row[c.F_SYSTEM]].copy()
    hops = t.hops[(t.hops[:, c.H_LIFT] > 0) & (t.hops[:, c.H_MODE] == row[c.F_MODE])]
    run = hops[:, c.H_MIN] + hops[:, c.H_KM] * 6 // row[c.F_SPEED]
    np.minimum.at(table, (hops[:, c.H_FROM], hops[:, c.H_TO]), run)
    return table


def quickest(table: Ints, at: Ints) -> Ints:
    """Least minutes from the stops that `at` gives a beginning, over any number of moves."""
    best = at.copy()
    while True:
        after = np.minimum(best, (best[:, None] + table).min(axis=0, initial=NEVER))
        if np.array_equal(after, best):
            return best
        best = after


def reached(problem: Problem) -> Ints:
    """(fleets, stops) earliest minute at which any asset of a fleet can stand at each stop."""
    t = problem.tables
    made = np.full((t.fleets.shape[0], len(problem.stops)), NEVER, dtype=np.int64)
    for fleet, row in enumerate(t.fleets):
        used = np.union1d(loads_at(problem, fleet), ends_at(problem, fleet, c.H_TO))
        begin = np.full(len(problem.stops), NEVER, dtype=np.int64)
        for asset in range(row[c.F_ASSET], row[c.F_ASSET_END]):
            stop, minute = t.asset_from[asset]
            begin[stop] = min(begin[stop], max(minute, row[c.F_READY]))
        among = np.union1d(used, np.flatnonzero(begin < NEVER))
        table = moves(problem, fleet)[np.ix_(among, among)]
        made[fleet, among] = np.minimum(quickest(table, begin[among]), NEVER)
    return made


def onward(problem: Problem) -> Ints:
    """(fleets, stops) least minutes from a stop to any at which the fleet could load next."""
    t = problem.tables
    made = np.zeros((t.fleets.shape[0], len(problem.stops)), dtype=np.int64)
    for fleet, row in enumerate(t.fleets):
        used = loads_at(problem, fleet)
        if used.size:
            made[fleet] = t.positions[row[c.F_SYSTEM]][:, used].min(axis=1)
    return np.where(made >= NEVER, 0, made)


def shares(problem: Problem, moved: Ints) -> Ints:
    """(fleets, packets) least part of a trip that each packet takes, in 1/SHARE; -1: does not fit.

    All packets aboard fit in each dimension, so that their parts in any one dimension, or any
    dual feasible function of them, sum to no more than one trip. For each fleet the dimension and
    the function that ask most of the packets that may ride are taken; transporters are not shared.
    """
    t = problem.tables
    p = t.packets
    made = np.full((t.fleets.shape[0], p.shape[0]), -1, dtype=np.int64)
    rides = moved[p[:, c.P_LINE]] > 0
    for fleet, row in enumerate(t.fleets):
        fits = p[:, c.P_PIECE_KG] <= row[c.F_PIECE_KG]
        if row[c.F_MODE] == c.ROAD:
            fits &= p[:, c.P_TRACKED] <= row[c.F_PIECES]
            made[fleet, fits] = SHARE
            continue
        if row[c.F_MODE] == c.AIR:
            fits &= p[:, c.P_OUTSIZE] <= row[c.F_OUTSIZE]
        sizes = ((c.P_MASS, c.F_MASS), (c.P_LANE, c.F_LANE), (c.P_SEATS, c.F_SEATS))
        for demand, room in sizes:
            fits &= p[:, demand] <= row[room]
        best = np.zeros(p.shape[0], dtype=np.int64)
        for demand, room in sizes:
            for part in dual_feasible(p[:, demand], int(row[room])):
                if part[fits & rides].sum() > best[fits & rides].sum():
                    best = part
        made[fleet] = np.where(fits, best, -1)
    return made


def dual_feasible(demand: Ints, room: int) -> list[Ints]:
    """Parts of a room in 1/SHARE: as they are, and three roundings that hold for all that fits."""
    if room <= 0 or room >= NEVER:
        return []
    made = [np.minimum(demand * SHARE // room, SHARE)]
    for k in (1, 2, 3):
        whole = (k + 1) * demand % room == 0
        up = (k + 1) * demand // room * SHARE // k
        made.append(np.minimum(np.where(whole, made[0], up), SHARE))
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
