"""What solve promises on input that is odd: lines that cannot arrive, plans without lines."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from standto.plan.plan import Limits
from standto.schedule.problem import Problem
from standto.schedule.schedule import Result
from standto.schedule.solve import LISTING, LISTS, Stop, heat_of, listing_of, solve
from tests.test_schedule_audit import small


def solved(modes: list[str] | None = None, closed: str = "", mass_t: float | None = None) -> Result:
    world, plan, limits = small()
    if modes:
        mine = pl.col("line") == "a-gun-wheels"
        plan = replace(
            plan,
            lines=plan.lines.with_columns(
                modes=pl.when(mine).then(pl.lit(modes)).otherwise("modes")
            ),
        )
    if closed:
        limits = Limits(limits.countries - {closed}, limits.airspace - {closed}, frozenset(), {})
    if mass_t:
        heavy = pl.when(pl.col("item") == "gun").then(mass_t).otherwise("mass_t")
        items = world.network.items.with_columns(mass_t=heavy)
        world = replace(world, network=replace(world.network, items=items))
    return solve(Problem.of(world, plan, limits), Stop(iterations=10), seed=1)


def why(result: Result, line: str) -> str:
    return str(result.schedule.unplanned.filter(pl.col("line") == line)["why"].item())


def test_a_line_without_an_allowed_mode_is_named_and_the_rest_is_planned() -> None:
    result = solved(modes=["sea"])
    assert result.status == "incomplete"
    assert result.schedule.unplanned["line"].to_list() == ["a-gun-wheels"]
    assert (
        why(result, "a-gun-wheels")
        == "no way by the modes it may use (sea); by others there is one"
    )
    assert result.schedule.legs["line"].n_unique() == 11
    assert result.faults == ()


def test_a_country_that_closes_is_named() -> None:
    result = solved(closed="XB")
    assert "XB" in why(result, "b-inf-wheels")
    assert result.faults == ()


def test_a_piece_that_nothing_bears_is_named() -> None:
    assert "so heavy" in why(solved(mass_t=300.0), "a-gun-guns")


def test_a_plan_without_lines_is_empty() -> None:
    world, plan, limits = small()
    none = replace(plan, lines=plan.lines.clear(), loads=plan.loads.clear())
    result = solve(Problem.of(world, none, limits), Stop(iterations=10), seed=1)
    assert result.status == "empty"
    assert result.schedule.legs.is_empty()


@pytest.mark.parametrize("seed", [1, 2])
def test_other_names_of_places_change_nothing(seed: int) -> None:
    """Renaming ids (in a way that keeps their order) gives the same closures and objective."""
    world, plan, limits = small()
    result = solve(Problem.of(world, plan, limits), Stop(iterations=30), seed)
    prefix = pl.lit("z-")
    lines = plan.lines.with_columns(line=prefix + pl.col("line"))
    loads = plan.loads.with_columns(line=prefix + pl.col("line"))
    other = replace(plan, lines=lines, loads=loads)
    renamed = solve(Problem.of(world, other, limits), Stop(iterations=30), seed)
    assert renamed.objective == result.objective
    assert renamed.closure.equals(result.closure)


def test_warming_up_makes_the_kernels_ready_to_call() -> None:
    from standto.kernels.listing import improve
    from standto.schedule.warmup import warmup

    assert warmup() >= 0
    assert len(getattr(improve, "signatures", [1])) == 1


def test_ctrl_c_among_list_schedules_gives_the_best_of_those_made() -> None:
    told: list[str] = []

    def interrupt(stage: str, words: str) -> None:
        told.append(words)
        if words.startswith("order") and len(told) == 2:
            raise KeyboardInterrupt

    problem = Problem.of(*small())
    result = solve(problem, Stop(iterations=50), 1, interrupt)
    assert "stopped: the best plan so far" in told
    assert result.iterations == 0
    assert result.faults == ()
    assert not result.schedule.legs.is_empty()


def test_a_long_search_of_few_packets_begins_warmer_and_many_packets_decide_alone() -> None:
    short, long = Stop(iterations=500), Stop(iterations=5000)
    assert heat_of(100, long) > heat_of(100, short)
    assert heat_of(100, Stop(seconds=9.0)) == heat_of(100, long)
    assert heat_of(40_000, short) == heat_of(40_000, Stop(seconds=9.0)) == 1 / 40_000


def test_list_schedules_get_more_of_the_time_only_where_each_takes_long() -> None:
    whole = Stop(seconds=100.0)
    least, most = (100.0 * share for share in LISTING)
    assert listing_of(whole, 1e-3).seconds == least
    assert listing_of(whole, 60.0).seconds == most
    assert listing_of(whole, 1.0).seconds == LISTS * 1.0
    assert listing_of(Stop(iterations=9), 60.0) == Stop(iterations=9)
