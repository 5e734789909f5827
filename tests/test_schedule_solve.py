"""What solve promises on input that is odd: lines that cannot arrive, plans without lines."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest

from standto.kernels.columns import L_REQUIRED, NEVER
from standto.plan.plan import Limits
from standto.schedule.instances import KINDS, generate
from standto.schedule.orders import MIXED, mixed_keys, mixtures
from standto.schedule.problem import Problem
from standto.schedule.schedule import Result
from standto.schedule.solve import (
    LISTING,
    LISTS,
    Stop,
    built,
    heat_of,
    listing_of,
    mixed,
    solve,
)
from tests.test_schedule_audit import small

Ints = npt.NDArray[np.int64]


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
    assert listing_of(whole, 0.5).seconds == LISTS * 0.5
    assert listing_of(Stop(iterations=9), 60.0) == Stop(iterations=9)


def test_mixtures_of_keys_are_orders_of_all_lines_and_move_towards_what_costs_less() -> None:
    made = generate(40, 24, "throughput", 3)
    problem = Problem.of(made.world, made.plan, made.limits)
    keys = mixed_keys(problem, 500.0)
    wanted = np.argsort(np.argsort(keys @ np.array([0.5, 0.5, -0.5, 3.0])))

    def away(order: Ints) -> float:
        place = np.empty(order.size)
        place[order] = np.arange(order.size)
        return float(np.abs(place - wanted).sum())

    trials = mixtures(problem, 500.0)
    costs: list[float] = []
    order = next(trials)
    with pytest.raises(StopIteration):
        while True:
            assert sorted(order) == list(range(40))
            costs.append(away(order))
            order = trials.send(costs[-1])
    assert len(costs) <= MIXED
    assert min(costs) < 0.5 * min(costs[:2])


def test_lines_due_at_no_date_and_without_a_way_have_their_place_in_mixtures() -> None:
    made = generate(12, 24, "lift", 1)
    problem = Problem.of(made.world, made.plan, made.limits)
    lines = problem.tables.lines.copy()
    lines[::2, L_REQUIRED] = NEVER
    without = replace(problem, tables=problem.tables._replace(lines=lines))
    keys = mixed_keys(without, 500.0)
    assert np.isfinite(keys).all()
    assert np.abs(keys).max() < NEVER
    assert (keys[:, 1] >= keys[:, 0]).all()
    assert -keys[:, 3].mean() == pytest.approx(500.0)


def test_a_mixture_is_kept_only_where_it_is_better() -> None:
    for kind in KINDS:
        made = generate(30, 24, kind, 2)
        problem = Problem.of(made.world, made.plan, made.limits)
        first = built(problem, Stop(), 1, 0.0, lambda stage, words: None)
        found = mixed(problem, Stop(), 0.0, lambda stage, words: None, first)
        assert found is None or found.value < first.value
