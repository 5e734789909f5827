"""Arrays -> table: the legs of a plan, as `schedule.LEGS` states them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt
import polars as pl

from standto.kernels import columns as c
from standto.kernels.columns import Cells
from standto.schedule.countries import driven, flown
from standto.schedule.problem import Problem
from standto.schedule.schedule import LEGS
from standto.world.graph import AIR, MODES

Ints = npt.NDArray[np.int64]


def legs_of(problem: Problem, cells: Cells) -> pl.DataFrame:
    """One row a packet's leg, in the order of lines, packets and steps.

    Packets and trips are numbered over the whole plan from 0, in that order.
    """
    legs = legs_by_packet(problem, cells)
    return legs.with_columns(
        packet=pl.Series(renumbered(legs["packet"].to_numpy())),
        trip=pl.Series(renumbered(legs["trip"].to_numpy())),
    )


def legs_by_packet(problem: Problem, cells: Cells) -> pl.DataFrame:
    """The same, with packets and trips by their numbers in the instance."""
    t = problem.tables
    packet, step, hop = _travelled(problem, cells)
    at = t.at[c.A_LEG] + (packet * c.MAX_LEGS + step) * 2
    depart, trip = cells[at].astype(np.int64), cells[at + 1].astype(np.int64)
    aboard = trip >= 0
    base = t.at[c.A_TRIP] + np.maximum(trip, 0) * c.TRIP_FIELDS
    asset = np.where(aboard, cells[base + c.T_ASSET], -1).astype(np.int64)
    fleet = np.where(aboard, t.asset_fleet[np.maximum(asset, 0)] if t.asset_fleet.size else 0, -1)
    arrive = np.where(aboard, cells[base + c.T_ARRIVE], depart + t.hops[hop, c.H_MIN])
    line = t.packets[packet, c.P_LINE]
    speed = np.where(aboard, t.fleets[np.maximum(fleet, 0), c.F_SPEED] if t.fleets.size else 1, 1)
    links, entered, countries, via = _paths(problem, hop, depart, speed)
    first = np.array([*(t.fleets[:, c.F_ASSET] - problem.fleets.first_number), 0])
    return pl.DataFrame(
        {
            "leg": np.arange(packet.size),
            "force": _named(problem.forces, t.lines[line, c.L_FORCE]),
            "line": _named(problem.lines, line),
            "packet": packet,
            "step": step,
            "mode": _named(MODES, t.hops[hop, c.H_MODE]),
            "lift": _named((*problem.fleets.names, ""), fleet % (len(problem.fleets.names) + 1)),
            "asset": np.where(aboard, asset - first[fleet], -1),
            "trip": trip,
            "from": _named(problem.stops, t.hops[hop, c.H_FROM]),
            "to": _named(problem.stops, t.hops[hop, c.H_TO]),
            "depart_min": depart,
            "arrive_min": arrive,
            "load_min": np.where(aboard, cells[base + c.T_LOAD], 0),
            "unload_min": np.where(aboard, cells[base + c.T_UNLOAD], 0),
            "km": problem.hop_km[hop],
            "links": links,
            "link_depart_min": entered,
            "countries": countries,
            "via": via,
            "personnel": problem.people[packet],
            "mass_t": t.packets[packet, c.P_MASS] / 1000,
            "lane_m": t.packets[packet, c.P_LANE] / 10,
            "pieces": problem.pieces[packet],
        },
        schema=LEGS,
    )


def _named(names: Sequence[str], which: Ints) -> pl.Series:
    """The name of each row's number."""
    return pl.Series(names, dtype=pl.String).gather(which)


def _travelled(problem: Problem, cells: Cells) -> tuple[Ints, Ints, Ints]:
    """Packet, step and hop of each leg travelled."""
    t = problem.tables
    route = cells[t.at[c.A_ROUTE] : t.at[c.A_ARRIVE]].astype(np.int64)
    packets = np.flatnonzero(route >= 0)
    length = t.routes[route[packets], 1] - t.routes[route[packets], 0]
    packet = np.repeat(packets, length)
    step = np.arange(packet.size) - np.repeat(np.cumsum(length) - length, length)
    return packet, step, t.route_hops[t.routes[route[packet], 0] + step]


