"""Fleet-hours: no plan closes before lift has had the time to carry everything.

Each packet takes at least so many minutes of each mode's lift by its cheapest route. All trips end
by the closure, save the turn-round and the way to the next load after the last of each asset.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from standto.kernels import columns as c
from standto.kernels.pricing import SHARE
from standto.schedule.bound_prices import Ints, Relaxation, loads_at

UNIT = 1 << 20
"""Price of an asset-minute of a mode with one asset: prices are whole numbers."""


def fleet_hours(relaxation: Relaxation) -> int:
    """Minute before which no plan that moves these lines can have closed."""
    return max((closing(relaxation, modes) for modes in sets(relaxation)), default=0)


def sets(relaxation: Relaxation) -> Iterator[list[int]]:
    """Sets of modes whose lift is counted together: each alone, and all."""
    present = np.unique(relaxation.problem.tables.fleets[:, c.F_MODE]).tolist()
    yield from ([mode] for mode in present)
    if len(present) > 1:
        yield present


def closing(relaxation: Relaxation, modes: list[int]) -> int:
    """Closure that the lift of some modes proves, an asset of a scarce mode counting for more."""
    fleets = relaxation.problem.tables.fleets
    assets = fleets[:, c.F_ASSET_END] - fleets[:, c.F_ASSET]
    price = np.zeros(fleets.shape[0], dtype=np.int64)
    for mode in modes:
        of = fleets[:, c.F_MODE] == mode
        price[of] = UNIT // max(1, int(assets[of].sum()))
    work = relaxation.work(price)
    tails = fleets[:, c.F_TURN] + relaxation.onward.max(axis=1, initial=0)
    begin = starts(relaxation)
    worth = price * assets
    low, high = 0, relaxation.problem.horizon_min
    while low < high:
        middle = (low + high) // 2
        spare = np.where(middle > begin, middle + tails - begin, 0)
        if int((worth * spare).sum()) < work // SHARE:
            low = middle + 1
        else:
            high = middle
    return low


def starts(relaxation: Relaxation) -> Ints:
    """(fleets,) minute before which no asset of a fleet can begin to load."""
    made = np.zeros(relaxation.stands.shape[0], dtype=np.int64)
    for fleet in range(made.size):
        used = loads_at(relaxation.problem, fleet)
        if used.size:
            made[fleet] = min(
                int(relaxation.stands[fleet, used].min()), relaxation.problem.horizon_min
            )
    return made
