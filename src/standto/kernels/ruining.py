"""What ruin and recreate lifts out: packets aboard trips in each other's way, or near."""

from __future__ import annotations

from standto.kernels.columns import (
    A_ARRIVE,
    A_LEG,
    A_OPTION,
    A_RIDE,
    A_ROUTE,
    AT_LINE_COUNT,
    AT_PACKET_COUNT,
    H_MODE,
    L_SAME,
    L_WITHIN,
    LEG_TRIP,
    MAX_LEGS,
    NEVER,
    P_LINE,
    RIDE_NEXT,
    T_DEPART,
    T_HOP,
    T_NEXT,
    T_PREVIOUS,
    T_RIDER,
    T_SHARED_NEXT,
    T_SHARED_PREVIOUS,
    Cells,
    Floats,
    Grid,
    Ints,
)
from standto.kernels.compiled import kernel
from standto.kernels.reading import (
    cell,
    of_hop,
    of_line,
    of_packet,
    of_route,
    option_at,
    region,
    trip_row,
)

RUN, HOP, BESIDE, ROUND, RING = range(5)
"""Kinds of ruin: a run of one asset's trips; two trips of one hop; trips of two assets of a mode
about one time; a trip with those before and after it; packets of lines near in a ring."""
MOST = 256
"""Most packets of several lines lifted out at once."""


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
def any_packet(cells: Cells, t: Ints, state: Ints) -> int:
    """A packet of any line, of the option that it travels by; of either where it stays out."""
    line = of_packet(t, draw(state, t[AT_PACKET_COUNT]), P_LINE)
    option = cell(cells, region(t, A_OPTION) + line)
    if option < 0:
        option = 0 if option_at(t, 2 * line) < option_at(t, 2 * line + 1) else 1
    first = option_at(t, 2 * line + option)
    return first + draw(state, option_at(t, 2 * line + option + 1) - first)


@kernel
def seed_packet(cells: Cells, t: Ints, state: Ints) -> int:
    """The packet to begin with: the last to arrive, the latest of a few drawn, or any."""
    who = draw(state, 8)
    if who == 0:
        return last_arrival(cells, t)[1]
    best = any_packet(cells, t, state)
    for _ in range(4 if who < 4 else 0):
        other = any_packet(cells, t, state)
        if cell(cells, region(t, A_ARRIVE) + other) > cell(cells, region(t, A_ARRIVE) + best):
            best = other
    return best


@kernel
def trip_of(cells: Cells, t: Ints, state: Ints, packet: int) -> int:
    """Any trip that a packet takes; -1 where it takes none."""
    route = cell(cells, region(t, A_ROUTE) + packet)
    legs = of_route(t, route, 1) - of_route(t, route, 0) if route >= 0 else 0
    start = draw(state, MAX_LEGS)
    for k in range(legs):
        leg = (start + k) % legs
        trip = cell(cells, region(t, A_LEG) + (packet * MAX_LEGS + leg) * 2 + LEG_TRIP)
        if trip >= 0:
            return trip
    return -1


@kernel
def add(found: Ints, count: int, one: int) -> int:
    """Add a number that is not among the first `count` while there is room; how many there are."""
    for k in range(count):
        if found[k] == one:
            return count
    if count < found.shape[0]:
        found[count] = one
        return count + 1
    return count


@kernel
def run_of(cells: Cells, t: Ints, trip: int, length: int, marks: Ints, count: int) -> int:
    """Mark a trip and those that follow it in its asset's chain; how many are marked."""
    for _ in range(length):
        if trip < 0:
            break
        count = add(marks, count, trip)
        trip = cell(cells, trip_row(t, trip) + T_NEXT)
    return count


@kernel
def beside(cells: Cells, t: Ints, state: Ints, trip: int) -> int:
    """Of a few trips drawn of the same mode, the one that leaves most nearly with this; else -1."""
    depart = cell(cells, trip_row(t, trip) + T_DEPART)
    mode = of_hop(t, cell(cells, trip_row(t, trip) + T_HOP), H_MODE)
    found, nearest = -1, NEVER
    for _ in range(12):
        other = trip_of(cells, t, state, any_packet(cells, t, state))
        if other < 0 or other == trip:
            continue
        apart = abs(cell(cells, trip_row(t, other) + T_DEPART) - depart)
        if of_hop(t, cell(cells, trip_row(t, other) + T_HOP), H_MODE) == mode and apart < nearest:
            found, nearest = other, apart
    return found


