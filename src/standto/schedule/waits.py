"""What packets wait for: permits, lift, room on the way, berths and ramps."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from standto.kernels import columns as c
from standto.kernels.columns import Cells
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


def waits_of(problem: Problem, cells: Cells, packet: int) -> list[tuple[Reason, int]]:
    """Each leg's reason to wait and the minutes waited, for one packet that travels."""
    t = problem.tables
    line = int(t.packets[packet, c.P_LINE])
    ready = int(t.lines[line, c.L_READY])
    route = cells[t.at[c.A_ROUTE] + packet]
    made = []
    for leg, hop in enumerate(t.route_hops[t.routes[route, 0] : t.routes[route, 1]].tolist()):
        at = t.at[c.A_LEG] + (packet * c.MAX_LEGS + leg) * 2
        depart, trip = int(cells[at]), int(cells[at + 1])
        load = unload = 0
        arrive = depart + int(t.hops[hop, c.H_MIN])
        if trip >= 0:
            base = t.at[c.A_TRIP] + trip * c.TRIP_FIELDS
            load, unload = int(cells[base + c.T_LOAD]), int(cells[base + c.T_UNLOAD])
            arrive = int(cells[base + c.T_ARRIVE])
        wait = depart - load - ready
        if wait > 0:
            made.append((_reason(problem, cells, line, hop, trip, ready + load), wait))
        ready = arrive + unload
    return made


def waits(problem: Problem, cells: Cells) -> Counter[Reason]:
    """Minutes waited for each reason over all packets that travel."""
    t = problem.tables
    total: Counter[Reason] = Counter()
    routes = cells[t.at[c.A_ROUTE] : t.at[c.A_ARRIVE]]
    for packet in (routes >= 0).nonzero()[0].tolist():
        for reason, minutes in waits_of(problem, cells, packet):
            total[reason] += minutes
    return total


def _reason(problem: Problem, cells: Cells, line: int, hop: int, trip: int, soonest: int) -> Reason:
    """A permit that was not there yet, room at a terminal or on the way; else the lift."""
    t = problem.tables
    mode = int(t.hops[hop, c.H_MODE])
    start, end = (problem.stops[t.hops[hop, x]] for x in (c.H_FROM, c.H_TO))
    speed, fleet = 1, -1
    if trip >= 0:
        asset = cells[t.at[c.A_TRIP] + trip * c.TRIP_FIELDS + c.T_ASSET]
        fleet = int(t.asset_fleet[asset])
        speed = int(t.fleets[fleet, c.F_SPEED])
    crossings = t.borders[t.hops[hop, c.H_BORDER] : t.hops[hop, c.H_BORDER_END]]
    for country, minutes, far in crossings.tolist():
        opens = int(t.lines[line, c.L_REQUEST] + t.leads[country, mode])
        if country != t.lines[line, c.L_OWNER] and soonest + minutes + far * 6 // speed < opens:
            iso = problem.graph.countries[country]
            return Reason(f"{iso} {MODES[mode]}", "clearance", f"{MODES[mode]} clearance of {iso}")
    if trip < 0:
        return Reason(start, "road", f"room on the road from {start} to {end}")
    base = t.at[c.A_TRIP] + trip * c.TRIP_FIELDS
    load, depart = int(cells[base + c.T_LOAD]), int(cells[base + c.T_DEPART])
    if _free(problem, cells, trip) <= soonest - load:
        full = _full(problem, cells, hop, soonest - load, depart)
        if full is not None:
            return full
    name = problem.fleets.names[fleet]
    return Reason(f"{name} {start}", "lift", f"lift {name} from {start} to {end}")


def _free(problem: Problem, cells: Cells, trip: int) -> int:
    """The minute at which the asset of a trip can be where the trip begins."""
    t = problem.tables
    base = t.at[c.A_TRIP] + trip * c.TRIP_FIELDS
    asset, hop = int(cells[base + c.T_ASSET]), int(cells[base + c.T_HOP])
    fleet = t.fleets[t.asset_fleet[asset]]
    stands, free = t.asset_from[asset].tolist()
    previous = int(cells[base + c.T_PREVIOUS])
    if previous >= 0:
        before = t.at[c.A_TRIP] + previous * c.TRIP_FIELDS
        stands = int(t.hops[cells[before + c.T_HOP], c.H_TO])
        free = int(cells[before + c.T_ARRIVE] + cells[before + c.T_UNLOAD] + fleet[c.F_TURN])
    return int(
        max(free, fleet[c.F_READY]) + t.positions[fleet[c.F_SYSTEM], stands, t.hops[hop, c.H_FROM]]
    )


def _full(problem: Problem, cells: Cells, hop: int, soonest: int, depart: int) -> Reason | None:
    """The fullest calendar of a hop while a packet waited for it, if any was full."""
    t = problem.tables
    row = t.hops[hop]
    run = int(row[c.H_MIN])
    ends = [(int(row[x]), 0) for x in (c.H_FROM_HOLD, c.H_FROM_FLOW)]
    ends += [(int(row[x]), run) for x in (c.H_TO_HOLD, c.H_TO_FLOW)]
    steps = t.steps[row[c.H_STEP] : row[c.H_STEP_END]]
    ways = [(int(step[c.S_RESOURCE]), int(step[c.S_OFFSET])) for step in steps]
    worst: tuple[float, int] | None = None
    for calendar, offset in (*ends, *ways):
        if calendar < 0:
            continue
        cell, window = t.resources[calendar, [c.R_CELL, c.R_WINDOW]].tolist()
        count = problem.resources[calendar].cells.size
        first, last = ((x + offset) // window for x in (soonest, max(soonest, depart - 1)))
        left = cells[cell + min(first, count) : cell + min(last + 1, count)]
        share = float((left <= 0).mean()) if left.size else 0.0
        if share > 0 and (worst is None or share > worst[0]):
            worst = (share, calendar)
    if worst is None:
        return None
    what = problem.resources[worst[1]]
    return Reason(
        what.key, "terminal" if what.what != "link" else "link", f"{ROOM[what.what]} {what.key}"
    )


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
