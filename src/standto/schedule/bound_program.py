"""Where prices that prove a closure come from: a linear program over the ways of all packets.

It shares every packet out over its ways, lets assets of a class go from stop to stop loaded or
empty, and asks for the least closure T at which lift and room are enough in a few windows. Of many
lines a part is drawn and room is cut down likewise. None of this needs to be right or finished: any
prices prove what they prove (`bound_closing`), these are merely good ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
import numpy.typing as npt
from scipy import sparse

from standto.kernels import columns as c
from standto.kernels import ways as k
from standto.kernels.columns import FLOW, NEVER
from standto.kernels.pricing import SHARE
from standto.schedule.bound_closing import Flat, settled, whole
from standto.schedule.bound_solver import run
from standto.schedule.bound_ways import Ways

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

AMPLE = 1e-3
"""Price of all assets of a class for a minute, in minutes of closure, where they are ample."""
FAR = 1 << 20
"""Remoteness of no stop: minutes beyond those of any way."""


@dataclass(frozen=True)
class Part:
    """Packets drawn, what share they are of all, and what they take (`Ways.entries`)."""

    packets: Ints
    share: float
    entries: Ints


@dataclass
class Rows:
    """Rows of a program: coefficients, and least and largest sum of each row."""

    row: list[Ints]
    column: list[Ints]
    value: list[Floats]
    low: list[float]
    high: list[float]
    cost: list[tuple[Ints, Floats]]
    columns: int = 1

    def add(self, columns: Ints, values: Floats, low: float, high: float = np.inf) -> int:
        """Add one row; its number."""
        self.row.append(np.full(columns.size, len(self.low), dtype=np.int64))
        self.column.append(columns)
        self.value.append(values.astype(np.float64))
        self.low.append(low)
        self.high.append(high)
        return len(self.low) - 1

    def new(self, count: int) -> Ints:
        """So many new columns."""
        self.columns += count
        return np.arange(self.columns - count, self.columns)


def drawn(ways: Ways, rng: np.random.Generator, most: int) -> Part:
    """About `most` packets: all those of lines drawn."""
    options = ways.options
    lines = np.flatnonzero(ways.moved)
    each = options[2 * lines + 2] - options[2 * lines]
    if each.sum() > most:
        order = rng.permutation(lines.size)
        count = max(1, int(np.searchsorted(np.cumsum(each[order]), most)))
        kept = np.sort(lines[order[:count]])
    else:
        kept = lines
    chosen = [np.arange(options[2 * n], options[2 * n + 2]) for n in kept]
    packets = np.concatenate(chosen) if chosen else np.zeros(0, dtype=np.int64)
    return Part(packets, max(1, packets.size) / max(1, int(each.sum())), ways.entries(packets))


def program(ways: Ways, part: Part, windows: Ints, soonest: int, seconds: float) -> Flat | None:
    """Prices on windows by the program's duals; None where it is not solved in time."""
    rows = Rows([], [], [], [], [], [])
    column = choice_rows(ways, part, rows)
    calendars = calendar_rows(ways, part, rows, column, windows, soonest)
    lift = {
        of: lift_rows(ways, part, rows, column, of)
        for of in range(ways.fleets.shape[0])
        if ways.tails[of] < NEVER
    }
    duals = solved(rows, soonest, seconds)
    if duals is None:
        return None
    prices, minutes = np.zeros(windows.shape[:2]), np.zeros(ways.fleets.shape[0])
    remote = np.zeros((minutes.size, len(ways.problem.stops)), dtype=np.int64)
    for (row, j), at in calendars.items():
        prices[row, j] = duals[at]
    for of, (time, balance) in lift.items():
        minutes[of] = max(0.0, duals[time])
        price = minutes[of] + idle_price(ways, part, of)
        remote[of] = FAR
        for stop, at in balance.items():
            remote[of, stop] = round(min(FAR, max(-FAR, -duals[at] / price)))
    return settled(ways, whole(minutes, prices, windows, remote))


def choice_rows(ways: Ways, part: Part, rows: Rows) -> Ints:
    """Rows by which every packet takes one way, and a way's legs one piece each.

    Returns (pieces,) the column of each piece; -1 for those of packets not drawn.
    """
    column = np.full(ways.pieces.shape[0], -1, dtype=np.int64)
    one = np.ones(1)
    by_air: dict[int, Ints] = {}
    for packet in part.packets.tolist():
        first, last = int(ways.packet_ways[packet]), int(ways.packet_ways[packet + 1])
        taken = rows.new(last - first)
        line = int(ways.packets[packet, c.P_LINE])
        a, b, e = ways.options[2 * line : 2 * line + 3].tolist()
        if a < b < e:  # either option: the surface takes what the air leaves
            flies = by_air.setdefault(line, rows.new(1)) if line not in by_air else by_air[line]
            sign = one if packet < b else -one
            sums = np.concatenate((np.ones(taken.size), sign))
            both = np.concatenate((taken, flies))
            rows.add(both, sums, float(packet < b), float(packet < b))
        else:
            rows.add(taken, np.ones(taken.size), 1.0, 1.0)
        for way in range(first, last):
            for leg in range(int(ways.way_legs[way]), int(ways.way_legs[way + 1])):
                begin, end = int(ways.leg_pieces[leg]), int(ways.leg_pieces[leg + 1])
                if end - begin == 1:
                    column[begin] = taken[way - first]
                    continue
                column[begin:end] = rows.new(end - begin)
                parts = np.concatenate((column[begin:end], taken[way - first : way - first + 1]))
                rows.add(parts, np.concatenate((np.ones(end - begin), -one)), 0.0, 0.0)
    return column


