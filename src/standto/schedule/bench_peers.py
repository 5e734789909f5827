"""Our scheduler beside others on the same instances: what each finds in the time it is given.

What a peer's model leaves out is to its advantage: its objective may then be below that of any
plan that keeps all rules, and its plan is not audited. The notes say so. CP-SAT is asked twice, for
the whole problem and for an easier one, and a third time with a plan to begin with.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from standto.schedule.bench import Bench, Row, Tell, blank, by_priority, of_cells, of_result
from standto.schedule.bench_child import Answer, Child, Question, Rules, installed
from standto.schedule.bench_ways import Given, Ways
from standto.schedule.bench_windows import size
from standto.schedule.closures import planned
from standto.schedule.instances import Instance
from standto.schedule.problem import Problem
from standto.schedule.result import measured
from standto.schedule.solve import Search, Stop, solve

SHARE = 30
"""The peers' time over the first that we take."""
MOST_LINES = {"ortools": 50, "pyjobshop": 50, "highs": 50, "python": 100}
"""Largest instances that a peer is given: beyond them a model alone takes minutes to make."""
EXACT_LINES = 5
"""Lines up to which CP-SAT proves the optimum, so that nothing easier need be asked."""
ROOM = 1.5
"""Horizon that CP-SAT is told, over the last minute at which a plan no worse than the one-pass
greedy's can close: with no more than that it found no plan at all of 10 lines in 20 s, with twice
as much one that was a third worse. At 90 days its model would be many times as large."""
MOST_PAIRS = 1_000_000
"""Pairs of rides (`bench_windows.size`) of the largest whole model that CP-SAT is asked: it takes
some 4 KiB a pair."""
BLOCK = 720
"""Minutes of a block of the linear program."""
MISSING = "not on this machine: install the extra bench"


def peers(bench: Bench, threads: int, tell: Tell) -> Iterator[Row]:
    """Rows of everyone on each instance; the time of ours is a share of the peers', and theirs."""
    for made in bench.instances():
        problem = Problem.of(made.world, made.plan, made.limits)
        name = made.world.scenario.name
        begun = time.perf_counter()
        greedy = by_priority(problem)
        yield of_cells(problem, greedy.cells, "one pass by priority", time.perf_counter() - begun)
        for seconds in (bench.seconds / SHARE, bench.seconds):
            tell("bench", f"{name}: standto")
            yield of_result(problem, solve(problem, Stop(seconds=seconds), 1, tell), "standto")
        tell("bench", f"{name}: peers")
        yield from twin(problem, made)
        yield from programs(problem, bench.seconds)
        yield from constraint(problem, greedy, bench.seconds, threads)
        yield from jobshop(problem, bench.seconds, threads)


def constraint(problem: Problem, greedy: Search, seconds: float, threads: int) -> Iterator[Row]:
    """OR-Tools CP-SAT: on every rule, without and with a plan to begin with, and on its own model.

    Its own leaves out empty moves after the first and room on links.
    """
    if len(problem.lines) > MOST_LINES["ortools"]:
        return
    value = measured(problem, greedy.cells)
    told = int(ROOM * value / max(problem.closure_weight, 1e-9)) + 2
    horizon = min(problem.horizon_min, told)
    question = Question("objective", seconds=seconds, threads=threads)
    pairs = size(Ways.of(Given.of(problem)), horizon)
    exact = [("CP-SAT, every rule", question)]
    small = len(problem.lines) <= EXACT_LINES
    if not small and (planned(problem, greedy.cells) >= 0).all():
        exact.append(("CP-SAT, every rule, hinted", replace(question, hint=greedy.cells)))
    module, note = "standto.schedule.bench_plan", f"every rule; {pairs:,} pairs of rides"
    for solver, asking in exact:
        if pairs > MOST_PAIRS:
            yield blank(problem, solver, 0.0) | {"note": f"not asked: {note}, above {MOST_PAIRS:,}"}
        else:
            yield asked(problem, solver, "ortools", module, Rules(), horizon, asking, note)
    if not small:
        rules = Rules(moves=False, links=False)
        note = "its own model: no empty moves after the first, no links"
        name = "CP-SAT, its own model"
        yield asked(problem, name, "ortools", module, rules, problem.horizon_min, question, note)


