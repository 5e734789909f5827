"""Every way of every packet, leg by leg, and what it takes of lift and room at given prices.

A way is a route that a packet may take. Its legs have pieces: one a class of lift that could carry
it. A piece says how soon it can begin, and how long the packet still needs at least after it, so
that what must happen between two minutes is known whatever else a plan does. All whole numbers.
"""

from __future__ import annotations

from standto.kernels.columns import (
    F_SPEED,
    F_TURN,
    H_FROM,
    H_FROM_FLOW,
    H_FROM_HOLD,
    H_LIFT,
    H_MODE,
    H_STEP,
    H_STEP_END,
    H_TO,
    H_TO_FLOW,
    H_TO_HOLD,
    L_EARLIEST,
    L_READY,
    MAX_LEGS,
    NEVER,
    P_LANE,
    P_LINE,
    P_UNITS,
    R_BASE,
    ROAD,
    S_KM,
    S_OFFSET,
    S_RESOURCE,
    SEA,
    Grid,
    Ints,
    Scratch,
)
from standto.kernels.compiled import kernel
from standto.kernels.pricing import SHARE, departs, load_of, pace, serves, unload_of

W_HOP, W_CLASS, W_SHARE, W_START, W_TAIL = range(5)
"""Columns of a piece: its hop, class of lift (-1: own wheels), part of a trip, earliest minute to
load, and least minutes from free at its end to the arrival."""
PIECE_FIELDS = 5
MOST = 1 << 40
"""Largest amount that is counted: more counts as this, so that no product passes 64 bits."""
FULL = 1 << 60
"""A line's charge is cut off here, for the same reason."""


@kernel
def pieces_of(
    hops: Grid, borders: Grid, leads: Grid, lines: Grid, fleets: Grid, stands: Grid, fits: Grid,
    packet: int, line: int, hop: int, ready: int, pieces: Grid, at: int,
) -> tuple[int, int]:  # fmt: skip
    """Write the pieces of one leg from `at` on; how many there are then, and when one is free."""
    lifted = hops[hop, H_LIFT] != 0
    best = NEVER
    for of in range(0 if lifted else -1, fleets.shape[0] if lifted else 0):
        if lifted and (fits[of, packet] == 0 or not serves(hops, fleets, hop, of)):
            continue
        load = load_of(hops, fleets, hop, of)
        leaves = departs(hops, fleets, borders, leads, lines, stands, line, hop, of)
        leaves = max(leaves, ready + load)
        if leaves >= NEVER:
            continue
        pieces[at, W_HOP], pieces[at, W_CLASS] = hop, of
        pieces[at, W_SHARE] = SHARE
        pieces[at, W_START], pieces[at, W_TAIL] = leaves - load, 0
        best = min(best, leaves + pace(hops, fleets, hop, of) + unload_of(hops, fleets, hop, of))
        at += 1
    return at, best


@kernel
def tails(hops: Grid, fleets: Grid, leg_pieces: Ints, pieces: Grid, first: int, last: int) -> None:
    """Write how long a packet needs at least after each leg of one way."""
    tail = 0
    for leg in range(last - 1, first - 1, -1):
        least = NEVER
        for at in range(leg_pieces[leg], leg_pieces[leg + 1]):
            pieces[at, W_TAIL] = tail
            hop, of = pieces[at, W_HOP], pieces[at, W_CLASS]
            whole = load_of(hops, fleets, hop, of) + unload_of(hops, fleets, hop, of)
            least = min(least, whole + pace(hops, fleets, hop, of))
        tail += least