def calendar_rows(
    ways: Ways, part: Part, rows: Rows, column: Ints, windows: Ints, soonest: int
) -> dict[tuple[int, int], int]:
    """Rows of windows of calendars: what lies in one is no more than its room, linear in T."""
    order = np.argsort(part.entries[:, 1], kind="stable")
    e = part.entries[order]
    packet = np.searchsorted(ways.legs, part.entries[:, 0], side="right")
    made: dict[tuple[int, int], int] = {}
    for mine in np.split(np.arange(order.size), np.flatnonzero(np.diff(e[:, 1])) + 1):
        if not mine.size:
            continue
        calendar = int(e[mine[0], 1])
        resource = ways.problem.resources[calendar]
        mean = float(np.maximum(resource.cells, 0).mean())
        flow = resource.kind == FLOW
        rate, spare = (mean / resource.window_min, mean) if flow else (mean, 0.0)
        for j in np.flatnonzero(windows[calendar, :, 0] < NEVER).tolist():
            begin, after = windows[calendar, j].tolist()
            within = mine[(e[mine, 3] >= begin) & (e[mine, 4] >= after)]
            spacious = rate * max(0, soonest - begin - after) * part.share * SHARE
            if most_used(packet[order[within]], e[within, 2]) <= spacious:
                continue
            at = np.concatenate((column[e[within, 0]], [0]))
            sums = np.concatenate((-e[within, 2] / SHARE, [rate * part.share]))
            low = part.share * (rate * min(begin + after, soonest) - spare)
            made[calendar, j] = rows.add(at, sums, low)
    return made


def most_used(packet: Ints, amount: Ints) -> int:
    """Most that packets can use of a calendar, each by the way that takes most; by packet."""
    order = np.argsort(packet, kind="stable")
    starts = np.flatnonzero(np.diff(packet[order], prepend=-1))
    return int(np.maximum.reduceat(amount[order], starts).sum()) if starts.size else 0


def lift_rows(
    ways: Ways, part: Part, rows: Rows, column: Ints, of: int
) -> tuple[int, dict[int, int]]:
    """Rows of a class of lift: its assets' time, and as many come to each stop as leave it."""
    mine = np.flatnonzero((ways.pieces[:, k.W_CLASS] == of) & (column >= 0))
    hop, share = ways.pieces[mine, k.W_HOP], ways.pieces[mine, k.W_SHARE] / SHARE
    starts, ends = ways.hops[hop, c.H_FROM], ways.hops[hop, c.H_TO]
    trip = np.array([k.trip_minutes(ways.hops, ways.fleets, int(h), of) for h in hop], dtype=float)
    assets = ways.assets[(ways.assets[:, 0] == of) & (ways.assets[:, 2] < NEVER)]
    bases = np.bincount(assets[:, 1], minlength=len(ways.problem.stops)) * part.share
    sources, sinks = np.union1d(ends, assets[:, 1]), np.unique(starts)
    table = ways.tables[of][np.ix_(sources, sinks)]
    a, b = np.nonzero((table < NEVER) & (sources[:, None] != sinks[None, :]))
    empty = rows.new(a.size)
    price = idle_price(ways, part, of)
    rows.cost.append((column[mine], price * share * trip))
    rows.cost.append((empty, price * table[a, b].astype(float)))
    ready = assets[:, 2].sum() * part.share
    many = assets.shape[0] * part.share
    slack = many * float(ways.tails[of] - ways.fleets[of, c.F_TURN])
    time = rows.add(
        np.concatenate((column[mine], empty, [0])),
        np.concatenate((-share * trip, -table[a, b].astype(float), [many])),
        ready + slack,
    )
    balance: dict[int, int] = {}
    for stop in np.union1d(sources, sinks).tolist():
        to, away = ends == stop, starts == stop
        came, left = empty[sinks[b] == stop], empty[sources[a] == stop]
        balance[stop] = rows.add(
            np.concatenate((column[mine[to]], column[mine[away]], came, left)),
            np.concatenate((share[to], -share[away], np.ones(came.size), -np.ones(left.size))),
            -float(bases[stop]),
        )
    return time, balance


def idle_price(ways: Ways, part: Part, of: int) -> float:
    """A small price of an asset's minute, so that remoteness is known of lift that is ample."""
    return AMPLE / max(1.0, float((ways.assets[:, 0] == of).sum()) * part.share)


def solved(rows: Rows, soonest: int, seconds: float) -> Floats | None:
    """(rows,) duals of the least closure; None where it is not found in time, or has no rows."""
    if not rows.value:
        return None
    matrix = sparse.csc_matrix(
        (np.concatenate(rows.value), (np.concatenate(rows.row), np.concatenate(rows.column))),
        shape=(len(rows.low), rows.columns),
    )
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = rows.columns, len(rows.low)
    cost = np.zeros(rows.columns)
    cost[0] = 1.0
    for columns, values in rows.cost:
        np.add.at(cost, columns, values)
    lp.col_cost_ = cost
    lower = np.zeros(rows.columns)
    lower[0] = soonest
    lp.col_lower_ = lower
    lp.col_upper_ = np.full(rows.columns, np.inf)
    lp.row_lower_, lp.row_upper_ = np.array(rows.low), np.array(rows.high)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = matrix.indptr, matrix.indices
    lp.a_matrix_.value_ = matrix.data
    solver = highspy.Highs()
    for option, value in (("output_flag", False), ("threads", 1)):
        solver.setOptionValue(option, value)
    solver.passModel(lp)
    if not run(solver, seconds):
        return None
    return np.array(solver.getSolution().row_dual)
