"""How soon any asset of a fleet can leave on a ride if the way is open, asked before one is sought.

The loops have no branches and a fixed length, so that they are compiled to work on many assets or
gaps at a time.
"""

from __future__ import annotations

from standto.kernels.chains import yard_of
from standto.kernels.columns import (
    AT_POSITIONS,
    AT_STOPS,
    F_ASSET,
    F_ASSET_END,
    F_SYSTEM,
    G_COUNT,
    G_FREE,
    G_LEAST,
    G_LONGEST,
    G_NEXT,
    GAP_END,
    GAP_FROM,
    GAP_TO,
    GAPS,
    H_FROM,
    H_TO,
    K_FREE,
    K_STANDS,
    NEVER,
    Y_LEAST,
    Y_USED,
    YARD,
    Cells,
    Ints,
)
from standto.kernels.compiled import kernel, unsigned
from standto.kernels.fitting import handling
from standto.kernels.gaps import last_span, span_head, span_of
from standto.kernels.reading import cell, of_fleet, of_hop, of_state, position


@kernel
def soonest_in(
    cells: Cells, t: Ints, system: int, chunk: int, start: int, goal: int, soonest: int, load: int,
    rest: int,
) -> int:  # fmt: skip
    """Earliest departure from `soonest` in any gap of a chunk, NEVER where none is long enough."""
    stops = t[AT_STOPS]
    table = t[AT_POSITIONS] + system * stops * stops
    onward, count, first = table + goal * stops, cell(cells, chunk + G_COUNT), chunk + G_FREE
    best = NEVER
    for k in range(GAPS):
        at = first + k
        here, there = max(0, cell(cells, at + GAP_FROM)), max(0, cell(cells, at + GAP_TO))
        way = t[unsigned(table + here * stops + start)]
        depart = max(soonest, cell(cells, at) + load + way)
        limit = cell(cells, at + GAP_END) - rest - t[unsigned(onward + there)]
        best = min(best, depart if (depart <= limit) & (k < count) else NEVER)
    return best


@kernel
def soonest_between(
    cells: Cells, t: Ints, hop: int, fleet: int, soonest: int, run: int, best: int
) -> int:
    """Earliest departure from `soonest` in any gap of a fleet, if before `best`, else that."""
    load, unload = handling(t, fleet, hop)
    rest = run + unload
    system, start, goal = of_fleet(t, fleet, F_SYSTEM), of_hop(t, hop, H_FROM), of_hop(t, hop, H_TO)
    for span in range(span_of(t, soonest + rest), cell(cells, last_span(t, fleet)) + 1):
        chunk = cell(cells, span_head(t, fleet, span))
        while chunk >= 0:
            if (
                cell(cells, chunk + G_LEAST) + load < best
                and cell(cells, chunk + G_LONGEST) >= load + rest
            ):
                found = soonest_in(cells, t, system, chunk, start, goal, soonest, load, rest)
                best = min(best, found)
                if best <= soonest:
                    return best
            chunk = cell(cells, chunk + G_NEXT)
    return best


@kernel
def soonest_of_yard(cells: Cells, t: Ints, system: int, asset: int, start: int) -> int:
    """Earliest minute at which an asset of a whole yard can be at a stop after its last trip."""
    stops = t[AT_STOPS]
    table = t[AT_POSITIONS] + system * stops * stops + start
    free, stands = of_state(t, asset, K_FREE), of_state(t, asset, K_STANDS)
    best = NEVER
    for k in range(YARD):
        way = t[unsigned(table + cell(cells, stands + k) * stops)]
        best = min(best, cell(cells, free + k) + way)
    return best


@kernel
def soonest_behind(cells: Cells, t: Ints, hop: int, fleet: int, soonest: int, best: int) -> int:
    """Earliest departure from `soonest` after the last trip of any asset, if before `best`."""
    load, system = handling(t, fleet, hop)[0], of_fleet(t, fleet, F_SYSTEM)
    start = of_hop(t, hop, H_FROM)
    asset, end = of_fleet(t, fleet, F_ASSET), of_fleet(t, fleet, F_ASSET_END)
    while asset < end and best > soonest:
        step = 1
        if asset % YARD == 0 and asset + YARD <= end:
            step = YARD
            yard = yard_of(t, asset)
            if cell(cells, yard + Y_LEAST) + load >= best:
                asset += step
                continue
            if cell(cells, yard + Y_USED) > 0:
                best = min(best, soonest_of_yard(cells, t, system, asset, start) + load)
                asset += step
                continue
            # all stand in one place from one minute on: the first will do
        free = cell(cells, of_state(t, asset, K_FREE)) + load
        if free < best:
            stands = cell(cells, of_state(t, asset, K_STANDS))
            best = min(best, free + position(t, system, stands, start))
        asset += step
    return max(best, soonest)
