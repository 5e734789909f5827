"""Why a line can never arrive: each constraint relaxed in turn, until one lets it through."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from standto.clock import format_duration
from standto.kernels import columns as c
from standto.kernels.placing import place_line
from standto.plan.plan import Limits
from standto.schedule.problem import Problem
from standto.schedule.state import empty, journal


def why_cut(problem: Problem, line: int) -> str:
    """The constraint that cuts a line off, in words."""
    key = problem.lines[line]
    if _has_way(problem, line):
        return _why_stuck(problem, line)
    alone = replace(
        problem.plan,
        lines=problem.plan.lines.filter(pl.col("line") == key),
        loads=problem.plan.loads.filter(pl.col("line") == key),
    )
    everywhere = frozenset(problem.world.network.places["iso"].unique())
    open_all = Limits(everywhere, everywhere, frozenset(), {})
    relaxed = Problem.of(problem.world, alone, open_all)
    if _has_way(relaxed, 0):
        closed = sorted(_countries(relaxed) - problem.limits.countries - {"--"})
        shut = " ".join(closed) or "a closed sea link"
        return f"its ways lead through what is closed to the plan: {shut}"
    modes = pl.lit(["road", "rail", "sea", "air"]).alias("modes")
    if _has_way(
        Problem.of(
            problem.world, replace(alone, lines=alone.lines.with_columns(modes)), problem.limits
        ),
        0,
    ):
        named = " ".join(alone.lines["modes"].to_list()[0])
        return f"no way by the modes it may use ({named}); by others there is one"
    calm = replace(alone, lines=alone.lines.with_columns(hazardous=pl.lit(False)))
    if alone.lines["hazardous"].any() and _has_way(
        Problem.of(problem.world, calm, problem.limits), 0
    ):
        return "no terminals or lift take its hazardous cargo all the way; other cargo they would"
    items = problem.world.network.items.with_columns(mass_t=pl.lit(0.1), outsize=pl.lit(False))
    light = replace(problem.world, network=replace(problem.world.network, items=items))
    if _has_way(Problem.of(light, alone, problem.limits), 0):
        heaviest = problem.kinds[line].heaviest_kg
        limit = (
            f"of the class up to {heaviest / 1000:g} t" if heaviest < c.NEVER - 1 else "so heavy"
        )
        return f"no link, aircraft, ship, train or transporter takes a piece {limit} all the way"
    return "no network joins its origin to its destination"


def _has_way(problem: Problem, line: int) -> bool:
    t = problem.tables
    return any(
        t.choices[2 * line + option] < t.choices[2 * line + option + 1]
        and t.options[2 * line + option] < t.options[2 * line + option + 1]
        for option in range(2)
    )


def _why_stuck(problem: Problem, line: int) -> str:
    """A line that has a way: no lift takes it, or nothing is free before the horizon."""
    t = problem.tables
    row = t.lines[line]
    days = problem.horizon_min / 1440
    floor = t.routes[t.choices[2 * line] : t.choices[2 * line + 2], 2].min()
    if row[c.L_READY] + floor >= problem.horizon_min:
        return f"it cannot arrive before the horizon of {days:g} d"
    if not _fits_alone(problem, line, ruled=True) and _fits_alone(problem, line, ruled=False):
        rules = ["all take one route"] if row[c.L_SAME] else []
        if row[c.L_WITHIN] < c.NEVER:
            rules.append(f"arrive within {format_duration(int(row[c.L_WITHIN]))} of each other")
        return f"its parts cannot {' and '.join(rules)}; without that there is a way"
    return f"no lift that takes it is free, and no room, before the horizon of {days:g} d"


def _fits_alone(problem: Problem, line: int, *, ruled: bool) -> bool:
    """Whether a line finds room when nothing else moves, with its own rules or without them."""
    t = problem.tables
    flat, scratch = t.flat.copy(), np.zeros(c.SCRATCH, dtype=np.int64)
    if not ruled:
        row = flat[c.AT_LINES] + line * c.LINE_FIELDS
        flat[row + c.L_SAME], flat[row + c.L_WITHIN] = 0, c.NEVER
    cells = empty(t, problem.resources)
    habit = np.zeros(c.HABIT_FIELDS, dtype=np.int64)
    place_line(cells, journal(t), flat, t.pay, scratch, habit, line)
    return int(cells[t.at[c.A_OPTION] + line]) >= 0


def _countries(problem: Problem) -> set[str]:
    """Countries on the quickest way of the first line."""
    t = problem.tables
    graph = problem.graph
    made: set[str] = set()
    for hop in t.route_hops[t.routes[0, 0] : t.routes[0, 1]].tolist():
        for arc in problem.hop_arcs[hop].tolist():
            for node in (graph.tail[arc], graph.head[arc]):
                made.add(graph.countries[graph.place_country[graph.node_place[node]]])
        made |= {problem.country_of(problem.stops[t.hops[hop, x]]) for x in (c.H_FROM, c.H_TO)}
    return made
