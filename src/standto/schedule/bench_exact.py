"""The whole model for CP-SAT: every rule of the instance as constraints, without the kernels.

It proves the optimum of tiny instances, and it is a peer on small ones. A trip is led by one
packet's ride, which others of the same hop may join; the trips of a fleet form chains, one an
asset, with the empty move between. Calendars are cumulative over their windows.
"""

from __future__ import annotations

from typing import Any

from standto.kernels import columns as c
from standto.kernels.columns import NEVER
from standto.schedule.bench_child import Rules
from standto.schedule.bench_model import Model, Trip, measure, minimise, stands
from standto.schedule.bench_room import cumulate, use_calendars
from standto.schedule.bench_ways import OWN, Node, Ways, sizes
from standto.schedule.bench_windows import Windows, follows, riders, shared


def build(ways: Ways, rules: Rules, horizon: int | None = None) -> Model:
    """The model of all lines that `ways` moves."""
    end = ways.given.horizon_min if horizon is None else horizon
    model = Model(ways, rules, end, Windows.of(ways, end))
    choose_options(model)
    for n, node in enumerate(ways.nodes):
        add_node(model, n, node)
    follow_routes(model)
    share_trips(model)
    (chain_fleets if rules.moves else pool_fleets)(model)
    use_calendars(model)
    for resource, users in sorted(model.users.items()):
        cumulate(model, resource, users)
    measure(model)
    minimise(model)
    return model


def choose_options(model: Model) -> None:
    """Each line goes by one of its options as a whole."""
    for line, options in model.ways.options.items():
        made = [model.cp.new_bool_var(f"option{line}.{n}") for n in options]
        model.cp.add_exactly_one(made)
        for option, literal in zip(options, made, strict=True):
            model.chosen[(line, option)] = literal


def add_node(model: Model, n: int, node: Node) -> None:
    """Minutes of one ride; on own wheels, or by one of the fleets that can."""
    cp = model.cp
    on = cp.new_bool_var(f"on{n}")
    if not model.windows.possible(n):
        cp.add(on == 0)
        begin = model.minute(f"begin{n}")
    else:
        begin = cp.new_int_var(model.windows.first[n], model.windows.last[n], f"begin{n}")
    rides = node.rides
    if len({(r.load, r.run, r.unload) for r in rides}) == 1:
        depart, arrive = begin + rides[0].load, begin + rides[0].load + rides[0].run
        model.trips.append(Trip(on, begin, depart, arrive, begin + rides[0].whole))
    else:
        model.trips.append(Trip(on, begin, *(model.minute(f"{w}{n}") for w in "daf")))
    trip = model.trips[-1]
    cp.add(trip.free < model.horizon).only_enforce_if(on)
    if rides[0].fleet == OWN:
        cp.add(trip.depart >= rides[0].opens).only_enforce_if(on)
        return
    model.leads[n] = cp.new_bool_var(f"leads{n}")
    for ride in rides:
        literal = cp.new_bool_var(f"fleet{n}.{ride.fleet}")
        model.by_fleet[(n, ride.fleet)] = literal
        cp.add(trip.begin >= ride.ready).only_enforce_if(literal)
        cp.add(trip.depart >= ride.opens).only_enforce_if(literal)
        cp.add(trip.depart == trip.begin + ride.load).only_enforce_if(literal)
        cp.add(trip.arrive == trip.depart + ride.run).only_enforce_if(literal)
        cp.add(trip.free == trip.arrive + ride.unload).only_enforce_if(literal)
    cp.add(sum(model.by_fleet[(n, r.fleet)] for r in rides) == model.leads[n])


def follow_routes(model: Model) -> None:
    """A packet of a chosen option goes by one route, its rides in order, from when it is ready."""
    t, cp = model.given.tables, model.cp
    after: dict[int, list[int]] = {}
    roots: dict[int, list[int]] = {}
    for n, node in enumerate(model.ways.nodes):
        (roots.setdefault(node.packet, []) if node.before < 0 else after.setdefault(node.before, [])
         ).append(n)  # fmt: skip
    for (line, option), literal in model.chosen.items():
        ready, earliest = int(t.lines[line, c.L_READY]), int(t.lines[line, c.L_EARLIEST])
        for packet in model.ways.packets(line, option):
            stays = [literal] if packet in model.ways.still else []
            model.arrivals[packet] = model.minute(f"arrive{packet}")
            if stays:
                cp.add(model.arrivals[packet] >= ready).only_enforce_if(literal)
                continue
            cp.add(sum(model.trips[n].on for n in roots[packet]) == literal)
            for n in roots[packet]:
                cp.add(model.trips[n].begin >= ready).only_enforce_if(model.trips[n].on)
    for n, node in enumerate(model.ways.nodes):
        trip = model.trips[n]
        if node.route >= 0:
            earliest = int(t.lines[node.line, c.L_EARLIEST])
            cp.add(trip.free >= earliest).only_enforce_if(trip.on)
            cp.add(model.arrivals[node.packet] >= trip.free).only_enforce_if(trip.on)
            continue
        cp.add(sum(model.trips[m].on for m in after[n]) == trip.on)
        for m in after[n]:
            cp.add(model.trips[m].begin >= trip.free).only_enforce_if(model.trips[m].on)