@kernel
def all_ways(
    packets: Grid, lines: Grid, options: Ints, choices: Ints, routes: Grid, route_hops: Ints,
    hops: Grid, borders: Grid, leads: Grid, fleets: Grid, stands: Grid, fits: Grid, moved: Ints,
    horizon: int, packet_ways: Ints, way_legs: Ints, leg_pieces: Ints, pieces: Grid, arrive: Ints,
) -> None:  # fmt: skip
    """Write the ways of the lines moved that can arrive before the horizon.

    packet_ways: (packets + 1), way_legs: (ways + 1), leg_pieces: (legs + 1): where each one's ways,
    legs and pieces begin, all with whole trips. arrive: (packets,) earliest arrival of each packet
    alone, NEVER if none.
    """
    way, leg, at = 0, 0, 0
    for entry in range(2 * lines.shape[0]):
        line = entry // 2
        for packet in range(options[entry], options[entry + 1]):
            packet_ways[packet], arrive[packet] = way, NEVER
            for route in range(choices[entry], choices[entry + 1] if moved[line] > 0 else 0):
                minute, first, begin = lines[line, L_READY], leg, at
                for k in range(routes[route, 0], routes[route, 1]):
                    at, minute = pieces_of(
                        hops, borders, leads, lines, fleets, stands, fits,
                        packet, line, route_hops[k], minute, pieces, at,
                    )  # fmt: skip
                    leg += 1
                    leg_pieces[leg] = at
                    if minute >= horizon:
                        break
                if minute >= horizon:
                    leg, at = first, begin
                    continue
                tails(hops, fleets, leg_pieces, pieces, first, leg)
                way += 1
                way_legs[way] = leg
                arrive[packet] = min(arrive[packet], max(minute, lines[line, L_EARLIEST]))
    packet_ways[packets.shape[0]] = way


@kernel
def uses_of(
    hops: Grid, steps: Grid, packets: Grid, fleets: Grid, resources: Grid, pieces: Grid, piece: int,
    packet: int, made: Grid,
) -> int:  # fmt: skip
    """Write what a piece takes of each calendar to `made`; how many rows.

    made: rows of calendar, amount in 1/SHARE of a unit or of a minute of a place, earliest minute
    at which it can begin, and least minutes from its end to the packet's arrival.
    """
    hop, of, share = pieces[piece, W_HOP], pieces[piece, W_CLASS], pieces[piece, W_SHARE]
    start, tail = pieces[piece, W_START], pieces[piece, W_TAIL]
    load, unload = load_of(hops, fleets, hop, of), unload_of(hops, fleets, hop, of)
    run = pace(hops, fleets, hop, of)
    mode, count = hops[hop, H_MODE], 0
    for end in range(2 if of >= 0 else 0):
        hold = hops[hop, H_FROM_HOLD] if end == 0 else hops[hop, H_TO_HOLD]
        long = load if end == 0 else unload
        begin = start if end == 0 else start + load + run
        after = run + unload + tail if end == 0 else tail
        if hold >= 0 and long > 0:
            made[count, 0], made[count, 1] = hold, min(MOST, share * long)
            made[count, 2], made[count, 3] = begin, after
            count += 1
        flow = hops[hop, H_FROM_FLOW] if end == 0 else hops[hop, H_TO_FLOW]
        if flow >= 0:
            amount = share
            if mode == SEA:
                amount = SHARE * max(1, min(packets[packet, P_LANE], resources[flow, R_BASE]))
            made[count, 0], made[count, 1] = flow, min(MOST, amount)
            made[count, 2], made[count, 3] = begin, after + long
            count += 1
    speed = fleets[of, F_SPEED] if of >= 0 else 1
    for k in range(hops[hop, H_STEP], hops[hop, H_STEP_END]):
        link = steps[k, S_RESOURCE]
        if link < 0:
            continue
        amount = share
        if mode == ROAD:
            amount = SHARE * max(1, min(packets[packet, P_UNITS], resources[link, R_BASE]))
        offset = steps[k, S_OFFSET] + steps[k, S_KM] * 6 // speed
        made[count, 0], made[count, 1] = link, min(MOST, amount)
        made[count, 2] = start + load + offset
        made[count, 3] = max(0, run - offset) + unload + tail
        count += 1
    return count


@kernel
def trip_minutes(hops: Grid, fleets: Grid, hop: int, of: int) -> int:
    """Minutes that a trip takes its asset: loaded, under way, unloaded, turned round."""
    busy = load_of(hops, fleets, hop, of) + pace(hops, fleets, hop, of)
    return busy + unload_of(hops, fleets, hop, of) + fleets[of, F_TURN]


