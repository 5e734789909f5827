"""The best closure that can be proved in the time there is, and the prices that prove it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from standto.kernels import columns as c
from standto.kernels.columns import FLOW, NEVER
from standto.kernels.pricing import SHARE
from standto.schedule.bound_closing import Flat, alone, least
from standto.schedule.bound_lift import loads_at
from standto.schedule.bound_program import Part, drawn, program
from standto.schedule.bound_ways import Ways, remoteness

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

CHUNK = 4000
"""Packets whose uses are looked at together: more take more memory."""
SURE = 4
"""Calendars tried however little time is left: each takes as long as one pass over all ways."""
TRIED = 12
"""Calendars whose own law is tried by itself."""
LEVELS = (0.0, 0.25, 0.5, 0.75)
"""Shares of what must pass that are left out for what they have before them afterwards."""
FAR = 1 << 20
"""Remoteness of no stop: minutes beyond those of any way."""
SMALLEST, LARGEST = 500, 5000
"""Packets drawn for the first program and the last: the next has three times as many."""
DEARER = 3.0
"""A program of three times as many packets takes about so many times as long."""
SEED = 1
"""Seed of what the program draws: the same instance gives the same bound."""


@dataclass(frozen=True)
class Closing:
    """Minute before which no plan has closed, the prices that prove it, and in words what does.

    remote: (classes, stops) the best that is known of where lift is far from its loads.
    """

    minute: int
    flat: Flat
    proof: str
    remote: Ints


def closings(ways: Ways, soonest: int, seconds: float) -> Iterator[Closing]:
    """Later and later closures proved: by one class of lift, by one calendar, by all together.

    soonest: minute proved otherwise; what proves no more is not kept. Ends after about so many
    seconds: a program is made only where there seems to be time for it.
    """
    begun = time.perf_counter()
    best = Closing(soonest, Flat.none(ways), "", nearest(ways))
    yield best
    if seconds <= 0 or not ways.pieces.size:
        return
    rows, windows = sharpest(ways, must(ways))
    for n, flat in enumerate(singly(ways, best.remote, rows, windows), start=1):
        best = better(ways, best, flat)
        if n >= SURE and time.perf_counter() > begun + seconds:
            break
    yield best
    size, spent = SMALLEST, (time.perf_counter() - begun) / DEARER
    while size < LARGEST and time.perf_counter() + DEARER * spent < begun + seconds:
        at = time.perf_counter()
        part = drawn(ways, np.random.default_rng(SEED), size)
        left = begun + seconds - at
        made = program(ways, part, laid(ways, part, rows, windows), soonest, left)
        spent = time.perf_counter() - at
        if made is None:
            return
        best = replace(better(ways, best, made), remote=made.remote)
        yield best
        if part.share >= 1.0:
            return
        size *= 3


def better(ways: Ways, best: Closing, flat: Flat) -> Closing:
    """The better of a proof and what other prices prove."""
    minute = least(ways, flat)
    if minute <= best.minute:
        return best
    return replace(best, minute=minute, flat=flat, proof=words(ways, flat))


def singly(ways: Ways, remote: Ints, rows: Ints, windows: Ints) -> Iterator[Flat]:
    """Each calendar in its window, the sharpest first, and each class of lift, priced alone."""
    for row, window in zip(rows.tolist(), windows.tolist(), strict=True):
        yield alone(ways, row, window[0], window[1])
    for of in np.flatnonzero(ways.tails < NEVER).tolist():
        yield lift_alone(ways, remote, of)


def words(ways: Ways, flat: Flat) -> str:
    """What prices lie on, the dearest first."""
    calendars = ways.resources.shape[0]
    rated = [
        (float(flat.prices[n].sum()) * rate(ways, n), f"{r.what} {r.key}")
        for n, r in enumerate(ways.problem.resources)
        if flat.prices[n].any()
    ]
    for of, row in enumerate(ways.fleets):
        price = int(flat.lift[of]) + int(flat.prices[calendars + of].sum())
        if price:
            name = ("transporters", "trains", "ships", "aircraft")[row[c.F_MODE]]
            rated.append((float(price * (ways.assets[:, 0] == of).sum()), name))
    names = list(dict.fromkeys(name for _, name in sorted(rated, reverse=True)))
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return "what must pass by then: " + ", ".join(names[:3]) + more


def rate(ways: Ways, calendar: int) -> float:
    """Units that a calendar admits a minute, or places it has, on the whole."""
    resource = ways.problem.resources[calendar]
    each = resource.window_min if resource.kind == FLOW else 1
    return max(float(np.maximum(resource.cells, 0).mean()) / each, 1e-9)


def must(ways: Ways) -> Ints:
    """(rows, 4) calendar, amount, earliest minute and least minutes after: what cannot be avoided.

    One row a packet and calendar that all its ways use. Lines with both options are left out.
    """
    whole_line = np.diff(ways.options) > 0
    both = whole_line[0::2] & whole_line[1::2]
    line = ways.packets[:, c.P_LINE]
    packets = np.flatnonzero(~both[line] & (np.diff(ways.packet_ways) > 0))
    found = [common(ways, packets[at : at + CHUNK]) for at in range(0, packets.size, CHUNK)]
    return np.concatenate(found) if found else np.zeros((0, 4), dtype=np.int64)


def common(ways: Ways, packets: Ints) -> Ints:
    """What every way of each packet uses, as `must` gives it."""
    e = ways.entries(packets)
    way = np.searchsorted(ways.leg_pieces[ways.way_legs], e[:, 0], side="right") - 1
    packet = np.searchsorted(ways.packet_ways, way, side="right") - 1
    calendars = ways.resources.shape[0]
    _, once = np.unique(way * calendars + e[:, 1], return_index=True)
    e, packet = e[once], packet[once]
    key = packet * calendars + e[:, 1]
    order = np.argsort(key, kind="stable")
    starts = np.flatnonzero(np.diff(key[order], prepend=-1))
    if not starts.size:
        return np.zeros((0, 4), dtype=np.int64)
    count = np.diff(np.append(starts, order.size))
    at = order[starts]
    every = count == np.diff(ways.packet_ways)[packet[at]]
    mins = [np.minimum.reduceat(e[order, column], starts) for column in (2, 3, 4)]
    made: Ints = np.stack([e[at, 1], *mins], axis=1)[every]
    return made


def sharpest(ways: Ways, forced: Ints) -> tuple[Ints, Ints]:
    """Calendars whose own law gives the latest closure, and their windows: (n,) and (n, 2)."""
    order = np.argsort(forced[:, 0], kind="stable")
    starts = np.flatnonzero(np.diff(forced[order, 0])) + 1
    found = [sharp(ways, forced[rows]) for rows in np.split(order, starts) if rows.size]
    found = sorted(found, reverse=True)[:TRIED]
    table = np.array([row[1:] for row in found], dtype=np.int64).reshape(len(found), 3)
    return table[:, 0], table[:, 1:]


def sharp(ways: Ways, rows: Ints) -> tuple[float, int, int, int]:
    """About the latest closure by what must pass one calendar; the calendar and the window."""
    calendar = int(rows[0, 0])
    pace = rate(ways, calendar) * SHARE
    best = (0.0, calendar, 0, 0)
    for after in np.unique(np.quantile(rows[:, 3], LEVELS, method="lower")).tolist():
        inside = rows[rows[:, 3] >= after]
        inside = inside[np.argsort(-inside[:, 2], kind="stable")]
        closed = inside[:, 2] + after + np.cumsum(inside[:, 1]) / pace
        at = int(np.argmax(closed))
        best = max(best, (float(closed[at]), calendar, int(inside[at, 2]), int(after)))
    return best


def nearest(ways: Ways) -> Ints:
    """(classes, stops) remoteness by the way to the nearest stop where a class can load."""
    raw = np.full((ways.fleets.shape[0], len(ways.problem.stops)), FAR, dtype=np.int64)
    for of in range(raw.shape[0]):
        loads = loads_at(ways.problem, int(np.flatnonzero(ways.of_class == of)[0]))
        raw[of] = np.minimum(ways.tables[of][:, loads].min(axis=1, initial=FAR), FAR)
    return remoteness(ways, raw)


def lift_alone(ways: Ways, remote: Ints, of: int) -> Flat:
    """A price on the time of one class of lift; its way back counts only to the nearest load."""
    made = replace(Flat.none(ways), remote=remote)
    made.lift[of] = 1
    return made


def laid(ways: Ways, part: Part, rows: Ints, windows: Ints) -> Ints:
    """(calendars and classes, 2, 2) windows of the program: the widest, and the sharpest known."""
    calendars = ways.resources.shape[0]
    made = np.full((calendars + ways.fleets.shape[0], 2, 2), NEVER, dtype=np.int64)
    np.minimum.at(made[:, 0, 0], part.entries[:, 1], part.entries[:, 3])
    np.minimum.at(made[:, 0, 1], part.entries[:, 1], part.entries[:, 4])
    made[rows, 1] = windows
    return made