@kernel
def mark(cells: Cells, t: Ints, state: Ints, kind: int, trip: int, marks: Ints) -> int:
    """Trips to empty, written to `marks`, by the kind of ruin; how many."""
    if kind == RUN:
        return run_of(cells, t, trip, 2 + draw(state, 4), marks, 0)
    count = add(marks, 0, trip)
    if kind == BESIDE:
        count = run_of(cells, t, trip, 1 + draw(state, 3), marks, count)
        other = beside(cells, t, state, trip)
        return run_of(cells, t, other, 1 + draw(state, 3), marks, count)
    first, second = T_SHARED_NEXT, T_SHARED_PREVIOUS
    if kind == ROUND:
        first, second = T_PREVIOUS, T_NEXT
    elif draw(state, 2) == 0:
        first, second = T_SHARED_PREVIOUS, T_SHARED_NEXT
    other = cell(cells, trip_row(t, trip) + first)
    if other >= 0:
        count = add(marks, count, other)
    if other < 0 or kind == ROUND:
        other = cell(cells, trip_row(t, trip) + second)
        count = add(marks, count, other) if other >= 0 else count
    return count


@kernel
def near(
    cells: Cells, t: Ints, state: Ints, rings: Grid, seats: Grid, line: int, gone: Ints
) -> int:
    """Packets of lines that stand near a line in one of the rings, added to the one in `gone`."""
    lines, count = t[AT_LINE_COUNT], 1
    size = min(2 + draw(state, 10), gone.shape[0])
    ring, reach = draw(state, rings.shape[0]), min(3 * size, lines)
    for _ in range(3 * size):
        if count == size:
            break
        other = rings[ring, (seats[ring, line] - reach // 2 + draw(state, reach)) % lines]
        option = max(0, cell(cells, region(t, A_OPTION) + other))
        first = option_at(t, 2 * other + option)
        many = option_at(t, 2 * other + option + 1) - first
        if many > 0:
            count = add(gone, count, first + draw(state, many))
    return count


@kernel
def choose(
    cells: Cells, t: Ints, state: Ints, kind: int, rings: Grid, seats: Grid, marks: Ints,
    gone: Ints,
) -> int:  # fmt: skip
    """Packets to lift out, written to `gone`; how many. Some may belong to lines that stay out."""
    gone[0] = seed_packet(cells, t, state)
    trip = trip_of(cells, t, state, gone[0]) if kind != RING else -1
    if trip < 0:
        return near(cells, t, state, rings, seats, of_packet(t, gone[0], P_LINE), gone)
    count = 1
    for k in range(mark(cells, t, state, kind, trip, marks)):
        ride = cell(cells, trip_row(t, marks[k]) + T_RIDER)
        while ride >= 0:
            count = add(gone, count, ride // MAX_LEGS)
            ride = cell(cells, region(t, A_RIDE) + 2 * ride + RIDE_NEXT)
    return count


@kernel
def lines_of(t: Ints, gone: Ints, count: int) -> int:
    """Put lines in the place of their packets, each once; how many.

    The first, and others while they have few packets: the journal must hold them all.
    """
    many, packets = 0, 0
    for k in range(count):
        line = of_packet(t, gone[k], P_LINE)
        packets += option_at(t, 2 * line + 2) - option_at(t, 2 * line)
        if k == 0 or packets <= MOST:
            many = add(gone, many, line)
    return many


@kernel
def loose(cells: Cells, t: Ints, packet: int) -> bool:
    """Whether a packet travels and may do so without regard to the others of its line."""
    line = of_packet(t, packet, P_LINE)
    bound = of_line(t, line, L_SAME) > 0 or of_line(t, line, L_WITHIN) < NEVER
    return cell(cells, region(t, A_ROUTE) + packet) >= 0 and not bound


@kernel
def loose_of(cells: Cells, t: Ints, gone: Ints, count: int) -> int:
    """Keep the packets that are loose; how many."""
    kept = 0
    for k in range(count):
        if loose(cells, t, gone[k]):
            gone[kept] = gone[k]
            kept += 1
    return kept


@kernel
def arrange(keys: Floats, gone: Ints, count: int) -> None:
    """Put what was lifted out into the order of its keys."""
    for k in range(count):
        key, one, at = keys[k], gone[k], k
        while at > 0 and keys[at - 1] > key:
            keys[at] = keys[at - 1]
            gone[at] = gone[at - 1]
            at -= 1
        keys[at] = key
        gone[at] = one
