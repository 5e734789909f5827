"""List schedules, and ruin and recreate with exact undo."""

from __future__ import annotations

import numpy as np

from standto.kernels.cells import undo
from standto.kernels.columns import (
    A_ARRIVE,
    AT_LINE_COUNT,
    AT_PACKET_COUNT,
    MAX_LEGS,
    NEVER,
    P_LINE,
    SCRATCH_FIELDS,
    Cells,
    Floats,
    Grid,
    Ints,
    Prices,
)
from standto.kernels.compiled import kernel
from standto.kernels.placing import place_line, remove_line
from standto.kernels.reading import cell, of_packet, region


@kernel
def construct(
    cells: Cells,
    journal: Grid,
    t: Ints,
    pay: Floats,
    tolls: Ints,
    surcharge: Prices,
    order: Ints,
    costs: Floats,
) -> None:
    """Place the lines one after another in the order given, each where it costs least then.

    costs: (lines,) written: what each costs.
    """
    scratch = np.zeros((2, MAX_LEGS, SCRATCH_FIELDS), dtype=np.int64)
    for line in order:
        costs[line] = place_line(cells, journal, t, pay, scratch, tolls, surcharge, line)
        journal[0, 0] = 0


@kernel
def draw(state: Ints, below: int) -> int:
    """A whole number below `below`, from a 31-bit linear congruential generator kept in `state`."""
    state[0] = (state[0] * 1103515245 + 12345) & 0x7FFFFFFF
    high = state[0] >> 8
    state[0] = (state[0] * 1103515245 + 12345) & 0x7FFFFFFF
    return ((high << 16) ^ (state[0] >> 8)) % below


@kernel
def last_arrival(cells: Cells, t: Ints) -> tuple[int, int]:
    """Latest arrival of all packets placed, and the packet that makes it."""
    latest, which = 0, 0
    for packet in range(t[AT_PACKET_COUNT]):
        arrive = cell(cells, region(t, A_ARRIVE) + packet)
        if latest < arrive < NEVER:
            latest, which = arrive, packet
    return latest, which


@kernel
def choose(
    cells: Cells, t: Ints, state: Ints, rings: Grid, seats: Grid, costs: Floats, gone: Ints
) -> int:
    """Lines to lift out, written to `gone`; how many.

    The first is the last to arrive, the dearest of a few drawn, or any; the others stand near it
    in one of the rings (same way out, same destination, same force).
    """
    lines = t[AT_LINE_COUNT]
    kind = draw(state, 8)
    seed = draw(state, lines)
    if kind == 0:
        seed = of_packet(t, last_arrival(cells, t)[1], P_LINE)
    elif kind < 5:
        for _ in range(6):
            other = draw(state, lines)
            if costs[other] > costs[seed]:
                seed = other
    size = min(2 + draw(state, 14), lines, gone.shape[0])
    ring = draw(state, rings.shape[0])
    reach = min(3 * size, lines)
    gone[0] = seed
    count = 1
    for _ in range(4 * size):
        if count == size:
            break
        line = rings[ring, (seats[ring, seed] - reach // 2 + draw(state, reach)) % lines]
        known = False
        for k in range(count):
            known = known or gone[k] == line
        if not known:
            gone[count] = line
            count += 1
    return count


@kernel
def arrange(state: Ints, rank: Ints, costs: Floats, gone: Ints, count: int) -> None:
    """Put the lines lifted out into the order in which they return: by rank, by cost, or any."""
    kind = draw(state, 3)
    keys = np.empty(count)
    for k in range(count):
        key = float(draw(state, 1 << 20))
        if kind == 0:
            key = float(rank[gone[k]])
        elif kind == 1:
            key = -costs[gone[k]] * (0.5 + key / (1 << 20))
        line = gone[k]
        at = k
        while at > 0 and keys[at - 1] > key:
            keys[at] = keys[at - 1]
            gone[at] = gone[at - 1]
            at -= 1
        keys[at] = key
        gone[at] = line


@kernel
def improve(
    cells: Cells,
    journal: Grid,
    t: Ints,
    pay: Floats,
    tolls: Ints,
    surcharge: Prices,
    rings: Grid,
    seats: Grid,
    rank: Ints,
    costs: Floats,
    state: Ints,
    rounds: int,
    slack: float,
    closure: float,
) -> float:
    """Lift out a few related lines, put them back otherwise, keep what is no worse; the objective.

    A plan worse by up to `slack` is kept too. Whatever is not kept is undone to the bit.
    closure: weight of the last arrival. rank: (lines,) place in the order that built the plan.
    """
    scratch = np.zeros((2, MAX_LEGS, SCRATCH_FIELDS), dtype=np.int64)
    gone = np.zeros(16, dtype=np.int64)
    before = np.zeros(16)
    total = costs.sum() + closure * last_arrival(cells, t)[0]
    for _ in range(rounds):
        count = choose(cells, t, state, rings, seats, costs, gone)
        arrange(state, rank, costs, gone, count)
        change = 0.0
        for k in range(count):
            before[k] = costs[gone[k]]
            remove_line(cells, journal, t, gone[k])
        for k in range(count):
            line = gone[k]
            costs[line] = place_line(cells, journal, t, pay, scratch, tolls, surcharge, line)
            change += costs[line] - before[k]
        now = costs.sum() + closure * last_arrival(cells, t)[0]
        if now <= total + slack:
            total = now
        else:
            undo(cells, journal, 0)
            for k in range(count):
                costs[gone[k]] = before[k]
        journal[0, 0] = 0
    return total
