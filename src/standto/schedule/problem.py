"""The instance: frozen integer arrays, and the only place where names become indices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from standto.clock import parse_duration
from standto.kernels import columns as c
from standto.kernels.columns import NEVER, Tables
from standto.plan.plan import Limits, Plan
from standto.schedule.fleets import Fleets, air_room, fleets_of, surface_room
from standto.schedule.ground import Ground
from standto.schedule.hops import Hops
from standto.schedule.packets import MARCH_UNIT, Load, Part, by_air, loads_of, on_surface
from standto.schedule.positions import positions
from standto.schedule.resources import Calendars, Resource
from standto.schedule.routes import Routes
from standto.schedule.state import flattened, layout
from standto.schedule.stops import stops_of, web_of
from standto.schedule.web import Kind, Web
from standto.world.graph import MODES, Graph
from standto.world.world import World

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Problem:
    """One instance of the scheduler, in minutes since C-hour.

    tables: what the kernels read (columns in `kernels/columns.py`). resources: calendars, in the
    order of `tables.resources`. lines, forces: keys, in the plan's order. owner: force of each
    line. packet_people, packet_pieces: (packets,) both options. mass of persons and tonnes for
    each line's share of closure: `packet_share`. stops: places. hop_arcs, hop_entered, hop_km:
    path of each hop (see `Hops`). fleets: rows of lift. graph: the allowed network.
    closure_weight: weight of the last arrival in the objective. routes_of: rows of routes by hops.
    """

    world: World
    plan: Plan
    limits: Limits
    tables: Tables
    resources: tuple[Resource, ...]
    lines: tuple[str, ...]
    forces: tuple[str, ...]
    people: Ints
    pieces: Ints
    stops: tuple[str, ...]
    hop_arcs: tuple[Ints, ...]
    hop_entered: tuple[tuple[Ints, Ints], ...]
    hop_km: Floats
    fleets: Fleets
    graph: Graph
    links: tuple[str, ...]
    kinds: tuple[Kind, ...]
    web: Web
    closure_weight: float
    horizon_min: int
    countries: dict[str, str]

    @classmethod
    def of(cls, world: World, plan: Plan, limits: Limits) -> Problem:
        """The instance of a plan on its world, without anything that its limits forbid."""
        network, lines = world.network, plan.lines
        horizon = parse_duration(world.scenario.horizon)
        ends = [*lines["origin"], *lines["destination"]]
        ground = Ground.of(network, limits, set(ends))
        stops = stops_of(ground, ends)
        at = {place: n for n, place in enumerate(stops)}
        fleets = fleets_of(network.fleets, network.lift_types, at.__getitem__)
        web = web_of(ground, stops, fleets)
        calendars = Calendars(parse_duration(world.scenario.slot), horizon)
        hops = Hops(web, calendars)
        routes = Routes(web, hops)
        loads = loads_of(lines, plan.loads, network.items)
        kinds = kinds_of(loads, lines, web)
        packets = _packets(loads, lines, fleets)
        chosen = [
            routes.between(at[origin], at[destination], kind, tuple(sorted(modes)))
            for origin, destination, modes, kind in zip(
                lines["origin"], lines["destination"], lines["modes"], kinds, strict=True
            )
        ]
        forces = tuple(plan.forces["force"])
        resources, cells = layout(calendars.made, packets.table.shape[0], len(hops.rows), fleets)
        objective = world.scenario.objective
        total = max(1.0, float(packets.weight[packets.first].sum()))
        tables = flattened(
            packets=packets.table,
            lines=_lines(world, plan, ground, forces, at),
            options=packets.options,
            choices=np.concatenate(([0], np.cumsum([len(r) for pair in chosen for r in pair]))),
            routes=_route_rows(routes, chosen),
            route_hops=_route_hops(routes, chosen),
            hops=np.array(hops.rows, dtype=np.int64).reshape(len(hops.rows), 19),
            steps=np.array(hops.steps, dtype=np.int64).reshape(len(hops.steps), 3),
            borders=np.array(hops.borders, dtype=np.int64).reshape(len(hops.borders), 3),
            leads=leads(world, ground.graph.countries),
            resources=resources,
            fleets=fleets.table,
            asset_fleet=fleets.asset_fleet,
            asset_from=fleets.asset_from,
            positions=positions(web, fleets),
            at=cells,
            weight=packets.weight,
            aims=np.array([objective.response / total, objective.lateness / total, horizon]),
            stops=len(stops),
        )
        return cls(
            world,
            plan,
            limits,
            tables,
            tuple(calendars.made),
            tuple(lines["line"]),
            forces,
            packets.people,
            packets.pieces,
            stops,
            tuple(hops.arcs),
            tuple(hops.offsets),
            np.array(hops.km),
            fleets,
            ground.graph,
            tuple(network.links["link"]),
            tuple(kinds),
            web,
            objective.closure,
            horizon,
            dict(network.places.select("place", "iso").iter_rows()),
        )

    def country_of(self, place: str) -> str:
        """Code of the country a place lies in."""
        return self.countries[place]


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
        kinds.append(Kind(heaviest, load.tracked, load.outsize, load.flying, "road" in modes))
    return kinds


@dataclass(frozen=True)
class Packets:
    """Packets of all lines; `first` says which belong to the first option that a line has."""

    table: Ints
    options: Ints
    weight: Floats
    people: Ints
    pieces: Ints
    first: npt.NDArray[np.bool_]


def _packets(loads: list[Load], lines: pl.DataFrame, fleets: Fleets) -> Packets:
    rows: list[tuple[int, ...]] = []
    options = [0]
    weight: list[float] = []
    people: list[int] = []
    pieces: list[int] = []
    first: list[bool] = []
    facts = zip(loads, lines["modes"].to_list(), lines["priority"].to_list(), strict=True)
    for line, (load, modes, priority) in enumerate(facts):
        surface = on_surface(load, surface_room(fleets, load.heaviest, load.tracked, MARCH_UNIT))
        longest = max((p.lane for p in load.pieces), default=0)
        room = air_room(fleets, load.heaviest, longest, load.outsize) if "air" in modes else None
        flying = by_air(load, room) if room else by_self(load) if load.flying else []
        for n, parts in enumerate(([] if load.flying else surface, flying)):
            for part in parts:
                rows.append(_cells(line, part))
                weight.append((part.people + part.mass / 1000) * (10 - (priority or 5)))
                people.append(part.people)
                pieces.append(part.pieces)
                first.append(n == 0 or load.flying)
            options.append(len(rows))
    return Packets(
        np.array(rows, dtype=np.int64).reshape(len(rows), 9),
        np.array(options, dtype=np.int64),
        np.maximum(np.array(weight, dtype=np.float64), 1e-3),
        np.array(people, dtype=np.int64),
        np.array(pieces, dtype=np.int64),
        np.array(first, dtype=bool),
    )


def by_self(load: Load) -> list[Part]:
    """One packet of aircraft that fly themselves."""
    part = Part(people=load.people)
    for piece in load.pieces:
        part.add(piece, piece.count)
    return [part]


def _cells(line: int, part: Part) -> tuple[int, ...]:
    return (
        line,
        part.mass,
        part.lane,
        part.people,
        part.pieces,
        part.tracked,
        max(1, part.units),  # nought could not be given back: it has no sign
        part.heaviest,
        int(part.outsize),
    )


def _lines(
    world: World, plan: Plan, ground: Ground, forces: tuple[str, ...], at: dict[str, int]
) -> Ints:
    alerted = dict(plan.forces.select("force", "alerted_min").iter_rows())
    owner = dict(plan.forces.select("force", "owner").iter_rows())
    country = {iso: n for n, iso in enumerate(ground.graph.countries)}
    force = {key: n for n, key in enumerate(forces)}
    columns = ("force", "origin", "ready_min", "earliest_min", "latest_min", "required_min")
    rows = []
    for key, origin, ready, earliest, latest, required in plan.lines.select(columns).iter_rows():
        due = min((x for x in (latest, required) if x is not None), default=NEVER)
        rows.append(
            (ready, earliest or 0, due, alerted[key], country[owner[key]], force[key], at[origin])
        )
    return np.array(rows, dtype=np.int64).reshape(len(rows), 7)


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


def _route_rows(routes: Routes, chosen: list[tuple[list[int], list[int]]]) -> Ints:
    rows, at = [], 0
    for pair in chosen:
        for route in (*pair[0], *pair[1]):
            end = at + len(routes.made[route])
            rows.append((at, end, routes.floor[route]))
            at = end
    return np.array(rows, dtype=np.int64).reshape(len(rows), 3)


def _route_hops(routes: Routes, chosen: list[tuple[list[int], list[int]]]) -> Ints:
    hops = [h for pair in chosen for route in (*pair[0], *pair[1]) for h in routes.made[route]]
    return np.array(hops, dtype=np.int64)
