"""From the cells of a finished search to the Result that everyone reads."""

from __future__ import annotations

import numpy as np
import polars as pl

from standto.kernels import columns as c
from standto.kernels.columns import Cells
from standto.schedule.bounds import Proofs
from standto.schedule.charges import charged
from standto.schedule.closures import closure_table, packets_used, planned
from standto.schedule.cut import why_cut
from standto.schedule.legs import legs_of
from standto.schedule.problem import Problem
from standto.schedule.schedule import Result, Schedule
from standto.schedule.waits import waits

UNPLANNED = pl.Schema({"line": pl.String(), "force": pl.String(), "why": pl.String()})


def result_of(
    problem: Problem, cells: Cells, proofs: Proofs, rounds: int, seconds: float
) -> Result:
    """The plan as tables, with its closures, what held them back, and its bounds."""
    t = problem.tables
    out = np.flatnonzero(planned(problem, cells) < 0)
    unplanned = pl.DataFrame(
        [
            {
                "line": problem.lines[n],
                "force": problem.forces[t.lines[n, c.L_FORCE]],
                "why": why_stopped(problem, int(n)),
            }
            for n in out
        ],
        schema=UNPLANNED,
    ).unique("line", keep="first", maintain_order=True)
    closure = closure_table(problem, cells, proofs.forces, set(unplanned["line"]))
    objective = measured(problem, cells)
    by_name = {bound.measure: bound for bound in proofs.bounds}
    lower = by_name["objective"].value
    closed = closure["closed_min"].max()
    gap = max(0.0, objective - lower) / max(objective, 1e-9)
    status = "feasible"
    if not problem.lines:
        status = "empty"
    elif out.size:
        status = "incomplete"
    elif gap <= 1e-9:
        status = "proved optimal"
    return Result(
        schedule=Schedule(legs_of(problem, cells), unplanned),
        closure=closure,
        bottlenecks=bottlenecks(problem, cells),
        objective=objective,
        bounds=proofs.bounds,
        closure_min=int(closed) if isinstance(closed, int) else 0,
        closure_lower_bound_min=int(by_name["closure"].value),
        gap=gap,
        iterations=rounds,
        seconds=seconds,
        status=status,
    )


def why_stopped(problem: Problem, row: int) -> str:
    """What cuts a line off, or keeps a part of it where it stands."""
    move = problem.moves[row]
    if move.onward is None:
        return why_cut(problem, row)
    goal = problem.plan.lines["destination"][move.line]
    return f"a part of it stands at {move.origin}, and no way with lift leads on to {goal}"


def measured(problem: Problem, cells: Cells) -> float:
    """Objective of the lines that travel, in minutes."""
    t = problem.tables
    packet = packets_used(problem, cells)
    arrive = cells[t.at[c.A_ARRIVE] + packet].astype(np.int64)
    line = t.packets[packet, c.P_LINE]
    response = arrive - problem.since[line]
    late = np.maximum(0, arrive - t.lines[line, c.L_REQUIRED])
    cost = t.weight[packet] * (t.aims[0] * response + t.aims[1] * late)
    closing = problem.closure_weight * arrive.max(initial=0)
    return float(cost.sum() + closing) + charged(problem, cells)


BOTTLENECKS = pl.Schema(
    {"resource": pl.String(), "kind": pl.String(), "name": pl.String(), "hours": pl.Float64()}
)


def bottlenecks(problem: Problem, cells: Cells) -> pl.DataFrame:
    """What packets waited for, ranked by the hours waited over all packets."""
    ranked = sorted(waits(problem, cells).items(), key=lambda item: (-item[1], item[0]))
    rows = [
        {"resource": r.key, "kind": r.kind, "name": r.words, "hours": minutes / 60}
        for r, minutes in ranked
    ]
    return pl.DataFrame(rows, schema=BOTTLENECKS)
