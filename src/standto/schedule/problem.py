"""The instance: frozen integer arrays, and the only place where names become indices."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import Protocol

import numpy as np
import numpy.typing as npt
import polars as pl

from standto.kernels import columns as c
from standto.kernels.columns import NEVER, Tables
from standto.plan.plan import Limits, Plan
from standto.schedule.begun import Begun
from standto.schedule.collector import uncollected
from standto.schedule.countries import dues_of
from standto.schedule.detours import detours_of
from standto.schedule.fleets import Fleets
from standto.schedule.ground import Ground
from standto.schedule.moves import Move, packed, whole
from standto.schedule.narrowed import narrowed
from standto.schedule.net import Net, closed
from standto.schedule.onward import onward_route
from standto.schedule.packets import Load, loads_of
from standto.schedule.resources import Resource
from standto.schedule.routes import Routes
from standto.schedule.state import flattened, layout
from standto.schedule.underway import Outage
from standto.schedule.web import Kind, Web
from standto.world.graph import MODES, RAIL, Graph
from standto.world.world import World

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Placeable(Protocol):
    """What the search needs of an instance, whatever it was made from."""

    @property
    def tables(self) -> Tables:
        """What the kernels read."""

    @property
    def resources(self) -> tuple[Resource, ...]:
        """Calendars, in the order of `tables.resources`."""

    @property
    def lines(self) -> tuple[str, ...]:
        """Key of each row that the kernels call a line."""

    @property
    def dues(self) -> Floats:
        """What counts in the objective besides arrivals (`DUE_CLOSURE` and so on)."""


@dataclass(frozen=True)
class Problem:
    """One instance of the scheduler, in minutes since C-hour.

    tables: what the kernels read (columns in `kernels/columns.py`). resources: calendars, in the
    order of `tables.resources`. lines: key of the requirement line of each row that the kernels
    call a line, in the plan's order: one a line, but several once it is under way (`moves`).
    since: (lines,) minute at which each was ready, which a row under way no longer says. forces:
    keys, in the plan's order. people, pieces: (packets,) both options. number: (packets,) number of
    each packet in the plan under way, -1 for new ones. stops: places. hop_arcs, hop_entered,
    hop_km: path of each hop (see `Hops`). fleets: rows of lift. graph: the allowed network.
    dues: what counts besides arrivals (`kernels/columns.py`). net: what `again` builds on.
    """

    world: World
    plan: Plan
    limits: Limits
    tables: Tables
    resources: tuple[Resource, ...]
    lines: tuple[str, ...]
    since: Ints
    forces: tuple[str, ...]
    people: Ints
    pieces: Ints
    number: Ints
    moves: tuple[Move, ...]
    stops: tuple[str, ...]
    hop_arcs: tuple[Ints, ...]
    hop_entered: tuple[tuple[Ints, Ints], ...]
    hop_km: Floats
    fleets: Fleets
    graph: Graph
    links: tuple[str, ...]
    kinds: tuple[Kind, ...]
    web: Web
    dues: Floats
    horizon_min: int
    countries: dict[str, str]
    net: Net

    @classmethod
    def of(
        cls,
        world: World,
        plan: Plan,
        limits: Limits,
        outages: tuple[Outage, ...] = (),
        begun: Begun | None = None,
    ) -> Problem:
        """The instance of a plan on its world, without anything that its limits forbid.

        outages: links and places shut for a time. begun: what is under way (see `replan`).
        """
        with uncollected():
            return cls._of(world, plan, limits, outages, begun)

    @classmethod
    def _of(
        cls,
        world: World,
        plan: Plan,
        limits: Limits,
        outages: tuple[Outage, ...],
        begun: Begun | None,
    ) -> Problem:
        near = {*plan.lines["origin"], *plan.lines["destination"]}
        beside = _places(begun, plan)
        net = begun.net if begun else None
        if net is None or not net.serves(world, limits, near, beside, outages):
            less = net and narrowed(net, world, limits, near, beside, outages)
            net = less or Net.of(world, limits, near, beside, outages)
        lines, fleets = plan.lines, based(net, begun)
        moves, kinds = moves_of(plan, net, fleets, begun)
        packets = packed(moves, lines)
        modes = [tuple(sorted(m)) for m in lines["modes"].to_list()]
        keys, goals = lines["line"].to_list(), lines["destination"].to_list()
        if net.routes.detours is None:
            net.routes.detours = detours_of(net, moves, kinds, goals)
        chosen = [
            ways_of(net, move, goals[move.line], kind, modes[move.line])
            for move, kind in zip(moves, kinds, strict=True)
        ]
        routes, hops = net.routes, net.hops
        forces = tuple(plan.forces["force"])
        made = begun.taken(net) if begun else list(net.calendars.made)
        made = closed(made, outages)
        resources, cells = layout(made, packets.table.shape[0], len(hops.rows), fleets)
        objective = world.scenario.objective
        countries = dict(world.network.places.select("place", "iso").iter_rows())
        total = max(1.0, float(packets.weight[packets.first].sum()))
        route_rows, route_hops = _routes(routes, chosen)
        rows, since = _lines(world, plan, net.ground, forces, net.index, moves)
        tables = flattened(
            packets=packets.table,
            lines=rows,
            options=packets.options,
            choices=np.concatenate(([0], np.cumsum([len(r) for pair in chosen for r in pair]))),
            routes=route_rows,
            route_hops=route_hops,
            hops=np.array(hops.rows, dtype=np.int64).reshape(len(hops.rows), c.HOP_FIELDS),
            steps=np.array(hops.steps, dtype=np.int64).reshape(len(hops.steps), 3),
            borders=np.array(hops.borders, dtype=np.int64).reshape(len(hops.borders), 3),
            leads=leads(world, net.ground.graph.countries),
            resources=resources,
            fleets=fleets.table,
            asset_fleet=fleets.asset_fleet,
            asset_from=fleets.asset_from,
            positions=net.moves,
            at=cells,
            weight=packets.weight,
            aims=np.array(
                [objective.response / total, objective.lateness / total, net.calendars.horizon_min]
            ),
            stops=len(net.stops),
        )
        return cls(
            world=world,
            plan=plan,
            limits=limits,
            tables=tables,
            resources=tuple(made),
            lines=tuple(keys[move.line] for move in moves),
            since=since,
            forces=forces,
            people=packets.people,
            pieces=packets.pieces,
            number=packets.number,
            moves=tuple(moves),
            stops=net.stops,
            hop_arcs=tuple(hops.arcs),
            hop_entered=tuple(hops.offsets),
            hop_km=np.array(hops.km),
            fleets=fleets,
            graph=net.ground.graph,
            links=tuple(world.network.links["link"]),
            kinds=tuple(kinds),
            web=net.web,
            dues=dues_of(objective, net, countries),
            horizon_min=net.calendars.horizon_min,
            countries=countries,
            net=net,
        )

    @property
    def closure_weight(self) -> float:
        """Weight of the last arrival in the objective."""
        return float(self.dues[c.DUE_CLOSURE])

    def country_of(self, place: str) -> str:
        """Code of the country a place lies in."""
        return self.countries[place]


def _places(begun: Begun | None, plan: Plan) -> set[str]:
    """Places other than ends of lines where a load or an asset is."""
    if begun is None:
        return set()
    lines = set(plan.lines["line"])
    loads = {
        place
        for line, moves in begun.parts.items()
        if line in lines
        for move in moves
        for place in (move.origin, *(r.end for r in move.onward or ()))
    }
    return loads | {at[0] for at in begun.asset_from.values() if at is not None}


def based(net: Net, begun: Begun | None) -> Fleets:
    """The fleets, with each asset from where it is and when it is free."""
    if begun is None:
        return net.fleets
    start = net.fleets.asset_from.copy()
    start[:, 1] = np.maximum(start[:, 1], begun.now_min)
    for (lift, number), at in begun.asset_from.items():
        asset = net.fleets.asset(lift, number)
        if asset >= 0:
            start[asset] = (
                (start[asset, 0], NEVER)
                if at is None
                else (net.index[at[0]], max(at[1], begun.now_min))
            )
    return replace(net.fleets, asset_from=start)


def moves_of(
    plan: Plan, net: Net, fleets: Fleets, begun: Begun | None
) -> tuple[list[Move], list[Kind]]:
    """Moves of all lines, in the plan's order, and the kind of each."""
    lines, now = plan.lines, begun.now_min if begun else None
    known = begun.known if begun and begun.net and begun.net.alike(net) else None
    if known and begun and not known.covers(lines["line"], begun.parts):
        known = None
    if known is None:
        loads = loads_of(lines, plan.loads, net.world.network.items)
        of_line, whole_moves = kinds_of(loads, lines, net.web), None
    else:
        of_line, whole_moves = [known.kinds[line] for line in lines["line"]], known.moves
    made: list[Move] = []
    for row, line in enumerate(lines.iter_rows(named=True)):
        parts = begun.parts.get(line["line"]) if begun else None
        if parts is not None:
            made += [replace(move, line=row) for move in parts]
            continue
        move = whole_moves[line["line"]] if whole_moves else whole(row, line, loads[row], fleets)
        ready = int(line["ready_min"])
        ready = ready if now is None else max(ready, now)
        same = (move.line, move.ready) == (row, ready)
        made.append(move if same else replace(move, line=row, ready=ready))
    return made, [of_line[move.line] for move in made]


