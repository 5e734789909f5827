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
    A_USED,
    AT_LINE_COUNT,
    DUE_BORDERS,
    DUE_CLOSURE,
    DUE_LIFT,
    HABIT_FIELDS,
    LEG_DEPART,
    MAX_LEGS,
    MODES,
    NEVER,
    P_LINE,
    SCRATCH,
    Cells,
    Floats,
    Grid,
    Ints,
    Scratch,
)
from standto.kernels.compiled import kernel
from standto.kernels.packing import place_packet, remove_packet
from standto.kernels.placing import cost, missing, place_line, remove_line
from standto.kernels.reading import cell, choice_at, hop_at, of_packet, of_route, option_at, region
from standto.kernels.ruining import (
    BESIDE,
    HOP,
    RING,
    ROUND,
    RUN,
    arrange,
    choose,
    draw,
    last_arrival,
    lines_of,
    loose,
    loose_of,
)

KINDS = (*[RUN] * 4, *[HOP] * 2, *[BESIDE] * 3, *[ROUND] * 2, *[RING] * 2)
"""Kinds of ruin, each as often as it is drawn."""


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
    scratch = np.zeros(SCRATCH, dtype=np.int64)
    for line in order:
        costs[line] = place_line(cells, journal, t, pay, scratch, habit, line)
        journal[0, 0] = 0


@kernel
def packet_cost(cells: Cells, t: Ints, pay: Floats, dues: Floats, packet: int) -> float:
    """What a packet that travels costs: its arrival, and the borders that it crosses."""
    total = cost(t, pay, packet, cell(cells, region(t, A_ARRIVE) + packet))
    if dues.shape[0] > DUE_BORDERS:
        route = cell(cells, region(t, A_ROUTE) + packet)
        for k in range(of_route(t, route, 0), of_route(t, route, 1)):
            total += dues[DUE_BORDERS + hop_at(t, k)]
    return total


@kernel
def line_cost(cells: Cells, t: Ints, pay: Floats, dues: Floats, line: int) -> float:
    """What a line costs as it stands, or for staying out."""
    option = cell(cells, region(t, A_OPTION) + line)
    if option < 0:
        return missing(t, pay, line)
    total = 0.0
    for packet in range(option_at(t, 2 * line + option), option_at(t, 2 * line + option + 1)):
        total += packet_cost(cells, t, pay, dues, packet)
    return total


@kernel
def lines_cost(cells: Cells, t: Ints, pay: Floats, dues: Floats) -> float:
    """What all lines cost as they stand."""
    total = 0.0
    for line in range(t[AT_LINE_COUNT]):
        total += line_cost(cells, t, pay, dues, line)
    return total


@kernel
def shared_cost(cells: Cells, t: Ints, dues: Floats, latest: int) -> float:
    """What a plan costs as a whole: its last arrival, and the lift that it uses."""
    total = dues[DUE_CLOSURE] * latest
    for mode in range(MODES):
        total += dues[DUE_LIFT + mode] * cell(cells, region(t, A_USED) + mode)
    return total


@kernel
def value_of(cells: Cells, t: Ints, pay: Floats, dues: Floats) -> float:
    """The objective of a plan, with what lines that stay out cost."""
    whole = shared_cost(cells, t, dues, last_arrival(cells, t)[0])
    return lines_cost(cells, t, pay, dues) + whole


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
def again(
    cells: Cells, journal: Grid, t: Ints, pay: Floats, dues: Floats, scratch: Scratch,
    habit: Ints, rank: Ints, state: Ints, gone: Ints, count: int,
) -> float:  # fmt: skip
    """Lift out whole lines and place them again, by rank, the dearest first, or in any order.

    Returns by how much they cost more than before.
    """
    keys = np.empty(count)
    kind, change = draw(state, 3), 0.0
    for k in range(count):
        key, had = float(draw(state, 1 << 20)), line_cost(cells, t, pay, dues, gone[k])
        if kind == 0:
            key = float(rank[gone[k]])
        elif kind == 1:
            key = -had * (0.5 + key / (1 << 20))
        keys[k] = key
        change -= had
    arrange(keys, gone, count)
    for k in range(count):
        remove_line(cells, journal, t, gone[k])
    for k in range(count):
        place_line(cells, journal, t, pay, scratch, habit, gone[k])
        change += line_cost(cells, t, pay, dues, gone[k])
    return change


