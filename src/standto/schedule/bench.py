"""Measures on made-up instances: the first plan, and the best plan and bound in a given time."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from standto.kernels import columns as c
from standto.kernels.columns import Cells
from standto.schedule.audit import audit
from standto.schedule.closures import packets_used, planned
from standto.schedule.instances import Instance, generate
from standto.schedule.legs import legs_of
from standto.schedule.orders import orders
from standto.schedule.problem import Problem
from standto.schedule.result import UNPLANNED, measured
from standto.schedule.schedule import Result, Schedule
from standto.schedule.solve import Search, Stop, listed, plain, solve

Row = dict[str, str | int | float | bool | None]
"""One measure: instance, lines, solver, threads, seconds, objective, closure, closure_bound,
lower_bound, gap, closure_gap, response_gap, unplanned, audited, peak_mib, load, note. What a solver
does not give is None. Times of the plan are minutes; response_gap is that of the objective without
its closure. peak_mib: largest memory of the process so far. load: load average of the machine."""
Tell = Callable[[str, str], None]


@dataclass(frozen=True)
class Bench:
    """What to measure: every size of lines and towns, kind and seed, for so many seconds each."""

    sizes: Sequence[int]
    kinds: Sequence[str]
    seconds: float
    towns: Sequence[int] = (300,)
    seeds: Sequence[int] = (1,)

    def instances(self) -> Iterator[Instance]:
        """The instances, smallest first."""
        for lines in self.sizes:
            for towns in self.towns:
                for kind in self.kinds:
                    for seed in self.seeds:
                        yield generate(lines, towns, kind, seed)


def scale(bench: Bench, tell: Tell) -> Iterator[Row]:
    """Rows of our scheduler: the first plan, and where seconds are given the best in the time."""
    for made in bench.instances():
        tell("bench", f"{made.world.scenario.name}: the instance")
        begun = time.perf_counter()
        problem = Problem.of(made.world, made.plan, made.limits)
        build = time.perf_counter() - begun
        yield first_plan(problem, build)
        if bench.seconds > 0:
            result = solve(problem, Stop(seconds=bench.seconds), 1, tell)
            yield of_result(problem, result, "standto")


def first_plan(problem: Problem, build: float) -> Row:
    """Row of one list schedule, in the first of the orders, with its legs made and audited."""
    begun = time.perf_counter()
    search = listed(problem, orders(problem, 1)[0][1], plain(), np.inf, Stop(), begun)
    assert search is not None, "without a limit there is always a plan"
    spent = time.perf_counter() - begun
    row = of_cells(problem, search.cells, "first plan", spent)
    whole = time.perf_counter() - begun
    row["seconds"] = round(whole, 3)
    row["note"] = (
        f"plan {spent:.2f} s, legs and audit {whole - spent:.2f} s; built in {build:.1f} s"
    )
    return row


def by_priority(problem: Problem) -> Search:
    """One list schedule in the order of priority and then of readiness, never improved."""
    table = problem.plan.lines
    order = np.lexsort((table["ready_min"].to_numpy(), table["priority"].to_numpy()))
    search = listed(problem, order.astype(np.int64), plain(), np.inf, Stop(), 0.0)
    assert search is not None, "without a limit there is always a plan"
    return search


def of_cells(problem: Problem, cells: Cells, solver: str, seconds: float) -> Row:
    """Row of a plan that stands in cells, audited, without a bound."""
    out = np.flatnonzero(planned(problem, cells) < 0)
    force = problem.tables.lines[out, c.L_FORCE]
    rows = [
        {"line": problem.lines[n], "force": problem.forces[f], "why": "no room was found"}
        for n, f in zip(out, force, strict=True)
    ]
    schedule = Schedule(legs_of(problem, cells), pl.DataFrame(rows, schema=UNPLANNED))
    arrive = cells[problem.tables.at[c.A_ARRIVE] + packets_used(problem, cells)]
    faults = audit(problem.world, problem.plan, problem.limits, schedule)
    return blank(problem, solver, seconds) | {
        "objective": round(measured(problem, cells), 1),
        "closure": int(arrive.max(initial=0)),
        "unplanned": int(out.size),
        "audited": not faults,
    }


def of_result(problem: Problem, result: Result, solver: str) -> Row:
    """Row of a finished result, with its bounds; gaps only where every line is planned.

    Its threads are the search's and the bounds'.
    """
    least = {bound.measure: bound.value for bound in result.bounds}
    whole = result.schedule.unplanned.is_empty()
    closing = problem.closure_weight
    delay = result.objective - closing * result.closure_min
    lower = least["objective"] - closing * least["closure"]
    return blank(problem, solver, result.seconds) | {
        "threads": 2,
        "objective": round(result.objective, 1),
        "closure": result.closure_min,
        "closure_bound": round(least["closure"]),
        "lower_bound": round(least["objective"], 1),
        "gap": gap(result.objective, least["objective"]) if whole else None,
        "closure_gap": gap(result.closure_min, least["closure"]) if whole else None,
        "response_gap": gap(delay, lower) if whole else None,
        "unplanned": result.schedule.unplanned.height,
        "audited": not result.faults,
        "note": f"{result.iterations} rounds",
    }


def gap(value: float, bound: float) -> float:
    """Share of a value that its lower bound leaves open."""
    return round(max(0.0, 1 - bound / value), 4) if value > 0 else 0.0


def blank(problem: Problem, solver: str, seconds: float) -> Row:
    """A row before anything but its time is known."""
    names = ("objective", "closure", "closure_bound", "lower_bound", "gap", "closure_gap",
             "response_gap", "unplanned", "audited")  # fmt: skip
    return {
        "instance": problem.world.scenario.name,
        "lines": len(problem.lines),
        "solver": solver,
        "threads": 1,
        "seconds": round(seconds, 3),
        **dict.fromkeys(names),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "load": round(os.getloadavg()[0], 1),
        "note": "",
    }
