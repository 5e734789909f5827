"""Lift and borders in the objective: what they cost, how the search minds them, and their bound."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import polars as pl
import pytest

from standto.errors import DataError
from standto.kernels.listing import value_of
from standto.schedule.instances import Instance, generate
from standto.schedule.measures import lift_used, measures
from standto.schedule.problem import Problem
from standto.schedule.result import measured
from standto.schedule.schedule import Result
from standto.schedule.solve import Stop, built, improved, solve
from standto.world.alliance import Objective
from standto.world.scenario import read_scenario
from tests.test_world_load import SMALL

WEIGHTS = Objective(lift=0.5, lift_rail=2.0, lift_air=20.0, borders=7.0)


def weighed(made: Instance, objective: Objective) -> Problem:
    scenario = msgspec.structs.replace(made.world.scenario, objective=objective)
    return Problem.of(replace(made.world, scenario=scenario), made.plan, made.limits)


def solved(problem: Problem) -> Result:
    return solve(problem, Stop(iterations=80), 1)


@pytest.mark.parametrize(("kind", "seed"), [("lift", 1), ("throughput", 2), ("readiness", 3)])
def test_the_objective_is_the_measures_by_their_weights(kind: str, seed: int) -> None:
    problem = weighed(generate(12, 60, kind, seed), WEIGHTS)
    result = solved(problem)
    assert result.faults == ()
    table = measures(problem.plan, result, WEIGHTS).filter(pl.col("weight").is_not_null())
    assert {"lift road", "borders crossed"} <= set(table["measure"])
    assert (table["value"] * table["weight"]).sum() == pytest.approx(result.objective, rel=1e-6)


@pytest.mark.parametrize(("kind", "seed"), [("lift", 1), ("throughput", 2), ("readiness", 3)])
def test_the_bound_counts_lift_and_borders_and_is_below_the_plan(kind: str, seed: int) -> None:
    made = generate(12, 60, kind, seed)
    bound = {}
    for objective in (Objective(), WEIGHTS):
        result = solved(weighed(made, objective))
        bound[objective] = next(b.value for b in result.bounds if b.measure == "objective")
        assert bound[objective] <= result.objective + 1e-6
    assert bound[WEIGHTS] > bound[Objective()] + 1


def test_one_line_alone_pays_its_bound_for_lift_and_borders() -> None:
    """With weights on these alone, the way that costs least costs what is proved."""
    made = generate(1, 60, "lift", 4)
    objective = Objective(closure=0.0, response=0.0, lateness=0.0, borders=3.0)
    result = solved(weighed(made, objective))
    least = next(b.value for b in result.bounds if b.measure == "objective")
    assert 0 < least <= result.objective + 1e-6
    assert result.objective == pytest.approx(least)


def test_a_weight_on_lift_makes_the_search_use_less_of_it() -> None:
    made = generate(20, 60, "throughput", 5)
    hours = {}
    for weight in (0.0, 200.0):
        result = solved(weighed(made, Objective(lift_road=weight)))
        used = lift_used(result).filter(pl.col("mode") == "road")
        hours[weight] = float(used["hours"].sum())
    assert hours[200.0] < hours[0.0]


def test_the_search_reckons_what_the_plan_costs() -> None:
    problem = weighed(generate(20, 60, "lift", 6), WEIGHTS)
    stop = Stop(iterations=100)
    search = built(problem, stop, 1, 0.0, lambda stage, words: None)
    search, _ = improved(problem, search, stop, 1, 0.0, lambda stage, words: None)
    t = problem.tables
    assert np.isclose(search.value, measured(problem, search.cells), rtol=1e-9)
    assert np.isclose(search.value, value_of(search.cells, t.flat, t.pay, problem.dues), rtol=1e-9)


@pytest.mark.parametrize("weight", ["-1.0", "nan", "2e6"])
def test_a_weight_that_is_none_is_refused(tmp_path: Path, weight: str) -> None:
    path = tmp_path / "scenario.toml"
    text = (SMALL / "scenario.toml").read_text()
    path.write_text(text.replace("[objective]\n", f"[objective]\nborders = {weight}\n"))
    with pytest.raises(DataError, match="borders"):
        read_scenario(path)
