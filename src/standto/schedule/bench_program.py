"""The instance as one linear program over time, for HiGHS: what a bound from a solver costs.

Each ride of a packet has a share of every block of time in which it may begin. Packets may be cut
into shares and wait anywhere; lift is a pool without empty moves; terminals and links are left
out. So its optimum is below every plan's objective.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import highspy
import numpy as np
import numpy.typing as npt
from scipy import sparse

from standto.kernels import columns as c
from standto.kernels.columns import ROAD
from standto.schedule.bench_ways import OWN, Node, Ways, sizes

Ints = npt.NDArray[np.int64]


@dataclass
class Program:
    """Rows in the making: coefficients as triples, and least and largest sum of each row.

    first: (nodes,) first column of each ride; its blocks follow. soonest: (nodes,) earliest minute
    at which it can begin. Column 0 is the closure.
    """

    ways: Ways
    block: int
    blocks: int
    first: Ints
    soonest: Ints
    columns: int = 0
    row: list[int] = field(default_factory=list)
    column: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)

    def add(self, terms: list[tuple[int, float]], low: float, high: float) -> None:
        """Add one row."""
        for column, value in terms:
            self.row.append(len(self.low))
            self.column.append(column)
            self.value.append(value)
        self.low.append(low)
        self.high.append(high)

    def at(self, node: int, block: int) -> int:
        """Column of a ride that begins in a block."""
        return int(self.first[node]) + block

    def begins(self, node: int) -> range:
        """Blocks in which a ride may begin."""
        return range(int(self.soonest[node]) // self.block, self.blocks)


def bounded(ways: Ways, horizon: int, block: int, solver: str, seconds: float) -> tuple[float, str]:
    """What HiGHS proves of the objective, in minutes, with `ipm` or `hipo`; nought in no time."""
    begun = time.perf_counter()
    program = laid(ways, horizon, block)
    cost = priced(program)
    matrix = sparse.csc_matrix(
        (program.value, (program.row, program.column)), shape=(len(program.low), program.columns)
    )
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = program.columns, len(program.low)
    lp.col_cost_, lp.col_lower_ = cost, np.zeros(program.columns)
    lp.col_upper_ = np.full(program.columns, highspy.kHighsInf)
    lp.row_lower_, lp.row_upper_ = np.array(program.low), np.array(program.high)
    lp.a_matrix_.start_, lp.a_matrix_.index_ = matrix.indptr, matrix.indices
    lp.a_matrix_.value_ = matrix.data
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("solver", solver)
    highs.setOptionValue("run_crossover", "off")
    highs.setOptionValue("time_limit", max(0.1, seconds - (time.perf_counter() - begun)))
    highs.passModel(lp)
    highs.run()
    status = str(highs.modelStatusToString(highs.getModelStatus())).lower()
    value = highs.getInfo().objective_function_value if status == "optimal" else 0.0
    return value, f"{status}, {program.columns} columns"


def laid(ways: Ways, horizon: int, block: int) -> Program:
    """Rows of options, routes, order and lift."""
    blocks = -(-horizon // block)
    count = len(ways.nodes)
    soonest = np.zeros(count, dtype=np.int64)
    for n, node in enumerate(ways.nodes):
        ready = int(ways.given.tables.lines[node.line, c.L_READY])
        before = ready if node.before < 0 else int(soonest[node.before]) + least(ways, node.before)
        soonest[n] = max(before, min(r.opens - r.load for r in node.rides))
    first = 1 + np.arange(count) * blocks
    program = Program(ways, block, blocks, first, soonest, 1 + count * blocks)
    chosen = options(program)
    travel(program, chosen)
    lifted(program)
    return program


def least(ways: Ways, node: int) -> int:
    """Least minutes that a ride takes."""
    return min(ride.whole for ride in ways.nodes[node].rides)


def options(program: Program) -> dict[tuple[int, int], int]:
    """Columns of the options, and their rows: each line goes by one of them."""
    made = {}
    for line, of in program.ways.options.items():
        for option in of:
            made[(line, option)] = program.columns
            program.columns += 1
        program.add([(made[(line, option)], 1.0) for option in of], 1.0, 1.0)
    return made


def travel(program: Program, chosen: dict[tuple[int, int], int]) -> None:
    """Every packet of a chosen option sets out, goes on after each ride, and closes no sooner."""
    after: dict[int, list[int]] = {}
    roots: dict[int, list[int]] = {}
    ends: dict[int, list[int]] = {}
    for n, node in enumerate(program.ways.nodes):
        (roots.setdefault(node.packet, []) if node.before < 0 else after.setdefault(node.before, [])
         ).append(n)  # fmt: skip
        if node.route >= 0:
            ends.setdefault(node.packet, []).append(n)
    for starts in roots.values():
        node = program.ways.nodes[starts[0]]
        out = [(program.at(n, b), 1.0) for n in starts for b in program.begins(n)]
        program.add([*out, (chosen[(node.line, node.option)], -1.0)], 0.0, 0.0)
    for n, onward in after.items():
        lag = least(program.ways, n)
        for b in range(program.blocks):
            done = [
                (program.at(n, k), 1.0)
                for k in program.begins(n)
                if (max(k * program.block, int(program.soonest[n])) + lag) // program.block <= b
            ]
            gone = [(program.at(m, k), -1.0) for m in onward for k in program.begins(m) if k <= b]
            last = b == program.blocks - 1
            program.add(done + gone, 0.0, 0.0 if last else highspy.kHighsInf)
    for last_rides in ends.values():
        terms = [
            (program.at(n, b), -float(frees(program, n, b)))
            for n in last_rides
            for b in program.begins(n)
        ]
        program.add([(0, 1.0), *terms], 0.0, highspy.kHighsInf)


def frees(program: Program, node: int, block: int) -> int:
    """Earliest minute at which a ride that begins in a block is unloaded."""
    early = int(program.ways.given.tables.lines[program.ways.nodes[node].line, c.L_EARLIEST])
    begin = max(block * program.block, int(program.soonest[node]))
    done = begin + least(program.ways, node)
    return max(done, early) if program.ways.nodes[node].route >= 0 else done


def lifted(program: Program) -> None:
    """By the end of each block the lift of a mode has done no more work than it had time for.

    Fleets of one mode are one pool; a packet takes its least part of any of them.
    """
    t = program.ways.given.tables
    for mode in range(4):
        rows = [k for k, f in enumerate(t.fleets) if f[c.F_MODE] == mode]
        riders = [n for n, node in enumerate(program.ways.nodes) if rides_by(program, node, mode)]
        assets = sum(int(t.fleets[k, c.F_ASSET_END] - t.fleets[k, c.F_ASSET]) for k in rows)
        for dimension in range(1 if mode == ROAD else 3):
            work = {n: part(program, n, mode, dimension) for n in riders}
            if not any(work.values()):
                continue
            for b in range(program.blocks):
                terms = [
                    (program.at(n, k), w)
                    for n, w in work.items()
                    for k in program.begins(n)
                    if w > 0
                    and (k + 1) * program.block + longest(program, n) <= (b + 1) * program.block
                ]
                if terms:
                    program.add(terms, -highspy.kHighsInf, float(assets * (b + 1) * program.block))


def rides_by(program: Program, node: Node, mode: int) -> bool:
    """Whether a ride is by lift of a mode."""
    of_hop = int(program.ways.given.tables.hops[node.hop, c.H_MODE])
    return node.rides[0].fleet != OWN and of_hop == mode


def part(program: Program, n: int, mode: int, dimension: int) -> float:
    """Least asset-minutes that a ride takes: its part of a trip in one dimension."""
    t = program.ways.given.tables
    node = program.ways.nodes[n]
    if mode == ROAD:
        return float(least(program.ways, n))
    size, room = sizes(mode)[dimension]
    need = float(t.packets[node.packet, size])
    return min(r.whole * need / max(1.0, float(t.fleets[r.fleet, room])) for r in node.rides)


def longest(program: Program, n: int) -> int:
    """Most minutes that a ride takes by any fleet."""
    return max(ride.whole for ride in program.ways.nodes[n].rides)


def priced(program: Program) -> npt.NDArray[np.float64]:
    """Cost of each column: the closure, and response and lateness of rides that end a journey."""
    given = program.ways.given
    t = given.tables
    cost = np.zeros(program.columns)
    cost[0] = given.closure_weight
    for n, node in enumerate(program.ways.nodes):
        if node.route < 0:
            continue
        for b in program.begins(n):
            free = frees(program, n, b)
            late = max(0, free - int(t.lines[node.line, c.L_REQUIRED]))
            response = free - int(given.since[node.line])
            pay = float(t.aims[0]) * response + float(t.aims[1]) * late
            cost[program.at(n, b)] = float(t.weight[node.packet]) * pay
    return cost
