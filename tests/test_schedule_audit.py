"""The audit: silent on a schedule that holds, and loud on each single thing that is spoilt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from standto.plan.activate import phased, readied
from standto.plan.plan import Limits, Plan
from standto.schedule.audit import audit
from standto.schedule.problem import Problem
from standto.schedule.schedule import Result, Schedule
from standto.schedule.solve import Stop, solve
from standto.world.load import load
from standto.world.world import World

SMALL = Path(__file__).parent / "small"
OPEN = frozenset({"XA", "XB", "XC"})


def small() -> tuple[World, Plan, Limits]:
    world = load(SMALL)
    forces = readied(world.alliance.forces, ("east",), 0)
    lines = phased(world.alliance.lines, forces)
    loads = world.alliance.loads.join(lines.select("line"), on="line", maintain_order="left")
    return world, Plan("v", ("east",), 0, forces, lines, loads), Limits(OPEN, OPEN, frozenset(), {})


@pytest.fixture(scope="module")
def case() -> tuple[World, Plan, Limits, Result]:
    world, plan, limits = small()
    result = solve(Problem.of(world, plan, limits), Stop(iterations=50), seed=1)
    return world, plan, limits, result


Case = tuple[World, Plan, Limits, Result]


def test_a_schedule_that_the_solver_makes_holds_every_rule(case: Case) -> None:
    world, plan, limits, result = case
    assert audit(world, plan, limits, result.schedule) == []


def test_the_same_seed_and_rounds_give_the_same_legs(case: Case) -> None:
    world, plan, limits, result = case
    again = solve(Problem.of(world, plan, limits), Stop(iterations=50), seed=1)
    assert again.schedule.legs.equals(result.schedule.legs)
    assert again.objective == result.objective


def test_bounds_are_no_more_than_what_the_plan_reaches(case: Case) -> None:
    result = case[3]
    assert result.closure_lower_bound_min <= result.closure_min
    by_name = {bound.measure: bound.value for bound in result.bounds}
    assert by_name["objective"] <= result.objective + 1e-6
    closed = result.closure.drop_nulls("closed_min")
    assert (closed["lower_bound_min"] <= closed["closed_min"]).all()


def first_lifted(legs: pl.DataFrame, mode: str) -> int:
    return int(legs.filter((pl.col("mode") == mode) & (pl.col("trip") >= 0))["leg"][0])


def put(leg: int, **values: object) -> list[pl.Expr]:
    here = pl.col("leg") == leg
    return [pl.when(here).then(pl.lit(v)).otherwise(pl.col(k)).alias(k) for k, v in values.items()]


def spoilt_lift(legs: pl.DataFrame) -> pl.DataFrame:
    return legs.with_columns(put(first_lifted(legs, "rail"), lift="no-such-fleet"))


def spoilt_place(legs: pl.DataFrame) -> pl.DataFrame:
    return legs.with_columns(put(0, **{"from": "dale-xd"}))


def spoilt_start(legs: pl.DataFrame) -> pl.DataFrame:
    early = pl.col("link_depart_min").list.eval(pl.element() - 5000)
    return legs.with_columns(pl.col("depart_min") - 5000, pl.col("arrive_min") - 5000, early)


def spoilt_load(legs: pl.DataFrame) -> pl.DataFrame:
    return legs.with_columns(pl.col("mass_t") * 40)


def spoilt_people(legs: pl.DataFrame) -> pl.DataFrame:
    return legs.with_columns(pl.col("personnel") + 1)


def spoilt_speed(legs: pl.DataFrame) -> pl.DataFrame:
    return legs.with_columns(arrive_min=pl.col("depart_min") + 1)


def spoilt_way(legs: pl.DataFrame) -> pl.DataFrame:
    return legs.with_columns(links=pl.col("links").list.reverse())


def spoilt_asset(legs: pl.DataFrame) -> pl.DataFrame:
    aboard = pl.col("trip") >= 0
    return legs.with_columns(asset=pl.when(aboard).then(0).otherwise(-1))


def spoilt_handling(legs: pl.DataFrame) -> pl.DataFrame:
    return legs.with_columns(load_min=pl.lit(0, dtype=pl.Int64))


def spoilt_missing(legs: pl.DataFrame) -> pl.DataFrame:
    return legs.filter(pl.col("line") != "a-gun-wheels")


def spoilt_minutes(legs: pl.DataFrame) -> pl.DataFrame:
    return legs.with_columns(pl.col("link_depart_min").list.head(1))


def spoilt_crowd(legs: pl.DataFrame) -> pl.DataFrame:
    road = (pl.col("mode") == "road") & (pl.col("lift") == "")
    at = pl.lit(20000, dtype=pl.Int64)
    shift = pl.when(road).then(at - pl.col("depart_min")).otherwise(0)
    entered = (
        pl.struct("link_depart_min", shift.alias("shift"))
        .map_elements(
            lambda s: [x + s["shift"] for x in s["link_depart_min"]],
            return_dtype=pl.List(pl.Int64),
        )
        .alias("link_depart_min")
    )
    return legs.with_columns(pl.col("depart_min") + shift, pl.col("arrive_min") + shift, entered)


SPOILT: dict[Callable[[pl.DataFrame], pl.DataFrame], str] = {
    spoilt_lift: "a fleet that does not exist",
    spoilt_place: "does not start at its line's origin",
    spoilt_start: "before its line is ready",
    spoilt_load: "carries too much",
    spoilt_people: "does not arrive whole",
    spoilt_speed: "sooner than the last can be left",
    spoilt_way: "do not lead from one to the next",
    spoilt_asset: "in two places at once",
    spoilt_handling: "loaded or unloaded too fast",
    spoilt_missing: "does not arrive whole",
    spoilt_minutes: "does not say when it enters each link",
    spoilt_crowd: "more admitted in a window",
}


@pytest.mark.parametrize("spoil", SPOILT, ids=lambda f: f.__name__)
def test_each_broken_rule_is_found(
    case: Case, spoil: Callable[[pl.DataFrame], pl.DataFrame]
) -> None:
    world, plan, limits, result = case
    spoilt = Schedule(spoil(result.schedule.legs), result.schedule.unplanned)
    found = audit(world, plan, limits, spoilt)
    assert any(SPOILT[spoil] in fault for fault in found), found


def test_a_permit_that_comes_later_is_found(case: Case) -> None:
    world, plan, limits, result = case
    slow = world.network.clearances.with_columns(lead_min=pl.lit(400_000, dtype=pl.Int64))
    later = replace(world, network=replace(world.network, clearances=slow))
    found = audit(later, plan, limits, result.schedule)
    assert any("before permission" in fault for fault in found)


def test_a_country_that_closes_is_found(case: Case) -> None:
    world, plan, _, result = case
    closed = Limits(frozenset({"XA", "XC"}), frozenset({"XA", "XC"}), frozenset(), {})
    found = audit(world, plan, closed, result.schedule)
    assert any("closed to the plan" in fault for fault in found)
