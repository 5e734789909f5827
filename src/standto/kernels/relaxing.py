"""The cheapest way of every packet and line at given prices of lift and room, hour by hour.

Of each ride the price of beginning in each slot of time is worked out once; a packet that arrives
in a slot rides each leg in the cheapest slot from which it still gets there. Slots are rounded so
that they never cost too much, and the legs of a packet are not kept from overlapping: the sum is
no more than what any plan's packet pays.
"""

from __future__ import annotations

from standto.kernels.columns import (
    F_SPEED,
    H_FROM,
    H_FROM_FLOW,
    H_FROM_HOLD,
    H_MODE,
    H_STEP,
    H_STEP_END,
    H_TO,
    H_TO_FLOW,
    H_TO_HOLD,
    L_EARLIEST,
    L_READY,
    P_LANE,
    P_UNITS,
    ROAD,
    S_KM,
    S_OFFSET,
    S_RESOURCE,
    SEA,
    Grid,
    Ints,
)
from standto.kernels.compiled import kernel
from standto.kernels.pricing import (
    DEAR,
    SHARE,
    arrival_cost,
    deposit,
    load_of,
    pace,
    unload_of,
)
from standto.kernels.riding import all_prices
from standto.kernels.ways import (
    W_CLASS,
    W_HOP,
    W_SHARE,
    W_START,
    W_TAIL,
    trip_minutes,
)

Q_SLOT, Q_START, Q_PAIR, Q_SHARE, Q_UNITS, Q_LEAST, Q_AT = range(7)
"""Columns of the scratch of one piece: last slot looked at, first slot, row of the price tables,
part of a trip, units, least price so far, and its slot."""
SCRATCH_FIELDS = 7


@kernel
def units_of(hops: Grid, packets: Grid, narrow: Ints, hop: int, packet: int) -> int:
    """Units that a packet takes: vehicles on the road, lane decimetres at ports, else none.

    narrow: (hops,) what the smallest of a hop's calendars admits in one window: a packet takes no
    more of it.
    """
    mode = hops[hop, H_MODE]
    if mode == SEA:
        return max(1, min(packets[packet, P_LANE], narrow[hop]))
    return max(1, min(packets[packet, P_UNITS], narrow[hop])) if mode == ROAD else 0


@kernel
def slot_price(trip: Grid, unit: Grid, scratch: Grid, row: int, slot: int) -> int:
    """What a packet pays for a ride that begins in a slot; nothing beyond the last with a price."""
    pair = scratch[row, Q_PAIR]
    if slot >= trip.shape[1]:
        return 0
    total, share = trip[pair, slot], scratch[row, Q_SHARE]
    part = total // SHARE * share + total % SHARE * share // SHARE  # no product passes 64 bits
    return min(DEAR, part + unit[pair, slot] * scratch[row, Q_UNITS])


@kernel
def look(trip: Grid, unit: Grid, scratch: Grid, row: int, slot: int) -> None:
    """Keep the price of a slot if it is the least of a piece so far."""
    if scratch[row, Q_LEAST] > 0:
        price = slot_price(trip, unit, scratch, row, slot)
        if price < scratch[row, Q_LEAST]:
            scratch[row, Q_LEAST], scratch[row, Q_AT] = price, slot


@kernel
def begin_way(
    hops: Grid, packets: Grid, fleets: Grid, narrow: Ints, leg_pieces: Ints, pieces: Grid,
    pair_of: Grid, trip: Grid, unit: Grid, grid: int, scratch: Grid, first: int, last: int,
    packet: int, until: int,
) -> None:  # fmt: skip
    """Set the scratch of a way's pieces for arrivals before `until`: least price of each so far.

    The next arrival ends a slot later, so that each piece has one more slot then.
    """
    for piece in range(leg_pieces[first], leg_pieces[last]):
        row = piece - leg_pieces[first]
        hop, of = pieces[piece, W_HOP], pieces[piece, W_CLASS]
        ride = load_of(hops, fleets, hop, of) + pace(hops, fleets, hop, of)
        ride += unload_of(hops, fleets, hop, of)
        latest = max(-1, until - pieces[piece, W_TAIL] - ride - 1) // grid
        start = pieces[piece, W_START] // grid
        scratch[row, Q_SLOT], scratch[row, Q_START] = latest, start
        scratch[row, Q_PAIR] = pair_of[hop, of + 1]
        scratch[row, Q_SHARE] = pieces[piece, W_SHARE]
        scratch[row, Q_UNITS] = units_of(hops, packets, narrow, hop, packet)
        scratch[row, Q_LEAST], scratch[row, Q_AT] = DEAR, -1
        if scratch[row, Q_PAIR] < 0:
            scratch[row, Q_LEAST], scratch[row, Q_AT] = 0, start
        for slot in range(start, latest + 1):
            look(trip, unit, scratch, row, slot)


