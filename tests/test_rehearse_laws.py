"""Laws of the rehearsal on random schedules over the European network, of any size and shape."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standto.rehearse.bench_schedule import made_plan, made_schedule
from standto.rehearse.draws import draw
from standto.rehearse.fixed_order import FixedOrder
from standto.rehearse.movement import movement
from standto.rehearse.quantiles import quantiles
from standto.rehearse.queueing import Queueing
from standto.rehearse.rehearse import POLICIES, rehearse
from standto.schedule.schedule import LEGS, Schedule
from standto.world.load import load
from standto.world.network import Network
from standto.world.world import World
from tests.rehearsal_case import contingency_table

NO_TROUBLE = contingency_table()
ONCE = POLICIES[:3]
"""Policies that never plan again; `test_rehearse_replanning` has the others."""
LAW = settings(max_examples=12, deadline=None)


@cache
def feb2022() -> World:
    return load("feb2022")


def network() -> Network:
    return feb2022().network


def closed(schedule: Schedule) -> list[int]:
    """When each force has its last leg unloaded in the plan, by key."""
    end = pl.col("arrive_min") + pl.col("unload_min")
    return (
        schedule.legs.group_by("force")
        .agg(end.max())
        .sort("force")[end.meta.output_name()]
        .to_list()
    )


@LAW
@given(st.integers(0, 2**32), st.integers(1, 60))
def test_a_run_without_trouble_is_the_plan(seed: int, lines: int) -> None:
    wider, plan, schedule = made_schedule(network(), lines, seed)
    engine = FixedOrder.of(schedule, plan, NO_TROUBLE, wider)
    assert engine.closures(draw(NO_TROUBLE, 2, 1)).tolist() == [closed(schedule)] * 2


@LAW
@given(st.integers(0, 2**32), st.integers(1, 60), st.integers(1, 35))
def test_more_contingencies_never_make_a_closure_earlier_in_fixed_order(
    seed: int, lines: int, count: int
) -> None:
    """Factors of the bundled table are never below 1, and its windows only hold."""
    wider, plan, schedule = made_schedule(network(), lines, seed)
    table = feb2022().contingencies
    few, many = (
        FixedOrder.of(schedule, plan, some, wider).closures(draw(some, 20, seed)).astype(np.uint64)
        for some in (table.head(count), table)
    )
    assert (few <= many).all()


@LAW
@given(st.integers(0, 2**32), st.integers(2, 40))
def test_the_order_of_rows_and_the_keys_of_lines_change_nothing(seed: int, lines: int) -> None:
    wider, plan, schedule = made_schedule(network(), lines, seed)
    table = feb2022().contingencies
    renamed = schedule.legs.with_columns(line="z" + pl.col("line").str.reverse())
    shuffled = renamed.sample(fraction=1, shuffle=True, seed=seed % 1000)
    other = replace(plan, lines=plan.lines.with_columns(line="z" + pl.col("line").str.reverse()))
    draws = draw(table, 10, 1)
    one = FixedOrder.of(schedule, plan, table, wider).closures(draws)
    two = FixedOrder.of(Schedule(shuffled, schedule.unplanned), other, table, wider).closures(draws)
    assert (one == two).all()


@LAW
@given(st.integers(0, 2**32), st.integers(1, 40), st.booleans())
def test_queues_are_never_earlier_than_the_release_and_lose_nothing(
    seed: int, lines: int, by_priority: bool
) -> None:
    """Without trouble each ride takes place, at its planned time or later."""
    wider, plan, schedule = made_schedule(network(), lines, seed)
    engine = Queueing.of(schedule, plan, NO_TROUBLE, wider, by_priority=by_priority)
    closures = engine.closures(draw(NO_TROUBLE, 1, 1))[0]
    assert (closures >= np.array(closed(schedule))).all()


@pytest.mark.parametrize("policy", ONCE)
@pytest.mark.parametrize("table", [NO_TROUBLE, feb2022().contingencies], ids=["none", "feb2022"])
def test_an_empty_schedule_is_rehearsed_too(policy: str, table: pl.DataFrame) -> None:
    world = replace(feb2022(), contingencies=table)
    legs = pl.DataFrame(schema=LEGS)
    unplanned = pl.DataFrame(schema={"line": pl.String, "force": pl.String, "why": pl.String})
    ensemble = rehearse(world, made_plan(legs), Schedule(legs, unplanned), 50, 1, policy=policy)
    assert ensemble.closure_min.shape == (50, 0)
    assert ensemble.mattered.height == table.height


@pytest.mark.parametrize("policy", ONCE)
def test_a_schedule_without_contingencies_is_the_same_in_every_run(policy: str) -> None:
    wider, plan, schedule = made_schedule(network(), 5, 1)
    world = replace(feb2022(), network=wider, contingencies=NO_TROUBLE)
    ensemble = rehearse(world, plan, schedule, 20, 1, policy=policy)
    assert (ensemble.closure_min == ensemble.closure_min[0]).all()
    assert ensemble.mattered.is_empty()
    assert ensemble.quantiles["p95_error_min"].to_list() == [0.0] * (len(ensemble.forces) + 1)


def test_a_leg_of_no_length_and_one_without_links_arrive_as_planned() -> None:
    wider, plan, schedule = made_schedule(network(), 4, 2)
    legs = schedule.legs.with_columns(
        pl.when(pl.col("leg") == 0).then("depart_min").otherwise("arrive_min").alias("arrive_min"),
        pl.when(pl.col("leg") < 3)
        .then(pl.lit([], LEGS["links"]))
        .otherwise("links")
        .alias("links"),
        pl.when(pl.col("leg") < 3)
        .then(pl.lit([], LEGS["link_depart_min"]))
        .otherwise("link_depart_min")
        .alias("link_depart_min"),
    )
    changed = Schedule(legs, schedule.unplanned)
    engine = FixedOrder.of(changed, plan, NO_TROUBLE, wider)
    assert engine.closures(draw(NO_TROUBLE, 1, 1)).tolist() == [closed(changed)]


def test_packets_of_one_trip_with_other_ends_are_rides_of_their_own() -> None:
    """Packets that share a departure but leave it at another port arrive each at its own time."""
    _, _, schedule = made_schedule(network(), 20, 3)
    sea = schedule.legs.filter(pl.col("mode") == "sea").head(1)
    port = next(p for p in sorted(network().ports["place"]) if p != sea["to"][0])
    other = sea.with_columns(
        to=pl.lit(port), packet=pl.lit(10_000, pl.Int64), leg=pl.lit(10_000, pl.Int64),
        arrive_min=pl.col("arrive_min") + 600,
    )  # fmt: skip
    both = pl.concat([sea, other])
    moves = movement(both, network())
    assert moves.rides.height == 2
    plan = made_plan(both)
    engine = FixedOrder.of(Schedule(both, schedule.unplanned), plan, NO_TROUBLE, network())
    assert engine.closures(draw(NO_TROUBLE, 1, 1)).tolist() == [closed(Schedule(both, sea))]


def test_a_thousand_forces_have_their_quantiles_in_no_time() -> None:
    closures = np.arange(2000 * 3).reshape(2000, 3)
    plan_forces = pl.DataFrame({"force": ["a", "b", "c"], "required_min": [None, 300, 9000]})
    table = quantiles(closures, ("a", "b", "c"), plan_forces)
    assert table["on_time"].to_list() == [None, None, 100 / 2000, 1.0]
    assert table["p50_min"].to_list() == [999 * 3 + 2, 999 * 3, 999 * 3 + 1, 999 * 3 + 2]
