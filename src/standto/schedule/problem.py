"""The instance: frozen integer arrays, and the only place where names become indices."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from standto.kernels import columns as c
from standto.kernels.columns import NEVER, Tables
from standto.plan.plan import Limits, Plan
from standto.schedule.begun import Begun
from standto.schedule.collector import uncollected
from standto.schedule.countries import dues_of
from standto.schedule.fleets import Fleets
from standto.schedule.moves import Move, Packets, packed
from standto.schedule.narrowed import narrowed
from standto.schedule.net import Net, closed
from standto.schedule.resources import Resource
from standto.schedule.rows import Chosen, leads, line_rows, moves_of, route_rows, routes_of
from standto.schedule.state import flattened, layout
from standto.schedule.underway import Outage
from standto.schedule.web import Kind, Web
from standto.world.graph import Graph
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
        net = net_of(world, plan, limits, outages, begun)
        fleets = based(net, begun)
        moves, kinds = moves_of(plan, net, fleets, begun)
        packets = packed(moves, plan.lines)
        chosen = routes_of(net, plan, moves, kinds)  # before anything is counted: it makes hops
        resources = closed(begun.taken(net) if begun else net.calendars.made, outages)
        since, keys = plan.lines["ready_min"].to_list(), plan.lines["line"].to_list()
        hops = net.hops
        return cls(
            world=world,
            plan=plan,
            limits=limits,
            tables=tables_of(world, plan, net, fleets, moves, packets, chosen, resources),
            resources=tuple(resources),
            lines=tuple(keys[move.line] for move in moves),
            since=np.array([since[move.line] for move in moves], dtype=np.int64),
            forces=tuple(plan.forces["force"]),
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
            dues=dues_of(world.scenario.objective, net, countries_of(world)),
            horizon_min=net.calendars.horizon_min,
            countries=countries_of(world),
            net=net,
        )

    @property
    def closure_weight(self) -> float:
        """Weight of the last arrival in the objective."""
        return float(self.dues[c.DUE_CLOSURE])

    def country_of(self, place: str) -> str:
        """Code of the country a place lies in."""
        return self.countries[place]


def tables_of(
    world: World,
    plan: Plan,
    net: Net,
    fleets: Fleets,
    moves: list[Move],
    packets: Packets,
    chosen: Chosen,
    resources: list[Resource],
) -> Tables:
    """What the kernels read, in one array. chosen: routes of each move by either option."""
    objective, hops = world.scenario.objective, net.hops
    calendars, cells = layout(resources, packets.table.shape[0], len(hops.rows), fleets)
    total = max(1.0, float(packets.weight[packets.first].sum()))
    routes, route_hops = route_rows(net.routes, chosen)
    return flattened(
        packets=packets.table,
        lines=line_rows(plan, net, moves),
        options=packets.options,
        choices=np.concatenate(([0], np.cumsum([len(r) for pair in chosen for r in pair]))),
        routes=routes,
        route_hops=route_hops,
        hops=np.array(hops.rows, dtype=np.int64).reshape(len(hops.rows), c.HOP_FIELDS),
        steps=np.array(hops.steps, dtype=np.int64).reshape(len(hops.steps), 3),
        borders=np.array(hops.borders, dtype=np.int64).reshape(len(hops.borders), 3),
        leads=leads(world, net.ground.graph.countries),
        resources=calendars,
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


def countries_of(world: World) -> dict[str, str]:
    """Code of the country that each place lies in."""
    return dict(world.network.places.select("place", "iso").iter_rows())


def net_of(
    world: World, plan: Plan, limits: Limits, outages: tuple[Outage, ...], begun: Begun | None
) -> Net:
    """The net of before, or that with what is lost taken out, else a new one."""
    near = {*plan.lines["origin"], *plan.lines["destination"]}
    beside = _places(begun, plan)
    net = begun.net if begun else None
    if net is not None and net.serves(world, limits, near, beside, outages):
        return net
    less = net and narrowed(net, world, limits, near, beside, outages)
    return less or Net.of(world, limits, near, beside, outages)


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
