"""Placing one line by the cheaper of its options, and lifting it out again."""

from __future__ import annotations

import numpy as np

from standto.kernels.cells import forget, make_again, put, set_aside, undo
from standto.kernels.columns import (
    A_ARRIVE,
    A_OPTION,
    AIR_OPTION,
    AT_HORIZON,
    HABIT_SOONEST,
    L_READY,
    L_REQUIRED,
    L_SAME,
    L_WITHIN,
    NEVER,
    P_LINE,
    SURFACE_OPTION,
    Cells,
    Floats,
    Grid,
    Ints,
    Scratch,
)
from standto.kernels.compiled import kernel
from standto.kernels.packing import place_packet, remove_packet
from standto.kernels.reading import cell, choice_at, of_line, of_packet, of_route, option_at, region

TRIES = 8
"""How often a line is placed again to arrive within its window, before that option is given up."""


@kernel
def cost(t: Ints, pay: Floats, packet: int, arrive: int) -> float:
    """What an arrival costs: weighted response and lateness."""
    line = of_packet(t, packet, P_LINE)
    late = max(0, arrive - of_line(t, line, L_REQUIRED))
    return pay[2 + packet] * (pay[0] * (arrive - of_line(t, line, L_READY)) + pay[1] * late)


@kernel
def least(t: Ints, pay: Floats, line: int, option: int) -> float:
    """What an option of a line costs where nothing else moves: no more than it will cost."""
    entry = 2 * line + option
    soonest = NEVER
    for route in range(choice_at(t, entry), choice_at(t, entry + 1)):
        soonest = min(soonest, of_route(t, route, 2))
    total = 0.0
    for packet in range(option_at(t, entry), option_at(t, entry + 1)):
        total += cost(t, pay, packet, of_line(t, line, L_READY) + soonest)
    return total


@kernel
def try_packets(
    cells: Cells,
    journal: Grid,
    t: Ints,
    pay: Floats,
    scratch: Scratch,
    habit: Ints,
    line: int,
    option: int,
    first: int,
    end: int,
    limit: float,
) -> float:
    """Place each packet of a line by one of the routes `first`..`end`; its cost as `try_option`."""
    entry = 2 * line + option
    total = 0.0
    for packet in range(option_at(t, entry), option_at(t, entry + 1)):
        arrive = place_packet(cells, journal, t, scratch, habit, packet, first, end)
        if arrive >= NEVER:
            return np.inf
        total += cost(t, pay, packet, arrive)
        if total >= limit:
            return np.inf
    return total


@kernel
def spread(cells: Cells, t: Ints, line: int, option: int) -> tuple[int, int]:
    """Minutes between the first and the last arrival of a line's packets, and the last."""
    entry = 2 * line + option
    early, late = NEVER, 0
    for packet in range(option_at(t, entry), option_at(t, entry + 1)):
        arrive = cell(cells, region(t, A_ARRIVE) + packet)
        early, late = min(early, arrive), max(late, arrive)
    return late - early, late


@kernel
def try_within(
    cells: Cells,
    journal: Grid,
    t: Ints,
    pay: Floats,
    scratch: Scratch,
    habit: Ints,
    line: int,
    option: int,
    first: int,
    end: int,
    limit: float,
) -> float:
    """As `try_packets`, and all arrive within the line's window.

    Where they do not, they are placed again, none to arrive sooner than the window before the last
    one. That may put off the last one too, so it is tried a few times.
    """
    within = of_line(t, line, L_WITHIN)
    if within >= NEVER:
        return try_packets(cells, journal, t, pay, scratch, habit, line, option, first, end, limit)
    mark = journal[0, 0]
    total = np.inf
    for _ in range(TRIES):
        total = try_packets(cells, journal, t, pay, scratch, habit, line, option, first, end, limit)
        if total == np.inf:
            break
        apart, late = spread(cells, t, line, option)
        if apart <= within:
            break
        undo(cells, journal, mark)
        total = np.inf
        habit[HABIT_SOONEST] = late - within
    habit[HABIT_SOONEST] = 0
    return total


@kernel
def try_option(
    cells: Cells,
    journal: Grid,
    t: Ints,
    pay: Floats,
    scratch: Scratch,
    habit: Ints,
    line: int,
    option: int,
    limit: float,
) -> float:
    """Place every packet of a line by one option; its cost.

    Infinite where a packet finds no room, or where the first ones cost `limit` or more. A line that
    takes one route is tried by each, and placed by the one that costs least.
    """
    first, end = choice_at(t, 2 * line + option), choice_at(t, 2 * line + option + 1)
    if of_line(t, line, L_SAME) > 0:
        mark = journal[0, 0]
        by, best = -1, limit
        for route in range(first, end):
            total = try_within(
                cells, journal, t, pay, scratch, habit, line, option, route, route + 1, best
            )
            undo(cells, journal, mark)
            if total < best:
                by, best = route, total
        if by < 0:
            return np.inf
        first, end = by, by + 1
    total = try_within(cells, journal, t, pay, scratch, habit, line, option, first, end, limit)
    if total < np.inf:
        put(cells, journal, region(t, A_OPTION) + line, option)
    return total


@kernel
def missing(t: Ints, pay: Floats, line: int) -> float:
    """What a line costs that stays out: an arrival at twice the horizon."""
    option = 0 if option_at(t, 2 * line) < option_at(t, 2 * line + 1) else 1
    total = 0.0
    for packet in range(option_at(t, 2 * line + option), option_at(t, 2 * line + option + 1)):
        total += cost(t, pay, packet, 2 * t[AT_HORIZON])
    return total


@kernel
def place_line(
    cells: Cells,
    journal: Grid,
    t: Ints,
    pay: Floats,
    scratch: Scratch,
    habit: Ints,
    line: int,
) -> float:
    """Place a line by the cheaper of its options, on the surface or by air; what it costs.

    An option whose least cost is above the other's real cost is not tried. A line that finds no
    room by either stays out and costs as if it came at twice the horizon.
    """
    guess = np.empty(2)
    for option in range(2):
        entry = 2 * line + option
        empty = option_at(t, entry) == option_at(t, entry + 1) or choice_at(t, entry) == choice_at(
            t, entry + 1
        )
        guess[option] = np.inf if empty else least(t, pay, line, option)
    first = AIR_OPTION if guess[AIR_OPTION] < guess[SURFACE_OPTION] else SURFACE_OPTION
    mark = journal[0, 0]
    price = np.inf
    if guess[first] < np.inf:
        price = try_option(cells, journal, t, pay, scratch, habit, line, first, np.inf)
    other = 1 - first
    if guess[other] < price:
        end = journal[0, 0]
        set_aside(cells, journal, mark)
        second = try_option(cells, journal, t, pay, scratch, habit, line, other, price)
        if second < price:
            forget(journal, mark, end)
            return second
        undo(cells, journal, end)
        make_again(cells, journal, mark)
    if price < np.inf:
        return price
    undo(cells, journal, mark)
    return missing(t, pay, line)


@kernel
def remove_line(cells: Cells, journal: Grid, t: Ints, line: int) -> None:
    """Lift a whole line out of the plan."""
    option = cell(cells, region(t, A_OPTION) + line)
    if option < 0:
        return
    entry = 2 * line + option
    for packet in range(option_at(t, entry), option_at(t, entry + 1)):
        remove_packet(cells, journal, t, packet)
    put(cells, journal, region(t, A_OPTION) + line, -1)
