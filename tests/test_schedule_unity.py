"""Lines whose parts belong together: one route, and arrivals close to each other."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from standto.plan.plan import Limits, Plan
from standto.schedule.audit import audit
from standto.schedule.problem import Problem
from standto.schedule.schedule import Result, Schedule
from standto.schedule.solve import Stop, solve
from standto.world.world import World
from tests.test_schedule_audit import small

Case = tuple[World, Plan, Limits]


def ruled(*, same: bool = False, within: int | None = None) -> Case:
    """The small world, its loads enlarged, every line under the same rule."""
    world, plan, limits = small()
    lines = plan.lines.with_columns(
        same_route=pl.lit(same), arrive_within_min=pl.lit(within, dtype=pl.Int64)
    )
    loads = plan.loads.with_columns(pl.col("count") * 4)
    return world, replace(plan, lines=lines, loads=loads), limits


def solved(case: Case) -> Result:
    return solve(Problem.of(*case), Stop(iterations=40), seed=3)


def routes(result: Result) -> list[int]:
    """How many routes each line's packets take."""
    ways = (
        result.schedule.legs.sort("packet", "step")
        .group_by("line", "packet")
        .agg(way=pl.concat_str("mode", "from", "to"))
    )
    return ways.group_by("line").agg(pl.col("way").n_unique())["way"].to_list()


def apart(result: Result) -> list[int]:
    """Minutes between the first and last arrival of each line."""
    there = pl.col("arrive_min") + pl.col("unload_min")
    ends = result.schedule.legs.group_by("line", "packet").agg(there.max().alias("there"))
    spans = ends.group_by("line").agg(pl.col("there").max() - pl.col("there").min())
    return spans["there"].to_list()


@pytest.fixture(scope="module")
def free() -> Result:
    return solved(ruled())


def test_parts_arrive_within_their_window_and_did_not_before(free: Result) -> None:
    case = ruled(within=600)
    result = solved(case)
    assert audit(*case, result.schedule) == []
    assert max(apart(free)) > 600
    assert max(apart(result)) <= 600
    assert not result.schedule.legs.is_empty()


def test_parts_of_a_line_take_one_route_and_did_not_before(free: Result) -> None:
    case = ruled(same=True)
    result = solved(case)
    assert audit(*case, result.schedule) == []
    assert max(routes(free)) > 1
    assert max(routes(result)) == 1


def test_the_audit_names_a_line_whose_parts_arrive_too_far_apart(free: Result) -> None:
    world, plan, limits = ruled(within=60)
    faults = audit(world, plan, limits, free.schedule)
    assert any("arrive too far apart" in fault for fault in faults)


def test_the_audit_names_a_line_whose_parts_take_different_routes(free: Result) -> None:
    world, plan, limits = ruled(same=True)
    faults = audit(world, plan, limits, free.schedule)
    assert any("different routes" in fault for fault in faults)


def test_a_window_too_narrow_for_a_line_is_named_as_what_cuts_it() -> None:
    case = ruled(within=0)
    result = solved(case)
    why = result.schedule.unplanned["why"].to_list()
    assert any("within 0 min of each other" in words for words in why), why
    assert audit(*case, Schedule(result.schedule.legs, result.schedule.unplanned)) == []
