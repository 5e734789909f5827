"""The cheapest way of every packet and line at given prices.

The least price of being free after each leg is kept for each slot of time along a route; slots of
each stop begin at the earliest minute that the route reaches it, so that rounding never flatters.
"""

from __future__ import annotations

import numpy as np

from standto.kernels.columns import (
    H_LIFT,
    H_MIN,
    L_READY,
    MAX_LEGS,
    NEVER,
    Grid,
    Ints,
    Scratch,
)
from standto.kernels.compiled import kernel
from standto.kernels.pricing import (
    DEAR,
    arrival_cost,
    departs,
    hop_price,
    load_of,
    pace,
    serves,
    spend,
    unload_of,
)


@kernel
def soonest_on(
    hops: Grid,
    fleets: Grid,
    borders: Grid,
    leads: Grid,
    lines: Grid,
    stands: Grid,
    shares: Grid,
    packet: int,
    line: int,
    hop: int,
    ready: int,
) -> int:
    """Earliest minute at which a packet is free at the far end of a hop, were it alone."""
    if hops[hop, H_LIFT] == 0:
        leaves = departs(hops, fleets, borders, leads, lines, stands, line, hop, -1)
        return max(ready, leaves) + hops[hop, H_MIN]
    best = NEVER
    for fleet in range(fleets.shape[0]):
        if shares[fleet, packet] < 0 or not serves(hops, fleets, hop, fleet):
            continue
        leaves = departs(hops, fleets, borders, leads, lines, stands, line, hop, fleet)
        leaves = max(leaves, ready + load_of(hops, fleets, hop, fleet))
        free = leaves + pace(hops, fleets, hop, fleet) + unload_of(hops, fleets, hop, fleet)
        best = min(best, free)
    return best