@kernel
def rides_price(leg_pieces: Ints, scratch: Grid, first: int, last: int) -> int:
    """Least price of all rides of a way, by what its scratch says."""
    total, base = 0, leg_pieces[first]
    for leg in range(first, last):
        least = DEAR
        for piece in range(leg_pieces[leg], leg_pieces[leg + 1]):
            least = min(least, scratch[piece - base, Q_LEAST])
        total = min(DEAR, total + least)
    return total


@kernel
def go_on(trip: Grid, unit: Grid, scratch: Grid, rows: int) -> None:
    """Let every piece have one more slot."""
    for row in range(rows):
        slot = scratch[row, Q_SLOT] + 1
        scratch[row, Q_SLOT] = slot
        if slot >= scratch[row, Q_START]:
            look(trip, unit, scratch, row, slot)


@kernel
def soonest_by(hops: Grid, fleets: Grid, leg_pieces: Ints, pieces: Grid, leg: int) -> int:
    """Minute at which a packet can be free after a leg, were it alone."""
    best = DEAR
    for piece in range(leg_pieces[leg], leg_pieces[leg + 1]):
        hop, of = pieces[piece, W_HOP], pieces[piece, W_CLASS]
        ride = load_of(hops, fleets, hop, of) + pace(hops, fleets, hop, of)
        best = min(best, pieces[piece, W_START] + ride + unload_of(hops, fleets, hop, of))
    return best


@kernel
def packet_price(
    hops: Grid, packets: Grid, lines: Grid, fleets: Grid, narrow: Ints, packet_ways: Ints,
    way_legs: Ints, leg_pieces: Ints, pieces: Grid, pair_of: Grid, trip: Grid, unit: Grid,
    pay: Grid, grid: int, scratch: Grid, horizon: int, packet: int, line: int, found: Ints,
) -> int:  # fmt: skip
    """Least cost of a packet's arrival and rides; `found`: the way, and the end of its last slot.

    Later slots are looked at until the arrival alone costs more than the best, or rides are free.
    """
    best = DEAR
    found[0] = -1
    for way in range(packet_ways[packet], packet_ways[packet + 1]):
        first, last = way_legs[way], way_legs[way + 1]
        minute = lines[line, L_READY] if first == last else soonest_by(
            hops, fleets, leg_pieces, pieces, last - 1
        )  # fmt: skip
        minute = max(minute, lines[line, L_EARLIEST])
        cost = arrival_cost(lines, pay, packet, line, minute)
        if cost >= best or minute >= horizon:
            continue
        begin_way(
            hops, packets, fleets, narrow, leg_pieces, pieces, pair_of, trip, unit, grid, scratch,
            first, last, packet, minute + grid,
        )  # fmt: skip
        rows = leg_pieces[last] - leg_pieces[first]
        while minute < horizon:
            rides = rides_price(leg_pieces, scratch, first, last)
            if cost + rides < best:
                best = cost + rides
                found[0], found[1] = way, minute + grid
            minute += grid
            cost = arrival_cost(lines, pay, packet, line, minute)
            if rides == 0 or cost >= best:
                break
            go_on(trip, unit, scratch, rows)
    return best


@kernel
def spend(
    hops: Grid, steps: Grid, packets: Grid, fleets: Grid, narrow: Ints, pieces: Grid,
    remote: Grid, block: int, took: Grid, count: int, piece: int, packet: int, start: int,
) -> int:  # fmt: skip
    """Write what a ride that begins at `start` takes of each block, in shares; rows then."""
    hop, of, share = pieces[piece, W_HOP], pieces[piece, W_CLASS], pieces[piece, W_SHARE]
    load, unload = load_of(hops, fleets, hop, of), unload_of(hops, fleets, hop, of)
    run, mode, first = pace(hops, fleets, hop, of), hops[hop, H_MODE], fleets.shape[0]
    speed = fleets[of, F_SPEED] if of >= 0 else 1
    each = SHARE * units_of(hops, packets, narrow, hop, packet)
    if of >= 0:
        out, back = remote[of, hops[hop, H_FROM]], remote[of, hops[hop, H_TO]]
        long = trip_minutes(hops, fleets, hop, of) + back - out
        count = deposit(took, count, packet, of, block, start + out, long, share)
        for end in range(2):
            shift = start if end == 0 else start + load + run
            hold = hops[hop, H_FROM_HOLD] if end == 0 else hops[hop, H_TO_HOLD]
            flow = hops[hop, H_FROM_FLOW] if end == 0 else hops[hop, H_TO_FLOW]
            if hold >= 0:
                long = load if end == 0 else unload
                count = deposit(took, count, packet, first + hold, block, shift, long, share)
            if flow >= 0:
                amount = each if mode == SEA else share
                count = deposit(took, count, packet, first + flow, block, shift, 1, amount)
    for k in range(hops[hop, H_STEP], hops[hop, H_STEP_END]):
        link = steps[k, S_RESOURCE]
        if link >= 0:
            shift = start + load + steps[k, S_OFFSET] + steps[k, S_KM] * 6 // speed
            amount = each if mode == ROAD else share
            count = deposit(took, count, packet, first + link, block, shift, 1, amount)
    return count


