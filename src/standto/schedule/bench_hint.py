"""A plan as a hint to CP-SAT: what each variable of the exact model is in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ortools.sat.python import cp_model

from standto.kernels import columns as c
from standto.kernels.columns import Cells
from standto.schedule.bench_model import Model, stands


def hint(model: Model, cells: Cells) -> None:
    """Hint every variable for a plan that moves all lines of the model.

    Minutes of rides that it does not take are hinted at their first.
    """
    on, aboard = taken(model, cells)
    leaders = {trip: min(nodes) for trip, nodes in aboard.items()}
    fleets = model.given.tables.asset_fleet
    led = {n: trip_of(model, cells, trip)[c.T_ASSET] for trip, n in leaders.items()}
    joins = {(n, leaders[trip]) for trip, nodes in aboard.items() for n in nodes}
    arcs = chains(model, led, on)
    option = model.given.tables.at[c.A_OPTION]
    values = Values(model.cp)
    for (line, choice), literal in model.chosen.items():
        values.put(literal, int(cells[option + line]) == choice)
    for n, trip in enumerate(model.trips):
        values.put(trip.on, n in on)
        names = (trip.begin, trip.depart, trip.arrive, trip.free)
        for minute, value in zip(names, on.get(n, (model.windows.first[n],) * 4), strict=True):
            values.put(minute, min(value, model.horizon - 1))
    for n, literal in model.leads.items():
        values.put(literal, n in led)
    for (n, fleet), literal in model.by_fleet.items():
        values.put(literal, n in led and int(fleets[led[n]]) == fleet)
    for pair, literal in model.joins.items():
        values.put(literal, pair in joins)
    for key, literal in model.follows.items():
        values.put(literal, key in arcs)
    arrivals(model, cells, values)
    for window, minute, width in model.slots:
        values.put(window, min(values.of(minute), model.horizon - 1) // width)
    for length, first, last in model.lengths:
        values.put(length, max(1, values.of(last) - values.of(first) + 1))


@dataclass(frozen=True)
class Values:
    """What each variable of a model is hinted at, by its index."""

    cp: cp_model.CpModel
    known: dict[int, int] = field(default_factory=dict)

    def put(self, variable: Any, value: int) -> None:
        """Hint a variable, once; a sum has no value of its own."""
        if isinstance(variable, cp_model.IntVar) and variable.index not in self.known:
            self.known[variable.index] = int(value)
            self.cp.add_hint(variable, int(value))

    def of(self, sum_of: Any) -> int:
        """What a sum of hinted variables is."""
        flat = cp_model.FlatIntExpr(sum_of)
        terms = zip(flat.vars, flat.coeffs, strict=True)
        return int(flat.offset) + sum(int(k) * self.known[x.index] for x, k in terms)


def trip_of(model: Model, cells: Cells, trip: int) -> list[int]:
    """Row of a trip in the state."""
    base = model.given.tables.at[c.A_TRIP] + trip * c.TRIP_FIELDS
    row: list[int] = cells[base : base + c.TRIP_FIELDS].tolist()
    return row


def taken(
    model: Model, cells: Cells
) -> tuple[dict[int, tuple[int, int, int, int]], dict[int, list[int]]]:
    """Minutes of each ride that the plan takes, by node, and the rides aboard each trip."""
    t, nodes = model.given.tables, model.ways.nodes
    known = {(x.packet, x.before, x.hop, x.route): n for n, x in enumerate(nodes)}
    on: dict[int, tuple[int, int, int, int]] = {}
    aboard: dict[int, list[int]] = {}
    for packet in range(len(t.packets)):
        route = int(cells[t.at[c.A_ROUTE] + packet])
        hops = t.route_hops[t.routes[route, 0] : t.routes[route, 1]] if route >= 0 else ()
        before = -1
        for k, hop in enumerate(hops):
            last = route if k == len(hops) - 1 else -1
            before = known[(packet, before, int(hop), last)]
            leg = t.at[c.A_LEG] + (packet * c.MAX_LEGS + k) * 2
            depart, trip = int(cells[leg + c.LEG_DEPART]), int(cells[leg + c.LEG_TRIP])
            if trip < 0:
                free = depart + nodes[before].rides[0].run
                on[before] = depart, depart, free, free
                continue
            row = trip_of(model, cells, trip)
            load, unload = row[c.T_LOAD], row[c.T_UNLOAD]
            arrive = row[c.T_ARRIVE]
            on[before] = depart - load, depart, arrive, arrive + unload
            aboard.setdefault(trip, []).append(before)
    return on, aboard


def chains(
    model: Model, led: dict[int, int], on: dict[int, tuple[int, int, int, int]]
) -> set[tuple[int, int, int]]:
    """Which trip of a fleet follows which, or (below 0) the place where its asset begins."""
    t = model.given.tables
    by_asset: dict[int, list[int]] = {}
    for n in sorted(led, key=lambda n: on[n]):
        by_asset.setdefault(led[n], []).append(n)
    arcs = set()
    for asset, trips in by_asset.items():
        fleet = int(t.asset_fleet[asset])
        places = [(stop, minute) for stop, minute, _ in stands(model, fleet)]
        before = -1 - places.index((int(t.asset_from[asset, 0]), int(t.asset_from[asset, 1])))
        for n in trips:
            arcs.add((fleet, before, n))
            before = n
    return arcs


def arrivals(model: Model, cells: Cells, values: Values) -> None:
    """Hint when packets arrive and by how much they are late; those of other options at 0."""
    t = model.given.tables
    came = {p: int(cells[t.at[c.A_ARRIVE] + p]) for p in model.arrivals}
    for packet, minute in model.arrivals.items():
        arrive = came[packet] if came[packet] < c.NEVER else 0
        values.put(minute, arrive)
        if packet in model.late:
            due = int(t.lines[t.packets[packet, c.P_LINE], c.L_REQUIRED])
            values.put(model.late[packet], max(0, arrive - due))
    values.put(model.closing, max((x for x in came.values() if x < c.NEVER), default=0))