def ways_of(
    net: Net, move: Move, destination: str, kind: Kind, modes: tuple[str, ...]
) -> tuple[list[int], list[int]]:
    """Routes of a move by either option, as indices into the net's routes.

    A packet under way may go on by any of them, and as it was planned to.
    """
    surface, air = net.routes.between(net.index[move.origin], net.index[destination], kind, modes)
    if move.onward is None:
        return surface, air
    planned = onward_route(net, move, kind)
    routes = [*surface, *air]
    if move.after == RAIL and move.origin in set(net.world.network.transloads["place"]):
        # it was unloaded here: on another train it would seem to have changed gauge without a slot
        routes = [
            r
            for r in routes
            if all(net.hops.rows[hop][c.H_MODE] != RAIL for hop in net.routes.made[r][:1])
        ]
    known = {net.routes.made[r] for r in routes}
    if planned and net.routes.made[planned[0]] not in known:
        routes += planned
    return sorted(routes, key=lambda r: net.routes.floor[r]), []


def kinds_of(loads: list[Load], lines: pl.DataFrame, web: Web) -> list[Kind]:
    """Class of each line's load: the heaviest mass that every limit treats alike."""
    graph, table = web.ground.graph, web.fleets.table
    steps = np.unique(
        np.concatenate(
            (graph.max_t[np.isfinite(graph.max_t)] * 1000, table[:, c.F_PIECE_KG].astype(float))
        )
    )
    kinds = []
    for load, modes in zip(loads, lines["modes"].to_list(), strict=True):
        k = int(np.searchsorted(steps, load.heaviest))
        heaviest = 0 if load.heaviest == 0 else int(steps[k]) if k < steps.size else NEVER - 1
        kinds.append(
            Kind(heaviest, load.tracked, load.outsize, load.flying, "road" in modes, load.hazardous)
        )
    return kinds


