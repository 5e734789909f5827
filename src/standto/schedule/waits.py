"""What packets wait for: permits, lift, room on the way, berths and ramps."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from standto.kernels import columns as c
from standto.kernels import waiting as w
from standto.kernels.columns import Cells, Ints
from standto.schedule.problem import Problem
from standto.world.graph import MODES


@dataclass(frozen=True, order=True)
class Reason:
    """What a packet waited for: its key and kind, and in words.

    kind: clearance, lift, terminal, link or road.
    """

    key: str
    kind: str
    words: str


def waits_of(problem: Problem, cells: Cells, packets: Ints) -> Ints:
    """Each wait of some packets that travel, in their order (columns: `kernels/waiting.py`)."""
    made = np.zeros((2 * packets.size * c.MAX_LEGS, w.WAIT_FIELDS), dtype=np.int64)
    return made[: w.waited(cells, problem.tables.flat, packets, made)]


def waits(problem: Problem, cells: Cells) -> Counter[Reason]:
    """Minutes waited for each reason over all packets that travel."""
    t = problem.tables
    packets = np.flatnonzero(cells[t.at[c.A_ROUTE] : t.at[c.A_ARRIVE]] >= 0)
    made = waits_of(problem, cells, packets)
    kinds, which = np.unique(made[:, w.W_KIND :], axis=0, return_inverse=True)
    minutes = np.zeros(kinds.shape[0], dtype=np.int64)
    np.add.at(minutes, which.ravel(), made[:, w.W_MINUTES])
    total: Counter[Reason] = Counter()
    for kind, waited in zip(kinds, minutes.tolist(), strict=True):
        total[reason_of(problem, kind)] += waited
    return total


def reason_of(problem: Problem, kind: Ints) -> Reason:
    """A kind of wait, what for and what also, as the kernel numbers them, in words."""
    what, also = (int(x) for x in kind[1:])
    if kind[0] == w.PERMIT:
        iso, mode = problem.graph.countries[what], MODES[also]
        return Reason(f"{iso} {mode}", "clearance", f"{mode} clearance of {iso}")
    if kind[0] == w.MARCH:
        start, end = problem.stops[what], problem.stops[also]
        return Reason(start, "road", f"room on the road from {start} to {end}")
    if kind[0] == w.ROOM:
        full = problem.resources[what]
        where = "terminal" if full.what != "link" else "link"
        return Reason(full.key, where, f"{ROOM[full.what]} {full.key}")
    name = problem.fleets.names[what]
    start, end = (problem.stops[problem.tables.hops[also, x]] for x in (c.H_FROM, c.H_TO))
    return Reason(f"{name} {start}", "lift", f"lift {name} from {start} to {end}")


ROOM = {
    "link": "room on link",
    "trains": "trains a day at",
    "ramps": "ramps at",
    "lanes": "lane metres a day at",
    "berths": "berths at",
    "mog": "apron at",
    "transload": "trains a day through",
}
"""Calendars in words, by `Resource.what`."""