def jobshop(problem: Problem, seconds: float, threads: int) -> Iterator[Row]:
    """PyJobShop, with CP-SAT underneath."""
    if len(problem.lines) > MOST_LINES["pyjobshop"]:
        return
    note = "its own model: lift as pooled room, no empty moves, terminals and links"
    module, horizon = "standto.schedule.bench_jobshop", problem.horizon_min
    question = Question("objective", seconds=seconds, threads=threads)
    yield asked(problem, "PyJobShop", "pyjobshop", module, Rules(), horizon, question, note)


def asked(
    problem: Problem,
    solver: str,
    package: str,
    module: str,
    rules: Rules,
    horizon: int,
    question: Question,
    note: str,
) -> Row:
    """Row of a peer that answers from a child process; its time includes making its model."""
    if not installed(package):
        return blank(problem, solver, 0.0) | {"note": MISSING}
    with Child(module) as child:
        answer, *_ = child.ask(Given.of(problem), None, rules, horizon, [question])
    if answer.laws:
        note += f"; {answer.laws:,} constraints made in {answer.making:.1f} s"
    own: Row = {"threads": question.threads, "note": f"{answer.status}; {note}"}
    row = blank(problem, solver, answer.seconds) | own
    if not np.isfinite(answer.objective):
        found_none = f"{answer.status}: no plan in the time; {note}"
        return row | {"lower_bound": round(max(0.0, answer.bound), 1), "note": found_none}
    if answer.cells is not None:
        row |= of_cells(problem, answer.cells, solver, answer.seconds) | own
    return row | found(answer)


def found(answer: Answer) -> Row:
    """What a peer says of its own plan."""
    return {
        "objective": round(answer.objective, 1),
        "closure": answer.closure,
        "lower_bound": round(max(0.0, answer.bound), 1),
        "gap": round(1 - max(0.0, answer.bound) / answer.objective, 4),
    }


def programs(problem: Problem, seconds: float) -> Iterator[Row]:
    """HiGHS on the instance as one linear program over time: a bound, and no plan."""
    if len(problem.lines) > MOST_LINES["highs"]:
        return
    from standto.schedule.bench_program import bounded

    ways = Ways.of(Given.of(problem))
    horizon = max(
        2,
        round(solve(problem, Stop(iterations=0), 1).objective / max(problem.closure_weight, 1e-9)),
    )
    for solver in ("ipm", "hipo"):
        begun = time.perf_counter()
        value, words = bounded(ways, min(problem.horizon_min, horizon), BLOCK, solver, seconds)
        spent = time.perf_counter() - begun
        yield blank(problem, f"HiGHS LP {solver}", spent) | {
            "lower_bound": round(value, 1) if value > 0 else None,
            "note": f"{words}; blocks of {BLOCK} min, a bound only",
        }


def twin(problem: Problem, made: Instance) -> Iterator[Row]:
    """Our first list schedule with the kernels run as plain Python, in a process of its own."""
    if len(problem.lines) > MOST_LINES["python"]:
        return
    kind, lines, towns, seed = made.world.scenario.name.rsplit("-", 3)
    command = [sys.executable, "-m", "standto.schedule.bench_twin", lines, towns, kind, seed]
    told = subprocess.run(
        command, env=os.environ | {"NUMBA_DISABLE_JIT": "1"}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if told.returncode:
        yield blank(problem, "first plan, plain Python", 0.0) | {"note": "it failed"}
        return
    seconds, objective, closure = (float(word) for word in told.stdout.split())
    yield blank(problem, "first plan, plain Python", seconds) | {
        "objective": round(objective, 1), "closure": int(closure),
        "note": "our kernels without numba; the same plan as one list schedule",
    }  # fmt: skip


__all__ = ["peers"]
