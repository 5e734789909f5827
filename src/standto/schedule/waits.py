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
    """What a packet waited for: its key and kind (clearance, lift or road), and in words."""

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
    """A permit that was not there yet; else the lift, or room on the road."""
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
    if trip >= 0:
        name = problem.fleets.names[fleet]
        return Reason(f"{name} {start}", "lift", f"lift {name} from {start} to {end}")
    return Reason(start, "road", f"room on the road from {start} to {end}")
