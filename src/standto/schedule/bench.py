"""Measures on made-up instances: our scheduler, and one pass by priority as older systems do."""

from __future__ import annotations

import time
from collections.abc import Iterable

import numpy as np

from standto.kernels.listing import construct, last_arrival
from standto.schedule.audit import audit
from standto.schedule.bounds import Proofs, bounds
from standto.schedule.closures import planned
from standto.schedule.instances import Instance, generate
from standto.schedule.problem import Problem
from standto.schedule.result import result_of
from standto.schedule.schedule import Result
from standto.schedule.solve import Search, Stop, built, plain, solve
from standto.schedule.state import empty, journal

Row = dict[str, str | int | float | bool | None]


def scale(
    sizes: Iterable[int], nodes: int, kinds: Iterable[str], seconds: float, seed: int
) -> list[Row]:
    """Rows of our scheduler on each size and kind: the first plan, and the best in the time."""
    rows: list[Row] = []
    for lines in sizes:
        for kind in kinds:
            made = generate(lines, nodes, kind, seed)
            rows += measured(made, seconds, seed)
    return rows


def measured(made: Instance, seconds: float, seed: int) -> list[Row]:
    """Two rows of one instance: first feasible plan, then the plan after so many seconds."""
    begun = time.perf_counter()
    problem = Problem.of(made.world, made.plan, made.limits)
    name = f"{made.world.scenario.name}, built in {time.perf_counter() - begun:.1f} s"
    begun = time.perf_counter()
    first = built(problem, Stop(seconds=0.0), seed, begun, lambda stage, words: None)
    spent = time.perf_counter() - begun
    result = solve(problem, Stop(seconds=seconds), seed)
    least = {bound.measure: bound.value for bound in result.bounds}
    start = finished(problem, first, spent)
    return [
        row(name, "first plan", made, start, spent, least["objective"]),
        row(name, "standto", made, result, result.seconds, least["objective"]),
    ]


def peers(
    sizes: Iterable[int], nodes: int, kinds: Iterable[str], seconds: float, seed: int
) -> list[Row]:
    """Rows of one pass by priority beside ours on the same instances."""
    rows: list[Row] = []
    for lines in sizes:
        for kind in kinds:
            made = generate(lines, nodes, kind, seed)
            problem = Problem.of(made.world, made.plan, made.limits)
            result = solve(problem, Stop(seconds=seconds), seed)
            least = {bound.measure: bound.value for bound in result.bounds}["objective"]
            begun = time.perf_counter()
            greedy = by_priority(problem)
            spent = time.perf_counter() - begun
            name = made.world.scenario.name
            once = finished(problem, greedy, spent)
            rows.append(row(name, "one pass by priority", made, once, spent, least))
            rows.append(row(name, "standto", made, result, result.seconds, least))
    return rows


def by_priority(problem: Problem) -> Search:
    """One list schedule in the order of priority and then of readiness, never improved."""
    t = problem.tables
    table = problem.plan.lines
    order = np.lexsort((table["ready_min"].to_numpy(), table["priority"].to_numpy()))
    cells = empty(t, problem.resources)
    costs = np.zeros(len(problem.lines))
    construct(cells, journal(t), t.flat, t.pay, plain(), order.astype(np.int64), costs)
    value = float(costs.sum() + problem.closure_weight * last_arrival(cells, t.flat)[0])
    return Search(cells, costs, order.astype(np.int64), value)


def finished(problem: Problem, search: Search, seconds: float) -> Result:
    """The result of a search, with the quickest bounds."""
    moved = (planned(problem, search.cells) >= 0).astype(np.int64)
    proofs: Proofs = bounds(problem, moved, seconds=0.0)
    return result_of(problem, search.cells, proofs, 0, seconds)


def row(
    name: str, solver: str, made: Instance, result: Result, seconds: float, least: float
) -> Row:
    """One row: gap against `least`, null if lines stay out; audited if the audit finds nothing."""
    whole = result.schedule.unplanned.is_empty()
    gap = max(0.0, 1 - least / result.objective) if whole and result.objective > 0 else None
    return {
        "instance": name,
        "lines": made.plan.lines.height,
        "solver": solver,
        "seconds": round(seconds, 3),
        "objective": round(result.objective, 1),
        "closure": result.closure_min,
        "closure_bound": result.closure_lower_bound_min,
        "lower_bound": round(least, 1),
        "gap": None if gap is None else round(gap, 4),
        "unplanned": result.schedule.unplanned.height,
        "audited": not audit(made.world, made.plan, made.limits, result.schedule),
    }
