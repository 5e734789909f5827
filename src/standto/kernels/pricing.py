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

SHARE = 1 << 16
"""A whole trip, in the units in which packets take shares of it."""
DEAR = 1 << 61
"""More than anything costs."""


@kernel
def integral(sums: Grid, row: int, block: int, minute: int) -> int:
    """Price of a resource from C-hour to a minute; beyond the last block nothing costs anything."""
    last = sums.shape[1] - 1
    at = max(0, minute)
    n = at // block
    if n >= last:
        return sums[row, last]
    return sums[row, n] + (sums[row, n + 1] - sums[row, n]) // block * (at - n * block)


@kernel
def span_price(sums: Grid, row: int, block: int, start: int, length: int) -> int:
    """Price of `length` minutes of a resource from a minute on."""
    if length <= 0 or sums[row, sums.shape[1] - 1] == 0:
        return 0
    return integral(sums, row, block, start + length) - integral(sums, row, block, start)


@kernel
def moment_price(sums: Grid, row: int, block: int, minute: int) -> int:
    """Price of one unit taken at a minute."""
    n = max(0, minute) // block
    if n >= sums.shape[1] - 1:
        return 0
    return (sums[row, n + 1] - sums[row, n]) // block


@kernel
def passage(block: int, minute: int, shift: int) -> int:
    """Next minute after this one at which what comes `shift` minutes later enters a block."""
    return ((minute + shift) // block + 1) * block - shift


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
def deposit(
    took: Grid, count: int, packet: int, row: int, block: int, start: int, length: int, share: int
) -> int:
    """Write a packet's minutes of a resource, block by block, from row `count` on; rows then.

    took: rows of packet, resource, block and amount; what does not fit is only counted.
    """
    at = max(0, start)
    end = start + length
    while at < end:
        n = at // block
        until = min(end, (n + 1) * block)
        if count < took.shape[0]:
            took[count, 0], took[count, 1], took[count, 2] = packet, row, n
            took[count, 3] = (until - at) * share
        count += 1
        at = until
    return count


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
