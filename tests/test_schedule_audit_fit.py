"""The audit of what fits: pieces in their lift, trains on their gauge, flights in their sky."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from standto.plan.plan import Limits, Plan
from standto.schedule.audit import audit
from standto.schedule.problem import Problem
from standto.schedule.schedule import Schedule
from standto.schedule.solve import Stop, solve
from standto.world.world import World
from tests.test_schedule_audit import put, small

Case = tuple[World, Plan, Limits, Schedule]


@pytest.fixture(scope="module")
def case() -> Case:
    world, plan, limits = small()
    result = solve(Problem.of(world, plan, limits), Stop(iterations=50), seed=1)
    return world, plan, limits, result.schedule


def faults(case: Case, legs: pl.DataFrame) -> str:
    world, plan, limits, schedule = case
    return "\n".join(audit(world, plan, limits, replace(schedule, legs=legs)))


def flight(legs: pl.DataFrame) -> dict[str, object]:
    return legs.filter(pl.col("mode") == "air").row(0, named=True)


def with_types(case: Case, *columns: pl.Expr) -> str:
    world, plan, limits, schedule = case
    types = world.network.lift_types.with_columns(*columns)
    other = replace(world, network=replace(world.network, lift_types=types))
    return "\n".join(audit(other, plan, limits, schedule))


def test_the_case_holds_flights_and_trains(case: Case) -> None:
    legs = case[3].legs
    assert {"air", "rail"} <= set(legs["mode"])
    assert faults(case, legs) == ""


def test_lift_that_takes_lighter_pieces_is_found(case: Case) -> None:
    assert "pieces too heavy for their lift" in with_types(case, pl.lit(0.001).alias("max_piece_t"))


def test_a_hold_that_takes_nothing_outsize_is_found_where_outsize_pieces_fly(case: Case) -> None:
    legs = case[3].legs
    leg = int(flight(legs)["leg"])  # type: ignore[call-overload]
    small_holds = pl.lit(False).alias("outsize")
    assert "too large" not in with_types(case, small_holds)  # only passengers fly here
    world, plan, limits, schedule = case
    types = world.network.lift_types.with_columns(small_holds)
    other = replace(world, network=replace(world.network, lift_types=types))
    loaded = replace(schedule, legs=legs.with_columns(put(leg, pieces=3)))
    assert "too large for their aircraft" in "\n".join(audit(other, plan, limits, loaded))


def test_a_train_of_another_gauge_is_found(case: Case) -> None:
    other = pl.when(pl.col("mode") == "rail").then(1000).otherwise("gauge_mm")
    assert "track of another gauge" in with_types(case, other.alias("gauge_mm"))


def test_a_flight_that_ends_elsewhere_is_found(case: Case) -> None:
    legs = case[3].legs
    one = flight(legs)
    via = [*one["via"][:-2], 0.0, 0.0]  # type: ignore[index]
    moved = [
        via if leg == one["leg"] else old for leg, old in legs.select("leg", "via").iter_rows()
    ]
    spoilt = legs.with_columns(via=pl.Series(moved, dtype=pl.List(pl.Float64)))
    assert "turning points do not fit" in faults(case, spoilt)


def test_a_flight_said_to_be_shorter_than_it_is_is_found(case: Case) -> None:
    legs = case[3].legs
    leg = int(flight(legs)["leg"])  # type: ignore[call-overload]
    assert "turning points do not fit" in faults(case, legs.with_columns(put(leg, km=1.0)))


def test_a_country_flown_over_but_not_named_is_found(case: Case) -> None:
    legs = case[3].legs
    nobody = pl.lit([], dtype=pl.List(pl.String))
    spoilt = legs.with_columns(
        countries=pl.when(pl.col("mode") == "air").then(nobody).otherwise("countries")
    )
    assert "a country that is not named or closed" in faults(case, spoilt)