def renumbered(numbers: Ints) -> Ints:
    """Numbers from 0 in order of first appearance; -1 stays."""
    known, first = np.unique(numbers[numbers >= 0], return_index=True)
    rank = np.empty(known.size, dtype=np.int64)
    rank[np.argsort(first)] = np.arange(known.size)
    made = np.full(numbers.size, -1, dtype=np.int64)
    made[numbers >= 0] = rank[np.searchsorted(known, numbers[numbers >= 0])]
    return made


def _paths(
    problem: Problem, hop: Ints, depart: Ints, speed: Ints
) -> tuple[pl.Series, pl.Series, pl.Series, pl.Series]:
    """Links of each leg, the minute each is entered, countries touched, turning points.

    What a hop is made of is written once and then looked up: legs are many, hops few.
    """
    hops, which = np.unique(hop, return_inverse=True)
    facts = [
        _flown(problem, h) if problem.tables.hops[h, c.H_MODE] == AIR else _driven(problem, h)
        for h in hops.tolist()
    ]
    links, countries, via = (
        _lists([fact[k] for fact in facts], kind)
        for k, kind in enumerate((pl.String, pl.String, pl.Float64))
    )
    minutes = [problem.hop_entered[h][0] for h in hops.tolist()]
    far = [problem.hop_entered[h][1] for h in hops.tolist()]
    size = np.array([x.size for x in minutes], dtype=np.int64)
    count = size[which]
    leg = np.repeat(np.arange(hop.size), count)
    first = np.cumsum(size) - size
    at = np.arange(leg.size) - np.repeat(np.cumsum(count) - count, count) + first[which[leg]]
    flat_min, flat_far = (
        np.concatenate([*parts, np.zeros(0, dtype=np.int64)]) for parts in (minutes, far)
    )
    entered = depart[leg] + flat_min[at] + flat_far[at] * 6 // speed[leg]
    return (
        links.gather(which),
        _listed(leg, pl.Series(entered, dtype=pl.Int64), hop.size),
        countries.gather(which),
        via.gather(which),
    )


def _lists(lists: Sequence[Sequence[str] | Sequence[float]], kind: type[pl.DataType]) -> pl.Series:
    """Lists as a column; polars is slow to make it of lists one by one."""
    of = np.repeat(np.arange(len(lists)), [len(values) for values in lists])
    return _listed(of, pl.Series(list(chain.from_iterable(lists)), dtype=kind), len(lists))


def _listed(of: Ints, values: pl.Series, count: int) -> pl.Series:
    """Lists of values, `of` saying which list each belongs to, in order; some are empty."""
    full = pl.DataFrame({"of": of, "values": values}).group_by("of", maintain_order=True).all()
    row = np.full(count, full.height, dtype=np.int64)
    row[full["of"].to_numpy()] = np.arange(full.height)
    lists = pl.concat([full["values"], pl.Series("values", [[]], dtype=pl.List(values.dtype))])
    return lists.gather(row)


def _driven(problem: Problem, hop: int) -> tuple[list[str], list[str], list[float]]:
    """Links and countries of a hop by road, rail or sea."""
    graph = problem.graph
    arcs = problem.hop_arcs[hop]
    ends = [problem.stops[problem.tables.hops[hop, x]] for x in (c.H_FROM, c.H_TO)]
    links = [problem.links[graph.link[a]] for a in arcs.tolist()]
    return links, driven(graph, arcs, ends, problem.countries), []


def _flown(problem: Problem, hop: int) -> tuple[list[str], list[str], list[float]]:
    """Countries flown over and turning points of a hop by air."""
    start, end = (int(problem.tables.hops[hop, x]) for x in (c.H_FROM, c.H_TO))
    own = [problem.country_of(problem.stops[n]) for n in (start, end)]
    return [], flown(problem.web, start, end, own), problem.web.skies.via(start, end)
