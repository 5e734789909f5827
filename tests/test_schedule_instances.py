"""Made-up instances: like any other world, the same for the same seed, and of the kind they say."""

from __future__ import annotations

import numpy as np
import pytest

from standto.schedule.audit import audit
from standto.schedule.bench_oracle import tiny
from standto.schedule.instances import KINDS, Instance, generate
from standto.schedule.problem import Problem
from standto.schedule.solve import Stop, solve
from standto.tables import schema
from standto.world.graph import graph

TABLES = ("places", "links", "airfields", "ports", "railheads", "items", "lift_types", "fleets")


def problem(made: Instance) -> Problem:
    return Problem.of(made.world, made.plan, made.limits)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_makes_the_same_instance_and_another_another(kind: str) -> None:
    one, two, other = (problem(generate(30, 60, kind, seed)) for seed in (1, 1, 2))
    assert np.array_equal(one.tables.flat, two.tables.flat)
    assert np.array_equal(one.tables.pay, two.tables.pay)
    assert one.lines == two.lines
    assert not np.array_equal(one.tables.flat, other.tables.flat)


@pytest.mark.parametrize(("lines", "nodes"), [(1, 12), (7, 30), (200, 300), (50, 2000)])
def test_sizes_are_what_was_asked_for(lines: int, nodes: int) -> None:
    made = generate(lines, nodes, "lift", 3)
    assert made.plan.lines.height == lines
    assert made.plan.loads.height == lines
    assert 0.6 * nodes <= made.world.network.places.height <= 1.4 * nodes + 4


def test_tables_are_those_of_the_schema_and_name_only_what_exists() -> None:
    network = generate(40, 100, "throughput", 1).world.network
    places = set(network.places["place"])
    for name in TABLES:
        assert getattr(network, name).schema == schema(name).polars()
    for table, column in (("airfields", "place"), ("ports", "place"), ("railheads", "place"),
                          ("fleets", "base"), ("links", "u"), ("links", "v")):  # fmt: skip
        assert set(getattr(network, table)[column]) <= places, table
    assert set(network.fleets["lift"]) <= set(network.lift_types["lift"])
    assert graph(network, []).node_place.size > 0


def test_each_kind_is_short_of_what_it_is_called_after() -> None:
    made = {kind: generate(1200, 300, kind, 1) for kind in KINDS}
    lift = {kind: m.world.network.fleets["count"].sum() for kind, m in made.items()}
    ramps = {kind: m.world.network.railheads["ramps"].sum() for kind, m in made.items()}
    span = {kind: m.plan.lines["ready_min"].max() for kind, m in made.items()}
    assert lift["lift"] < lift["readiness"]
    assert ramps["throughput"] < ramps["lift"]
    assert int(str(span["readiness"])) > 5 * int(str(span["lift"]))


def test_a_plan_of_each_kind_holds_every_rule() -> None:
    for kind in KINDS:
        made = generate(12, 60, kind, 2)
        result = solve(problem(made), Stop(iterations=16), 1)
        assert result.faults == ()
        assert audit(made.world, made.plan, made.limits, result.schedule) == []
        assert result.schedule.unplanned.is_empty()


def test_a_kind_nobody_knows_is_refused() -> None:
    with pytest.raises(AssertionError, match="boats"):
        generate(1, 12, "boats", 1)


def test_tiny_instances_differ_in_what_is_narrow() -> None:
    """Proves: the oracle sees short hours, slow permits, early arrivals and whole lines."""
    made = [tiny(seed) for seed in range(40)]
    lines = [m.plan.lines for m in made]
    assert any(t["together"].any() for t in lines)
    assert any((t["earliest_min"] > 0).any() for t in lines)
    assert {h for m in made for h in m.world.network.airfields["hours_per_day"]} == {10.0, 24.0}
    assert len({m.world.scenario.slot for m in made}) == 3
    assert max(t.height for t in lines) == 4