@kernel
def ride_prices(
    packets: Grid,
    lines: Grid,
    hops: Grid,
    borders: Grid,
    leads: Grid,
    fleets: Grid,
    stands: Grid,
    onward: Grid,
    shares: Grid,
    units: Grid,
    sums: Grid,
    room: Grid,
    trail: Scratch,
    packet: int,
    line: int,
    hop: int,
    leg: int,
    begin: int,
    end: int,
    until: int,
    grid: int,
) -> None:
    """Least price of being free after one leg in each slot before `until`, from those before it."""
    before = -(-(until - begin) // grid)
    count = -(-(until - end) // grid)
    for j in range(count):
        room[leg + 1, j] = DEAR
    by_lift = hops[hop, H_LIFT] != 0
    for fleet in range(0 if by_lift else -1, fleets.shape[0] if by_lift else 0):
        if by_lift and (shares[fleet, packet] < 0 or not serves(hops, fleets, hop, fleet)):
            continue
        share = shares[fleet, packet] if by_lift else 0
        load = load_of(hops, fleets, hop, fleet)
        after = pace(hops, fleets, hop, fleet) + unload_of(hops, fleets, hop, fleet)
        open_at = departs(hops, fleets, borders, leads, lines, stands, line, hop, fleet)
        for j in range(before):
            late = begin + (j + 1) * grid + load
            depart = max(begin + j * grid + load, open_at)
            if depart > late or room[leg, j] >= DEAR:
                continue
            to = (depart + after - end) // grid
            if to >= count:
                break
            total = room[leg, j] + hop_price(
                hops, packets, fleets, onward, sums, units, hop, packet, fleet, share, depart, late
            )
            if total < room[leg + 1, to]:
                room[leg + 1, to] = total
                trail[leg, to, 0] = fleet
                trail[leg, to, 1] = j
                trail[leg, to, 2] = depart
    for j in range(1, count):
        if room[leg + 1, j - 1] <= room[leg + 1, j]:
            room[leg + 1, j] = room[leg + 1, j - 1]
            for field in range(3):
                trail[leg, j, field] = trail[leg, j - 1, field]


@kernel
def worth(
    lines: Grid, pay: Grid, packet: int, line: int, soonest: int, grid: int, best: int, slots: int
) -> int:
    """How many slots from `soonest` on hold arrivals that cost less than `best` by themselves."""
    low, high = 0, slots
    while low < high:
        middle = (low + high) // 2
        if arrival_cost(lines, pay, packet, line, soonest + middle * grid) < best:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def price_packet(
    packets: Grid,
    lines: Grid,
    routes: Grid,
    route_hops: Ints,
    hops: Grid,
    borders: Grid,
    leads: Grid,
    fleets: Grid,
    stands: Grid,
    onward: Grid,
    shares: Grid,
    units: Grid,
    pay: Grid,
    sums: Grid,
    room: Grid,
    trail: Scratch,
    found: Ints,
    packet: int,
    line: int,
    first: int,
    last: int,
    grid: int,
    horizon: int,
    widest: int,
) -> int:
    """Least cost of a packet by any of the routes `first`..`last` at the prices given.

    room: (MAX_LEGS + 1, slots) scratch: least price of being free after each leg in each slot of
    `grid` minutes, which begin at the earliest such minute. The earliest slot of every route comes
    first, so that few others are worth a look. trail: (MAX_LEGS, slots, 3) fleet,
    slot and departure by which. found: written: route, slot and, after them, earliest minutes.
    """
    best = DEAR
    slots = room.shape[1]
    when = np.zeros(MAX_LEGS + 1, dtype=np.int64)
    found[0] = -1
    for turn in range(2 * (last - first)):
        route = first + turn % (last - first)
        most = 1 if turn < last - first else min(slots, widest)
        begin = routes[route, 0]
        legs = routes[route, 1] - begin
        when[0] = lines[line, L_READY]
        for k in range(legs):
            when[k + 1] = min(NEVER, soonest_on(
                hops, fleets, borders, leads, lines, stands, shares,
                packet, line, route_hops[begin + k], when[k],
            ))  # fmt: skip
        if when[legs] >= horizon:
            continue
        count = worth(lines, pay, packet, line, when[legs], grid, best, min(
            most, max(0, horizon - when[legs]) // grid + 1
        ))  # fmt: skip
        if count == 0:
            continue
        until = when[legs] + count * grid
        for j in range(-(-(until - when[0]) // grid)):
            room[0, j] = 0
        for k in range(legs):
            ride_prices(
                packets, lines, hops, borders, leads, fleets, stands, onward, shares, units, sums,
                room, trail, packet, line, route_hops[begin + k], k, when[k], when[k + 1],
                until, grid,
            )  # fmt: skip
        for j in range(count):
            minute = when[legs] + j * grid
            total = room[legs, j] + arrival_cost(lines, pay, packet, line, minute)
            if room[legs, j] < DEAR and total < best:
                best = total
                found[0], found[1] = route, j
    return best


@kernel
def like(packets: Grid, shares: Grid, pay: Grid, one: int, two: int) -> bool:
    """Whether two packets of a line cost the same whatever the prices are."""
    for field in range(packets.shape[1]):
        if packets[one, field] != packets[two, field]:
            return False
    for fleet in range(shares.shape[0]):
        if shares[fleet, one] != shares[fleet, two]:
            return False
    return bool(pay[one, 0] == pay[two, 0] and pay[one, 1] == pay[two, 1])


@kernel
def relax(
    packets: Grid,
    lines: Grid,
    options: Ints,
    choices: Ints,
    routes: Grid,
    route_hops: Ints,
    hops: Grid,
    borders: Grid,
    leads: Grid,
    fleets: Grid,
    stands: Grid,
    onward: Grid,
    shares: Grid,
    units: Grid,
    pay: Grid,
    sums: Grid,
    moved: Ints,
    use: Grid,
    costs: Ints,
    grid: int,
    horizon: int,
    widest: int,
) -> int:
    """Least cost of all lines that `moved` names, each by the cheaper of its options.

    sums: (fleets and calendars, blocks + 1) price of a minute or a unit from C-hour to each block,
    times BLOCK. use: like it, written: what the cheapest ways take, in shares; an array without
    columns leaves this out. costs: (lines,) written. widest: most slots looked at.
    """
    slots = horizon // grid + 3
    room = np.zeros((MAX_LEGS + 1, slots), dtype=np.int64)
    trail = np.zeros((MAX_LEGS, slots, 3), dtype=np.int64)
    found = np.zeros(2, dtype=np.int64)
    way = np.zeros((packets.shape[0], 2), dtype=np.int64)
    total = 0
    for line in range(lines.shape[0]):
        costs[line] = 0
        if moved[line] == 0:
            continue
        cheapest, by = DEAR, -1
        for option in range(2):
            entry = 2 * line + option
            price = 0 if options[entry] < options[entry + 1] else DEAR
            each = 0
            for packet in range(options[entry], options[entry + 1]):
                if packet == options[entry] or not like(packets, shares, pay, packet, packet - 1):
                    each = price_packet(
                        packets, lines, routes, route_hops, hops, borders, leads, fleets, stands,
                        onward, shares, units, pay, sums, room, trail, found, packet, line,
                        choices[entry], choices[entry + 1], grid, horizon, widest,
)  # fmt: skip
                way[packet, 0], way[packet, 1] = found[0], found[1]
                price = min(DEAR, price + each)
            if price < cheapest:
                cheapest, by = price, option
        if by < 0:
            continue
        costs[line] = cheapest
        total += cheapest
        if use.shape[1] == 0:
            continue
        entry = 2 * line + by
        for packet in range(options[entry], options[entry + 1]):
            if packet == options[entry] or not like(packets, shares, pay, packet, packet - 1):
                price_packet(
                    packets, lines, routes, route_hops, hops, borders, leads, fleets, stands,
                    onward, shares, units, pay, sums, room, trail, found, packet, line,
                    way[packet, 0], way[packet, 0] + 1, grid, horizon, widest,
)  # fmt: skip
            legs = routes[found[0], 1] - routes[found[0], 0]
            j = found[1]
            for k in range(legs - 1, -1, -1):
                fleet, depart = trail[k, j, 0], trail[k, j, 2]
                hop = route_hops[routes[found[0], 0] + k]
                share = shares[fleet, packet] if fleet >= 0 else 0
                spend(hops, packets, fleets, onward, units, use, hop, packet, fleet, share, depart)
                j = trail[k, j, 1]
    return total