def share_trips(model: Model) -> None:
    """A ride by lift opens a trip, or joins one of the same hop that has room and suits it."""
    cp, nodes = model.cp, model.ways.nodes
    same: dict[int, list[int]] = {}
    for n in model.leads:
        same.setdefault(nodes[n].hop, []).append(n)
    for group in same.values():
        many = shared(model.ways, nodes[group[0]])
        for k, n in enumerate(group):
            options = [model.leads[n]]
            for m in group[:k] if many else []:
                if nodes[m].packet != nodes[n].packet:
                    join = aboard(model, n, m)
                    if join is not None:
                        options.append(join)
            cp.add(sum(options) == model.trips[n].on)
        if many:
            for m in group:
                fill(model, m, [n for n in group if (n, m) in model.joins])


def aboard(model: Model, n: int, m: int) -> Any:
    """Whether ride n joins the trip that m leads; None where no fleet suits both."""
    cp, one, two = model.cp, model.trips[n], model.trips[m]
    mine = {r.fleet: r for r in model.ways.nodes[n].rides}
    theirs = {r.fleet for r in model.ways.nodes[m].rides}
    if not theirs & mine.keys():
        return None
    join = cp.new_bool_var(f"join{n}.{m}")
    model.joins[(n, m)] = join
    cp.add_implication(join, model.leads[m])
    for fleet in theirs:
        if fleet not in mine:
            cp.add_bool_or([~join, ~model.by_fleet[(m, fleet)]])
        elif mine[fleet].opens > 0:
            cp.add(two.depart >= mine[fleet].opens).only_enforce_if(
                [join, model.by_fleet[(m, fleet)]]
            )
    for a, b in ((one.begin, two.begin), (one.depart, two.depart), (one.arrive, two.arrive),
                 (one.free, two.free)):  # fmt: skip
        cp.add(a == b).only_enforce_if(join)
    return join


def fill(model: Model, m: int, joiners: list[int]) -> None:
    """All aboard a trip fit in its asset, in each dimension."""
    if not joiners:
        return
    t = model.given.tables
    node = model.ways.nodes[m]
    for size, room in sizes(model.hops[node.hop][c.H_MODE]):
        rooms = {r.fleet: min(int(t.fleets[r.fleet, room]), 1 << 28) for r in node.rides}
        own = int(t.packets[node.packet, size])
        need = [int(t.packets[model.ways.nodes[n].packet, size]) for n in joiners]
        if own + sum(need) <= min(rooms.values()):
            continue
        load = sum(q * model.joins[(n, m)] for q, n in zip(need, joiners, strict=True))
        held = sum(rooms[f] * model.by_fleet[(m, f)] for f in rooms)
        model.cp.add(load + own * model.leads[m] <= held)


def chain_fleets(model: Model) -> None:
    """Trips of a fleet form chains, one an asset, with time for the empty move between them."""
    t, cp, nodes = model.given.tables, model.cp, model.ways.nodes
    for fleet, row in enumerate(t.fleets):
        members = riders(model.ways, model.windows, fleet)
        leaves: dict[int, list[Any]] = {}
        where = t.positions[row[c.F_SYSTEM]]
        into: dict[int, list[Any]] = {n: [] for n in model.leads if (n, fleet) in model.by_fleet}
        for m, _ in members:
            trip, start = model.trips[m], model.hops[nodes[m].hop][c.H_FROM]
            for group, (stop, minute, _) in enumerate(stands(model, fleet)):
                if where[stop, start] < NEVER:
                    into[m].append(arc(model, fleet, -1 - group, m, leaves))
                    soonest = minute + int(where[stop, start])
                    cp.add(trip.begin >= soonest).only_enforce_if(into[m][-1])
        for n, m, gap in follows(model.ways, model.windows, fleet, members):
            into[m].append(arc(model, fleet, n, m, leaves))
            before, trip = model.trips[n], model.trips[m]
            cp.add(trip.begin >= before.free + gap).only_enforce_if(into[m][-1])
        for m, arcs in into.items():
            cp.add(sum(arcs) == model.by_fleet[(m, fleet)])
        for n, out in leaves.items():
            most = model.by_fleet[(n, fleet)] if n >= 0 else stands(model, fleet)[-1 - n][2]
            cp.add(sum(out) <= most)


def arc(model: Model, fleet: int, n: int, m: int, leaves: dict[int, list[Any]]) -> Any:
    """Whether an asset of a fleet goes on from trip n (or, below 0, a base) to trip m."""
    literal = model.cp.new_bool_var(f"then{fleet}.{n}.{m}")
    model.follows[(fleet, n, m)] = literal
    leaves.setdefault(n, []).append(literal)
    return literal


def pool_fleets(model: Model) -> None:
    """Trips of a fleet at once are no more than its assets: empty moves after the first left out.

    An asset's first move from its base is kept: no trip begins before it can be done.
    """
    t, cp = model.given.tables, model.cp
    for fleet, row in enumerate(t.fleets):
        members = [n for n in model.leads if (n, fleet) in model.by_fleet]
        where, spans = t.positions[row[c.F_SYSTEM]], []
        for n in members:
            trip, literal = model.trips[n], model.by_fleet[(n, fleet)]
            start = model.hops[model.ways.nodes[n].hop][c.H_FROM]
            soonest = min(m + int(where[s, start]) for s, m, _ in stands(model, fleet))
            if soonest >= model.horizon:
                cp.add(literal == 0)
                continue
            cp.add(trip.begin >= soonest).only_enforce_if(literal)
            ride = next(r for r in model.ways.nodes[n].rides if r.fleet == fleet)
            busy = ride.whole + int(row[c.F_TURN])
            spans.append(
                cp.new_optional_fixed_size_interval_var(trip.begin, busy, literal, f"b{n}.{fleet}")
            )
        most = int(row[c.F_ASSET_END] - row[c.F_ASSET])
        if len(spans) > most:
            cp.add_cumulative(spans, [1] * len(spans), most)
