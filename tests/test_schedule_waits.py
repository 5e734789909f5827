"""What packets wait for: where a terminal is full, the terminal is named and not the lift."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from standto.schedule.instances import generate
from standto.schedule.problem import Problem
from standto.schedule.schedule import Result
from standto.schedule.solve import Stop, solve

STOP = Stop(iterations=0, proving=0.0)


def made(berths: int, ships: int) -> Result:
    """A plan for 40 lines with so many berths at each port and so many ships in each fleet."""
    case = generate(40, 60, "lift", 3)
    network = case.world.network
    ports = network.ports.with_columns(
        berths=pl.lit(berths, dtype=network.ports.schema["berths"]),
        lane_m_per_day=pl.lit(400 * berths, dtype=network.ports.schema["lane_m_per_day"]),
    )
    many = pl.when(pl.col("lift") == "ship").then(ships).otherwise(pl.col("count"))
    fleets = network.fleets.with_columns(count=many.cast(network.fleets.schema["count"]))
    world = replace(case.world, network=replace(network, ports=ports, fleets=fleets))
    return solve(Problem.of(world, case.plan, case.limits), STOP, 1)


def hours(result: Result, kind: str, word: str) -> float:
    rows = result.bottlenecks.filter((pl.col("kind") == kind) & pl.col("name").str.contains(word))
    return float(rows["hours"].sum())


def test_full_ports_are_named_where_ships_are_many() -> None:
    result = made(berths=1, ships=20)
    assert result.faults == ()
    assert hours(result, "terminal", "berths|lane metres") > hours(result, "lift", "ship")


def test_ships_are_named_where_ports_are_wide() -> None:
    result = made(berths=60, ships=1)
    assert result.faults == ()
    assert hours(result, "lift", "ship") > hours(result, "terminal", "berths|lane metres")


def test_the_kinds_are_those_that_can_be_one_more_or_are_said_not_to() -> None:
    result = made(berths=1, ships=1)
    assert set(result.bottlenecks["kind"]) <= {"clearance", "lift", "terminal", "link", "road"}
    assert result.bottlenecks["hours"].is_sorted(descending=True)


def test_a_wait_is_for_a_permit_only_until_it_is_there() -> None:
    """A road full for days: who asks at C-hour for a permit of one day does not wait longer."""
    case = generate(80, 60, "throughput", 2)
    network = case.world.network
    roads = pl.col("factor").is_in(["road_motorway_per_day", "road_primary_per_day"])
    factors = network.factors.with_columns(
        value=pl.when(roads).then(pl.col("value") * 0.05).otherwise("value")
    )
    world = replace(case.world, network=replace(network, factors=factors))
    result = solve(Problem.of(world, case.plan, case.limits), STOP, 1)
    permit = network.clearances["lead_min"][0]
    for_permits = result.closure.filter(pl.col("held_by").str.contains("clearance"))
    assert (for_permits["held_min"] <= permit).all()
    full = result.bottlenecks.filter(kind="link")
    assert full.height and full["hours"].sum() > 0
    assert set(full["resource"]) <= set(network.links["link"])