@kernel
def spend_way(
    hops: Grid, steps: Grid, packets: Grid, fleets: Grid, narrow: Ints, way_legs: Ints,
    leg_pieces: Ints, pieces: Grid, pair_of: Grid, trip: Grid, unit: Grid, begin: Grid,
    remote: Grid, block: int, took: Grid, count: int, grid: int, scratch: Grid, way: int,
    packet: int, until: int,
) -> int:  # fmt: skip
    """Write what the cheapest rides of a way take, for an arrival before `until`; rows then."""
    first, last = way_legs[way], way_legs[way + 1]
    begin_way(
        hops, packets, fleets, narrow, leg_pieces, pieces, pair_of, trip, unit, grid, scratch,
        first, last, packet, until,
    )  # fmt: skip
    for leg in range(first, last):
        best, by = DEAR, -1
        for piece in range(leg_pieces[leg], leg_pieces[leg + 1]):
            row = piece - leg_pieces[first]
            if scratch[row, Q_AT] >= 0 and scratch[row, Q_LEAST] < best:
                best, by = scratch[row, Q_LEAST], piece
        if by >= 0:
            row = by - leg_pieces[first]
            slot, pair = scratch[row, Q_AT], scratch[row, Q_PAIR]
            start = slot * grid
            if pair >= 0 and slot < begin.shape[1]:
                start = begin[pair, slot]
            count = spend(
                hops, steps, packets, fleets, narrow, pieces, remote, block, took, count, by,
                packet, max(pieces[by, W_START], start),
            )  # fmt: skip
    return count


@kernel
def like(packets: Grid, pay: Grid, one: int, two: int) -> bool:
    """Whether two packets of a line cost the same whatever the prices are."""
    for field in range(packets.shape[1]):
        if packets[one, field] != packets[two, field]:
            return False
    return bool(pay[one, 0] == pay[two, 0] and pay[one, 1] == pay[two, 1])


@kernel
def relax(
    hops: Grid, packets: Grid, lines: Grid, options: Ints, fleets: Grid, narrow: Ints,
    packet_ways: Ints, way_legs: Ints, leg_pieces: Ints, pieces: Grid, pair_of: Grid,
    trip: Grid, unit: Grid, pay: Grid, grid: int, scratch: Grid, horizon: int, moved: Ints,
    costs: Ints, chosen: Grid,
) -> None:  # fmt: skip
    """Least cost of every line moved, each by the cheaper of its options, to `costs`: (lines,).

    chosen: (packets, 2) written: way of each packet by that option, -1 else, and its last slot's
    end. A line with no way at all costs nothing: no plan moves it.
    """
    for line in range(lines.shape[0]):
        costs[line] = 0
        cheapest, by = DEAR, -1
        for option in range(2 if moved[line] > 0 else 0):
            entry = 2 * line + option
            price = 0 if options[entry] < options[entry + 1] else DEAR
            found = chosen[0]
            each = 0
            for packet in range(options[entry], options[entry + 1]):
                if packet == options[entry] or not like(packets, pay, packet, packet - 1):
                    found = chosen[packet]
                    each = packet_price(
                        hops, packets, lines, fleets, narrow, packet_ways, way_legs, leg_pieces,
                        pieces, pair_of, trip, unit, pay, grid, scratch, horizon, packet, line,
                        found,
                    )  # fmt: skip
                else:
                    before = chosen[packet - 1]
                    shift = before[0] - packet_ways[packet - 1]
                    chosen[packet, 0] = shift + packet_ways[packet] if before[0] >= 0 else -1
                    chosen[packet, 1] = before[1]
                price = min(DEAR, price + each)
            if price < cheapest:
                cheapest, by = price, option
        costs[line] = cheapest if by >= 0 else 0
        for option in range(2):
            if option != by:
                for packet in range(options[2 * line + option], options[2 * line + option + 1]):
                    chosen[packet, 0] = -1


@kernel
def spend_all(
    hops: Grid, steps: Grid, packets: Grid, fleets: Grid, narrow: Ints, way_legs: Ints,
    leg_pieces: Ints, pieces: Grid, pair_of: Grid, trip: Grid, unit: Grid, begin: Grid,
    remote: Grid, block: int, took: Grid, grid: int, scratch: Grid, chosen: Grid,
) -> int:  # fmt: skip
    """Write what all packets take by the ways chosen; how many rows, of which those fit in `took`.

    took: rows of packet, row of prices (classes and calendars), block and amount in shares.
    """
    count = 0
    for packet in range(packets.shape[0]):
        if chosen[packet, 0] >= 0:
            count = spend_way(
                hops, steps, packets, fleets, narrow, way_legs, leg_pieces, pieces, pair_of,
                trip, unit, begin, remote, block, took, count, grid, scratch, chosen[packet, 0],
                packet, chosen[packet, 1],
            )  # fmt: skip
    return count


__all__ = ["all_prices", "relax", "spend_all"]
