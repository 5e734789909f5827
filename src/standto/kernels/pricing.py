"""What every packet would pay at given prices: the relaxation that bounds the objective from below.

This is a separate and simpler path than the kernels that build plans. It knows no calendars, trips
or assets: a packet takes the cheapest of its line's routes, at the cheapest times, at given prices
of lift and of terminals. All arithmetic is in whole numbers, so that a proof repeats to the bit.
"""

from __future__ import annotations

from standto.kernels.columns import (
    AIR,
    B_COUNTRY,
    B_KM,
    B_OFFSET,
    F_DRAUGHT,
    F_GAUGE,
    F_LOAD,
    F_MODE,
    F_RANGE,
    F_RUNWAY,
    F_SPEED,
    F_UNLOAD,
    H_BORDER,
    H_BORDER_END,
    H_DRAUGHT,
    H_FROM,
    H_GAUGE,
    H_KM,
    H_LOAD,
    H_MIN,
    H_MODE,
    H_RUNWAY,
    H_UNLOAD,
    L_EARLIEST,
    L_OWNER,
    L_READY,
    L_REQUEST,
    L_REQUIRED,
    RAIL,
    SEA,
    Grid,
)
from standto.kernels.compiled import kernel

BLOCK = 1440
"""Minutes for which a price holds."""
SHARE = 1 << 16
"""A whole trip, in the units in which packets take shares of it."""
DEAR = 1 << 61
"""More than anything costs."""


@kernel
def integral(sums: Grid, row: int, minute: int) -> int:
    """Price of a resource from C-hour to a minute; beyond the last block nothing costs anything."""
    last = sums.shape[1] - 1
    at = max(0, minute)
    block = at // BLOCK
    if block >= last:
        return sums[row, last]
    return sums[row, block] + (sums[row, block + 1] - sums[row, block]) // BLOCK * (
        at - block * BLOCK
    )


@kernel
def span_price(sums: Grid, row: int, start: int, late: int, length: int) -> int:
    """Least price of `length` minutes that begin between `start` and `late`.

    The price is linear in the beginning save where either end passes into another block, so that
    its least value lies at one of the ends of the slot or at such a passage.
    """
    if length <= 0 or sums[row, sums.shape[1] - 1] == 0:
        return 0
    best = integral(sums, row, start + length) - integral(sums, row, start)
    best = min(best, integral(sums, row, late + length) - integral(sums, row, late))
    for shift in (0, length):
        turn = -(-(start + shift) // BLOCK) * BLOCK - shift
        while turn < late:
            best = min(best, integral(sums, row, turn + length) - integral(sums, row, turn))
            turn += BLOCK
    return best


@kernel
def moment_price(sums: Grid, row: int, start: int, late: int) -> int:
    """Least price of one unit taken at a moment between `start` and `late`."""
    best = DEAR
    for block in range(max(0, start) // BLOCK, max(0, late) // BLOCK + 1):
        if block >= sums.shape[1] - 1:
            return 0
        best = min(best, (sums[row, block + 1] - sums[row, block]) // BLOCK)
    return best


@kernel
def pace(hops: Grid, fleets: Grid, hop: int, fleet: int) -> int:
    """Minutes under way; fleet -1: on own wheels."""
    if fleet < 0:
        return hops[hop, H_MIN]
    speed = fleets[fleet, F_SPEED]
    return hops[hop, H_MIN] + (hops[hop, H_KM] * 6 + speed - 1) // speed


@kernel
def permitted(
    hops: Grid, borders: Grid, leads: Grid, lines: Grid, line: int, hop: int, speed: int
) -> int:
    """Earliest departure at which every border on the way opens in time."""
    soonest = 0
    mode = hops[hop, H_MODE]
    for b in range(hops[hop, H_BORDER], hops[hop, H_BORDER_END]):
        country = borders[b, B_COUNTRY]
        if country != lines[line, L_OWNER]:
            opens = lines[line, L_REQUEST] + leads[country, mode]
            soonest = max(soonest, opens - borders[b, B_OFFSET] - borders[b, B_KM] * 6 // speed)
    return soonest


@kernel
def load_of(hops: Grid, fleets: Grid, hop: int, fleet: int) -> int:
    """Minutes to load; none on own wheels."""
    if fleet < 0:
        return 0
    return fleets[fleet, F_LOAD] if hops[hop, H_LOAD] < 0 else hops[hop, H_LOAD]


@kernel
def unload_of(hops: Grid, fleets: Grid, hop: int, fleet: int) -> int:
    """Minutes to unload; none on own wheels."""
    if fleet < 0:
        return 0
    return fleets[fleet, F_UNLOAD] if hops[hop, H_UNLOAD] < 0 else hops[hop, H_UNLOAD]


@kernel
def departs(
    hops: Grid,
    fleets: Grid,
    borders: Grid,
    leads: Grid,
    lines: Grid,
    stands: Grid,
    line: int,
    hop: int,
    fleet: int,
) -> int:
    """Earliest minute at which a fleet can leave on a hop with a line's load, were it ready."""
    if fleet < 0:
        return permitted(hops, borders, leads, lines, line, hop, 1)
    there = stands[fleet, hops[hop, H_FROM]] + load_of(hops, fleets, hop, fleet)
    return max(there, permitted(hops, borders, leads, lines, line, hop, fleets[fleet, F_SPEED]))


@kernel
def deposit(use: Grid, row: int, start: int, length: int, share: int) -> None:
    """Count so many minutes of a resource, from `start`, in the blocks that they fall in."""
    at = max(0, start)
    end = start + length
    while at < end:
        block = at // BLOCK
        if block >= use.shape[1]:
            return
        until = min(end, (block + 1) * BLOCK)
        use[row, block] += (until - at) * share
        at = until


@kernel
def arrival_cost(lines: Grid, pay: Grid, packet: int, line: int, minute: int) -> int:
    """What an arrival costs: minutes since ready, and minutes late."""
    at = max(minute, lines[line, L_EARLIEST])
    late = max(0, at - lines[line, L_REQUIRED])
    return pay[packet, 0] * (at - lines[line, L_READY]) + pay[packet, 1] * late


@kernel
def serves(hops: Grid, fleets: Grid, hop: int, fleet: int) -> bool:
    """Whether a fleet's lift can run on a hop: mode, gauge, draught, runway and range."""
    mode = hops[hop, H_MODE]
    if fleets[fleet, F_MODE] != mode:
        return False
    if mode == AIR:
        in_range = fleets[fleet, F_RANGE] * 10 >= hops[hop, H_KM]
        return bool(in_range and fleets[fleet, F_RUNWAY] <= hops[hop, H_RUNWAY])
    if mode == SEA:
        return bool(fleets[fleet, F_DRAUGHT] <= hops[hop, H_DRAUGHT])
    return bool(mode != RAIL or fleets[fleet, F_GAUGE] == hops[hop, H_GAUGE])
