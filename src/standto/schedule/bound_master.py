"""Better prices by a linear program over what lines have been seen to do: column generation.

Each round prices all lines, adds what each would do as a column, and asks HiGHS which mixture of
columns is cheapest within the room there is; the duals are the next prices to try. Prices stay
within a box around the best so far. Nothing here needs to be right or finished: any prices prove
what they prove (`bound_prices`).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import highspy
import numpy as np
import numpy.typing as npt
from scipy import sparse

from standto.kernels import columns as c
from standto.kernels.pricing import SHARE
from standto.schedule.bound_prices import LARGEST_PRICE, SCALE, Priced, Relaxation
from standto.schedule.bound_solver import run

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

UNIT = SCALE / 1000
"""Cost of 1 in the program, in 1/SCALE minutes: so that its numbers are near one."""
WIDE = 4.0
"""Largest factor between a price and the best so far in one round."""
FIRST = 0.02
"""Largest worth of what had no price before, as a part of the best value, in one round."""
NEAR = 0.5
"""How far from the best prices to the program's the next are looked for."""
CLOSE = 0.002
"""The search ends where the program promises no more than this part of the best..."""
STALE = 6
"""...or after so many rounds that prove hardly more."""
LEAST = 0.0005
"""What counts as more, as a part of the best."""


@dataclass(frozen=True)
class Search:
    """The best prices found so far, what they prove in 1/SCALE minutes, and in how many rounds."""

    prices: Ints
    value: int
    rounds: int