@kernel
def piece_charge(
    hops: Grid, steps: Grid, packets: Grid, fleets: Grid, resources: Grid, pieces: Grid,
    windows: Scratch, prices: Grid, lift: Ints, remote: Grid, loud: Ints, made: Grid,
    piece: int, packet: int,
) -> int:  # fmt: skip
    """What a piece pays: for its part of a trip, and for room that it takes within windows.

    windows: (calendars and classes, windows, 2) first minute, and minutes before the closure.
    prices: of each window. lift: (classes,) price of an asset-minute. remote: (classes, stops)
    minutes by which a stop is remote: an asset that ends up there has them still before it. loud:
    (hops,) 1 where any calendar of the hop has a price.
    """
    hop, of = pieces[piece, W_HOP], pieces[piece, W_CLASS]
    paid = 0
    if of >= 0:
        trip, share = trip_minutes(hops, fleets, hop, of), pieces[piece, W_SHARE]
        if lift[of] > 0:
            away = trip + remote[of, hops[hop, H_TO]] - remote[of, hops[hop, H_FROM]]
            paid += lift[of] * (share * max(0, away))
        row = resources.shape[0] + of
        for j in range(prices.shape[1]):
            inside = pieces[piece, W_START] >= windows[row, j, 0]
            if inside and pieces[piece, W_TAIL] >= windows[row, j, 1]:
                paid += prices[row, j] * (share * trip)
    if loud[hop] == 0:
        return paid
    for k in range(uses_of(hops, steps, packets, fleets, resources, pieces, piece, packet, made)):
        row = made[k, 0]
        for j in range(prices.shape[1]):
            if made[k, 2] >= windows[row, j, 0] and made[k, 3] >= windows[row, j, 1]:
                paid += prices[row, j] * made[k, 1]
    return paid


@kernel
def packet_charge(
    hops: Grid, steps: Grid, packets: Grid, fleets: Grid, resources: Grid, packet_ways: Ints,
    way_legs: Ints, leg_pieces: Ints, pieces: Grid, windows: Scratch, prices: Grid, lift: Ints,
    remote: Grid, loud: Ints, made: Grid, packet: int,
) -> int:  # fmt: skip
    """Least that a packet pays by any of its ways; FULL where it has none."""
    best = FULL
    for way in range(packet_ways[packet], packet_ways[packet + 1]):
        total = 0
        for leg in range(way_legs[way], way_legs[way + 1]):
            least = FULL
            for piece in range(leg_pieces[leg], leg_pieces[leg + 1]):
                least = min(least, piece_charge(
                    hops, steps, packets, fleets, resources, pieces, windows, prices, lift, remote,
                    loud, made, piece, packet,
                ))  # fmt: skip
            total = min(FULL, total + least)
        best = min(best, total)
    return best


@kernel
def charge(
    hops: Grid, steps: Grid, packets: Grid, fleets: Grid, resources: Grid, options: Ints,
    packet_ways: Ints, way_legs: Ints, leg_pieces: Ints, pieces: Grid, windows: Scratch,
    prices: Grid, lift: Ints, remote: Grid, loud: Ints, made: Grid, moved: Ints, costs: Ints,
) -> None:  # fmt: skip
    """Least that each line moved pays at given prices, to `costs`: (lines,)."""
    for line in range(moved.size):
        costs[line] = 0
        if moved[line] == 0:
            continue
        best = FULL
        for entry in range(2 * line, 2 * line + 2):
            total = 0 if options[entry] < options[entry + 1] else FULL
            for packet in range(options[entry], options[entry + 1]):
                total = min(FULL, total + packet_charge(
                    hops, steps, packets, fleets, resources, packet_ways, way_legs, leg_pieces,
                    pieces, windows, prices, lift, remote, loud, made, packet,
                ))  # fmt: skip
            best = min(best, total)
        costs[line] = best if best < FULL else 0


@kernel
def entries_of(
    hops: Grid, steps: Grid, packets: Grid, fleets: Grid, resources: Grid, packet_ways: Ints,
    way_legs: Ints, leg_pieces: Ints, pieces: Grid, made: Grid, chosen: Ints, out: Grid,
) -> int:  # fmt: skip
    """Write what the pieces of the packets chosen take of calendars; how many rows.

    out: rows of piece, calendar, amount, earliest minute, and least minutes to the arrival.
    """
    count = 0
    for packet in chosen:
        first = leg_pieces[way_legs[packet_ways[packet]]]
        last = leg_pieces[way_legs[packet_ways[packet + 1]]]
        for piece in range(first, last):
            rows = uses_of(hops, steps, packets, fleets, resources, pieces, piece, packet, made)
            for k in range(rows):
                out[count, 0] = piece
                for field in range(4):
                    out[count, field + 1] = made[k, field]
                count += 1
    return count


__all__ = ["MAX_LEGS", "P_LINE", "all_ways", "charge", "entries_of"]
