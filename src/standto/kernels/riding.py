"""What a ride costs at given prices of lift and room, for each slot in which it can begin."""

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
    ROAD,
    S_KM,
    S_OFFSET,
    S_RESOURCE,
    SEA,
    Grid,
)
from standto.kernels.compiled import kernel
from standto.kernels.pricing import (
    DEAR,
    load_of,
    moment_price,
    pace,
    passage,
    span_price,
    unload_of,
)
from standto.kernels.ways import trip_minutes


@kernel
def ride_price(
    hops: Grid, steps: Grid, fleets: Grid, sums: Grid, remote: Grid, hop: int, of: int, block: int,
    start: int,
) -> tuple[int, int, int, int]:  # fmt: skip
    """Price of a ride that begins to load at a minute: of a trip, and of a unit aboard.

    Then the next minute at which anything of it enters another block: until then both change
    evenly; and nothing.
    """
    load, unload = load_of(hops, fleets, hop, of), unload_of(hops, fleets, hop, of)
    run, mode, first = pace(hops, fleets, hop, of), hops[hop, H_MODE], fleets.shape[0]
    speed = fleets[of, F_SPEED] if of >= 0 else 1
    last = sums.shape[1] - 1
    total, each, turn = 0, 0, DEAR
    if of >= 0:
        out, back = remote[of, hops[hop, H_FROM]], remote[of, hops[hop, H_TO]]
        long = trip_minutes(hops, fleets, hop, of) + back - out
        if sums[of, last] > 0:
            total += span_price(sums, of, block, start + out, long)
            turn = min(turn, passage(block, start, out))
            turn = min(turn, passage(block, start, out + long))
        for end in range(2):
            shift = 0 if end == 0 else load + run
            hold = hops[hop, H_FROM_HOLD] if end == 0 else hops[hop, H_TO_HOLD]
            flow = hops[hop, H_FROM_FLOW] if end == 0 else hops[hop, H_TO_FLOW]
            if hold >= 0 and sums[first + hold, last] > 0:
                long = load if end == 0 else unload
                total += span_price(sums, first + hold, block, start + shift, long)
                turn = min(turn, passage(block, start, shift))
                turn = min(turn, passage(block, start, shift + long))
            if flow >= 0 and sums[first + flow, last] > 0:
                price = moment_price(sums, first + flow, block, start + shift)
                each += price if mode == SEA else 0
                total += price if mode != SEA else 0
                turn = min(turn, passage(block, start, shift))
    for k in range(hops[hop, H_STEP], hops[hop, H_STEP_END]):
        link = steps[k, S_RESOURCE]
        if link < 0 or sums[first + link, last] == 0:
            continue
        shift = load + steps[k, S_OFFSET] + steps[k, S_KM] * 6 // speed
        price = moment_price(sums, first + link, block, start + shift)
        each += price if mode == ROAD else 0
        total += price if mode != ROAD else 0
        turn = min(turn, passage(block, start, shift))
    return total, each, turn, 0


@kernel
def ride_prices(
    hops: Grid, steps: Grid, fleets: Grid, sums: Grid, remote: Grid, hop: int, of: int,
    pair: int, grid: int, block: int, trip: Grid, unit: Grid, begin: Grid,
) -> None:  # fmt: skip
    """Least price of a ride that begins to load in each slot: of a trip, and of a unit aboard.

    trip: (pairs, slots) of a whole trip, shared by those aboard. unit: (pairs, slots) of a vehicle
    on the road, or of lane decimetres at ports, which each packet pays for itself. begin: (pairs,
    slots) the minute of the least trip, or of the least unit where a trip costs nothing.

    Between two passages into another block prices change evenly, so that the least lies at the
    ends of a slot, at a passage in it, or a minute before one.
    """
    for j in range(trip.shape[1]):
        at, late = j * grid, (j + 1) * grid - 1
        trip[pair, j], unit[pair, j], begin[pair, j] = DEAR, DEAR, at
        while at <= late:
            total, each, turn, _ = ride_price(
                hops, steps, fleets, sums, remote, hop, of, block, at
            )  # fmt: skip
            if total < trip[pair, j] or (total == 0 and each < unit[pair, j]):
                begin[pair, j] = at
            trip[pair, j] = min(trip[pair, j], total)
            unit[pair, j] = min(unit[pair, j], each)
            if at == late:
                break
            end = min(late, turn - 1)
            at = turn if at == end else end


@kernel
def all_prices(
    hops: Grid, steps: Grid, fleets: Grid, sums: Grid, remote: Grid, pairs: Grid, grid: int,
    block: int, trip: Grid, unit: Grid, begin: Grid,
) -> None:  # fmt: skip
    """`ride_prices` of every pair of hop and class of lift in `pairs`: (pairs, 2)."""
    for pair in range(pairs.shape[0]):
        ride_prices(
            hops, steps, fleets, sums, remote, pairs[pair, 0], pairs[pair, 1], pair, grid, block,
            trip, unit, begin,
        )  # fmt: skip
