"""Rows of an instance made of its plan: moves of lines, their routes, and what holds for each line.

What many lines share is worked out once: a plan of ten thousand lines has a few hundred questions.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

import numpy as np
import numpy.typing as npt
import polars as pl

from standto.kernels import columns as c
from standto.kernels.columns import NEVER
from standto.plan.plan import Plan
from standto.schedule.begun import Begun
from standto.schedule.detours import detours_of
from standto.schedule.fleets import Fleets
from standto.schedule.moves import Move, whole
from standto.schedule.net import Net
from standto.schedule.onward import onward_route
from standto.schedule.packets import Load, loads_of
from standto.schedule.routes import Routes
from standto.schedule.web import Kind, Web
from standto.world.graph import MODES, RAIL
from standto.world.world import World

Ints = npt.NDArray[np.int64]
Chosen = list[tuple[list[int], list[int]]]
"""Routes of each move on the surface and by air, as indices into those of the net."""


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
    facts = lines.select("line", "origin", "ready_min", "modes").rows()
    parts = begun.parts if begun else {}
    made: list[Move] = []
    for row, (key, origin, ready, modes) in enumerate(facts):
        if key in parts:
            made += [move if move.line == row else replace(move, line=row) for move in parts[key]]
            continue
        move = (
            whole_moves[key]
            if whole_moves is not None
            else whole(row, origin, ready, "air" in modes, loads[row], fleets)
        )
        then = ready if now is None else max(ready, now)
        same = (move.line, move.ready) == (row, then)
        made.append(move if same else replace(move, line=row, ready=then))
    return made, [of_line[move.line] for move in made]


def routes_of(net: Net, plan: Plan, moves: list[Move], kinds: list[Kind]) -> Chosen:
    """Routes of all moves; moves alike in all that decides them share theirs."""
    modes = [tuple(sorted(m)) for m in plan.lines["modes"].to_list()]
    goals = plan.lines["destination"].to_list()
    if net.routes.detours is None:
        net.routes.detours = detours_of(net, moves, kinds, goals)
    known: dict[tuple[object, ...], tuple[list[int], list[int]]] = {}
    made: Chosen = []
    for move, kind in zip(moves, kinds, strict=True):
        goal, may = goals[move.line], modes[move.line]
        asked = (move.origin, goal, kind, may, move.onward, move.after)
        if asked not in known:
            known[asked] = ways_of(net, move, goal, kind, may)
        made.append(known[asked])
    return made


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


def line_rows(plan: Plan, net: Net, moves: list[Move]) -> Ints:
    """Rows of lines for the kernels, one a move."""
    country = {iso: n for n, iso in enumerate(net.ground.graph.countries)}
    force = {key: n for n, key in enumerate(plan.forces["force"])}
    owner = [country[iso] for iso in plan.forces["owner"]]
    at = net.index
    of = np.array([move.line for move in moves], dtype=np.int64)
    facts = plan.lines.select(
        pl.col("earliest_min").fill_null(0),
        pl.min_horizontal("latest_min", "required_min").fill_null(NEVER),
        pl.col("arrive_within_min").fill_null(NEVER),
        pl.col("same_route").cast(pl.Int64),
    ).to_numpy()[of]
    of_force = np.array([force[key] for key in plan.lines["force"]], dtype=np.int64)[of]
    goal = np.array([at[place] for place in plan.lines["destination"]], dtype=np.int64)[of]
    rows = np.zeros((len(moves), c.LINE_FIELDS), dtype=np.int64)
    rows[:, c.L_READY] = [move.ready for move in moves]
    rows[:, c.L_FROM] = [at[move.origin] for move in moves]
    # who is there waits for nothing
    rows[:, c.L_EARLIEST] = np.where(rows[:, c.L_FROM] == goal, 0, facts[:, 0])
    rows[:, c.L_REQUIRED] = facts[:, 1]
    rows[:, c.L_REQUEST] = plan.forces["alerted_min"].to_numpy()[of_force]
    rows[:, c.L_OWNER] = np.array(owner, dtype=np.int64)[of_force]
    rows[:, c.L_FORCE] = of_force
    rows[:, c.L_SAME] = facts[:, 3]
    rows[:, c.L_WITHIN] = facts[:, 2]
    return rows


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


def route_rows(routes: Routes, chosen: Chosen) -> tuple[Ints, Ints]:
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
