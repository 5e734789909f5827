"""The oracle: bound <= optimum <= plan on tiny instances, the optimum by CP-SAT's exact model."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

pytest.importorskip("ortools", reason="the exact model needs the extra `bench`")

from standto.kernels.columns import FLEET_FIELDS
from standto.schedule.bench_child import Child, Question, Rules
from standto.schedule.bench_oracle import Tally, Verdict, oracle, tiny
from standto.schedule.bench_ways import Given, Ways
from standto.schedule.bounds import bounds
from standto.schedule.problem import Problem
from standto.schedule.result import measured
from standto.schedule.solve import Stop, solve


@pytest.fixture(scope="module")
def asker() -> Iterator[Child]:
    with Child() as started:
        yield started


def instance(seed: int) -> Problem:
    made = tiny(seed)
    return Problem.of(made.world, made.plan, made.limits)


def test_no_bound_is_above_the_optimum_and_no_plan_below_it() -> None:
    """Proves: objective, closure, response and lateness; and every plan and optimum is audited."""
    tally, said = Tally(), list[Verdict]()
    oracle(range(5000, 5022), 80, tally, said.append)
    assert [v for v in said if v.wrong] == []
    assert tally.states["proved"] >= 80, tally.words()
    assert tally.optimal > 0.8 * tally.states["proved"], tally.words()
    assert tally.tight > 0.5 * tally.states["proved"], tally.words()


def test_the_oracle_would_say_so(asker: Child) -> None:
    """Proves: a bound set too high, and a plan said to be too good, are found out."""
    problem = instance(5001)
    result = solve(problem, Stop(iterations=64), 1)
    horizon = int(result.objective / problem.closure_weight) + 2
    better = Question("objective", result.objective / 2)
    below, best = asker.ask(
        Given.of(problem), None, Rules(), horizon, [better, Question("objective")]
    )
    assert below.status == "infeasible"
    assert best.status == "optimal"
    assert best.cells is not None
    assert abs(measured(problem, best.cells) - best.objective) < 0.5


def test_leaving_rules_out_never_makes_the_optimum_worse(asker: Child) -> None:
    """Proves: what peers are spared is to their advantage."""
    for seed in range(5000, 5012):
        problem = instance(seed)
        if not 0 < len(Ways.of(Given.of(problem)).nodes) <= 24:
            continue
        values = [
            asker.ask(Given.of(problem), None, rules, problem.horizon_min, [Question()])[0]
            for rules in (Rules(), Rules(moves=False), Rules(moves=False, links=False))
        ]
        if all(v.status == "optimal" for v in values):
            found = [v.objective for v in values]
            assert found == sorted(found, reverse=True)


def test_a_line_that_waits_for_its_earliest_arrival_is_bounded_below_its_plan() -> None:
    """Proves: earliest arrivals bind in the bound as they do in the plan."""
    for seed in range(6000, 6012):
        problem = instance(seed)
        if not (problem.plan.lines["earliest_min"] > 0).any():
            continue
        result = solve(problem, Stop(iterations=16), 1)
        if result.schedule.unplanned.is_empty():
            proved = {b.measure: b.value for b in bounds(problem).bounds}
            assert proved["objective"] <= result.objective + 1e-6
            assert proved["closure"] <= result.closure_min


def test_the_exact_model_reads_every_fleet() -> None:
    """Proves: tiny instances have several fleets, or what is proved of them says little."""
    fleets = [instance(seed).tables.fleets for seed in range(5000, 5006)]
    assert all(table.shape[1] == FLEET_FIELDS for table in fleets)
    assert np.median([table.shape[0] for table in fleets]) >= 4
