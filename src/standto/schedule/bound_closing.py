"""No plan closes before T: what all packets must take of lift and room, against what there is.

Suppose that every packet has arrived by T. A use of a calendar that can begin no sooner than minute
a and leaves the packet b minutes of its way at least lies between a and T - b, and all such uses
together take no more than the calendar has there. Any prices not below zero on such windows, and
on the time of lift, make one sum of these laws: if what the lines pay at least, each by its
cheapest ways, is more than what all the room up to T is worth, then T is too soon.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from standto.kernels import columns as c
from standto.kernels import ways as k
from standto.kernels.columns import FLOW
from standto.kernels.pricing import SHARE
from standto.schedule.bound_ways import LARGEST, Ways, remoteness

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Flat:
    """Prices that prove a closure.

    windows: (calendars and classes, n, 2) first minute a and minutes b before the closure. prices:
    (calendars and classes, n) of a unit or a minute in each window. lift: (classes,) of a minute
    of an asset, its empty ways included. remote: (classes, stops) see `bound_ways.remoteness`.
    """

    windows: Ints
    prices: Ints
    lift: Ints
    remote: Ints

    @classmethod
    def none(cls, ways: Ways, windows: int = 1) -> Flat:
        """Prices of nothing."""
        rows = ways.resources.shape[0] + ways.fleets.shape[0]
        return cls(
            np.zeros((rows, windows, 2), dtype=np.int64),
            np.zeros((rows, windows), dtype=np.int64),
            np.zeros(ways.fleets.shape[0], dtype=np.int64),
            np.zeros((ways.fleets.shape[0], len(ways.problem.stops)), dtype=np.int64),
        )


def least(ways: Ways, flat: Flat) -> int:
    """Minute before which no plan can have closed, by prices; whole numbers throughout."""
    paid = pays(ways, flat)
    low, high = 0, ways.problem.horizon_min
    while low < high:
        middle = (low + high) // 2
        if worth(ways, flat, middle) < paid:
            low = middle + 1
        else:
            high = middle
    return low


def pays(ways: Ways, flat: Flat) -> int:
    """What all lines moved pay at least, each packet by its cheapest way."""
    costs = np.zeros(ways.moved.size, dtype=np.int64)
    k.charge(
        ways.hops, ways.steps, ways.packets, ways.fleets, ways.resources, ways.options,
        ways.packet_ways, ways.way_legs, ways.leg_pieces, ways.pieces, flat.windows, flat.prices,
        flat.lift, flat.remote, loud(ways, flat), np.zeros((ways.widest, 4), dtype=np.int64),
        ways.moved, costs,
    )  # fmt: skip
    return sum(costs.tolist())


def loud(ways: Ways, flat: Flat) -> Ints:
    """(hops,) 1 where any calendar of the hop has a price."""
    priced = np.concatenate((flat.prices.max(axis=1, initial=0) > 0, [False]))
    ends = (c.H_FROM_HOLD, c.H_FROM_FLOW, c.H_TO_HOLD, c.H_TO_FLOW)
    made = priced[ways.hops[:, ends]].any(axis=1)
    at = np.concatenate(([0], np.cumsum(priced[ways.steps[:, c.S_RESOURCE]])))
    made |= at[ways.hops[:, c.H_STEP_END]] > at[ways.hops[:, c.H_STEP]]
    return made.astype(np.int64)


def worth(ways: Ways, flat: Flat, closing: int) -> int:
    """What all room and lift up to a closure are worth."""
    total = 0
    calendars = ways.resources.shape[0]
    for row, j in zip(*np.nonzero(flat.prices), strict=True):
        begin, before = (int(x) for x in flat.windows[row, j])
        until = closing - before
        if row < calendars:
            room = SHARE * within(ways, int(row), begin, until)
        else:
            room = SHARE * lift_within(ways, int(row) - calendars, begin, until)
        total += int(flat.prices[row, j]) * room
    for of in np.flatnonzero(flat.lift):
        total += int(flat.lift[of]) * SHARE * lift_until(ways, flat, int(of), closing)
    return total


def within(ways: Ways, calendar: int, begin: int, until: int) -> int:
    """Units that a calendar admits, or minutes of its places, between two minutes."""
    if until < begin:
        return 0
    resource = ways.problem.resources[calendar]
    w, cells = resource.window_min, np.maximum(resource.cells, 0).astype(np.int64)
    if resource.kind == FLOW:
        return int(cells[begin // w : until // w + 1].sum())
    starts = np.arange(cells.size) * w
    return int(
        (cells * np.clip(np.minimum(starts + w, until) - np.maximum(starts, begin), 0, w)).sum()
    )


def lift_within(ways: Ways, of: int, begin: int, until: int) -> int:
    """Minutes of a class of lift between two minutes; the last turn-round may come after."""
    ready = ways.assets[ways.assets[:, 0] == of, 2]
    turn = int(ways.fleets[of, c.F_TURN])
    return int(np.maximum(0, until - np.maximum(ready, begin) + turn).sum())


def lift_until(ways: Ways, flat: Flat, of: int, closing: int) -> int:
    """Minutes that a class of lift has for trips and empty ways if all is closed by then.

    Its assets may end anywhere: at the most remote stop they still have its way back before them.
    """
    mine = ways.assets[ways.assets[:, 0] == of]
    remote = flat.remote[of]
    far = int(remote[ways.used[of]].max(initial=0))
    span = closing - int(ways.tails[of]) + int(ways.fleets[of, c.F_TURN]) + far
    return int(np.maximum(0, span - mine[:, 2] - remote[mine[:, 1]]).sum())


def alone(ways: Ways, row: int, begin: int, before: int) -> Flat:
    """A price on one window of one calendar or class."""
    made = Flat.none(ways)
    made.windows[row, 0] = begin, before
    made.prices[row, 0] = 1
    return made


def whole(lift: Floats, prices: Floats, windows: Ints, remote: Ints) -> Flat:
    """Prices as whole numbers: the largest is LARGEST, and those next to nothing are nothing."""
    most = max(float(lift.max(initial=0.0)), float(prices.max(initial=0.0)), 1e-300)
    lift, prices = (np.maximum(x, 0.0) * (LARGEST / most) for x in (lift, prices))
    return Flat(windows, np.floor(prices).astype(np.int64), np.floor(lift).astype(np.int64), remote)


def settled(ways: Ways, flat: Flat) -> Flat:
    """The same prices with remoteness that holds."""
    return replace(flat, remote=remoteness(ways, flat.remote))