@kernel
def otherwise(
    cells: Cells, journal: Grid, t: Ints, pay: Floats, dues: Floats, scratch: Scratch,
    habit: Ints, state: Ints, gone: Ints, count: int,
) -> float:  # fmt: skip
    """Lift out packets and place them again, each among the routes of its line's option.

    They go back by when they arrived or left, the dearest first, or in any order. Returns by how
    much they cost more than before; without end if one finds no room.
    """
    keys = np.empty(count)
    kind, change = draw(state, 4), 0.0
    for k in range(count):
        packet, key = gone[k], draw(state, 1 << 20) / (1 << 20)
        had = packet_cost(cells, t, pay, dues, packet)
        if kind == 0:
            key += cell(cells, region(t, A_ARRIVE) + packet)
        elif kind == 1:
            key += cell(cells, region(t, A_LEG) + packet * MAX_LEGS * 2 + LEG_DEPART)
        elif kind == 2:
            key = -had * (0.5 + key)
        keys[k] = key
        change -= had
    arrange(keys, gone, count)
    for k in range(count):
        remove_packet(cells, journal, t, gone[k])
    for k in range(count):
        line = of_packet(t, gone[k], P_LINE)
        entry = 2 * line + cell(cells, region(t, A_OPTION) + line)
        first, last = choice_at(t, entry), choice_at(t, entry + 1)
        arrive = place_packet(cells, journal, t, scratch, habit, gone[k], first, last)
        if arrive >= NEVER:
            return np.inf
        change += packet_cost(cells, t, pay, dues, gone[k])
    return change


@kernel
def latest_of(cells: Cells, t: Ints, gone: Ints, count: int, whole: bool) -> int:
    """The last arrival of packets, or of whole lines, that travel."""
    latest = 0
    for k in range(count):
        first, end = gone[k], gone[k] + 1
        if whole:
            entry = 2 * gone[k] + max(0, cell(cells, region(t, A_OPTION) + gone[k]))
            first, end = option_at(t, entry), option_at(t, entry + 1)
        for packet in range(first, end):
            arrive = cell(cells, region(t, A_ARRIVE) + packet)
            latest = max(latest, arrive) if arrive < NEVER else latest
    return latest


@kernel
def improve(
    cells: Cells, journal: Grid, t: Ints, pay: Floats, dues: Floats, habits: Grid, rings: Grid,
    seats: Grid, rank: Ints, state: Ints, rounds: int, heat: float, guide: Floats,
) -> float:  # fmt: skip
    """Lift out a few related packets or lines, put them back otherwise, and keep what is better.

    A plan worse by d is kept with probability exp(-d / heat); whatever is not kept is undone to the
    bit. Returns the objective. habits: (any number, 7) one is drawn a round. guide: (4,) price of a
    minute of lift by mode, empty ways included, which counts while plans are compared and not in
    what is returned. rank: (lines,) place in the order that built the plan.
    """
    scratch = np.zeros(SCRATCH, dtype=np.int64)
    gone, marks = np.zeros(24, dtype=np.int64), np.zeros(8, dtype=np.int64)
    habit = np.zeros(HABIT_FIELDS, dtype=np.int64)
    latest, apart = last_arrival(cells, t)[0], lines_cost(cells, t, pay, dues)
    now = apart + shared_cost(cells, t, dues, latest) + leaning(cells, t, guide)
    for _ in range(rounds):
        kind = KINDS[draw(state, len(KINDS))]
        count = choose(cells, t, state, kind, rings, seats, marks, gone)
        copied(habits, draw(state, habits.shape[0]), habit)
        whole = draw(state, 4) == 0 or not loose(cells, t, gone[0])
        if whole:
            count = lines_of(t, gone, count)
            before = latest_of(cells, t, gone, count, whole)
            change = again(
                cells, journal, t, pay, dues, scratch, habit, rank, state, gone, count
            )  # fmt: skip
        else:
            count = loose_of(cells, t, gone, count)
            before = latest_of(cells, t, gone, count, whole)
            change = otherwise(
                cells, journal, t, pay, dues, scratch, habit, state, gone, count
            )  # fmt: skip
        after, then = latest, np.inf
        if change < np.inf:
            after = max(latest, latest_of(cells, t, gone, count, whole))
            if before == latest == after:
                after = last_arrival(cells, t)[0]  # the one that came last may come sooner now
            then = apart + change + shared_cost(cells, t, dues, after) + leaning(cells, t, guide)
        if then <= now - heat * np.log((1 + draw(state, 1 << 20)) / (1 << 20)):
            now, apart, latest = then, apart + change, after
        else:
            undo(cells, journal, 0)
        journal[0, 0] = 0
    return apart + shared_cost(cells, t, dues, latest)
