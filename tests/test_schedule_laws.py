"""Laws of the scheduler on random small worlds: each plan passes its audit, under any names."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from standto.plan.plan import Limits, Plan
from standto.schedule.audit import audit
from standto.schedule.problem import Problem
from standto.schedule.schedule import Result
from standto.schedule.solve import Stop, solve
from standto.world.world import World
from tests.test_schedule_audit import small

Case = tuple[World, Plan, Limits]


def drawn(table: pl.DataFrame, rng: np.random.Generator, **ranges: tuple[int, int]) -> pl.DataFrame:
    """The table with whole numbers drawn anew in some columns."""
    return table.with_columns(
        pl.Series(name, rng.integers(low, high, table.height)).cast(table[name].dtype)
        for name, (low, high) in ranges.items()
    )


def made(seed: int) -> Case:
    """The small world with other distances, lift, terminals, permits, loads and times."""
    rng = np.random.default_rng(seed)
    world, plan, limits = small()
    n = world.network
    km = n.links["km"].to_numpy() * rng.uniform(0.3, 3.0, n.links.height)
    network = replace(
        n,
        links=n.links.with_columns(km=pl.Series(km)),
        fleets=drawn(n.fleets, rng, count=(1, 4)),
        railheads=drawn(n.railheads, rng, ramps=(1, 3), trains_per_day=(1, 5)),
        ports=drawn(n.ports, rng, berths=(1, 3), lane_m_per_day=(100, 900)),
        airfields=drawn(n.airfields, rng, mog=(1, 3), hours_per_day=(6, 24)),
        clearances=drawn(n.clearances, rng, lead_min=(0, 6000)),
        transloads=drawn(n.transloads, rng, trains_per_day=(1, 4)),
    )
    lines = drawn(plan.lines, rng, personnel=(0, 900), ready_min=(0, 3000)).with_columns(
        same_route=pl.Series(rng.random(plan.lines.height) < 0.3),
        arrive_within_min=pl.Series(
            [None if x > 2000 else int(x) for x in rng.integers(0, 6000, plan.lines.height)],
            dtype=pl.Int64,
        ),
    )
    loads = drawn(plan.loads, rng, count=(1, 40))
    return replace(world, network=network), replace(plan, lines=lines, loads=loads), limits


def solved(case: Case) -> Result:
    return solve(Problem.of(*case), Stop(iterations=20), seed=1)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1))
def test_what_the_solver_makes_passes_the_audit_and_keeps_above_its_bound(seed: int) -> None:
    case = made(seed)
    result = solved(case)
    assert audit(*case, result.schedule) == []
    closed = result.closure.drop_nulls(["closed_min", "lower_bound_min"])
    assert (closed["lower_bound_min"] <= closed["closed_min"]).all()
    gone = result.schedule.unplanned
    assert not set(gone["line"]) & set(result.schedule.legs["line"])
    assert gone["why"].str.len_chars().gt(0).all()


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1))
def test_new_names_for_lines_and_forces_change_no_closure(seed: int) -> None:
    world, plan, limits = made(seed)
    named = replace(
        plan,
        forces=plan.forces.with_columns(pl.format("f-{}", "force").alias("force")),
        lines=plan.lines.with_columns(
            pl.format("l-{}", "line").alias("line"), pl.format("f-{}", "force").alias("force")
        ),
        loads=plan.loads.with_columns(pl.format("l-{}", "line").alias("line")),
    )
    one, two = solved((world, plan, limits)), solved((world, named, limits))
    assert one.closure["closed_min"].to_list() == two.closure["closed_min"].to_list()
    assert one.objective == two.objective


def test_a_plan_that_moves_nobody_is_answered_with_reasons() -> None:
    world, plan, limits = small()
    by_sea = pl.lit(["sea"], dtype=plan.lines["modes"].dtype).alias("modes")
    result = solved((world, replace(plan, lines=plan.lines.with_columns(by_sea)), limits))
    assert result.status == "incomplete"
    assert result.schedule.legs.is_empty()
    assert result.schedule.unplanned.height == plan.lines.height
    assert result.schedule.unplanned["why"].str.len_chars().gt(0).all()