def _lines(
    world: World,
    plan: Plan,
    ground: Ground,
    forces: tuple[str, ...],
    at: dict[str, int],
    moves: list[Move],
) -> tuple[Ints, Ints]:
    """Rows of lines for the kernels, one a move, and when the line of each was ready."""
    alerted = dict(plan.forces.select("force", "alerted_min").iter_rows())
    owner = dict(plan.forces.select("force", "owner").iter_rows())
    country = {iso: n for n, iso in enumerate(ground.graph.countries)}
    force = {key: n for n, key in enumerate(forces)}
    columns = (
        "force", "destination", "ready_min", "earliest_min", "latest_min", "required_min",
        "same_route", "arrive_within_min",
    )  # fmt: skip
    facts = plan.lines.select(columns).rows()
    rows, since = [], []
    for move in moves:
        key, goal, ready, earliest, latest, required, same, within = facts[move.line]
        due = min((x for x in (latest, required) if x is not None), default=NEVER)
        home = country[owner[key]]
        soonest = 0 if move.origin == goal else earliest or 0  # who is there waits for nothing
        rows.append(
            (
                move.ready, soonest, due, alerted[key], home, force[key], at[move.origin],
                int(same), NEVER if within is None else within,
            )
        )  # fmt: skip
        since.append(ready)
    return (
        np.array(rows, dtype=np.int64).reshape(len(rows), c.LINE_FIELDS),
        np.array(since, dtype=np.int64),
    )


def leads(world: World, countries: tuple[str, ...]) -> Ints:
    """Minutes from request to permission by country and mode in the scenario's phase.

    Where sources differ, the expected value; a country without a row takes that of `**`.
    """
    rows = world.network.clearances.filter(pl.col("phase") == world.scenario.phase)
    means = rows.group_by("iso", "mode").agg(
        (pl.col("lead_min") * pl.col("probability")).sum() / pl.col("probability").sum()
    )
    known = {(iso, mode): round(lead) for iso, mode, lead in means.iter_rows()}
    return np.array(
        [[known.get((iso, m), known.get(("**", m), 0)) for m in MODES] for iso in countries],
        dtype=np.int64,
    )


def _routes(routes: Routes, chosen: list[tuple[list[int], list[int]]]) -> tuple[Ints, Ints]:
    """Rows of routes and of their hops, for every line's options one after another."""
    which = np.fromiter(chain.from_iterable(chain.from_iterable(chosen)), dtype=np.int64)
    if not which.size:
        return np.zeros((0, c.ROUTE_FIELDS), dtype=np.int64), np.zeros(0, dtype=np.int64)
    size = np.array([len(hops) for hops in routes.made], dtype=np.int64)
    first = np.cumsum(size) - size
    flat = np.fromiter(chain.from_iterable(routes.made), dtype=np.int64, count=int(size.sum()))
    count = size[which]
    end = np.cumsum(count)
    at = np.arange(int(end[-1])) - np.repeat(end - count, count) + np.repeat(first[which], count)
    floor = np.array(routes.floor, dtype=np.int64)[which]
    return np.stack([end - count, end, floor], axis=1), flat[at]
