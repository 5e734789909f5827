"""List schedules, and ruin and recreate with exact undo."""

from __future__ import annotations

import numpy as np

from standto.kernels.cells import undo
from standto.kernels.columns import (
    A_ARRIVE,
    A_BUSY,
    A_LEG,
    A_OPTION,
    A_ROUTE,
    A_TRIP,
    AT_LINE_COUNT,
    AT_PACKET_COUNT,
    HABIT_FIELDS,
    LEG_TRIP,
    MAX_LEGS,
    MODES,
    NEVER,
    P_LINE,
    SCRATCH_FIELDS,
    T_NEXT,
    T_SHARED_NEXT,
    T_SHARED_PREVIOUS,
    TRIP_FIELDS,
    Cells,
    Floats,
    Grid,
    Ints,
)
from standto.kernels.compiled import kernel
from standto.kernels.placing import place_line, remove_line
from standto.kernels.reading import cell, of_packet, of_route, option_at, region


@kernel
def construct(
    cells: Cells,
    journal: Grid,
    t: Ints,
    pay: Floats,
    habit: Ints,
    order: Ints,
    costs: Floats,
) -> None:
    """Place the lines one after another in the order given, each where it costs least then.

    costs: (lines,) written: what each costs.
    """
    scratch = np.zeros((2, MAX_LEGS, SCRATCH_FIELDS), dtype=np.int64)
    for line in order:
        costs[line] = place_line(cells, journal, t, pay, scratch, habit, line)
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
def rides_on(cells: Cells, t: Ints, packet: int, first: int, second: int) -> bool:
    """Whether a packet rides one of two trips."""
    route = cell(cells, region(t, A_ROUTE) + packet)
    if route < 0:
        return False
    for leg in range(of_route(t, route, 1) - of_route(t, route, 0)):
        trip = cell(cells, region(t, A_LEG) + (packet * MAX_LEGS + leg) * 2 + LEG_TRIP)
        if trip >= 0 and trip in (first, second):
            return True
    return False


@kernel
def trip_of(cells: Cells, t: Ints, state: Ints, line: int) -> int:
    """Any trip that a line takes; -1 where it takes none."""
    option = cell(cells, region(t, A_OPTION) + line)
    if option < 0:
        return -1
    first = option_at(t, 2 * line + option)
    packet = first + draw(state, option_at(t, 2 * line + option + 1) - first)
    route = cell(cells, region(t, A_ROUTE) + packet)
    legs = of_route(t, route, 1) - of_route(t, route, 0)
    start = draw(state, MAX_LEGS)
    for k in range(legs):
        leg = (start + k) % legs
        trip = cell(cells, region(t, A_LEG) + (packet * MAX_LEGS + leg) * 2 + LEG_TRIP)
        if trip >= 0:
            return trip
    return -1


@kernel
def aboard(cells: Cells, t: Ints, state: Ints, seed: int, gone: Ints) -> int:
    """Lines aboard a trip that a line takes, and aboard a neighbour of it; how many.

    The neighbour is on the same hop, or the asset's next trip: so trips that are half empty can
    become one.
    """
    gone[0] = seed
    trip = trip_of(cells, t, state, seed)
    if trip < 0:
        return 1
    base = region(t, A_TRIP) + trip * TRIP_FIELDS
    other = cell(cells, base + (T_NEXT if draw(state, 3) == 0 else T_SHARED_NEXT))
    if other < 0:
        other = cell(cells, base + T_SHARED_PREVIOUS)
    count = 1
    packets = t[AT_PACKET_COUNT]
    start = draw(state, packets)
    for k in range(packets):
        packet = (start + k) % packets
        if count < gone.shape[0] and rides_on(cells, t, packet, trip, other):
            line = of_packet(t, packet, P_LINE)
            known = False
            for m in range(count):
                known = known or gone[m] == line
            if not known:
                gone[count] = line
                count += 1
    return count


@kernel
def choose(
    cells: Cells, t: Ints, state: Ints, rings: Grid, seats: Grid, costs: Floats, gone: Ints
) -> int:
    """Lines to lift out, written to `gone`; how many.

    The first is the last to arrive, the dearest of a few drawn, or any; the others stand near it
    in one of the rings (same way out, same destination, same force), or share its trips.
    """
    lines = t[AT_LINE_COUNT]
    kind = draw(state, 8)
    seed = draw(state, lines)
    if draw(state, 2) == 0:
        return aboard(cells, t, state, seed, gone)
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
def leaning(cells: Cells, t: Ints, guide: Floats) -> float:
    """Price of the minutes for which lift is busy; guide: (4,) of a minute, by mode."""
    total = 0.0
    for mode in range(MODES):
        total += guide[mode] * cell(cells, region(t, A_BUSY) + mode)
    return total


@kernel
def copied(rows: Grid, row: int, into: Ints) -> None:
    """Copy one row, cell by cell: to assign a slice costs seconds of compiling its complaint."""
    for k in range(into.size):
        into[k] = rows[row, k]


@kernel
def improve(
    cells: Cells,
    journal: Grid,
    t: Ints,
    pay: Floats,
    habits: Grid,
    rings: Grid,
    seats: Grid,
    rank: Ints,
    costs: Floats,
    state: Ints,
    rounds: int,
    slack: float,
    closure: float,
    guide: Floats,
) -> float:
    """Lift out a few related lines, put them back otherwise, keep what is no worse; the objective.

    A plan worse by up to `slack` is kept too. Whatever is not kept is undone to the bit. habits:
    (any number, 6) one is drawn a round. closure: weight of the last arrival. guide: (4,) price of
    a minute of lift by mode, which counts while plans are compared and not in what is returned.
    rank: (lines,) place in the order that built the plan.
    """
    scratch = np.zeros((2, MAX_LEGS, SCRATCH_FIELDS), dtype=np.int64)
    gone = np.zeros(16, dtype=np.int64)
    habit = np.zeros(HABIT_FIELDS, dtype=np.int64)
    before = np.zeros(16)
    total = costs.sum() + closure * last_arrival(cells, t)[0] + leaning(cells, t, guide)
    for _ in range(rounds):
        count = choose(cells, t, state, rings, seats, costs, gone)
        copied(habits, draw(state, habits.shape[0]), habit)
        arrange(state, rank, costs, gone, count)
        change = 0.0
        for k in range(count):
            before[k] = costs[gone[k]]
            remove_line(cells, journal, t, gone[k])
        for k in range(count):
            line = gone[k]
            costs[line] = place_line(cells, journal, t, pay, scratch, habit, line)
            change += costs[line] - before[k]
        now = costs.sum() + closure * last_arrival(cells, t)[0] + leaning(cells, t, guide)
        if now <= total + slack:
            total = now
        else:
            undo(cells, journal, 0)
            for k in range(count):
                costs[gone[k]] = before[k]
        journal[0, 0] = 0
    return total - leaning(cells, t, guide)
