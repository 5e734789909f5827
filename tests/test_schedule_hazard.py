"""Hazardous cargo goes only where it is taken, and aboard what takes it."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from standto.plan.plan import Limits, Plan
from standto.schedule.audit import audit
from standto.schedule.problem import Problem
from standto.schedule.schedule import Result
from standto.schedule.solve import Stop, solve
from standto.world.world import World
from tests.test_schedule_audit import small

Case = tuple[World, Plan, Limits]
TABLES = {"rail": "railheads", "sea": "ports", "air": "airfields"}


def dangerous() -> Case:
    world, plan, limits = small()
    return world, replace(plan, lines=plan.lines.with_columns(hazardous=pl.lit(True))), limits


def barring(case: Case, table: str, key: str, which: set[str]) -> Case:
    """The case with some terminals or types of lift that take no hazardous cargo."""
    world, plan, limits = case
    rows = getattr(world.network, table).with_columns(hazardous=~pl.col(key).is_in(list(which)))
    return replace(world, network=replace(world.network, **{table: rows})), plan, limits


def solved(case: Case) -> Result:
    return solve(Problem.of(*case), Stop(iterations=20), seed=1)


def used(result: Result, mode: str) -> set[str]:
    legs = result.schedule.legs.filter((pl.col("mode") == mode) & (pl.col("trip") >= 0))
    return {*legs["from"], *legs["to"]}


@pytest.fixture(scope="module")
def free() -> Result:
    return solved(dangerous())


@pytest.mark.parametrize("mode", sorted(TABLES))
def test_terminals_that_bar_it_are_used_no_more(mode: str) -> None:
    world, plan, limits = dangerous()
    table = TABLES[mode]
    ends = getattr(world.network, table)["place"].sort()
    there = {"origin": pl.lit(ends[0]), "destination": pl.lit(ends[-1])} if mode == "sea" else {}
    modes = pl.lit([mode], dtype=plan.lines["modes"].dtype)
    only = world, replace(plan, lines=plan.lines.with_columns(modes=modes, **there)), limits
    before = solved(only)
    barred = used(before, mode) & {*getattr(world.network, table)["place"]}
    assert barred, f"something goes by {mode}"
    case = barring(only, table, "place", barred)
    faults = audit(*case, before.schedule)
    assert any("terminal that does not take it" in fault for fault in faults)
    result = solved(case)
    assert audit(*case, result.schedule) == []
    assert not used(result, mode) & barred


def test_lift_that_bars_it_carries_none_and_the_reason_is_told(free: Result) -> None:
    world = small()[0]
    case = barring(dangerous(), "lift_types", "lift", {*world.network.lift_types["lift"]})
    assert any("lift that does not take it" in fault for fault in audit(*case, free.schedule))
    result = solved(case)
    assert audit(*case, result.schedule) == []
    assert result.schedule.legs.filter(pl.col("trip") >= 0).is_empty()
    assert any("hazardous cargo" in why for why in result.schedule.unplanned["why"])


def test_other_cargo_minds_none_of_it(free: Result) -> None:
    case = barring(small(), "railheads", "place", {*small()[0].network.railheads["place"]})
    plain = solved(small())
    assert solved(case).schedule.legs.equals(plain.schedule.legs)
    assert plain.schedule.legs.equals(free.schedule.legs)