@dataclass
class Master:
    """The program: a row a line, a row a priced cell (a row of prices, and a block).

    row_of: cells that have a row. columns: (columns, cells) what each takes, as a part of the
    cell's room; at: its number in the program. boxes: (cell rows,) first of its two columns that
    keep the price in its box.
    """

    relaxation: Relaxation
    solver: highspy.Highs
    lines: Ints
    row_of: dict[int, int] = field(default_factory=dict)
    columns: list[sparse.csr_matrix] = field(default_factory=list)
    at: list[int] = field(default_factory=list)
    boxes: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, relaxation: Relaxation, first: Priced) -> Master:
        """The program with a row for every line that any way serves."""
        lines = np.unique(relaxation.ways.packets[first.arrive >= 0, c.P_LINE])
        solver = highspy.Highs()
        for option, value in (("output_flag", False), ("threads", 1)):
            solver.setOptionValue(option, value)
        none = np.zeros(0, dtype=np.int32)
        one = np.ones(lines.size)
        solver.addRows(lines.size, one, one, 0, np.zeros(lines.size, np.int32), none, np.zeros(0))
        return cls(relaxation, solver, lines)

    def add(self, priced: Priced) -> None:
        """Add a column for what each line would do at some prices."""
        cost, taken = self.done(priced)
        rows = sparse.identity(self.lines.size, format="csr")
        cells = np.array(list(self.row_of), dtype=np.int64)
        made = sparse.hstack((rows, taken[:, cells]), format="csr")
        self.at += range(self.solver.getNumCol(), self.solver.getNumCol() + self.lines.size)
        self.columns.append(taken)
        none, infinite = np.zeros(cost.size), np.full(cost.size, highspy.kHighsInf)
        self.solver.addCols(
            cost.size, cost, none, infinite, made.nnz, made.indptr[:-1].astype(np.int32),
            made.indices.astype(np.int32), made.data,
        )  # fmt: skip

    def done(self, priced: Priced) -> tuple[Floats, sparse.csr_matrix]:
        """(lines,) what arrivals cost, and (lines, cells) what is taken, a part of its room."""
        r = self.relaxation
        w, room = r.ways, r.capacity
        packet = np.flatnonzero(priced.arrive >= 0)
        line = w.packets[packet, c.P_LINE]
        at = np.maximum(priced.arrive[packet], w.lines[line, c.L_EARLIEST])
        late = np.maximum(0, at - w.lines[line, c.L_REQUIRED])
        pay = r.pay[packet, 0] * (at - w.lines[line, c.L_READY]) + r.pay[packet, 1] * late
        cost = np.bincount(
            np.searchsorted(self.lines, line), weights=pay, minlength=self.lines.size
        )
        took = priced.took[priced.took[:, 2] < room.shape[1]]
        took = took[room[took[:, 1], 0] >= 0]
        block = r.first[took[:, 1], took[:, 2]]
        amount = took[:, 3] / SHARE / np.maximum(1, room[took[:, 1], block])
        mine = np.searchsorted(self.lines, w.packets[took[:, 0], c.P_LINE])
        cell = took[:, 1] * room.shape[1] + block
        shape = (self.lines.size, room.size)
        return cost / UNIT, sparse.csr_matrix((amount, (mine, cell)), shape=shape)

    def widen(self, taken: Floats) -> int:
        """Give rows to cells of which more is taken than there is; how many."""
        short = np.flatnonzero(taken > 1.0 + 1e-9).tolist()
        new = [cell for cell in short if cell not in self.row_of]
        if not new:
            return 0
        every = sparse.vstack(self.columns, format="csc")[:, new].T.tocsr()
        room = (self.relaxation.capacity.reshape(-1)[new] > 0).astype(float)
        begun = self.solver.getNumRow()
        self.solver.addRows(
            len(new), np.full(len(new), -highspy.kHighsInf), room, every.nnz,
            every.indptr[:-1].astype(np.int32),
            np.array(self.at, dtype=np.int32)[every.indices], every.data,
        )  # fmt: skip
        for n, cell in enumerate(new):
            self.row_of[cell] = begun + n
            for sign in (-1.0, 1.0):
                self.boxes.append(self.solver.getNumCol())
                row = np.array([begun + n], dtype=np.int32)
                self.solver.addCol(0.0, 0.0, highspy.kHighsInf, 1, row, np.array([sign]))
        return len(new)

    def solved(self, best: Search, seconds: float) -> tuple[float, Floats, Floats] | None:
        """The program's value, its prices and what it takes of each cell; None in no time."""
        room = np.maximum(1, self.relaxation.capacity.reshape(-1))
        cells = np.array(list(self.row_of), dtype=np.int64)
        worth = best.prices.reshape(-1)[cells] * room[cells] / UNIT
        costs = np.empty(2 * cells.size)
        costs[0::2] = np.maximum(WIDE * worth, FIRST * abs(best.value) / UNIT)
        costs[1::2] = -worth / WIDE
        self.solver.changeColsCost(costs.size, np.array(self.boxes, dtype=np.int32), costs)
        if not run(self.solver, seconds):
            return None
        solution = self.solver.getSolution()
        mixture = np.array(solution.col_value)[self.at]
        duals = np.array(solution.row_dual)[list(self.row_of.values())]
        prices = np.zeros(self.relaxation.capacity.size)
        prices[cells] = np.maximum(0.0, -duals) * UNIT / room[cells]
        taken = sparse.vstack(self.columns, format="csr").T @ mixture
        value = self.solver.getInfo().objective_function_value * UNIT
        return value, prices.reshape(self.relaxation.capacity.shape), taken


def mastered(relaxation: Relaxation, begin: Search, end: float, most: int) -> Iterator[Search]:
    """Better and better prices, one result a round, until `end` or after `most` rounds in all."""
    best, tried = begin, begin.prices
    master: Master | None = None
    stale = 0
    while best.rounds < most and stale < STALE:
        priced = relaxation.priced(tried)
        best = replace(best, rounds=best.rounds + 1)
        rise = priced.value - best.value
        stale = 0 if rise > LEAST * abs(best.value) else stale + 1
        if rise > 0:
            best = Search(tried, priced.value, best.rounds)
        yield best
        if master is None:
            master = Master.of(relaxation, priced)
            master.add(priced)
            master.widen(master.columns[0].T @ np.ones(master.lines.size))
        else:
            master.add(priced)
        found = None
        while (left := end - time.perf_counter()) > 0:
            found = master.solved(best, left)
            if found is None or not master.widen(found[2]):
                break
        if found is None or left <= 0 or found[0] - best.value <= CLOSE * abs(best.value):
            return
        tried = aimed(best.prices, found[1])


def aimed(best: Ints, prices: Floats) -> Ints:
    """Whole prices between the best and those of the program."""
    mixed = np.floor((1.0 - NEAR) * best + NEAR * prices)
    made: Ints = np.clip(mixed, 0.0, float(LARGEST_PRICE)).astype(np.int64)
    return made
