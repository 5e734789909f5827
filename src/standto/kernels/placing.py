"""Placing one line by the cheaper of its options, and lifting it out again."""

from __future__ import annotations

import numpy as np

from standto.kernels.cells import forget, make_again, put, set_aside, undo
from standto.kernels.columns import (
    A_OPTION,
    AIR_OPTION,
    AT_HORIZON,
    L_READY,
    L_REQUIRED,
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

    Infinite where a packet finds no room, or where the first ones cost `limit` or more.
    """
    entry = 2 * line + option
    total = 0.0
    for packet in range(option_at(t, entry), option_at(t, entry + 1)):
        arrive = place_packet(
            cells, journal, t, scratch, habit, packet, choice_at(t, entry), choice_at(t, entry + 1)
        )
        if arrive >= NEVER:
            return np.inf
        total += cost(t, pay, packet, arrive)
        if total >= limit:
            return np.inf
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
