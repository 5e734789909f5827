"""Calendars of the exact model: links, terminals and handling, cumulative over their windows."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from standto.kernels import columns as c
from standto.kernels.columns import ROAD, SEA
from standto.schedule.bench_model import Model
from standto.schedule.bench_ways import OWN, need_of, open_windows


def use_calendars(model: Model) -> None:
    """What every ride takes: links it enters, places it is handled at, trains and lane metres."""
    t = model.given.tables
    for n, node in enumerate(model.ways.nodes):
        trip, hop = model.trips[n], model.hops[node.hop]
        units = int(t.packets[node.packet, c.P_UNITS]) if hop[c.H_MODE] == ROAD else 1
        if node.rides[0].fleet == OWN:
            if model.rules.links:
                enter_links(model, n, trip.on, OWN, units)
            continue
        lead = model.leads[n]
        for column, begin, end in (
            (c.H_FROM_HOLD, trip.begin, trip.depart),
            (c.H_TO_HOLD, trip.arrive, trip.free),
        ):
            if hop[column] >= 0:
                use(model, hop[column], lead, begin, end, 1)
        at_sea = hop[c.H_MODE] == SEA
        taken = max(1, int(t.packets[node.packet, c.P_LANE])) if at_sea else 1
        for column, minute in ((c.H_FROM_FLOW, trip.begin), (c.H_TO_FLOW, trip.arrive)):
            if hop[column] >= 0:
                use(model, hop[column], trip.on if at_sea else lead, minute, None, taken)
        if model.rules.links:
            ways = {tuple(model.ways.steps(node, r.fleet)): r for r in node.rides}
            for ride in ways.values():
                own = lead if len(ways) == 1 else model.by_fleet[(n, ride.fleet)]
                enter_links(model, n, own, ride.fleet, units)


def enter_links(model: Model, n: int, on: Any, fleet: int, units: int) -> None:
    """Room on every link of a ride's way, at the minute it is entered."""
    for resource, offset in model.ways.steps(model.ways.nodes[n], fleet):
        use(model, resource, on, model.trips[n].depart + offset, None, units)


def use(model: Model, resource: int, on: Any, begin: Any, end: Any, units: int) -> None:
    """Note a user of a calendar: where `end` is None, of the window that holds `begin`."""
    model.users.setdefault(resource, []).append((on, begin, end, units))


def cumulate(model: Model, resource: int, users: list[tuple[Any, Any, Any, int]]) -> None:
    """No window of a calendar is overfull; windows with less room than the best are part filled."""
    cp, room = model.cp, open_windows(model.given, resource)
    width = model.given.resources[resource].window_min
    room = room[: -(-model.horizon // width)]
    most = int(room.max(initial=0))
    needs = [need_of(model.given, resource, units) for *_, units in users]
    if sum(needs) <= int(room.min(initial=0)):
        return
    spans, taken = [], []
    for k, ((on, begin, end, _), need) in enumerate(zip(users, needs, strict=True)):
        first = slot(model, begin, width, on, f"w{resource}.{k}")
        if end is None:
            span = cp.new_optional_fixed_size_interval_var(first, 1, on, "")
        else:
            last = slot(model, end - 1, width, on, f"v{resource}.{k}")
            cp.add(last >= first).only_enforce_if(on)
            size = cp.new_int_var(1, room.size, "")
            model.lengths.append((size, first, last))
            span = cp.new_optional_interval_var(first, size, last + 1, on, "")
        spans.append(span)
        taken.append(need)
    for begin, end in runs(room):
        if room[begin] < most:
            spans.append(cp.new_fixed_size_interval_var(begin, end - begin, ""))
            taken.append(most - int(room[begin]))
    cp.add_cumulative(spans, taken, most)


def slot(model: Model, minute: Any, width: int, on: Any, name: str) -> Any:
    """The window that holds a minute."""
    made = model.cp.new_int_var(0, -(-model.horizon // width) - 1, name)
    model.slots.append((made, minute, width))
    model.cp.add(made * width <= minute).only_enforce_if(on)
    model.cp.add(minute <= made * width + width - 1).only_enforce_if(on)
    return made


def runs(room: npt.NDArray[np.int64]) -> list[tuple[int, int]]:
    """First and last-plus-one window of each run of windows with equal room."""
    edges = np.flatnonzero(np.diff(room)) + 1
    ends = [0, *edges.tolist(), int(room.size)]
    return list(pairwise(ends))
