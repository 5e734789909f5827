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


@pytest.fixture(scope="module")
def sailing() -> Case:
    """A plan whose lines go by sea wherever they can: none may go by rail."""
    world, plan, limits = small()
    modes = pl.lit(["road", "sea"], dtype=plan.lines["modes"].dtype).alias("modes")
    plan = replace(plan, lines=plan.lines.with_columns(modes))
    result = solve(Problem.of(world, plan, limits), Stop(iterations=20), seed=1)
    assert "sea" in set(result.schedule.legs["mode"])
    assert audit(world, plan, limits, result.schedule) == []
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


def changed(case: Case, table: str, *columns: pl.Expr) -> str:
    """What the audit says of the same schedule when a table of the network says otherwise."""
    world, plan, limits, schedule = case
    other = getattr(world.network, table).with_columns(*columns)
    network = replace(world.network, **{table: other})
    return "\n".join(audit(replace(world, network=network), plan, limits, schedule))


WORLDS = [
    ("lift_types", "range_km", 1.0, "beyond its range"),
    ("lift_types", "speed_kmh", 1.0, "beyond its range or too fast"),
    ("lift_types", "min_runway_m", 90_000, "a runway too short"),
    ("lift_types", "payload_t", 0.01, "carries too much"),
    ("lift_types", "load_min", 9000, "loaded or unloaded too fast"),
    ("fleets", "ready_min", 90_000, "before its fleet is ready"),
    ("fleets", "count", 0, "an asset that the fleet does not have"),
    ("railheads", "ramps", 0, "more held at once"),
    ("airfields", "mog", 0, "more held at once"),
    ("airfields", "hours_per_day", 0.5, "outside working hours"),
    ("links", "max_t", 0.001, "does not bear the load"),
    ("links", "mode", "none", "of another mode"),
    ("links", "km", 90_000.0, "sooner than the last can be left"),
]


@pytest.mark.parametrize(("table", "column", "value", "words"), WORLDS)
def test_a_world_that_no_longer_allows_the_schedule_is_found(
    case: Case, table: str, column: str, value: object, words: str
) -> None:
    kind = getattr(case[0].network, table)[column].dtype
    assert words in changed(case, table, pl.lit(value).cast(kind).alias(column))


HARBOURS = [
    ("lift_types", "draught_m", 90.0, "a port too shallow"),
    ("lift_types", "lane_m", 0.5, "carries too much"),
    ("ports", "berths", 0, "more held at once"),
    ("ports", "lane_m_per_day", 0, "more admitted in a window"),
]


@pytest.mark.parametrize(("table", "column", "value", "words"), HARBOURS)
def test_a_harbour_or_ship_that_no_longer_allows_the_schedule_is_found(
    sailing: Case, table: str, column: str, value: object, words: str
) -> None:
    kind = getattr(sailing[0].network, table)[column].dtype
    assert words in changed(sailing, table, pl.lit(value).cast(kind).alias(column))


def test_a_train_where_no_ramp_is_is_found(case: Case) -> None:
    world, plan, limits, schedule = case
    n = world.network
    bare = replace(n, railheads=n.railheads.clear(), transloads=n.transloads.clear())
    bare = replace(bare, ports=n.ports.with_columns(rail_at_quay=pl.lit(False)))
    found = "\n".join(audit(replace(world, network=bare), plan, limits, schedule))
    assert "handled where no ramp is" in found


def test_a_closed_sea_link_is_found(sailing: Case) -> None:
    world, plan, limits, schedule = sailing
    closed = frozenset(world.network.links.filter(pl.col("mode") == "sea")["link"])
    found = audit(world, plan, replace(limits, sea_links=closed), schedule)
    assert any("a sea link closed to the plan" in fault for fault in found)


def test_a_plan_that_says_otherwise_is_found(case: Case) -> None:
    world, plan, limits, schedule = case
    for column, value, words in (
        ("modes", ["none"], "a mode that the line may not use"),
        ("earliest_min", 900_000, "before its line's earliest arrival"),
        ("destination", "nowhere", "does not end at its line's destination"),
    ):
        lit = pl.lit(value, dtype=plan.lines[column].dtype).alias(column)
        other = replace(plan, lines=plan.lines.with_columns(lit))
        found = "\n".join(audit(world, other, limits, schedule))
        assert words in found


def test_a_line_that_is_said_to_stay_out_but_moves_is_found(case: Case) -> None:
    world, plan, limits, schedule = case
    gone = plan.lines.head(1).select("line", "force", why=pl.lit("said so"))
    found = audit(world, plan, limits, replace(schedule, unplanned=gone))
    assert any("is said to stay out" in fault for fault in found)


def test_a_packet_that_is_carried_twice_is_found(case: Case) -> None:
    legs = case[3].legs
    again = legs.filter(pl.col("packet") == 0).with_columns(
        pl.col("packet") + 100_000, pl.col("leg") + 100_000
    )
    assert "does not arrive whole" in faults(case, pl.concat([legs, again]))


def test_legs_out_of_order_and_rides_without_lift_are_found(case: Case) -> None:
    legs = case[3].legs
    assert "not numbered from 0" in faults(case, legs.with_columns(pl.col("step") + 1))
    afoot = legs.with_columns(trip=pl.lit(-1, dtype=pl.Int64))
    assert "by rail or sea without lift" in faults(case, afoot)
    one = legs.with_columns(trip=pl.when(pl.col("trip") >= 0).then(0).otherwise(-1))
    assert "two departures" in faults(case, one)


def test_a_leg_before_the_last_one_ends_or_from_elsewhere_is_found(case: Case) -> None:
    legs = case[3].legs
    late = pl.when(pl.col("step") == 0).then(90_000).otherwise("unload_min")
    assert "before it is there" in faults(case, legs.with_columns(late.alias("unload_min")))
    astray = pl.when(pl.col("step") == 1).then(pl.lit("nowhere")).otherwise("from")
    assert "where the last one ended" in faults(case, legs.with_columns(astray.alias("from")))


def test_a_line_that_the_plan_does_not_hold_is_found(case: Case) -> None:
    legs = case[3].legs
    assert "does not move" in faults(case, legs.with_columns(line=pl.lit("no-such-line")))


def test_a_flight_over_closed_country_is_found(case: Case) -> None:
    world, plan, _, schedule = case
    none: frozenset[str] = frozenset()
    found = "\n".join(audit(world, plan, Limits(none, none, none, {}), schedule))
    assert "a flight over a country that is closed" in found
